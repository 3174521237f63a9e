"""What the mutations about readings of sources answer."""

from __future__ import annotations

import strawberry

from isthmus.graph.types.payload import NOTHING, Payload, payload
from isthmus.graph.types.source import SyncRun


@strawberry.federation.type(description=payload("startSync"))
class StartSyncPayload(Payload):
    """A run that waits."""

    run: SyncRun | None = strawberry.field(
        description=f"The run of its first stream, which waits for a worker. {NOTHING}",
        default=None,
    )


@strawberry.federation.type(description=payload("confirmRemovals"))
class ConfirmRemovalsPayload(Payload):
    """A run that waits."""

    run: SyncRun | None = strawberry.field(
        description=f"The run that will let them go, which waits for a worker. {NOTHING}",
        default=None,
    )
