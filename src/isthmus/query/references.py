"""Federation's references: a type's name with an id, or with a URI where the type has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from isthmus.errors import ErrorCode, Refused
from isthmus.query.ids import key_of
from isthmus.query.vocabulary import Shape


class Reference(NamedTuple):
    """What one reference names: an object by key, or by URI."""

    type: str
    key: int | None = None
    uri: str | None = None


def reference_of(stated: Any, shapes: Mapping[str, Shape]) -> Reference:
    """Read a reference; raise REPRESENTATION_INVALID where it is none."""
    if not isinstance(stated, Mapping):
        raise _invalid("A representation is an object.")
    name = stated.get("__typename")
    shape = shapes.get(name) if isinstance(name, str) else None
    if shape is None or shape.prefix is None:
        raise _invalid("`__typename` names no entity of this subgraph.")
    found, uri = stated.get("id"), stated.get("uri")
    if isinstance(found, str):
        try:
            return Reference(shape.type, key=key_of(found, shape.prefix))
        except Refused:
            raise _invalid("`id` is not an id of that type.") from None
    if isinstance(uri, str) and "\0" not in uri and shape.has_uri:
        return Reference(shape.type, uri=uri)
    raise _invalid(f"A {name} is named by its id{' or its uri' if shape.has_uri else ''}.")


def _invalid(message: str) -> Refused:
    return Refused(ErrorCode.REPRESENTATION_INVALID, message)
