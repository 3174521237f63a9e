"""What live sources told, for one answer: asked before it is read, and errors beside its data."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from graphql import GraphQLError

from isthmus.errors import SourceFault
from isthmus.graph.types.held_credentials import FAULTS
from isthmus.model.asked import Question, Told

RECENT = 2
"""Seconds within which an answer may be ahead of what the process has heard of changes."""


class LiveSources(Protocol):
    """The live sources of public records."""

    def any(self) -> bool:
        """Tell whether there may be one."""
        ...

    def concerned(self, nouns: Collection[str]) -> bool | None:
        """Tell whether one of them brings one of these nouns; None where that must be read."""
        ...

    async def ask(self, questions: Mapping[str, Collection[Question]]) -> Mapping[int, Told]:
        """Ask those that bring these nouns; give what each told, by its key."""
        ...


def is_recent(told: Mapping[int, Told]) -> bool:
    """Tell whether one of them answered a moment ago."""
    return any(one.age is not None and one.age <= RECENT for one in told.values())


def faults_of(told: Mapping[int, Told]) -> list[GraphQLError]:
    """Give one error for each source that did not do its part."""
    found = []
    for one in told.values():
        if one.is_faulty:
            kind = FAULTS.get(one.code or "", SourceFault)
            fault = kind("A source did not do its part.", source=one.name)
            fault.retry_after = one.retry_after
            found.append(GraphQLError(str(fault), original_error=fault))
    return found
