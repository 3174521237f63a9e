"""What the mutations about connectors and sources answer."""

from __future__ import annotations

import strawberry

from isthmus.graph.types.connector import Connector, ConnectorDifference, ShadowReport
from isthmus.graph.types.payload import NOTHING, Payload, payload
from isthmus.graph.types.rejected_record import DryRun
from isthmus.graph.types.source import Source

CHANGES = "What the version changes of the one in force; all there is where none is."
FIRST = "What the samples, or the first page of the real source, come to."


@strawberry.federation.type(description=payload("registerConnector"))
class RegisterConnectorPayload(Payload):
    """A connector."""

    connector: Connector | None = strawberry.field(
        description="The connector; null after a dry run, and where something is to be put right"
        " before it can be stored.",
        default=None,
    )
    dry_run: DryRun | None = strawberry.field(description=FIRST, default=None)
    differences: list[ConnectorDifference] | None = strawberry.field(
        description=CHANGES, default=None
    )


@strawberry.federation.type(description=payload("approveConnector"))
class ApproveConnectorPayload(Payload):
    """A connector."""

    connector: Connector | None = strawberry.field(description=NOTHING, default=None)
    differences: list[ConnectorDifference] | None = strawberry.field(
        description="What was approved of: what the version changes.", default=None
    )


@strawberry.federation.type(description=payload("shadowConnector"))
class ShadowConnectorPayload(Payload):
    """A report."""

    connector: Connector | None = strawberry.field(description=NOTHING, default=None)
    report: ShadowReport | None = strawberry.field(
        description="What came of it; null where it takes longer: `versions` shows it then.",
        default=None,
    )


@strawberry.federation.type(description=payload("switchConnector"))
class SwitchConnectorPayload(Payload):
    """A connector."""

    connector: Connector | None = strawberry.field(description=NOTHING, default=None)


@strawberry.federation.type(description=payload("rollbackConnector"))
class RollbackConnectorPayload(Payload):
    """A connector."""

    connector: Connector | None = strawberry.field(description=NOTHING, default=None)


@strawberry.federation.type(description=payload("retireConnector"))
class RetireConnectorPayload(Payload):
    """A connector."""

    connector: Connector | None = strawberry.field(description=NOTHING, default=None)


@strawberry.federation.type(description=payload("addSource"))
class AddSourcePayload(Payload):
    """A source."""

    source: Source | None = strawberry.field(
        description="The source; null after a dry run, and where something is to be put right.",
        default=None,
    )
    dry_run: DryRun | None = strawberry.field(
        description="What the first page of each of its lists comes to.", default=None
    )


@strawberry.federation.type(description=payload("updateSource"))
class UpdateSourcePayload(Payload):
    """A source."""

    source: Source | None = strawberry.field(description=NOTHING, default=None)


@strawberry.federation.type(description=payload("setSourceSecret"))
class SetSourceSecretPayload(Payload):
    """A source."""

    source: Source | None = strawberry.field(description=NOTHING, default=None)


@strawberry.federation.type(description=payload("pauseSource"))
class PauseSourcePayload(Payload):
    """A source."""

    source: Source | None = strawberry.field(description=NOTHING, default=None)


@strawberry.federation.type(description=payload("resumeSource"))
class ResumeSourcePayload(Payload):
    """A source."""

    source: Source | None = strawberry.field(description=NOTHING, default=None)
