"""Faults of the records themselves: fewer, none, doubled, renamed, poisoned, a list without end."""

from __future__ import annotations

import fnmatch
import io
import re
import zipfile
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from functools import partial
from pathlib import PurePath
from typing import Any

from isthmus.connector.form_words import Csv, JsonLd, JsonLines, Xml
from isthmus.connector.kit.faults import FAULTS, TABLE, Fault, Spoil
from isthmus.connector.kit.outcomes import Right
from isthmus.connector.kit.replies import Reply
from isthmus.connector.kit.shapes import UNREADABLE, Edit, Opened, edited, is_packed, opened
from isthmus.connector.manifest import Manifest, Stream
from isthmus.connector.paging_words import Cursor, Link, Number, Oai, Offset

_STEP = r'(?:[A-Za-z_][A-Za-z0-9_]*|"[^"]+")'
_PLAIN = re.compile(rf"^{_STEP}(?:\.{_STEP})*$")
AGAIN = "/again"
"""Where a list without end leads: to the page that it was named on."""
ENOUGH = 6
"""How many times as many records make a list whose loss is one of size."""
LONG = "x" * 110_000
"""More than any field may hold."""


def _fewer(records: list[Any]) -> list[Any]:
    return records[: len(records) // 2]


def _renamed(records: list[Any]) -> list[Any]:
    return [{_other(name): value for name, value in record.items()} for record in records]


def _other(name: str) -> str:
    """Rename a field; what stands for an attribute or a text in XML still does."""
    if name.startswith("#"):
        return name
    return f"@renamed-{name[1:]}" if name.startswith("@") else f"renamed-{name}"


def _poisoned(records: list[Any]) -> list[Any]:
    first = records[0]
    junk: list[Any] = [
        {"unknown": "nothing here is known"},
        "neither map nor list",
        [],
        None,
        dict.fromkeys(list(first)[:12], LONG),
        {name: {"a": 1} for name in first},
    ]
    return [*junk, *records]


def _editing(edit: Edit, least: int = 1) -> Spoil:
    """Edit the records of an answer, of every stream that reads it; None where there are none."""

    def spoil(reply: Reply, manifest: Manifest) -> Reply | None:
        body, touched = reply.body, False
        for stream in manifest.streams.values():
            found = _within(body, stream, change) if stream.request is not None else None
            if found is not None:
                body, touched = found, True
        return replace(reply, body=body) if touched else None

    def change(found: Opened) -> bytes | None:
        return edited(found, edit) if len(found.records) >= least else None

    return spoil


def _within(body: bytes, stream: Stream, change: Callable[[Opened], bytes | None]) -> bytes | None:
    """Change what a stream reads of a body, inside its archive where it stands in one."""
    form = stream.read
    pattern = form.member if isinstance(form, Csv | JsonLines | Xml) else None
    try:
        if pattern is None:
            return None if is_packed(body) else change(opened(body, stream))
        return _repacked(body, pattern, lambda inner: change(opened(inner, stream)))
    except UNREADABLE:
        return None


def _repacked(body: bytes, pattern: str, change: Callable[[bytes], bytes | None]) -> bytes | None:
    packed, touched = io.BytesIO(), False
    with (
        zipfile.ZipFile(io.BytesIO(body)) as before,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for member in before.namelist():
            inner = before.read(member)
            if fnmatch.fnmatchcase(PurePath(member).name, pattern):
                found = change(inner)
                touched = touched or found is not None
                inner = inner if found is None else found
            after.writestr(member, inner)
    return packed.getvalue() if touched else None


def _grown(reply: Reply, manifest: Manifest) -> Reply | None:
    """Show so many records that half of them cannot go unnoticed."""
    return grown(reply, manifest, ENOUGH)


def grown(reply: Reply, manifest: Manifest, times: int) -> Reply | None:
    """Show every record so many times, each under an id of its own; None where ids are computed."""
    streams = [stream for stream in manifest.streams.values() if stream.request is not None]
    body, touched = reply.body, False
    for stream in streams:
        found = _within(body, stream, partial(_with_copies, id_=stream.id, times=times))
        if found is not None:
            body, touched = found, True
    return replace(reply, body=body) if touched else None


def _with_copies(found: Opened, id_: str, times: int) -> bytes | None:
    steps = id_.replace('"', "").split(".")
    if not found.records or not _PLAIN.match(id_):
        return None

    def grow(records: list[Any]) -> list[Any]:
        named = [one for one in records if _at_step(one, steps) is not None]
        more = [_renumbered(one, steps, n) for n in range(1, times) for one in named]
        return [*records, *more]

    return edited(found, grow)


def _at_step(record: Any, steps: list[str]) -> Any:
    for step in steps:
        record = record.get(step) if isinstance(record, dict) else None
    return record if isinstance(record, str | int) else None


def _renumbered(record: Any, steps: list[str], number: int) -> Any:
    copied = deepcopy(record)
    *before, last = steps
    place = copied
    for step in before:
        place = place[step]
    held = place[last]
    place[last] = held + 1_000_000 * number if isinstance(held, int) else f"{held}-{number}"
    return copied


def _looping(reply: Reply, manifest: Manifest) -> Reply | None:
    """Make every page name a next one that is itself; None where no stream can be led on so."""
    for stream in manifest.streams.values():
        found = _led_on(reply, stream)
        if found is not None:
            return found
    return None


def _led_on(reply: Reply, stream: Stream) -> Reply | None:
    page = stream.page
    if isinstance(page, Link) and page.next is None:
        return replace(reply, headers={**reply.headers, "link": f'<{AGAIN}>; rel="next"'})
    if isinstance(page, Cursor | Link):
        return _with_next(reply, stream, page.next or "")
    if isinstance(page, Number | Offset):
        return _filled(reply, stream, page.size)
    if isinstance(page, Oai):
        token = b"<resumptionToken>again</resumptionToken></ListRecords>"
        bare = re.sub(rb"<resumptionToken.*?(?:</resumptionToken>|/>)", b"", reply.body)
        found = re.sub(rb"</(?:\w+:)?ListRecords>", token, bare)
        return replace(reply, body=found) if found != bare else None
    return None


def _with_next(reply: Reply, stream: Stream, expression: str) -> Reply | None:
    if not _PLAIN.match(expression):
        return None

    def change(found: Opened) -> bytes | None:
        placed(found.tree, expression, AGAIN if isinstance(stream.page, Link) else "again")
        return found.write(found.tree) if found.records else None

    body = _within(reply.body, stream, change)
    return None if body is None else replace(reply, body=body)


def _filled(reply: Reply, stream: Stream, size: int) -> Reply | None:
    """Fill a page to its full size, and name a total beyond it: another must follow."""
    total = getattr(stream.page, "total", None)
    if total is not None and not _PLAIN.match(total):
        return None

    def fill(records: list[Any]) -> list[Any]:
        return (records * (size // len(records) + 1))[:size]

    def change(found: Opened) -> bytes | None:
        if not found.records:
            return None
        if total is not None:
            placed(found.tree, total, size * 1000)
        return edited(found, fill)

    body = _within(reply.body, stream, change)
    return None if body is None else replace(reply, body=body)


def placed(tree: Any, path: str, value: Any) -> None:
    """Put a value where a plain path leads, making what is missing on the way."""
    *steps, last = [step for step in re.split(r"[.\"]+", path.replace("[0]", ".0")) if step]
    for step, following in zip(steps, [*steps, last][1:], strict=True):
        empty: Any = [{}] if following == "0" else {}
        if step == "0":
            tree = tree[0]
            continue
        if not isinstance(tree.get(step), dict | list):
            tree[step] = empty
        tree = tree[step]
    tree[last] = value


def _cut(reply: Reply, _: Manifest) -> Reply:
    return replace(reply, body=reply.body[: len(reply.body) // 2])


LIST_FAULTS = (
    Fault("empty-list", _editing(lambda _: []), Right.KEPT),
    Fault("shrunken-list", _editing(_fewer, 2), Right.KEPT, before=_grown),
    Fault(
        "dup-records", _editing(lambda found: [*found, *reversed(found), *found]), Right.UNCHANGED
    ),
    Fault("poison", _editing(_poisoned), Right.KEPT),
    Fault("drift", _editing(_renamed), Right.KEPT),
    Fault("cut", _cut, Right.GARBLED, TABLE, before=_grown),
    Fault("looping", _looping, Right.GARBLED),
)
EMPTIED = LIST_FAULTS[0]
ALL_FAULTS = (*FAULTS, *LIST_FAULTS)
SHORT = (
    "hang", "truncated", "429-once", "html", "cut", "redirect-loopback", "shrunken-list", "drift",
)  # fmt: skip
"""The eight that say most, for those in a hurry."""


def family_of(manifest: Manifest) -> str:
    """Say how a connector reads its answers, as far as it decides what is right."""
    if manifest.personal:
        return "live"
    streams = list(manifest.streams.values())
    if any(stream.request is None for stream in streams):
        return "python"
    forms = [stream.read for stream in streams]
    if any(getattr(form, "member", None) for form in forms):
        return "zip"
    kinds = {Csv: "csv", JsonLines: "json_lines", Xml: "xml", JsonLd: "json_ld"}
    return kinds.get(type(forms[0]), "json")
