"""The feed: a partner's own small server that gives canonical records, page by page.

::

    GET <address>/isthmus/v1/manifest                        what it has, and what it promises
    GET <address>/isthmus/v1/streams/<name>?cursor=<cursor>  JSON Lines, one page
    GET <address>/isthmus/v1/health                          200 where it is well

Its code never comes in here. What it sends is held to the canonical types like everything else:
fields they do not have are dropped unseen, and what does not fit is in the quarantine. The last
line of a page says where to go on, and whether the list is whole; a page without one was cut off.
The wire is described in `src/docs/partners.md`, and published as `Feed@1` in `src/docs/schemas`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_type_hints

import msgspec
import orjson
from msgspec import Meta

from isthmus.connector import manifest as manifests
from isthmus.connector import template
from isthmus.connector.authority_words import BearerWords
from isthmus.connector.form_words import JsonLines
from isthmus.connector.installed import InstalledConnector
from isthmus.connector.live_words import Auth
from isthmus.connector.manifest import (
    Every,
    Finding,
    Http,
    Manifest,
    ManifestInvalid,
    Schedule,
    Stream,
    StreamName,
    Version,
)
from isthmus.connector.manifest import Name as ConnectorName
from isthmus.connector.page import Page
from isthmus.connector.part import Connector, Context, stream
from isthmus.connector.pull import MAX_PAGES
from isthmus.connector.record_fault import RecordFault
from isthmus.connector.records import TYPES
from isthmus.errors import SourceGarbled, SourceRefused
from isthmus.model.run import Rejection

NAME = "Feed@1"
ROOT = "isthmus/v1"
FILE = "manifest"
"""What a finding calls the text that a feed tells about itself."""
GONE = 410
INCOMPLETE = "the feed says that its list is not whole, so nothing is removed for its absence"
Promise = Literal["no", "transient", "persistent"]
_DELETES: dict[str, Literal["snapshot", "tombstone"]] = {
    "no": "snapshot", "transient": "snapshot", "persistent": "tombstone",
}  # fmt: skip
"""Who does not remember for ever what is gone is believed when it shows the whole list."""


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Words of a feed: an unknown one is a finding."""


class FeedStream(_Words, frozen=True, kw_only=True):
    """One list of records; none of them is about a person."""

    produces: Literal[
        "Vacancy@1", "Qualification@1", "Organization@1", "Skill@1", "Occupation@1",
        "LearningOutcome@1", "Framework@1",
    ]  # fmt: skip


class FeedManifest(_Words, frozen=True, kw_only=True):
    """What a feed tells about itself.

    `deletes`: it never tells what is gone (`no`), for a while (`transient`), or for ever
    (`persistent`).
    """

    isthmus_feed: Literal[1]
    id: ConnectorName
    version: Version
    title: Annotated[str, Meta(min_length=1, max_length=200)]
    maintainers: Annotated[list[str], Meta(min_length=1)]
    deletes: Promise
    streams: Annotated[dict[StreamName, FeedStream], Meta(min_length=1)]
    auth: Literal["none", "bearer"] = "none"
    rate: Annotated[str, Meta(pattern=r"^[1-9]\d{0,5}/(second|minute|hour)$")] | None = None
    every: Every = "24h"
    licence: str | None = None
    attribution: str | None = None
    redistributable: bool = False


class End(_Words, frozen=True, kw_only=True):
    """The last line of a page: where to go on, or whether all pages were the whole list."""

    cursor: Annotated[str, Meta(min_length=1, max_length=2000)] | None = None
    complete: bool = False


class RecordLine(_Words, frozen=True, kw_only=True):
    """A record in the shape of its canonical type, under an id that stays its own."""

    id: Annotated[str, Meta(min_length=1, max_length=1000)]
    record: dict[str, Any]
    uri: str | None = None
    changed: str | None = None


class DeletedLine(_Words, frozen=True, kw_only=True):
    """The id of a record that is gone."""

    deleted: Annotated[str, Meta(min_length=1, max_length=1000)]


class EndLine(_Words, frozen=True, kw_only=True):
    """Stands once, at the end of each page."""

    end: End


def schema() -> dict[str, Any]:
    """Publish the wire of a feed as JSON Schema."""
    kinds = [FeedManifest, RecordLine, DeletedLine, EndLine]
    made, parts = msgspec.json.schema_components(kinds, ref_template="#/$defs/{name}")
    manifest, *lines = made
    return {
        "title": NAME,
        "description": "The manifest of a feed; `$defs/Line` is a line of a stream.",
        **manifest,
        "$defs": parts | {"Line": {"anyOf": lines}},
    }


def address_of(stated: str) -> str:
    """Give the address of a feed; that of its manifest means the same."""
    return stated.rstrip("/").removesuffix(f"/{ROOT}/{FILE}")


def ready(text: str, address: str) -> InstalledConnector:
    """Get a feed ready from what it tells about itself; raise `ManifestInvalid`."""
    words = manifests.read(text, FeedManifest, FILE)
    said = template.check_address(address)
    if said or address.startswith("file:") or "{" in address:
        finding = Finding(FILE, 1, f"the feed's address: {said or 'is none of a feed'}")
        raise ManifestInvalid([finding])
    return InstalledConnector(
        Path(),
        _manifest(words, address),
        manifests.digest(f"feed 1\0{address}\0{text}"),
        mappings={name: _canonical(one.produces) for name, one in words.streams.items()},
        part=_part(tuple(words.streams)),
    )


def _manifest(words: FeedManifest, address: str) -> Manifest:
    config: dict[str, Any] = {"type": "object", "additionalProperties": False}
    auth: Any = "none"
    if words.auth == "bearer":
        config |= {"required": ["token"], "properties": {"token": _TOKEN}}
        auth = Auth(bearer=BearerWords())
    return Manifest(
        isthmus=1, id=words.id, version=words.version, title=words.title,
        maintainers=words.maintainers, transport="json_lines", modes=["synced"], config=config,
        http=Http(base_url=address, rate=words.rate, auth=auth), licence=words.licence,
        attribution=words.attribution, redistributable=words.redistributable,
        schedule=Schedule(every=words.every),
        streams={
            name: Stream(
                produces=one.produces, id="id", uri="uri", changed="changed", read=JsonLines(),
                deletes=_DELETES[words.deletes],
            )
            for name, one in words.streams.items()
        },
    )  # fmt: skip


_TOKEN = {"type": "string", "secret": True, "title": "What the feed lets the hub in with"}


def _canonical(produces: str) -> Callable[[Any], Any]:
    kind = TYPES[produces]

    def record_of(line: Any) -> Any:
        record = line.get("record")
        if not isinstance(record, dict):
            raise RecordFault("holds no record", reason="FIELD_MISSING", field="record")
        return known_part(record, kind)

    return record_of


def known_part(value: Any, kind: Any) -> Any:
    """Give what a canonical type has of a value: what it does not know is never kept."""
    struct = _struct_of(kind)
    if isinstance(value, list):
        return [known_part(item, kind) for item in value]
    if not isinstance(value, dict) or struct is None:
        return value
    hints = get_type_hints(struct)
    return {name: known_part(held, hints[name]) for name, held in value.items() if name in hints}


def _struct_of(kind: Any) -> Any:
    """Find the record inside a type such as `list[Place] | None`."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind
    return next((found for inner in get_args(kind) if (found := _struct_of(inner))), None)


def _part(names: tuple[str, ...]) -> type[Connector]:
    """Make the reader of a feed's streams."""
    return type("Feed", (Connector,), {f"read_{name}": _reader(name) for name in names})


def _reader(name: str) -> Any:
    @stream(name)
    async def read(self: Any, context: Context, cursor: str | None) -> AsyncIterator[Page]:
        del self
        for _ in range(MAX_PAGES):
            page = await _page(context, name, cursor)
            yield page
            if page.cursor is None:
                return
            if page.cursor == cursor:
                raise SourceGarbled("gives the same page as the next one, again and again")
            cursor = page.cursor
        raise SourceGarbled(f"has not ended after {MAX_PAGES} pages")

    return read


async def _page(context: Context, name: str, cursor: str | None) -> Page:
    query = None if cursor is None else {"cursor": cursor}
    try:
        answer = await context.http.get(f"{ROOT}/streams/{name}", query=query)
    except SourceRefused as refused:
        if refused.status == GONE and cursor is not None:  # read anew by the next run
            raise SourceGarbled("says that its cursor is too old") from None
        raise
    return page_of(answer.body)


def page_of(body: bytes) -> Page:
    """Read a page; raise `SourceGarbled` where it was cut off."""
    records: list[Any] = []
    deleted: list[str] = []
    rejected: list[Rejection] = []
    lines = [line for line in body.split(b"\n") if line.strip()]
    for number, line in enumerate(lines[:-1], 1):
        try:
            held = orjson.loads(line)
        except orjson.JSONDecodeError:
            rejected.append(_unread(number, "is no JSON"))
            continue
        if isinstance(held, dict) and held.keys() == {"deleted"}:
            gone = held["deleted"]
            if isinstance(gone, str) and gone.strip():
                deleted.append(gone.strip())
            else:
                rejected.append(_unread(number, "says `deleted` and no id"))
        elif isinstance(held, dict) and "end" in held:
            raise SourceGarbled("goes on after the line that ends its page")
        else:
            records.append(held)
    end = _end(lines)
    is_last = end.cursor is None
    missed = INCOMPLETE if is_last and not end.complete else None
    return Page(records, end.cursor, rejected=rejected, deleted=deleted, missed=missed)


def _end(lines: list[bytes]) -> End:
    try:
        return msgspec.json.decode(lines[-1], type=EndLine).end
    except (IndexError, msgspec.DecodeError):
        message = "ends without the line that ends a page, so it may be cut off"
        raise SourceGarbled(message) from None


def _unread(number: int, said: str) -> Rejection:
    return Rejection(f"#line-{number}", "LINE_INVALID", f"line {number} {said}")
