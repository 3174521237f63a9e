"""What the graph needs to take connectors and sources in: the services of the hub that do it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from isthmus.registering.approving import Approvals
from isthmus.registering.registry import Registry
from isthmus.registering.sourcing import SourceDesk
from isthmus.store.people.vault import Vault


@dataclass(frozen=True, slots=True)
class Registering:
    """The registering of one hub."""

    registry: Registry
    approvals: Approvals
    desk: SourceDesk
    vault: Vault


GiveRegistering = Callable[[], Awaitable[Registering]]
