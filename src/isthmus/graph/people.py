"""What the graph needs to show people: the services of the hub that know them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from isthmus.consent.consents import Consents
from isthmus.credentials.verifier import Verifier
from isthmus.live.presentations import Presentations
from isthmus.live.stores import Stores
from isthmus.skills import Linker
from isthmus.store.people.vault import Vault


@dataclass(frozen=True, slots=True)
class People:
    """The people of one hub."""

    vault: Vault
    consents: Consents
    verifier: Callable[[], Verifier]
    linker: Callable[[], Awaitable[Linker]]
    stores: Stores | None = None
    """Asks the stores learners linked; without it only what is held is shown."""
    presentations: Presentations | None = None
    """Asks wallets."""


GivePeople = Callable[[], Awaitable[People]]
