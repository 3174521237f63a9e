"""The ways a system cuts a list into pages, as words of the manifest."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

Size = Annotated[int, Meta(ge=1, le=1_000_000)]


class _Words(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="style"
):
    """Every style names itself by `style`."""


class Number(_Words, tag="number", frozen=True, kw_only=True):
    """Pages are counted; the last one is short, empty or named by `total`."""

    param: str = "page"
    start: int = 1
    size_param: str | None = None
    size: Size = 100
    total: str | None = None


class Offset(_Words, tag="offset", frozen=True, kw_only=True):
    """Records are counted; the last page is short or empty."""

    param: str = "offset"
    size_param: str | None = "limit"
    size: Size = 100


class Cursor(_Words, tag="cursor", frozen=True, kw_only=True):
    """Each answer holds the next page's cursor, found by `next`; null on the last."""

    param: str = "cursor"
    next: str
    size_param: str | None = None
    size: Size = 100


class Link(_Words, tag="link", frozen=True, kw_only=True):
    """Each answer names the next page's address: in its Link header, or found by `next`."""

    next: str | None = None
    size_param: str | None = None
    size: Size = 100


class Oai(_Words, tag="oai", frozen=True, kw_only=True):
    """OAI-PMH: `resumptionToken` goes on, alone beside the verb."""

    metadata_prefix: str = "oai_dc"
    set: str | None = None


class Window(_Words, tag="window", frozen=True, kw_only=True):
    """Time is cut until no cut holds more than can be reached; inside it, records are counted.

    `total` finds how many records a cut holds; `wall` is how many can be reached. `form` is how a
    moment is written, as `strptime` has it; `start` is the first, in ISO 8601.
    """

    since: str
    until: str
    start: str
    total: str
    wall: Size
    form: str = "%Y-%m-%dT%H:%M:%S"
    param: str = "offset"
    size_param: str | None = "limit"
    size: Size = 100


Paging = Number | Offset | Cursor | Link | Oai | Window
