"""Mutations about readings of sources."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeVar

import strawberry

from isthmus.errors import ErrorCode, Misconfigured, Refused
from isthmus.graph.fields import GraphInfo
from isthmus.graph.mutations.fields import doing_with, input_of
from isthmus.graph.rows import entity_of
from isthmus.graph.syncing_inputs import ConfirmRemovalsInput, StartSyncInput
from isthmus.graph.types.payload import UserErrorCode, unknown, wrong
from isthmus.graph.types.syncing_payloads import ConfirmRemovalsPayload, StartSyncPayload
from isthmus.jobs import AlreadyQueued
from isthmus.model.viewer import Viewer
from isthmus.query.ids import key_of
from isthmus.registering.applicant import Applicant
from isthmus.store.removals import find_held_removals
from isthmus.store.sources import StoredSource, find_sources
from isthmus.sync.readings import Readings

WRITING = "source:write"
UNREAD = {
    "SOURCE_LIVE": (UserErrorCode.INVALID, "It is asked live, and never read beforehand."),
    "SOURCE_PAUSED": (UserErrorCode.CONFLICT, "It is paused: its `advice` says what ends that."),
}
UNUSABLE = UserErrorCode.CONFLICT, "Its connector cannot be used here."
P = TypeVar("P", StartSyncPayload, ConfirmRemovalsPayload)


def may_sync(viewer: Viewer, source: StoredSource) -> bool:
    """Tell whether a caller may have a source read: its owner, and who may approve of any."""
    return Applicant.of(viewer).owns(source.owner_id)


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
        return await _asked(info, StartSyncPayload, source, "source", full=input.full)

    @doing_with(WRITING, "Let go of the records that a run held back, however many: read anew.")
    async def confirm_removals(
        self,
        info: GraphInfo,
        input: input_of(ConfirmRemovalsInput, "Which run."),  # type: ignore[valid-type]
    ) -> ConfirmRemovalsPayload | None:
        """Ask for a reading that may remove what it does not find."""
        run = key_of(input.run, "run")
        held = await find_held_removals(_readings(info).database, run)
        source = None if held is None else await _source(info, held.source_id)
        if held is None or source is None:
            return ConfirmRemovalsPayload(user_errors=[unknown("run")])
        if not held.is_newest or not held.removals_held:
            message = "It is not the newest run of its stream, or holds no removals back."
            told = wrong(UserErrorCode.CONFLICT, message, "run")
            return ConfirmRemovalsPayload(user_errors=[told])
        return await _asked(info, ConfirmRemovalsPayload, source, "run", confirmed=[held.stream])


async def _source(info: GraphInfo, key: int) -> StoredSource | None:
    """Find a source that the caller may have read."""
    found = (await find_sources(_readings(info).database, [key])).get(key)
    return found if found is not None and may_sync(info.context.viewer, found) else None


async def _asked(
    info: GraphInfo,
    payload: type[P],
    source: StoredSource,
    place: str,
    *,
    full: bool = False,
    confirmed: Collection[str] = (),
) -> P:
    """Have a source read; answer with its run, or with what the caller can put right."""
    by = info.context.viewer.client
    try:
        run = await _readings(info).ask(source, full=full, confirmed=confirmed, by=by)
    except AlreadyQueued:
        told = wrong(UserErrorCode.CONFLICT, "It waits in the queue already.", place)
    except Misconfigured as refused:
        told = wrong(*UNREAD.get(refused.code, UNUSABLE), place)
    else:
        row = await info.context.loaders.row("SyncRun", run)
        return payload(run=entity_of("SyncRun", row), user_errors=[])
    return payload(user_errors=[told])


def _readings(info: GraphInfo) -> Readings:
    found = info.context.readings
    if found is None:
        raise Refused(ErrorCode.FORBIDDEN, "This graph reads no sources.")
    return found
