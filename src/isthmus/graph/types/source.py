"""Sources, their runs, and what each gave to a list."""

from __future__ import annotations

import strawberry

from isthmus.graph.connection import Connection
from isthmus.graph.enums import ErrorCode
from isthmus.graph.fields import column, computed, hub_text, inside, one, page, returned
from isthmus.graph.localized_text import LocalizedText
from isthmus.graph.node import Node
from isthmus.graph.rows import Entity, from_rows
from isthmus.graph.scalars import Duration, Moment
from isthmus.graph.source_enums import (
    CircuitState,
    HealthState,
    RecordType,
    RunState,
    SourceMode,
    SourceOutcome,
)
from isthmus.query.sources import (
    circuit,
    is_retryable,
    just_now,
    known_code,
    lag,
    outcome,
    window,
)
from isthmus.query.vocabulary import Link, Shape, Sort

NEWEST = Sort("{t}.id", "bigint", descends=True)


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
    error_rate: float | None = computed(
        ("error_rate",), just_now, "The share of its last 200 calls that failed.", now=True
    )
    p95_millis: float | None = computed(
        ("p95_millis",),
        just_now,
        "Milliseconds within which 95 of 100 of its last calls were answered.",
        now=True,
    )
    circuit: CircuitState = computed(("circuit",), circuit, "Whether it is called.", now=True)
    next_run: Moment | None = column(
        "next_run",
        "When it is due to be read; in the past where it waits for a worker, null where nobody"
        " reads it by a schedule.",
    )
    drift: list[str] = column("drift", "What the last run met that its connector did not expect.")
    advice: LocalizedText | None = hub_text("advice", "What to do about it.")


@from_rows(Shape("Quota", ""))
@strawberry.type(
    description="How often a source may be called, by all processes of the hub together."
)
class Quota(Entity):
    """The columns of a source's limit."""

    limit: int | None = column("limit_calls", "So many calls in a window.")
    window: Duration | None = computed(
        ("limit_seconds",), window, "How long a window is; any of that length counts."
    )
    remaining: int | None = computed(
        ("limit_left",), just_now, "Calls that could be made at this moment.", now=True
    )
    resets_at: Moment | None = computed(
        ("limit_resets",), just_now, "When the whole limit can be used again.", now=True
    )


_CALLS = "FROM source_traffic x, unnest(x.recent) u WHERE x.source_id = {t}.id"
_TURNS = "FROM source_traffic x, unnest(x.turns) u WHERE x.source_id = {t}.id AND x.calls > 0"
_LIMIT = "FROM source_traffic x WHERE x.source_id = {t}.id AND x.calls > 0"
_DUE = "{t}.began_at + {t}.every_seconds * interval '1 second'"

COLUMNS = {
    "error_rate": "(SELECT round(count(*) FILTER (WHERE u < 0)::numeric / nullif(count(*), 0), 3)"
    f"::float8 {_CALLS})",
    "p95_millis": "(SELECT round(percentile_disc(0.95) WITHIN GROUP (ORDER BY u)::numeric, 1)"
    f"::float8 {_CALLS} AND u >= 0)",
    "circuit": "(SELECT x.circuit FROM source_traffic x WHERE x.source_id = {t}.id)",
    "next_run": "CASE WHEN {t}.paused THEN NULL WHEN {t}.began_at IS NULL"
    " AND {t}.every_seconds IS NOT NULL THEN {t}.created_at"
    f" ELSE least({{t}}.retry_at, {_DUE}) END",
    "limit_calls": f"(SELECT x.calls {_LIMIT})",
    "limit_seconds": f"(SELECT x.per_seconds {_LIMIT})",
    "limit_left": f"(SELECT count(*) FILTER (WHERE u <= clock_timestamp())::int {_TURNS})",
    "limit_resets": f"(SELECT max(u) {_TURNS} HAVING max(u) > clock_timestamp())",
}
"""What is known of a source's calls, from the figures that all processes share."""


@from_rows(Shape("Source", "source", prefix="src", of_sources=True, columns=COLUMNS))
@strawberry.federation.type(
    description="One configured use of a connector: config, schedule, owner.", keys=["id"]
)
class Source(Entity, Node):
    """A source."""

    name: str = column("name", "The name the operator gave it.")
    connector: str = column("connector", "The kind of source it is.")
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
    quota: Quota | None = inside(
        "Quota",
        "How often it may be called; null where nothing limits it, or it was never called.",
        present="limit_calls",
    )
    syncs: Connection[SyncRun] | None = page(
        "SyncRun",
        "Its runs, newest first.",
        link=Link("sync_run", owner="source_id"),
        order=NEWEST,
        scope="source:read",
    )


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
