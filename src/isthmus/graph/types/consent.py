"""Consents, and the reads that were made by them."""

from __future__ import annotations

import base64
from typing import Any

import orjson
import strawberry
from strawberry.federation.schema_directives import Cost

from isthmus.graph.connection import Connection
from isthmus.graph.fields import GraphInfo, listed
from isthmus.graph.listed_page import asked_page, page_read
from isthmus.graph.node import ID, Node
from isthmus.graph.people_enums import ConsentMode, ConsentStatus, DataScope, Purpose
from isthmus.graph.references import ConsentRef, LearnerRef, OrganizationRef, SourceRef
from isthmus.graph.rows import entity_of, of_people
from isthmus.graph.scalars import URI, Day, Moment
from isthmus.model import consent as model
from isthmus.model.learner import Access
from isthmus.query.costing import ASSUMED
from isthmus.query.ids import encode_id

CONSENT = "cns"
MOST_READS = 1000
"""How many of the newest reads a receipt tells of."""


async def organization_of(info: GraphInfo, key: int) -> Any:
    """Give the body that a consent names; the hub never lets one go that a consent names."""
    row = await info.context.loaders.row("Organization", key)
    return None if row is None else entity_of("Organization", row)


@of_people(CONSENT, "Consent", 1)
@strawberry.federation.type(
    description="Who may see what of a learner, what for, and until when.",
    keys=["id"],
    directives=[Cost(weight=1)],
)
class Consent(Node):
    """A consent."""

    held: strawberry.Private[model.Consent]

    @strawberry.field(description=ID)  # type: ignore[misc]  # over a Node's, which is of a row
    def id(self) -> strawberry.ID:
        """Give the id."""
        return strawberry.ID(encode_id(CONSENT, self.held.id))

    @strawberry.field(description="Whose data it is.")
    def learner(self) -> LearnerRef:
        """Give the learner."""
        from isthmus.graph.types.learner import Learner  # noqa: PLC0415 - they name each other

        return Learner(learner_id=self.held.learner_id)

    @strawberry.field(description="Who may see it.")
    async def recipient(self, info: GraphInfo) -> OrganizationRef:
        """Give the body."""
        found: OrganizationRef = await organization_of(info, self.held.recipient_id)
        return found

    @strawberry.field(description="What for.")
    def purpose(self) -> Purpose:
        """Name the purpose."""
        return Purpose[self.held.purpose.name]

    @strawberry.field(description="What may be seen.")
    def fields(self) -> list[DataScope]:
        """Name the scopes, in the order of the enum."""
        return scopes_of(self.held.scopes)

    @strawberry.field(
        description="From which sources; empty: from every one the learner has linked.",
        directives=[listed(ASSUMED)],
    )
    async def sources(self, info: GraphInfo) -> list[SourceRef]:
        """Give the sources."""
        rows = [await info.context.loaders.row("Source", key) for key in self.held.sources]
        return [entity_of("Source", row) for row in rows if row is not None]

    @strawberry.field(description="Only credentials issued from this day on.")
    def data_from(self) -> Day | None:
        """Give the day."""
        return Day(self.held.data_from) if self.held.data_from else None

    @strawberry.field(description="Only credentials issued up to this day.")
    def data_to(self) -> Day | None:
        """Give the day."""
        return Day(self.held.data_to) if self.held.data_to else None

    @strawberry.field(description="Whether it may be kept.")
    def mode(self) -> ConsentMode:
        """Name the mode."""
        return ConsentMode[self.held.mode.name]

    @strawberry.field(description="Where it stands, at the moment of the request.")
    def status(self) -> ConsentStatus:
        """Name the status."""
        return ConsentStatus[self.held.status.name]

    @strawberry.field(
        description="Whether the learner agreed and is of an age at which a guardian must confirm."
    )
    def awaits_guardian(self) -> bool:
        """Tell."""
        return self.held.awaits_guardian

    @strawberry.field(description="When it was asked for, or given unasked.")
    def requested_at(self) -> Moment:
        """Give the moment."""
        return Moment(self.held.requested_at)

    @strawberry.field(description="When the learner agreed.")
    def granted_at(self) -> Moment | None:
        """Give the moment."""
        return Moment(self.held.granted_at) if self.held.granted_at else None

    @strawberry.field(description="When it ends.")
    def expires_at(self) -> Moment:
        """Give the moment."""
        return Moment(self.held.expires_at)

    @strawberry.field(description="When it was withdrawn.")
    def revoked_at(self) -> Moment | None:
        """Give the moment."""
        return Moment(self.held.revoked_at) if self.held.revoked_at else None

    @strawberry.field(description="The artefact of the store that was asked, where there is one.")
    def upstream(self) -> URI | None:
        """Give its name."""
        return URI(self.held.upstream) if self.held.upstream else None

    @strawberry.field(
        description="The receipt of what was given, by ISO/IEC TS 27560 as JSON-LD, as a `data:`"
        " address that holds it; for the learner with each read by it. Null for what was only"
        " asked for."
    )
    async def receipt(self, info: GraphInfo) -> URI | None:
        """Write the receipt."""
        held, seeing = self.held, info.context.seeing
        if held.granted_at is None:
            return None
        consents, reads = seeing.people.consents, []
        if seeing.viewer.learner_id == held.learner_id:
            reads = await consents.accesses_of(seeing.viewer, held.learner_id, None, MOST_READS)
        text = orjson.dumps(consents.receipt(held, reads))
        return URI(f"data:application/ld+json;base64,{base64.b64encode(text).decode()}")


async def consents_page(
    info: GraphInfo,
    learner_id: int,
    first: int | None,
    after: str | None,
    status: ConsentStatus | None,
) -> Connection[Consent]:
    """Give a page of a learner's consents: those that row level security lets the caller see."""
    seeing, (size, begin) = info.context.seeing, asked_page(first, after)
    wanted = model.ConsentStatus[status.name] if status else None
    rows = await seeing.people.consents.consents_of(
        seeing.viewer, learner_id, wanted, begin, size + 1
    )
    page = page_read(rows, size, begin, key=lambda c: c.id, node=lambda c: Consent(held=c))
    return Connection(page=page)


def scopes_of(scopes: Any) -> list[DataScope]:
    """Give scopes in the order of the enum."""
    return [scope for scope in DataScope if scope.name in set(map(str, scopes))]


@strawberry.type(description="One read of personal data, as the learner sees it.")
class AccessEvent:
    """A line of the access log."""

    line: strawberry.Private[Access]

    @strawberry.field(description="When.")
    def at(self) -> Moment:
        """Give the moment."""
        return Moment(self.line.at)

    @strawberry.field(description="Who read it.")
    async def by(self, info: GraphInfo) -> OrganizationRef:
        """Give the body."""
        found: OrganizationRef = await organization_of(info, self.line.recipient_id)
        return found

    @strawberry.field(description="By which consent.")
    async def consent(self, info: GraphInfo) -> ConsentRef | None:
        """Find the consent."""
        found = await info.context.seeing.consent(self.line.consent_id)
        return None if found is None else Consent(held=found)

    @strawberry.field(description="What for.")
    def purpose(self) -> Purpose:
        """Name the purpose."""
        return Purpose[self.line.purpose]

    @strawberry.field(description="What was seen.")
    def fields(self) -> list[DataScope]:
        """Name the scopes."""
        return scopes_of(self.line.scopes)

    @strawberry.field(description="The operation that read it, by the name its caller gave it.")
    def operation(self) -> str:
        """Give the name."""
        return self.line.operation
