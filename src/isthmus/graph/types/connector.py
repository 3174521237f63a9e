"""Connectors: kinds of sources, their versions, and what a version changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import strawberry

from isthmus.connector.differences import Difference
from isthmus.connector.manifest import Finding
from isthmus.errors import ErrorCode, Refused
from isthmus.graph.connection import FREE, Connection
from isthmus.graph.connector_enums import (
    ConnectorForm,
    ConnectorStatus,
    ConnectorTier,
    Transport,
)
from isthmus.graph.fields import GraphInfo, column, page, text
from isthmus.graph.gates import signed_in
from isthmus.graph.localized_text import LocalizedText
from isthmus.graph.node import Node
from isthmus.graph.references import SourceRef
from isthmus.graph.rows import Entity, entity_of, from_rows
from isthmus.graph.scalars import URI, Moment
from isthmus.graph.source_enums import RecordType, SourceMode
from isthmus.query.vocabulary import Link, Shape
from isthmus.registering.applicant import Applicant
from isthmus.registering.differing import differences_of
from isthmus.store import connectors as store
from isthmus.store.connectors import StoredVersion

CONNECTOR = "con"
NOT_YOURS = "Only the owner of this connector, or a steward, may see this."


@strawberry.federation.type(
    description="One word of a manifest that is not as it was.", directives=[FREE]
)
class ConnectorDifference:
    """A difference."""

    word: str = strawberry.field(description="Which, such as `host` or `streams.jobs.id`.")
    before: str | None = strawberry.field(description="What it was; null where it is new.")
    after: str | None = strawberry.field(description="What it is; null where it is gone.")
    breaking: bool = strawberry.field(
        description="Whether it makes records others, moves the source, or asks more."
    )

    @classmethod
    def of(cls, made: Difference) -> ConnectorDifference:
        """Show a difference."""
        return cls(word=made.word, before=made.before, after=made.after, breaking=made.is_breaking)


@strawberry.federation.type(
    description="Something the hub found wrong, where it stands.", directives=[FREE]
)
class ConnectorFinding:
    """A finding."""

    file: str = strawberry.field(description="The manifest, a sample, or what was tried.")
    line: int | None = strawberry.field(description="The line, where it stands on one.")
    message: str = strawberry.field(description="What is wrong, and what would be right.")

    @classmethod
    def of(cls, made: Finding) -> ConnectorFinding:
        """Show a finding."""
        return cls(file=made.file, line=made.line or None, message=made.message)


@strawberry.federation.type(
    description="What a version made other than the one in force, in a run that wrote nothing.",
    directives=[FREE],
)
class ShadowReport:
    """A report."""

    same: int = strawberry.field(description="Records both made alike.")
    changed: int = strawberry.field(description="Records they made in different ways.")
    only_old: int = strawberry.field(description="Records the new version does not bring.")
    only_new: int = strawberry.field(description="Records the old version did not bring.")
    rejected_old: int = strawberry.field(description="Records the version in force rejects.")
    rejected_new: int = strawberry.field(description="Records the new version rejects.")
    fields: list[str] = strawberry.field(
        description="The fields that differ, most often first, with how often."
    )
    examples: list[str] = strawberry.field(description="Some records that differ, by their keys.")
    faults: list[str] = strawberry.field(description="What could not be read.")

    @classmethod
    def of(cls, made: Mapping[str, Any]) -> ShadowReport:
        """Show a report."""
        fields = [f"{name} ({count})" for name, count in made["fields"].items()]
        return cls(**{**made, "fields": fields})


@strawberry.federation.type(
    description="One version of a registered connector, and what became of it."
)
class ConnectorVersion:
    """A version, for its owner and for stewards."""

    held: strawberry.Private[StoredVersion]

    @strawberry.field(description="Its number.")
    def version(self) -> str:
        """Give it."""
        return self.held.version

    @strawberry.field(description="The hash of all that was sent, which no two versions share.")
    def digest(self) -> str:
        """Give it."""
        return self.held.digest.hex()

    @strawberry.field(description="Where it stands.")
    def status(self) -> ConnectorStatus:
        """Give it."""
        return ConnectorStatus[self.held.status.value]

    @strawberry.field(description="How far it was tried.")
    def tier(self) -> ConnectorTier:
        """Give it."""
        return ConnectorTier[self.held.tier.value]

    @strawberry.field(description="The text that was sent.")
    def manifest(self) -> str:
        """Give it."""
        return self.held.manifest

    @strawberry.field(description="The address of a feed.")
    def feed(self) -> URI | None:
        """Give it."""
        return URI(self.held.address) if self.held.address else None

    @strawberry.field(description="What the hub found wrong.")
    def findings(self) -> list[ConnectorFinding]:
        """List it."""
        return [ConnectorFinding.of(Finding(**found)) for found in self.held.findings]

    @strawberry.field(
        description="What it changes of the version in force: hosts, types, consent, rate, ids,"
        " paging, config, expressions. All there is where nothing is in force."
    )
    async def differences(self, info: GraphInfo) -> list[ConnectorDifference]:
        """Compare them."""
        found = await differences_of(info.context.loaders.database, self.held)
        return [ConnectorDifference.of(one) for one in found]

    @strawberry.field(description="What its last run in shadow came to.")
    def shadow(self) -> ShadowReport | None:
        """Show it."""
        return ShadowReport.of(self.held.shadow) if self.held.shadow else None

    @strawberry.field(description="The clients that approved of it.")
    def approved_by(self) -> list[str]:
        """Name them."""
        return list(self.held.approved_by)

    @strawberry.field(description="When it was sent in.")
    def submitted_at(self) -> Moment:
        """Say when."""
        return Moment(self.held.submitted_at)

    @strawberry.field(description="When it was last put in force.")
    def in_force_at(self) -> Moment | None:
        """Say when."""
        return Moment(self.held.in_force_at) if self.held.in_force_at else None


@from_rows(
    Shape(
        "Connector",
        "connector",
        prefix=CONNECTOR,
        of_sources=True,
        columns={"title_lang": "'und'", "title_i18n": "NULL::jsonb"},
    )
)
@strawberry.federation.type(
    description="A kind of source: a manifest, a feed, or a package with Python.", keys=["id"]
)
class Connector(Entity, Node):
    """A connector: what is in force of it, or what was sent first."""

    name: str = column("name", "Its id in its manifest, unique for ever.")
    title: LocalizedText | None = text("title", "What it is called.")
    version: str = column("version", "The version in force; the first one sent where none is.")
    form: ConnectorForm = column("form", "How it came.")
    transport: Transport = column("transport", "How its systems speak.")
    modes: list[SourceMode] = column("modes", "How its records can reach an answer.")
    produces: list[RecordType] = column("produces", "The kinds of record it brings.")
    maintainers: list[str] = column("maintainers", "Who looks after it.")
    tier: ConnectorTier = column("tier", "How far it was tried.")
    status: ConnectorStatus = column("status", "Where it stands.")
    config_schema: str = column("config_schema", "The JSON Schema of a source's config, as text.")
    sources: Connection[SourceRef] | None = page(
        "Source", "The sources of this kind.", link=Link("source", owner="connector_id")
    )

    @strawberry.federation.field(
        description="Its versions, the newest first, for its owner and for stewards; none of a"
        " connector that is installed.",
        **signed_in(),
    )
    async def versions(self, info: GraphInfo) -> list[ConnectorVersion] | None:
        """List them."""
        database, key = info.context.loaders.database, self.row["id"]
        held = await store.find_connector_by_key(database, key)
        if held is None or not Applicant.of(info.context.viewer).owns(held.owner_id):
            raise Refused(ErrorCode.FORBIDDEN, NOT_YOURS)
        return [ConnectorVersion(held=one) for one in await store.versions_of(database, key)]


async def connector_of(info: GraphInfo, key: int | None) -> Connector | None:
    """Give a connector as it is now."""
    if key is None:
        return None
    rows = await info.context.loaders.fresh("Connector", [key])
    return entity_of("Connector", rows[key]) if key in rows else None


def shown_differences(made: Sequence[Difference]) -> list[ConnectorDifference]:
    """Show differences."""
    return [ConnectorDifference.of(one) for one in made]
