"""The static check of a manifest: what its types cannot say, found with the line it stands on."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

import jsonschema_rs

from isthmus.connector import template
from isthmus.connector.authority_check import path_fault
from isthmus.connector.callback_check import callback_faults, expressions
from isthmus.connector.config import config_validator
from isthmus.connector.expression import ExpressionInvalid, compile_expression
from isthmus.connector.form_words import Xml
from isthmus.connector.functions import ConnectorFunctions
from isthmus.connector.live_check import detail_faults, live_faults
from isthmus.connector.manifest import Finding, Manifest, Request, Stream, line_of
from isthmus.connector.paging_words import Cursor, Link, Number, Oai, Offset, Window
from isthmus.connector.records import unknown_fields
from isthmus.connector.yaml_lines import Path, read_yaml

REQUIRED = {
    "Vacancy@1": ("title",),
    "Qualification@1": ("title",),
    "Organization@1": ("name",),
    "Skill@1": ("uri", "scheme", "label"),
    "Occupation@1": ("uri", "scheme", "label"),
    "LearningOutcome@1": ("text",),
    "Framework@1": ("code", "name", "kind"),
    "Credential@1": ("title",),
}
"""The fields without which a record of a type is none."""


def check(manifest: Manifest, text: str, name: str = "connector.yaml") -> list[Finding]:
    """List everything wrong with a manifest that reads; empty when it is sound."""
    _, lines = read_yaml(text, name)
    return [Finding(name, line_of(path, lines), message) for path, message in _faults(manifest)]


def _faults(manifest: Manifest) -> Iterator[tuple[Path, str]]:
    yield from _of_config(manifest)
    if manifest.http.base_url is not None:
        at, address = ("http", "base_url"), manifest.http.base_url
        said = template.check_address(address) or path_fault(address, manifest)
        if said:
            yield at, f"http.base_url: {said}"
    yield from live_faults(manifest)
    for name, stream in manifest.streams.items():
        yield from _of_stream(("streams", name), stream, manifest)


def _of_config(manifest: Manifest) -> Iterator[tuple[Path, str]]:
    try:
        config_validator(manifest.config)
    except (jsonschema_rs.ValidationError, ValueError):
        yield ("config",), "config: is not a JSON Schema that stands by itself"


def _of_query(
    text: str, manifest: Manifest, roots: Collection[str] = template.KNOWN_ROOTS
) -> str | None:
    """Check a template that is left out where a value of it is absent."""
    said = template.check_slots(text, roots)
    if said:
        return said
    known = manifest.config.get("properties")
    for name in template.config_names(text):
        if not isinstance(known, dict) or name not in known:
            return f"{{config.{name}}} is not a word of config"
        if name in manifest.secrets:
            return f"{{config.{name}}} is a secret, and has no place in an address"
    return None


def _of_stream(at: Path, stream: Stream, manifest: Manifest) -> Iterator[tuple[Path, str]]:
    for word in ("records", "where", "id", "uri", "changed", "removed"):
        expression = getattr(stream, word)
        if expression is not None:
            yield from _of_expression((*at, word), expression)
    yield from _of_request((*at, "request"), stream, manifest)
    yield from detail_faults((*at, "detail"), stream)
    yield from callback_faults(at, stream, manifest)
    if stream.callback is not None:
        for path, text in expressions(stream.callback):
            yield from _of_expression((*at, "callback", *path), text)
    yield from _of_paging(at, stream)
    if stream.map is not None:
        yield from _of_map((*at, "map"), stream)


def _of_request(at: Path, stream: Stream, manifest: Manifest) -> Iterator[tuple[Path, str]]:
    request = stream.request
    if request is None:
        return
    roots = template.KNOWN_ROOTS if stream.callback is None else template.CALLING
    found = [((*at, "path"), path_fault(request.path, manifest))]
    for word in ("query", "headers", "body", "variables"):
        texts = _texts((*at, word), getattr(request, word) or {})
        found += [(path, _of_query(text, manifest, roots)) for path, text in texts]
    yield from ((path, f"{'.'.join(path)}: {said}") for path, said in found if said)
    yield from _of_body(at, stream, request)


def _texts(at: Path, value: Any) -> Iterator[tuple[Path, str]]:
    """List the texts inside a value, each with its place."""
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts((*at, str(name)), inner)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(at, item)


def _of_body(at: Path, stream: Stream, request: Request) -> Iterator[tuple[Path, str]]:
    bodies = [w for w in ("body", "graphql", "sparql") if getattr(request, w) is not None]
    if len(bodies) > 1:
        yield (*at, bodies[1]), f"{bodies[1]}: cannot stand beside {bodies[0]}"
    if request.variables and request.graphql is None:
        yield (*at, "variables"), "variables: belong to a graphql document"
    if request.sparql is not None and not (
        stream.page == "none" or isinstance(stream.page, Offset)
    ):
        yield (*at, "sparql"), "sparql: is paged by `offset`, or not at all"
    if stream.is_file:
        if bodies or request.method != "get":
            yield at, "request: a file is fetched by a plain GET"
        if stream.page != "none":
            yield (*at[:-1], "page"), f"page: a {stream.read.__class__.__name__} file has none"


def _of_paging(at: Path, stream: Stream) -> Iterator[tuple[Path, str]]:
    page = stream.page
    if isinstance(page, Cursor | Link) and page.next is not None:
        yield from _of_expression((*at, "page", "next"), page.next)
    if isinstance(page, Number | Window) and page.total is not None:
        yield from _of_expression((*at, "page", "total"), page.total)
    if isinstance(page, Window) and not _is_moment(page.start):
        yield (*at, "page", "start"), "start: write it as 2020-01-01"
    if isinstance(page, Oai) and not isinstance(stream.read, Xml):
        yield (*at, "page"), "page: OAI-PMH answers in XML; say `read: {form: xml}`"


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _of_map(at: Path, stream: Stream) -> Iterator[tuple[Path, str]]:
    mapping = stream.map or {}
    for path in unknown_fields(stream.produces, mapping):
        yield (*at, *path), f"{'.'.join(path)} is not a field of {stream.produces}"
    for field in REQUIRED[stream.produces]:
        if field not in mapping:
            yield at, f"{stream.produces} needs {field}, which the map does not give"
    yield from _of_mapped(at, mapping)


def _of_mapped(at: Path, mapping: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    for field, value in mapping.items():
        path = (*at, str(field))
        if isinstance(value, str):
            yield from _of_expression(path, value)
        elif isinstance(value, dict):
            yield from _of_mapped(path, value)
        else:
            yield path, f"{field}: an expression is text; put it in quotes"


def _of_expression(path: Path, expression: str) -> Iterator[tuple[Path, str]]:
    try:
        compile_expression(expression, ConnectorFunctions())
    except ExpressionInvalid as error:
        yield path, f"{'.'.join(path)}: {error}"
