"""What following a list needs: what to ask at a cursor, and which cursor an answer leads to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from isthmus.errors import SourceGarbled
from isthmus.outbound import Answer


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """One answer with what was found in it."""

    answer: Answer
    body: Any
    records: Sequence[Any]
    cursor: str | None
    """The cursor it was asked with."""


@dataclass(frozen=True, slots=True)
class Onward:
    """Where reading goes on; `again` drops this answer: it was only asked to find the way."""

    cursor: str | None
    again: bool = False
    warning: str | None = None
    """Why the list cannot be read whole, where that came out."""


class Follower(Protocol):
    """Follows one list."""

    def parameters(self, cursor: str | None) -> Mapping[str, Any]:
        """Give what a call adds to the request to get the page at a cursor."""
        ...

    def address(self, cursor: str | None) -> str | None:
        """Give the address of the page at a cursor, where that is one."""
        ...

    def onward(self, page: PageAnswer) -> Onward:
        """Give the way on after an answer."""
        ...

    def tolerates(self, body: Any) -> bool:
        """Tell whether an answer without a list is an empty one."""
        ...


def counted(cursor: str) -> int:
    """Read a cursor that counts; one of another kind of paging ends the run, which begins anew."""
    try:
        return int(cursor)
    except ValueError:
        raise SourceGarbled("was read up to a page that no longer counts as one") from None
