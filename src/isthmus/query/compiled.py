"""A compiled piece: levels in the order they can be read, and the code that stitches them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby
from typing import TYPE_CHECKING, Any

from isthmus.query.calling import Call, LanguagesReader, Request
from isthmus.query.levels import Level
from isthmus.query.stitching import FUNCTIONS
from isthmus.store.database import Connection

if TYPE_CHECKING:
    from isthmus.query.compiling import Compiler

Build = Callable[[Sequence[Any], Sequence[Any], Call], Any]


class Depends(IntEnum):
    """What an answer changes with, each with all that stands before it."""

    RECORDS = 1
    SOURCES = 2
    """How sources are doing, too."""
    TIME = 3
    """The moment of the request too, which is told in whole minutes."""
    NOTHING_SAID = 4
    """The executor ran a part of it, which does not say what it read."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """Root fields, or objects by key, ready to be read."""

    stages: Sequence[Sequence[Level]]
    """Levels that can be read together, those that need nothing first."""
    count: int
    build: Build
    asked: Sequence[LanguagesReader]
    source: str
    """The generated code."""
    depends: Depends

    async def run(self, call: Call, request: Request, connection: Connection) -> Any:
        """Read every level and give what the generated code makes of the rows."""
        held: list[Any] = [None] * self.count
        rows: list[Sequence[Any]] = [()] * self.count
        for stage in self.stages:
            for level in stage:
                keys = level.keys_of(call, rows)
                found = await level.reading.fetch(level, call, keys, request, connection)
                held[level.number], rows[level.number] = found
        return self.build(held, rows, call)

    @property
    def levels(self) -> list[Level]:
        """Every level, in the order of reading."""
        return [level for stage in self.stages for level in stage]


def finish(compiler: Compiler, answer: str) -> Compiled:
    """Put the code together and let Python read it."""
    levels = compiler.levels
    lines = [
        "def build(L, R, call):",
        "    now, told = call.now, call.told",
        *[f"    asked{place} = call.asked[{place}]" for place in range(len(compiler.asked))],
        *[f"    l{level.number} = L[{level.number}]" for level in levels],
        *[f"    {line}" for line in compiler.functions],
        f"    return {answer}",
    ]
    for level in levels:
        if level.keys_source:
            lines += [f"def keys{level.number}(R):", f"    return {level.keys_source}"]
    source = "\n".join(lines)
    names: dict[str, Any] = {**FUNCTIONS, **compiler.objects}
    exec(compile(source, "<plan>", "exec"), names)  # noqa: S102 - our own code, no caller's text
    for level in levels:
        level.keys = names.get(f"keys{level.number}")
    ordered = sorted(levels, key=lambda level: level.depth)
    stages = [tuple(stage) for _, stage in groupby(ordered, key=lambda level: level.depth)]
    return Compiled(
        stages, len(levels), names["build"], tuple(compiler.asked), source, compiler.depends
    )
