"""One level of a compiled operation: rows of one shape, read by one statement.

The compiler asks a level for values and is told where in a row they will stand; when all of an
operation is compiled, the level knows what its statement must give.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from isthmus.query.statements import Picks
from isthmus.query.vocabulary import Shape
from isthmus.store.required import REQUIRED

if TYPE_CHECKING:
    from isthmus.query.calling import Call
    from isthmus.query.readings import Reading

Keys = Callable[[Sequence[Any]], set[Any]]


@dataclass(slots=True, eq=False)
class Level:
    """What one statement reads, and the place of each value in its rows.

    `owned` rows begin with their owner's key; `keyed` statements take keys as their first
    parameter. A `paged` level gives from a page what it needs, and joins outside of it. The rows of
    a `packed` one come as one row of arrays.
    """

    number: int
    shape: Shape
    reading: Reading
    depth: int = 0
    owned: bool = False
    keyed: bool = False
    paged: bool = False
    packed: bool = False
    keys_source: str = ""
    """Generated code: the owners' keys, over `R`, the rows of all levels."""
    keys: Keys | None = None
    texts: list[str] = field(default_factory=list)
    joins: list[str] = field(default_factory=list)
    languages: list[tuple[int, bool]] = field(default_factory=list)
    """Places of languages asked that the statement takes: all in their order, or the first."""
    inner: dict[str, str] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    """Texts of the statement, by what they hang on besides the level."""
    fixed: str = ""
    """The statement's text, once written, where no argument changes it."""

    def keys_of(self, call: Call, rows: Sequence[Any]) -> Sequence[int]:
        """Give the keys that the statement is asked for: those of the rows read before."""
        if self.keys is None:
            return call.keys if self.keyed else ()
        # a null key owns nothing; sorted, so that one question is one statement with one answer
        return sorted(key for key in self.keys(rows) if key is not None)

    def own(self, sql: str) -> str:
        """Give an expression over the level's own row as the outer statement names it."""
        if not self.paged:
            return sql
        return f"t.{self.inner.setdefault(sql, f'c{len(self.inner)}')}"

    def pick(self, sql: str) -> int:
        """Ask for an expression; give its place in the row."""
        if sql not in self.texts:
            self.texts.append(sql)
        return self.texts.index(sql) + self.owned

    def join(self, shape: Shape, key: str) -> str:
        """Join the row of another shape whose key is `key`; give its alias."""
        for place, joined in enumerate(self.joins):
            if joined.endswith(f"{shape.table} j{place} ON j{place}.id = {key}"):
                return f"j{place}"
        alias = f"j{len(self.joins)}"
        self.joins.append(f"LEFT JOIN {shape.table} {alias} ON {alias}.id = {key}")
        return alias

    def state(self) -> tuple[int, int, dict[str, str]]:
        """Give what is joined, taken and read of the own row, before something is tried."""
        return len(self.joins), len(self.languages), dict(self.inner)

    def restore(self, state: tuple[int, int, dict[str, str]]) -> None:
        """Take back what came since."""
        joined, languages, self.inner = state
        del self.joins[joined:]
        del self.languages[languages:]

    @property
    def width(self) -> int:
        """How many values a row has."""
        return len(self.texts) + self.owned

    def language(self, place: int) -> str:
        """Name the parameter that holds the first of the languages asked at `place`."""
        return f"{self._parameter((place, False))}::text"

    def order(self, place: int) -> str:
        """Name the parameter that holds all languages asked at `place`, in their order."""
        return f"{self._parameter((place, True))}::text[]"

    def _parameter(self, taken: tuple[int, bool]) -> str:
        if taken not in self.languages:
            self.languages.append(taken)
        return f"${self.languages.index(taken) + 1 + (self.owned or self.keyed)}"

    def picks(self, call: Call) -> Picks:
        """Tell the statement what to give."""
        return Picks(
            ", ".join(self.texts) or "1",
            " ".join(self.joins),
            self.values(call),
            ", ".join(f"{sql} AS {name}" for sql, name in self.inner.items()) or "1"
            if self.paged
            else None,
        )

    def values(self, call: Call) -> list[Any]:
        """Give the parameters of the picks."""
        return [
            call.asked[place] if ordered else call.first_language(place)
            for place, ordered in self.languages
        ]


@dataclass(slots=True, eq=False)
class View:
    """Where the values of one object stand in the generated code.

    `var` names a row of the level, or a map where the object was held as JSON; `clause` loops
    over all there are.
    """

    level: Level
    var: str
    clause: str
    shape: Shape | None
    alias: str = "t"
    returned: str = ""
    """Generated code for the count of a source's records, where the object is a source's."""

    def sql(self, column: str) -> str:
        """Give a column as SQL."""
        if self.shape is None:
            raise TypeError(column)
        sql = self.shape.sql(column, self.alias)
        return self.level.own(sql) if self.alias == "t" else sql

    def value(self, column: str, wrap: str = "{}") -> str:
        """Give the code of a column's value, in SQL wrapped as told."""
        if self.shape is None:
            return f"{self.var}[{column!r}]"
        return self.pick(wrap.format(self.sql(column)))

    def pick(self, sql: str) -> str:
        """Give the code of an SQL expression's value."""
        return f"{self.var}[{self.level.pick(sql)}]"

    def key(self) -> str:
        """Give the code of the object's key."""
        return self.value("id")

    def is_required(self, column: str) -> bool:
        """Tell whether the store never holds NULL in a column."""
        if self.shape is None or column in self.shape.columns or not self.shape.table:
            return False
        return column in REQUIRED.get(self.shape.table, ())
