"""The forms in which a system writes its records, as words of the manifest (`read`)."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Encoding = Literal["utf-8", "utf-16", "latin-1", "windows-1252"]
Member = Annotated[str, Meta(min_length=1, max_length=200)]


class _Words(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="form"
):
    """Every form names itself by `form`; `member` is a file in a zip, by a pattern."""


class Json(_Words, tag="json", frozen=True, kw_only=True):
    """One JSON value; `records` finds the list in it."""


class JsonLines(_Words, tag="json_lines", frozen=True, kw_only=True):
    """One JSON value a line, each of them a record."""

    member: Member | None = None


class Csv(_Words, tag="csv", frozen=True, kw_only=True):
    """Rows under a header, each of them a record: a map from column to text.

    `skip` lines stand before the header; `header` names the columns of a file that has none.
    A `delimiter` may be left to the header to show (`auto`); with `quote: none` a quotation mark
    is a letter like any other. `columns` are patterns of the names that may stand in the header,
    `needs` those that must. `line` is a name under which a row holds the line it begins on.
    """

    delimiter: Annotated[str, Meta(pattern=r"^(.|\t|auto)$")] = ","
    quote: Literal["double", "none"] = "double"
    encoding: Encoding = "utf-8"
    skip: Annotated[int, Meta(ge=0, le=1000)] = 0
    header: list[str] = []
    columns: list[str] = []
    needs: list[str] = []
    line: Annotated[str, Meta(min_length=1, max_length=40)] | None = None
    member: Member | None = None


class Xml(_Words, tag="xml", frozen=True, kw_only=True):
    """Elements as maps: attributes as `@name`, text beside them as `#text`, no namespaces.

    `each` is the path of one record from the root, as `feed/entry`: then the file is read one
    record at a time, however long it is. Without it the whole body is one value.
    """

    each: Annotated[str, Meta(pattern=r"^[^/\s]+(/[^/\s]+)+$", max_length=300)] | None = None
    member: Member | None = None


class JsonLd(_Words, tag="json_ld", frozen=True, kw_only=True):
    """The JSON-LD in a page's scripts, as one list; graphs in it are laid open."""


Form = Json | JsonLines | Csv | Xml | JsonLd
