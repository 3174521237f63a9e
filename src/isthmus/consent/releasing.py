"""Releasing: letting answers leave, their reads logged first, many in one transaction.

The log is one chain, so whoever writes it waits for whoever does. Answers that come meanwhile
leave together after that, each by its own consents. One whose consent somebody is just changing
does not hold up the others: it waits alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from isthmus.consent import lines
from isthmus.consent.lines import Use
from isthmus.model.consent import Consent
from isthmus.store.people import audit
from isthmus.store.people.consents import held_in_force
from isthmus.store.people.vault import Vault

MOST = 64
"""Answers that leave in one transaction."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """An answer to a body that is about to leave."""

    recipient_id: int
    uses: Sequence[Use]
    operation: str

    def may(self, held: Mapping[int, Consent]) -> bool:
        """Tell whether consents that are held cover everything in it."""
        return all(self._covers(held.get(use.consent_id), use) for use in self.uses)

    def _covers(self, found: Consent | None, use: Use) -> bool:
        return (
            found is not None
            and (found.recipient_id, found.learner_id) == (self.recipient_id, use.learner_id)
            and use.scopes <= found.scopes
        )

    def entries(self, held: Mapping[int, Consent]) -> list[audit.Entry]:
        """Give a line of the log for each read."""
        return [lines.reading(use, held[use.consent_id], self.operation) for use in self.uses]


class Releasing:
    """The answers of one process that are about to leave."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._waiting: list[tuple[Leaving, asyncio.Future[bool]]] = []
        self._task: asyncio.Task[None] | None = None

    async def release(self, leaving: Leaving) -> bool:
        """Let an answer leave, its reads logged; False where a consent of it does not hold."""
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((leaving, done))
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        if await done:
            return True
        return bool(await self._release([leaving], patiently=True))

    async def _run(self) -> None:
        try:
            while self._waiting:
                some, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                await self._answer(some)
        finally:
            self._task = None

    async def _answer(self, some: Sequence[tuple[Leaving, asyncio.Future[bool]]]) -> None:
        waiting = [done for _, done in some]
        try:
            left = await self._release([leaving for leaving, _ in some], patiently=False)
        except asyncio.CancelledError:
            for done in waiting:
                done.cancel()
            raise
        except Exception as error:  # noqa: BLE001 - it is theirs who wait
            for done in waiting:
                if not done.done():  # whoever waited may have gone
                    done.set_exception(error)
            return
        for number, done in enumerate(waiting):
            if not done.done():
                done.set_result(number in left)

    async def _release(self, some: Sequence[Leaving], *, patiently: bool) -> set[int]:
        """Let those leave whose consents hold and, unless patiently, are not being changed."""
        asked = {use.consent_id for leaving in some for use in leaving.uses}
        async with self._vault.on_errand() as connection:
            held = await held_in_force(connection, asked, waits=patiently)
            left = {number for number, one in enumerate(some) if one.may(held)}
            entries = [entry for number in sorted(left) for entry in some[number].entries(held)]
            if entries:
                await audit.append(self._vault, connection, entries)
        return left
