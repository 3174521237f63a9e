"""One request, and its call of one compiled piece: variables, languages, moment, pages asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from isthmus.model.asked import Told
from isthmus.query.arguments import Irregular, Variables
from isthmus.query.ids import key_of
from isthmus.query.pages import PageRequest
from isthmus.query.statements import Watch
from isthmus.store.database import Connection

if TYPE_CHECKING:
    from isthmus.query.remembering import Memory

__all__ = ["Call", "Irregular", "Request", "Unplanned", "wanted_sources"]

LanguagesReader = Callable[[Variables], Sequence[str] | None]
RequestReader = Callable[[Variables], PageRequest]


NOTHING_TOLD: Mapping[int, Told] = MappingProxyType({})


class Unplanned(Exception):
    """A field that no plan can give."""


class Call:
    """What one request brings; what its arguments ask for is read once, when first needed."""

    __slots__ = ("_requests", "asked", "keys", "languages", "now", "told", "variables")

    def __init__(
        self,
        variables: Variables,
        languages: Sequence[str],
        now: datetime,
        asked: Sequence[LanguagesReader] = (),
        told: Mapping[int, Told] = NOTHING_TOLD,
    ) -> None:
        self.variables = variables
        self.languages = tuple(languages)
        self.now = now
        self.asked = [tuple(read(variables) or self.languages) for read in asked]
        self.told = told
        self.keys: Sequence[int] = ()
        self._requests: dict[int, PageRequest] = {}

    def request(self, number: int, read: RequestReader) -> PageRequest:
        """Give the checked arguments of one connection."""
        found = self._requests.get(number)
        if found is None:
            found = self._requests[number] = read(self.variables)
        return found

    def first_language(self, place: int) -> str | None:
        """Give the language most wanted of those asked at `place`."""
        asked = self.asked[place]
        return asked[0] if asked else None


@dataclass(frozen=True, slots=True)
class Request:
    """What one request brings to each compiled piece of its operation."""

    variables: Variables
    languages: Sequence[str]
    now: datetime
    watch: Watch | None = None
    memory: Memory | None = None
    generation: str | None = None
    """That of the records, as it was when the request came."""
    told: Mapping[int, Told] = field(default_factory=dict)
    """What live sources told that were asked for it, by their keys."""

    def call(self, asked: Sequence[LanguagesReader]) -> Call:
        """Give a call of one compiled piece, by the languages it asks."""
        return Call(self.variables, self.languages, self.now, asked, self.told)

    async def fetch(self, connection: Connection, text: str, values: Sequence[Any]) -> Any:
        """Read the rows of one statement."""
        if self.watch is None:
            return await connection.fetch(text, *values)
        with self.watch(text):
            return await connection.fetch(text, *values)


def wanted_sources(request: PageRequest) -> set[int] | None:
    """Give the keys of the sources a filter names; None where it names none."""
    named: Any = request.value("source")
    return None if named is None else {key_of(text, "src") for text in named}
