"""Reads a request strictly: what does not read is refused with a code, never with a crash."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson

from isthmus.errors import ErrorCode

MAX_DEPTH = 64
"""How deep JSON may be nested; no variable of the schema needs a tenth of it."""

MOST_FIELDS = 20
"""Fields of a form or query string."""

_ID = re.compile("sha256:[0-9a-f]{64}")
KEYS = frozenset({"query", "documentId", "variables", "operationName", "extensions"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it reads: a document, the id of a registered one, or both."""

    document: str | None
    document_id: str | None
    name: str | None
    variables: Mapping[str, Any]
    is_apollo: bool = False
    """Whether the id came in the form of Apollo's persisted queries."""


@dataclass(frozen=True, slots=True)
class BadRequest(Exception):
    """A request that cannot be read; `status` is the answer's."""

    status: int
    message: str
    code: ErrorCode = ErrorCode.PARSE_FAILED
    headers: tuple[tuple[str, str], ...] = ()


def decode_body(body: bytes) -> Asked:
    """Read the JSON body of a POST."""
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise BadRequest(400, "The body is not JSON.") from None
    if isinstance(data, list):
        raise BadRequest(400, "One operation a request: lists of them are not taken.")
    if not isinstance(data, dict):
        raise BadRequest(400, "The body must be a JSON object.")
    _refuse_repeated_keys(body)
    return read_asked(data)


def decode_query(query: bytes) -> Asked:
    """Read the query string of a GET."""
    data: dict[str, Any] = _fields(query, "The query string")
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
    return read_asked(data)


def decode_form(body: bytes) -> dict[str, str]:
    """Read the fields of a posted form, each of which stands once."""
    return _fields(body, "The form")


def _fields(text: bytes, what: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            text.decode("ascii"),
            keep_blank_values=True,
            max_num_fields=MOST_FIELDS,
            errors="strict",
        )
    except (UnicodeDecodeError, ValueError):
        raise BadRequest(400, f"{what} does not read.") from None
    data: dict[str, str] = {}
    for key, value in pairs:
        if key in data:
            raise BadRequest(400, f"`{key}` is given twice.")
        data[key] = value
    return data


def read_asked(data: Mapping[str, Any]) -> Asked:
    """Read the keys of a request, whatever brought it; others are passed over."""
    document, name = data.get("query"), data.get("operationName")
    if document is not None and (not isinstance(document, str) or not document.strip()):
        raise BadRequest(400, "`query` must be a GraphQL document.")
    if name is not None and not isinstance(name, str):
        raise BadRequest(400, "`operationName` must be text.")
    variables = _map_of(data, "variables")
    stated, is_apollo = _document_id(data)
    if document is None and stated is None:
        raise BadRequest(400, "`query` must be a GraphQL document.")
    return Asked(document, stated, name, variables, is_apollo)


def _document_id(data: Mapping[str, Any]) -> tuple[str | None, bool]:
    """Find the id of a registered document, in either form."""
    stated = data.get("documentId")
    persisted = _map_of(data, "extensions").get("persistedQuery")
    is_apollo = stated is None and persisted is not None
    if is_apollo:
        stated = f"sha256:{persisted.get('sha256Hash')}" if isinstance(persisted, dict) else ""
    if stated is None:
        return None, False
    if not isinstance(stated, str) or not _ID.fullmatch(stated):
        raise BadRequest(400, "A document's id is `sha256:` and 64 hexadecimal digits.")
    return stated, is_apollo


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
