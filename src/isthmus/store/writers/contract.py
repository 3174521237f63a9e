"""What a writer of a noun answers, and the few conversions all of them share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple

import orjson

from isthmus.model.alignment import Alignment
from isthmus.model.place import Place
from isthmus.model.reference import Noun, Reference
from isthmus.model.skill import ConceptScheme
from isthmus.model.text import Text

ALIGNMENT_COLUMNS = (
    "skill_id", "stated_as", "language", "method", "confidence",
    "span_start", "span_end", "alternatives",
)  # fmt: skip


class Derived(NamedTuple):  # one is made for every record
    """An entity described in passing by another record: `key` names it within the source."""

    noun: Noun
    key: str
    entity: Any


class Pointer(NamedTuple):  # a classification has more of them than of anything else
    """A stated pointer at another record, by `link`; `detail` holds the link's own columns."""

    link: str
    target: Reference
    ord: int = 0
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """How one kind of pointer is stored once both ends are known.

    With `column`, the owner's row holds the target's key; else `table` has a row for each, with
    the owner under `owner`, the target under `target`, and `extra` columns out of the pointer.
    `into` names the target's table and identity where they are not its noun's own.
    """

    noun: Noun
    into: tuple[str, str] | None = None
    column: str | None = None
    table: str = ""
    owner: str = ""
    target: str = ""
    extra: str = ""
    extra_values: str = ""


class NounWriter(ABC):
    """Turns entities of one noun into rows."""

    noun: ClassVar[Noun]
    table: ClassVar[str]
    identity: ClassVar[str | None] = None
    """The column that makes two records of different sources one entity."""
    columns: ClassVar[tuple[str, ...]]
    children: ClassVar[Mapping[str, tuple[str, tuple[str, ...]]]] = {}
    """Child table -> its column for the owner, and its further columns."""
    upserts: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """Child tables that others point at: their rows are updated in place, by these columns."""
    links: ClassVar[Mapping[str, Link]] = {}
    translated: ClassVar[tuple[str, ...]] = ()
    """Texts that a second source may add languages to."""
    after: ClassVar[tuple[str, ...]] = ()
    """Statements that keep derived tables right, run with the keys written ($1)."""

    @abstractmethod
    def identity_of(self, entity: Any) -> str | None:
        """Give the public identity of an entity, if it has one."""

    @abstractmethod
    def row(self, entity: Any, known: Mapping[tuple[Noun, str], int]) -> tuple[Any, ...]:
        """Give the values of `columns`; `known` maps derived keys to hub keys."""

    def scheme_of(self, entity: Any) -> ConceptScheme | None:
        """Give the scheme an entity stands in, if it is a concept."""
        return None

    def derived(self, entity: Any) -> Iterable[Derived]:
        """List the entities this one describes in passing."""
        return ()

    def pointers(self, entity: Any) -> Iterable[Pointer]:
        """List the records this one points at."""
        return ()

    def child_rows(
        self, entity: Any, key: int, known: Mapping[tuple[Noun, str], int]
    ) -> Iterable[tuple[str, tuple[Any, ...]]]:
        """List the rows of the child tables, each with its table's name."""
        return ()


def text_columns(text: Text | None) -> tuple[str | None, str | None, str | None]:
    """Give a text's value, language and translations (JSON), or three NULLs."""
    if text is None:
        return (None, None, None)
    return (text.value, text.language, json_or_null(text.others) if text.others else None)


def json_or_null(value: Any) -> str | None:
    """Give JSON text; NULL for what is empty."""
    return orjson.dumps(value).decode() if value else None


def alignment_columns(alignment: Alignment) -> tuple[Any, ...]:
    """Give the values of `ALIGNMENT_COLUMNS`."""
    a = alignment
    return (
        a.skill, a.stated_as, a.language, a.method, a.confidence,
        a.start, a.end, json_or_null(a.alternatives),
    )  # fmt: skip


@lru_cache(maxsize=4096)  # a source has the same few places again and again
def places_columns(places: tuple[Place, ...]) -> tuple[str | None, list[str], list[str]]:
    """Give places as JSON, the countries among them and the regions."""
    countries = list(dict.fromkeys(p.country for p in places if p.country))
    return json_or_null(places), countries, [p.region for p in places if p.region]
