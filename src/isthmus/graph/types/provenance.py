"""Where a record came from."""

from __future__ import annotations

from datetime import datetime

import strawberry

from isthmus.graph.enums import Freshness
from isthmus.graph.fields import column, computed, one
from isthmus.graph.references import SourceRef
from isthmus.graph.rows import Entity, from_rows
from isthmus.graph.scalars import URI, Moment
from isthmus.query.sources import MINUTE, is_late
from isthmus.query.vocabulary import Shape


def freshness(mode: str, last: datetime | None, every: int | None, now: datetime) -> str:
    """Name how old a record is whose source was not asked for this answer."""
    if mode == "LIVE":
        return "STALE" if is_late(last, MINUTE, now) else "LIVE"
    return "STALE" if is_late(last, every, now) else "SYNCED"


@from_rows(
    Shape(
        "Provenance",
        "record",
        joins="JOIN source s ON s.id = t.source_id",
        columns={
            "licence": "s.licence",
            "attribution": "s.attribution",
            "mode": "s.mode",
            "last_success": "s.last_success",
            "every_seconds": "s.every_seconds",
        },
        of_sources=True,
    )
)
@strawberry.type(description="Where a record came from, under which licence, and how old it is.")
class Provenance(Entity):
    """One record of one source."""

    source: SourceRef = one("Source", "source_id", "The source that has the record.")
    source_key: str | None = column("source_key", "The source's own id of the record.")
    source_uri: URI | None = column("uri", "The record at the source, for a person to read.")
    retrieved_at: Moment = column("retrieved_at", "When the hub read it in its present form.")
    changed_at_source: Moment | None = column(
        "changed_at_source", "When the source says that it last changed."
    )
    freshness: Freshness = computed(
        ("mode", "last_success", "every_seconds"),
        freshness,
        "How old it is.",
        now=True,
        told=("source_id", "freshness"),
    )
    licence: str | None = column("licence", "The licence it may be used under.")
    attribution: str | None = column("attribution", "Whom to name when it is shown.")
