"""Reads a request strictly: what does not read is refused with a code, never with a crash."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson

from isthmus.errors import ErrorCode
from isthmus.graph.answer import Operation

MAX_DEPTH = 64
"""How deep JSON may be nested; no variable of the schema needs a tenth of it."""

KEYS = frozenset({"query", "variables", "operationName", "extensions"})


@dataclass(frozen=True, slots=True)
class BadRequest(Exception):
    """A request that cannot be read; `status` is the answer's."""

    status: int
    message: str
    code: ErrorCode = ErrorCode.PARSE_FAILED
    headers: tuple[tuple[str, str], ...] = ()


def decode_body(body: bytes) -> Operation:
    """Read the JSON body of a POST."""
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise BadRequest(400, "The body is not JSON.") from None
    if not isinstance(data, dict):
        raise BadRequest(400, "The body must be a JSON object.")
    _refuse_repeated_keys(body)
    return _operation(data)


def decode_query(query: bytes) -> Operation:
    """Read the query string of a GET."""
    try:
        pairs = parse_qsl(
            query.decode("ascii"), keep_blank_values=True, max_num_fields=20, errors="strict"
        )
    except (UnicodeDecodeError, ValueError):
        raise BadRequest(400, "The query string does not read.") from None
    data: dict[str, Any] = {}
    for key, value in pairs:
        if key in data:
            raise BadRequest(400, f"`{key}` is given twice.")
        data[key] = value
    for key in ("variables", "extensions"):
        if data.get(key):
            try:
                data[key] = orjson.loads(data[key])
            except orjson.JSONDecodeError:
                raise BadRequest(400, f"`{key}` is not JSON.") from None
        else:
            data.pop(key, None)
    if data.get("operationName") == "":
        data["operationName"] = None
    return _operation(data)


def _operation(data: Mapping[str, Any]) -> Operation:
    document, name = data.get("query"), data.get("operationName")
    if not isinstance(document, str) or not document.strip():
        raise BadRequest(400, "`query` must be a GraphQL document.")
    if name is not None and not isinstance(name, str):
        raise BadRequest(400, "`operationName` must be text.")
    variables = _map_of(data, "variables")
    _map_of(data, "extensions")
    return Operation(document, name, variables)


def _map_of(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = data.get(key)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise BadRequest(400, f"`{key}` must be a JSON object.")
    if _deeper_than(found, MAX_DEPTH):
        raise BadRequest(400, f"`{key}` is nested over {MAX_DEPTH} deep.")
    return found


def _deeper_than(value: Any, depth: int) -> bool:
    level = [value]
    for _ in range(depth):
        level = [
            child
            for item in level
            for child in (item.values() if isinstance(item, dict) else item)
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True


def _refuse_repeated_keys(body: bytes) -> None:
    """Refuse a body that says one thing twice: two readers could take it for two requests.

    The slow reading happens only where a key's name stands in the body more than once.
    """
    if all(body.count(b'"%s"' % key.encode()) <= 1 for key in KEYS):
        return

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in found]
        if len(set(keys)) != len(keys):
            raise BadRequest(400, "The body names a key twice.")
        return dict(found)

    try:
        json.loads(body, object_pairs_hook=pairs)
    except (RecursionError, ValueError):
        raise BadRequest(400, "The body is not JSON.") from None
