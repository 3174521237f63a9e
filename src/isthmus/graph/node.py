"""What every node and every sourced record has in common."""

from __future__ import annotations

import strawberry

from isthmus.graph.fields import global_id, many
from isthmus.graph.references import ProvenanceRef
from isthmus.query.vocabulary import Link

ID = "The id of this object, for `node` and for caches."


@strawberry.interface(
    description="Anything a client can fetch again. `id` is opaque and stable: never parse it."
)
class Node:
    """Has an id."""

    id: strawberry.ID = global_id(ID)


@strawberry.interface(description="A record that came from at least one source.")
class Sourced:
    """Says where it came from."""

    provenance: list[ProvenanceRef] = many(
        "Provenance",
        Link("record", owner="entity_id", where="{t}.noun = '{noun}' AND {t}.gone_at IS NULL"),
        "{t}.id",
        "Where the record came from: one entry for each source that has it.",
        assumed=5,
    )
