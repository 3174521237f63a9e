"""Federation's `_entities`: references of other subgraphs, answered each on its own.

One that does not read is null with REPRESENTATION_INVALID; one that names nothing is null.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from typing import Any

from isthmus.errors import ErrorCode, Refused
from isthmus.graph.context import RequestContext
from isthmus.graph.owning import is_shown
from isthmus.graph.people_roots import find_of_type
from isthmus.graph.rows import GUARDED, PEOPLE, SHAPES, entity_of
from isthmus.query.ids import key_of
from isthmus.query.references import Reference, reference_of


def resolve_entities(
    context: RequestContext, representations: Sequence[Any]
) -> list[Awaitable[Any]]:
    """Begin all of them, so that what they need is read together."""
    return [_resolve(context, stated) for stated in representations]


async def _resolve(context: RequestContext, stated: Any) -> Any:
    prefix = _prefix(stated)
    if prefix is not None:
        return await find_of_type(context.seeing, prefix, _stated_key(stated, prefix))
    reference = reference_of(stated, SHAPES)
    key = await _key(context, reference)
    if reference.type in GUARDED and key is not None:
        key = key if await is_shown(context, reference.type, key) else None
    row = None if key is None else await context.loaders.row(reference.type, key)
    return None if row is None else entity_of(reference.type, row)


def _prefix(stated: Any) -> str | None:
    """Give the prefix of ids of what a reference names, where that is of a person."""
    name = stated.get("__typename") if isinstance(stated, Mapping) else None
    return next((prefix for prefix, type_ in PEOPLE.items() if type_ == name), None)


def _stated_key(stated: Mapping[str, Any], prefix: str) -> int:
    try:
        return key_of(str(stated.get("id")), prefix)
    except Refused:
        message = "A reference names an object by its `id`."
        raise Refused(ErrorCode.REPRESENTATION_INVALID, message) from None


async def _key(context: RequestContext, reference: Reference) -> int | None:
    if reference.uri is None:
        return reference.key
    return await context.loaders.key_of_uri(reference.type, reference.uri)
