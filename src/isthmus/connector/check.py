"""The static check of a manifest: what its types cannot say, found with the line it stands on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema_rs

from isthmus.connector import template
from isthmus.connector.expression import ExpressionInvalid, parse
from isthmus.connector.functions import ConnectorFunctions
from isthmus.connector.manifest import Finding, Manifest, Stream, line_of
from isthmus.connector.paging_words import Cursor, Link, Number
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
}
"""The fields without which a record of a type is none."""


def check(manifest: Manifest, text: str, name: str = "connector.yaml") -> list[Finding]:
    """List everything wrong with a manifest that reads; empty when it is sound."""
    _, lines = read_yaml(text, name)
    return [Finding(name, line_of(path, lines), message) for path, message in _faults(manifest)]


def _faults(manifest: Manifest) -> Iterator[tuple[Path, str]]:
    yield from _of_config(manifest)
    if manifest.http.base_url is not None:
        said = template.check_address(manifest.http.base_url)
        said = said or template.check_slots(manifest.http.base_url)
        if said:
            yield ("http", "base_url"), f"http.base_url: {said}"
    if manifest.personal and "synced" in manifest.modes:
        yield ("modes",), "modes: personal data is never synced"
    for name, stream in manifest.streams.items():
        yield from _of_stream(("streams", name), stream)


def _of_config(manifest: Manifest) -> Iterator[tuple[Path, str]]:
    try:
        jsonschema_rs.validator_for(manifest.config)
    except (jsonschema_rs.ValidationError, ValueError):
        yield ("config",), "config: is not a JSON Schema"


def _of_stream(at: Path, stream: Stream) -> Iterator[tuple[Path, str]]:
    for word in ("records", "where", "id", "uri", "changed"):
        expression = getattr(stream, word)
        if expression is not None:
            yield from _of_expression((*at, word), expression)
    if stream.request is not None:
        for path, value in _templates((*at, "request"), stream):
            if said := template.check_slots(value):
                yield path, f"{'.'.join(path)}: {said}"
    yield from _of_paging(at, stream)
    if stream.map is not None:
        yield from _of_map((*at, "map"), stream)


def _templates(at: Path, stream: Stream) -> Iterator[tuple[Path, str]]:
    request = stream.request
    if request is not None:
        yield (*at, "path"), request.path
        for key, value in request.query.items():
            yield (*at, "query", key), value


def _of_paging(at: Path, stream: Stream) -> Iterator[tuple[Path, str]]:
    page = stream.page
    if isinstance(page, Cursor | Link) and page.next is not None:
        yield from _of_expression((*at, "page", "next"), page.next)
    if isinstance(page, Number) and page.total is not None:
        yield from _of_expression((*at, "page", "total"), page.total)


def _of_map(at: Path, stream: Stream) -> Iterator[tuple[Path, str]]:
    mapping = stream.map or {}
    for field in unknown_fields(stream.produces, mapping):
        yield (*at, field), f"{field} is not a field of {stream.produces}"
    for field in REQUIRED[stream.produces]:
        if field not in mapping:
            yield at, f"{stream.produces} needs {field}, which the map does not give"
    yield from _of_mapped(at, mapping)


def _of_mapped(at: Path, mapping: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    for field, value in mapping.items():
        if isinstance(value, str):
            yield from _of_expression((*at, field), value)
        elif isinstance(value, dict):
            yield from _of_mapped((*at, field), value)
        else:
            yield (*at, field), f"{field}: an expression is text; put it in quotes"


def _of_expression(path: Path, expression: str) -> Iterator[tuple[Path, str]]:
    try:
        parse(expression, ConnectorFunctions().by_name())
    except ExpressionInvalid as error:
        yield path, f"{'.'.join(path)}: {error}"
