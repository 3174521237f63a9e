"""Opens the body of an answer to where its records stand, and writes it again.

Records are told by identity: what the manifest's own expression finds in the body is what may be
taken out, doubled or spoilt. So an edit never touches anything else, in whatever form.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import orjson

from isthmus.connector.expression import compile_expression
from isthmus.connector.form_words import Csv, JsonLd, JsonLines, Xml
from isthmus.connector.forms import elements
from isthmus.connector.forms.embedded import embedded
from isthmus.connector.functions import ConnectorFunctions
from isthmus.connector.manifest import Stream
from isthmus.errors import SourceFault

Edit = Callable[[list[Any]], list[Any]]
"""From the records of one list to what shall stand there instead."""

UNREADABLE = (SourceFault, ValueError, TypeError, LookupError, csv.Error)


@dataclass(frozen=True, slots=True)
class Opened:
    """A body as a tree, the records in it, and the way back to bytes."""

    tree: Any
    records: list[Any]
    write: Callable[[Any], bytes]


def opened(body: bytes, stream: Stream) -> Opened:
    """Open a body in the form of a stream; raises one of `UNREADABLE` where it is not of it."""
    form = stream.read
    if isinstance(form, Csv):
        return _rows(body, form)
    if isinstance(form, JsonLines):
        lines = [orjson.loads(line) for line in body.splitlines() if line.strip()]
        return Opened(lines, lines, lambda tree: b"\n".join(map(_dumped, tree)) + b"\n")
    if isinstance(form, Xml):
        tree = elements.whole(body)
        found = _at(tree, form.each.split("/")) if form.each else _found(tree, stream)
        return Opened(_listed(tree, found), found, _xml)
    if isinstance(form, JsonLd):
        tree = embedded(body)
        return Opened(tree, _found(tree, stream), _page)
    tree = orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    return Opened(tree, _found(tree, stream), orjson.dumps)


def is_packed(body: bytes) -> bool:
    """Tell whether a body is an archive."""
    return body.startswith(b"PK\x03\x04")


def edited(found: Opened, edit: Edit) -> bytes:
    """Write a body with its records edited."""
    return found.write(_edited(found.tree, {id(record) for record in found.records}, edit))


def _edited(tree: Any, ids: set[int], edit: Edit) -> Any:
    if isinstance(tree, dict):
        return {name: _edited(inner, ids, edit) for name, inner in tree.items()}
    if not isinstance(tree, list):
        return tree
    if not any(id(item) in ids for item in tree):
        return [_edited(item, ids, edit) for item in tree]
    # what stands beside the records in the same list (a page's own name, say) stays
    others = [item for item in tree if id(item) not in ids]
    return [*others, *edit([item for item in tree if id(item) in ids])]


def _found(tree: Any, stream: Stream) -> list[Any]:
    found = compile_expression(stream.records, ConnectorFunctions())(tree)
    return [item for item in found or [] if isinstance(item, dict)]


def _at(tree: Any, steps: list[str]) -> list[Any]:
    found = [tree]
    for step in steps:
        inner = [each.get(step, []) for each in found if isinstance(each, dict)]
        found = [item for one in inner for item in (one if isinstance(one, list) else [one])]
    return [item for item in found if isinstance(item, dict)]


def _listed(tree: Any, records: list[Any]) -> Any:
    """Make a list of a single child that is a record, in place: XML writes both alike."""
    ids = {id(record) for record in records}
    stack = [tree]
    while stack:
        node = stack.pop()
        if not isinstance(node, dict):
            continue
        for name, inner in node.items():
            if id(inner) in ids:
                node[name] = [inner]
            stack += inner if isinstance(inner, list) else [inner]
    return tree


def _dumped(value: Any) -> bytes:
    return value if isinstance(value, bytes) else orjson.dumps(value)


def _page(tree: Any) -> bytes:
    script = orjson.dumps(tree).replace(b"</", b"<\\/")
    return b'<html><script type="application/ld+json">' + script + b"</script></html>"


def _rows(body: bytes, form: Csv) -> Opened:
    encoding = "utf-8-sig" if form.encoding == "utf-8" else form.encoding
    text = io.StringIO(body.decode(encoding), newline="")
    before = [text.readline() for _ in range(form.skip)]
    read = list(csv.reader(text, delimiter=form.delimiter))
    header = list(form.header) or read.pop(0)
    records = [dict(zip(header, row, strict=False)) for row in read if any(row)]

    def write(tree: Any) -> bytes:
        out = io.StringIO()
        writer = csv.writer(out, delimiter=form.delimiter)
        rows = list(_cells(tree, header, with_header=not form.header))
        writer.writerows(rows)
        return ("".join(before) + out.getvalue()).encode(form.encoding, "replace")

    return Opened(records, records, write)


def _cells(tree: Any, header: list[str], *, with_header: bool) -> Iterator[list[str]]:
    named = next(
        (list(row) for row in tree if isinstance(row, dict) and len(row) == len(header)), header
    )
    if with_header:
        yield named
    for row in tree:
        yield [str(v) for v in row.values()] if isinstance(row, dict) else [str(row)]


def _xml(tree: Any) -> bytes:
    ((name, value),) = tree.items()
    return ('<?xml version="1.0" encoding="UTF-8"?>' + "".join(_element(name, value))).encode()


def _element(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _element(name, item)
        return
    if not isinstance(value, dict):
        yield f"<{name}>{escape(str(value))}</{name}>"
        return
    attributes = "".join(
        f" {key[1:]}={quoteattr(str(v))}" for key, v in value.items() if key.startswith("@")
    )
    yield f"<{name}{attributes}>{escape(value.get('#text', ''))}"
    for key, inner in value.items():
        if not key.startswith(("@", "#")):
            yield from _element(key, inner)
    yield f"</{name}>"
