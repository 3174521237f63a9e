"""Sources, their runs, and what each gave to a list."""

from __future__ import annotations

from typing import Any

import strawberry

from isthmus.connector.config import as_text
from isthmus.graph.connection import FREE, Connection
from isthmus.graph.enums import (
    ErrorCode,
    HealthState,
    RecordType,
    RunState,
    SourceMode,
    SourceOutcome,
)
from isthmus.graph.fields import GraphInfo, column, computed, hub_text, inside, one, page, returned
from isthmus.graph.gates import scoped
from isthmus.graph.localized_text import LocalizedText
from isthmus.graph.node import Node
from isthmus.graph.owning import own_source
from isthmus.graph.references import ConnectorRef, OrganizationRef
from isthmus.graph.rows import Entity, from_rows
from isthmus.graph.scalars import Duration, Moment
from isthmus.graph.types.rejected_record import RejectedRecord
from isthmus.query.sources import is_retryable, known_code, lag, outcome
from isthmus.query.vocabulary import Link, Shape, Sort
from isthmus.store.source_secrets import is_sealed

NEWEST = Sort("{t}.id", "bigint", descends=True)
LAST = Sort("{t}.at", "timestamptz", descends=True)


@from_rows(Shape("SyncRun", "sync_run", prefix="run", of_sources=True))
@strawberry.federation.type(
    description="One reading of one stream of a source. Counts are counted in the store.",
    keys=["id"],
)
class SyncRun(Entity, Node):
    """A run."""

    stream: str = column("stream", "Which of the source's lists was read.")
    state: RunState = column("state", "Where the run stands.")
    started_at: Moment = column("started_at", "When it began.")
    finished_at: Moment | None = column("finished_at", "When it ended.")
    seen: int = column("seen", "Records the source gave.")
    added: int = column("added", "Records that were new.")
    changed: int = column("changed", "Records that said something else than before.")
    unchanged: int = column("unchanged", "Records that were as before.")
    removed: int = column("removed", "Records that were taken out.")
    rejected: int = column("rejected", "Records that could not be read.")
    removals_held: int = column(
        "removals_held", "Removals held back because too many records vanished at once."
    )
    statements: int = column("statements", "Skill statements read from new or changed records.")
    statements_matched: int = column("matched", "Those of them that a skill was found for.")


@from_rows(Shape("SourceHealth", ""))
@strawberry.type(
    description="How a source is doing. `advice` is one sentence that says what to do."
)
class SourceHealth(Entity):
    """The health columns of a source."""

    state: HealthState = column("state", "In one word.")
    since: Moment | None = column("state_since", "Since when it is in that state.")
    last_success: Moment | None = column("last_success", "When it was last read whole.")
    lag_seconds: int | None = computed(
        ("last_success",), lag, "Seconds since then, in whole minutes.", now=True
    )
    drift: list[str] = column("drift", "What the last run met that its connector did not expect.")
    advice: LocalizedText | None = hub_text("advice", "What to do about it.")


@strawberry.federation.type(description="One value of a source's config.", directives=[FREE])
class ConfigValue:
    """A value."""

    name: str = strawberry.field(description="Its name.")
    value: str | None = strawberry.field(
        description="The value; null for a secret: secrets are written, never read."
    )
    secret: bool = strawberry.field(description="Whether it is a secret.")

    @classmethod
    def of(cls, name: str, value: Any) -> ConfigValue:
        """Show a value."""
        is_secret = is_sealed(value)
        return cls(name=name, value=None if is_secret else as_text(value), secret=is_secret)


@from_rows(Shape("Source", "source", prefix="src", of_sources=True))
@strawberry.federation.type(
    description="One configured use of a connector: config, schedule, owner.", keys=["id"]
)
class Source(Entity, Node):
    """A source."""

    name: str = column("name", "The name the operator gave it.")
    connector: ConnectorRef = one("Connector", "connector_id", "The kind of source it is.")
    owner: OrganizationRef | None = one(
        "Organization", "owner_id", "Who brought it; null where the hub's operator did."
    )
    produces: list[RecordType] = column("produces", "The kinds of record it brings.")
    mode: SourceMode = column("mode", "How its records reach an answer.")
    licence: str | None = column("licence", "The licence of its records.")
    redistributable: bool = column("redistributable", "Whether its records may be passed on.")
    every: Duration | None = computed(
        ("every_seconds",),
        lambda seconds: None if seconds is None else f"PT{seconds}S",
        "How often it is read.",
    )
    health: SourceHealth = inside("SourceHealth", "How it is doing.")
    syncs: Connection[SyncRun] | None = page(
        "SyncRun",
        "Its runs, newest first.",
        link=Link("sync_run", owner="source_id"),
        order=NEWEST,
        scope="source:read",
    )
    rejected: Connection[RejectedRecord] | None = page(
        "RejectedRecord",
        "Its records that could not be read, those rejected last first.",
        link=Link("rejected_record", owner="source_id"),
        order=LAST,
        scope="source:read",
    )

    @strawberry.federation.field(
        description="What it was configured with, for its owner and for stewards.",
        **scoped("source:write"),
    )
    async def config(self, info: GraphInfo) -> list[ConfigValue] | None:
        """List it; what is sealed shows nothing."""
        held = await own_source(info.context, self.row["id"])
        return [ConfigValue.of(name, value) for name, value in held.config.items()]


def no_wait() -> None:
    """Give nothing: stored records wait for nobody."""


@from_rows(Shape("SourceState", "source", of_sources=True))
@strawberry.type(description="What one source gave to a list, and how old that is.")
class SourceState(Entity):
    """One row of `sources` on a connection."""

    source: Source = one("Source", "id", "The source.")
    state: SourceOutcome = computed(
        ("state", "last_success", "every_seconds"), outcome, "In one word.", now=True
    )
    age_seconds: int | None = computed(
        ("last_success",), lag, "Seconds since it was last read whole, in whole minutes.", now=True
    )
    returned: int | None = returned("How many records of this page are its.")
    code: ErrorCode | None = computed(("fault_code",), known_code, "The code of its last fault.")
    retryable: bool = computed(
        ("fault_code",), is_retryable, "Whether asking again later may help."
    )
    retry_after_seconds: int | None = computed(
        (), no_wait, "After how many seconds; null where the source did not say."
    )
    warnings: list[LocalizedText] = hub_text(
        "advice", "What a caller should know, for example that it was never read.", listed=True
    )
