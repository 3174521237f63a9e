"""Federation's `_entities`: references of other subgraphs, answered each on its own.

One that does not read is null with REPRESENTATION_INVALID; one that names nothing is null.
"""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import Any

from isthmus.graph.context import RequestContext
from isthmus.graph.rows import SHAPES, entity_of
from isthmus.query.references import Reference, reference_of


def resolve_entities(
    context: RequestContext, representations: Sequence[Any]
) -> list[Awaitable[Any]]:
    """Begin all of them, so that what they need is read together."""
    return [_resolve(context, stated) for stated in representations]


async def _resolve(context: RequestContext, stated: Any) -> Any:
    reference = reference_of(stated, SHAPES)
    key = await _key(context, reference)
    row = None if key is None else await context.loaders.row(reference.type, key)
    return None if row is None else entity_of(reference.type, row)


async def _key(context: RequestContext, reference: Reference) -> int | None:
    if reference.uri is None:
        return reference.key
    return await context.loaders.key_of_uri(reference.type, reference.uri)
