"""Watches whether a learner's credentials stand: looks now and then, by the consents of then."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable

from isthmus.graph.seeing import Seeing, Verified
from isthmus.model.consent import DataScope

EVERY = 30.0
"""Seconds between looks; lists of status are asked anew when older than the hub's limit."""

Look = Callable[[], Awaitable[Seeing]]


async def changes_of_standing(learner_id: int, look: Look) -> AsyncGenerator[Verified, None]:
    """Give each credential whose status is another than at the look before.

    The first look only notes them. Each look is one of its own, with fresh permits: where the
    consent ended, the watching ends with the reason.
    """
    known = {one.shown.id: one.status for one in await _seen(learner_id, await look())}
    while True:
        await asyncio.sleep(EVERY)
        for one in await _seen(learner_id, await look()):
            before = known.get(one.shown.id)
            known[one.shown.id] = one.status
            if before is not None and before is not one.status:
                yield one


async def _seen(learner_id: int, seeing: Seeing) -> list[Verified]:
    await seeing.permits.admit(learner_id, "Learner", "credentials")
    return await seeing.credentials(learner_id, DataScope.CREDENTIAL_TITLES)
