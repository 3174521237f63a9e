"""Mutations about readings of sources."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import strawberry

from isthmus.errors import ErrorCode, Misconfigured, Refused
from isthmus.graph.fields import GraphInfo
from isthmus.graph.mutations.fields import doing_with, input_of
from isthmus.graph.rows import entity_of
from isthmus.graph.syncing_inputs import ConfirmRemovalsInput, StartSyncInput
from isthmus.graph.types.payload import UserError, UserErrorCode, unknown, wrong
from isthmus.graph.types.syncing_payloads import ConfirmRemovalsPayload, StartSyncPayload
from isthmus.jobs import AlreadyQueued
from isthmus.model.viewer import Role, Viewer
from isthmus.query.ids import key_of
from isthmus.store.queueing import Held, find_held
from isthmus.store.sources import StoredSource, find_sources
from isthmus.sync.readings import Readings

WRITING = "source:write"


def may_sync(viewer: Viewer, source: StoredSource) -> bool:
    """Tell whether a caller may have a source read: a steward any, a partner none yet.

    Sources have no owners, so that none is a partner's own.
    """
    del source
    return viewer.role is Role.STEWARD


@strawberry.type
class SyncMutations:
    """What is done with readings of sources."""

    @doing_with(WRITING, "Have a source read as soon as a worker can, before what is due.")
    async def start_sync(
        self,
        info: GraphInfo,
        input: input_of(StartSyncInput, "Which source, and how far."),  # type: ignore[valid-type]
    ) -> StartSyncPayload | None:
        """Ask for it."""
        source = await _source(info, key_of(input.source, "src"))
        if source is None:
            return StartSyncPayload(user_errors=[unknown("source")])
        run = await _asked(info, source, "source", full=input.full)
        if isinstance(run, UserError):
            return StartSyncPayload(user_errors=[run])
        return StartSyncPayload(run=run, user_errors=[])

    @doing_with(WRITING, "Let go of the records that a run held back, however many: read anew.")
    async def confirm_removals(
        self,
        info: GraphInfo,
        input: input_of(ConfirmRemovalsInput, "Which run."),  # type: ignore[valid-type]
    ) -> ConfirmRemovalsPayload | None:
        """Ask for a reading that may remove what it does not find."""
        held = await _held(info, key_of(input.run, "run"))
        source = None if held is None else await _source(info, held.source_id)
        if held is None or source is None:
            return ConfirmRemovalsPayload(user_errors=[unknown("run")])
        if not held.is_newest or not held.removals_held:
            message = "It is not the newest run of its stream, or holds no removals back."
            told = wrong(UserErrorCode.CONFLICT, message, "run")
            return ConfirmRemovalsPayload(user_errors=[told])
        run = await _asked(info, source, "run", confirmed=[held.stream])
        if isinstance(run, UserError):
            return ConfirmRemovalsPayload(user_errors=[run])
        return ConfirmRemovalsPayload(run=run, user_errors=[])


async def _source(info: GraphInfo, key: int) -> StoredSource | None:
    """Find a source that the caller may have read."""
    found = (await find_sources(_readings(info).database, [key])).get(key)
    return found if found is not None and may_sync(info.context.viewer, found) else None


async def _held(info: GraphInfo, run: int) -> Held | None:
    return await find_held(_readings(info).database, run)


async def _asked(
    info: GraphInfo,
    source: StoredSource,
    place: str,
    *,
    full: bool = False,
    confirmed: Collection[str] = (),
) -> Any:
    """Have a source read, and give the run; what the caller can put right comes back as such."""
    by = info.context.viewer.client
    try:
        run = await _readings(info).ask(source, full=full, confirmed=confirmed, by=by)
    except AlreadyQueued:
        message = "It waits in the queue already."
        return wrong(UserErrorCode.CONFLICT, message, place)
    except Misconfigured as refused:
        code = UserErrorCode.INVALID if refused.code == "SOURCE_LIVE" else UserErrorCode.CONFLICT
        said = "It is asked live, and never read beforehand."
        message = said if refused.code == "SOURCE_LIVE" else "Its connector cannot be used here."
        return wrong(code, message, place)
    return entity_of("SyncRun", await info.context.loaders.row("SyncRun", run))


def _readings(info: GraphInfo) -> Readings:
    found = info.context.readings
    if found is None:
        raise Refused(ErrorCode.FORBIDDEN, "This graph reads no sources.")
    return found
