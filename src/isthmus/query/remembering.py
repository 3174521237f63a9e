"""Catalogue objects remembered as JSON text, for as long as no record changes.

Many answers hold the same skills, occupations and bodies. What an operation asks of one of them
is written as JSON once and put into later answers as it is. Only public records stand here, only
what depends on nothing but the records, and all of it goes when their generation moves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from isthmus.query.calling import Call, Request
from isthmus.query.readings import Reading, Rows
from isthmus.query.statements import Statement
from isthmus.query.stitching import as_json
from isthmus.store.database import Connection

if TYPE_CHECKING:
    from isthmus.query.compiled import Compiled
    from isthmus.query.levels import Level

Shelf = dict[int, Any]
OVERHEAD = 150
"""Bytes a remembered object takes beside its text."""


@dataclass(frozen=True, eq=False)
class RememberedRows(Reading):
    """Objects of one type by key, written by `piece` where they are not remembered."""

    piece: Compiled

    def statement(self, level: Level, call: Call, keys: Sequence[int]) -> Statement:
        """Read those that are not remembered."""
        inner = self.piece.levels[0]
        return inner.reading.statement(inner, call, keys)

    async def fetch(
        self,
        level: Level,
        call: Call,
        keys: Sequence[int],
        request: Request,
        connection: Connection,
    ) -> tuple[Any, Rows]:
        """Give objects as JSON text, reading only those that are not remembered."""
        own = request.call(self.piece.asked)
        memory = request.memory or Memory(0)
        shelf = memory.shelf(request.generation, self, own.asked)
        own.keys = [key for key in keys if key not in shelf]
        if not own.keys:
            return shelf, ()
        objects = await self.piece.run(own, request, connection)
        if request.memory is None or request.generation is None:
            return objects, ()
        found = {key: shelf[key] for key in keys if key in shelf}
        memory.put(shelf, objects)
        return {**found, **objects}, ()


class Memory:
    """What is remembered, at most `most_bytes` of it."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._generation: str | None = None
        self._shelves: dict[Any, Shelf] = {}

    def shelf(self, generation: str | None, reading: RememberedRows, asked: Any) -> Shelf:
        """Give the objects of one piece in one order of languages; an empty one while blind."""
        if generation is None:
            return {}
        if generation != self._generation:
            self._forget(generation)
        key = (reading, tuple(asked))
        found = self._shelves.get(key)
        if found is None:
            found = self._shelves[key] = {}
        return found

    def put(self, shelf: Shelf, objects: Mapping[int, Any]) -> None:
        """Remember objects as JSON."""
        for key, value in objects.items():
            text = as_json(value)
            shelf[key] = orjson.Fragment(text)
            self._bytes += len(text) + OVERHEAD
        if self._bytes > self._most_bytes:  # rare: all of it is soon there again
            self._forget(self._generation)

    def _forget(self, generation: str | None) -> None:
        self._generation = generation
        self._shelves = {}
        self._bytes = 0
