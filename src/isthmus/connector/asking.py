"""From a manifest's request and a place in the list to one call: method, path, query, body."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from isthmus.connector import template
from isthmus.connector.form_words import Csv, Form, Json, JsonLd, JsonLines, Xml
from isthmus.connector.manifest import Request
from isthmus.errors import Misconfigured

_ACCEPTS: Mapping[type, str] = {
    Json: "application/json",
    JsonLines: "application/x-ndjson, application/jsonl, */*;q=0.5",
    Csv: "text/csv, */*;q=0.5",
    Xml: "application/xml, text/xml;q=0.9, */*;q=0.5",
    JsonLd: "text/html, application/xhtml+xml;q=0.9",
}
_SPARQL = "application/sparql-results+json"
_ONLY_SLOT = re.compile(r"\{([a-z_]+)(?:\.([A-Za-z_][A-Za-z0-9_]*))?\}")


@dataclass(frozen=True, slots=True)
class Asking:
    """One call."""

    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"
    body: bytes | None = None


def asking(
    request: Request, form: Form, values: Mapping[str, Any], parameters: Mapping[str, Any]
) -> Asking:
    """Write a call; `parameters` name the page. Raises where the path lacks a value."""
    path = template.fill(request.path, values, encode=True)
    if path is None:
        message = f"the config lacks a value used in the path {request.path}"
        raise Misconfigured("CONFIG_INVALID", message)
    filled = {k: template.fill(v, values, encode=False) for k, v in request.query.items()}
    query = {k: v for k, v in filled.items() if v is not None}
    headers = {"accept": _ACCEPTS[type(form)], **request.headers}
    if request.sparql is not None:
        query["query"] = _cut(request.sparql, parameters)
        return Asking(path, query, headers | {"accept": _SPARQL})
    body = _body(request, values, parameters)
    if body is None:
        query |= {name: str(value) for name, value in parameters.items()}
        return Asking(path, query, headers, request.method.upper())
    headers["content-type"] = "application/json"
    return Asking(path, query, headers, "POST", orjson.dumps(body))


def _body(request: Request, values: Mapping[str, Any], parameters: Mapping[str, Any]) -> Any:
    """Give the body of a request that has one, the page's parameters inside it."""
    if request.graphql is not None:
        variables = _filled(request.variables, values)
        return {"query": request.graphql, "variables": _placed(variables, parameters)}
    if request.body is None:
        return None
    return _placed(_filled(request.body, values), parameters)


def _filled(value: Any, values: Mapping[str, Any]) -> Any:
    """Fill every text of a body; one that is a slot and nothing else keeps the value's type."""
    if isinstance(value, dict):
        made = {name: _filled(inner, values) for name, inner in value.items()}
        return {name: inner for name, inner in made.items() if inner is not None}
    if isinstance(value, list):
        return [_filled(item, values) for item in value]
    if not isinstance(value, str):
        return value
    slot = _ONLY_SLOT.fullmatch(value)
    if slot is None:
        return template.fill(value, values, encode=False)
    found = values.get(slot[1])
    return found.get(slot[2]) if slot[2] is not None and isinstance(found, Mapping) else found


def _placed(body: Any, parameters: Mapping[str, Any]) -> Any:
    """Put the page's parameters into a body; a dot in a name leads inside."""
    for name, value in parameters.items():
        place = body
        *steps, last = name.split(".")
        for step in steps:
            place = place.setdefault(step, {})
        place[last] = value
    return body


def _cut(query: str, parameters: Mapping[str, Any]) -> str:
    """Ask a SPARQL query for a page of its rows."""
    words = " ".join(f"{name.upper()} {int(value)}" for name, value in parameters.items())
    return f"{query.rstrip()}\n{words}".rstrip()
