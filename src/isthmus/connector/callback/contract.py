"""What reading by callbacks needs of the rest of the hub: an address, a mailbox, a signature."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from isthmus.connector.callback.signatures import Signer


@dataclass(frozen=True, slots=True)
class Awaited:
    """A call whose answers are waited for: by which names they bear, how long, how many."""

    stream: str
    action: str
    transaction: str
    message: str
    seconds: float
    most: int
    max_bytes: int


@dataclass(frozen=True, slots=True)
class Received:
    """One callback that was taken: its body, and the sender whose signature it bears."""

    sender: str
    body: bytes


class Waiting(Protocol):
    """One wait."""

    late_before: int
    """Callbacks that came too late to the wait before this one."""

    def messages(self, enough: int | None = None) -> AsyncIterator[Received]:
        """Give what comes, in its order, until the deadline or until it is enough."""
        ...

    async def refused(self) -> int:
        """Count the callbacks to this call that were not taken."""
        ...


class Mailbox(Protocol):
    """Where callbacks arrive, in whatever process they are received."""

    def awaiting(self, awaited: Awaited) -> AbstractAsyncContextManager[Waiting]:
        """Wait from here on; what comes after the block is late."""
        ...


@dataclass(frozen=True, slots=True)
class CallbackDesk:
    """What one source reads its callbacks with."""

    address: str
    mailbox: Mailbox
    signer: Signer
