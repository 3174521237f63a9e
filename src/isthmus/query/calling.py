"""One call of a compiled operation: its variables, languages, moment, and the pages it asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from isthmus.query.arguments import Irregular, Variables
from isthmus.query.ids import key_of
from isthmus.query.pages import PageRequest

__all__ = ["Call", "Irregular", "Unplanned", "wanted_sources"]

LanguagesReader = Callable[[Variables], Sequence[str] | None]
RequestReader = Callable[[Variables], PageRequest]


class Unplanned(Exception):
    """A field that no plan can give."""


class Call:
    """What one request brings; what its arguments ask for is read once, when first needed."""

    __slots__ = ("_requests", "asked", "keys", "languages", "now", "variables")

    def __init__(
        self,
        variables: Variables,
        languages: Sequence[str],
        now: datetime,
        asked: Sequence[LanguagesReader] = (),
    ) -> None:
        self.variables = variables
        self.languages = tuple(languages)
        self.now = now
        self.asked = [tuple(read(variables) or self.languages) for read in asked]
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


def wanted_sources(request: PageRequest) -> set[int] | None:
    """Give the keys of the sources a filter names; None where it names none."""
    named: Any = request.value("source")
    return None if named is None else {key_of(text, "src") for text in named}
