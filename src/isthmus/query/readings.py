"""The ways a level is read: by keys, by owners, page by page, whole; and how its rows are held."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from isthmus.query.arguments import Variables
from isthmus.query.calling import RequestReader
from isthmus.query.pages import PageStatements
from isthmus.query.reading import page_of
from isthmus.query.statements import (
    Picks,
    Statement,
    children,
    packed,
    row_by_key,
    rows_by_key,
    sources_of,
    stated_values,
    whole,
)
from isthmus.query.stitching import fragment
from isthmus.query.vocabulary import Many, Page, Whole
from isthmus.store.database import Connection

if TYPE_CHECKING:
    from isthmus.query.calling import Call, Request
    from isthmus.query.levels import Level

Rows = Sequence[Any]


class Reading(ABC):
    """One way to read a level."""

    is_fixed = False
    """Whether the statement's text is the same for every call."""

    @abstractmethod
    def statement(self, level: Level, call: Call, keys: Sequence[int]) -> Statement:
        """Write the statement of one call."""

    async def fetch(
        self,
        level: Level,
        call: Call,
        keys: Sequence[int],
        request: Request,
        connection: Connection,
    ) -> tuple[Any, Rows]:
        """Read the level and hold its rows; where there are no keys, nothing is asked."""
        found: Rows = ()
        if keys or not (level.owned or level.keyed):
            text, values = self._written(level, call, keys)
            found = await request.fetch(connection, text, values)
        return self.held(level, call, found, keys)

    def _written(self, level: Level, call: Call, keys: Sequence[int]) -> tuple[str, Sequence[Any]]:
        """Give one call's statement; where no argument changes its text, it is written once."""
        if level.fixed:
            return level.fixed, [keys, *level.values(call)]
        statement = self.statement(level, call, keys)
        if self.is_fixed:
            level.fixed = statement.text
        return statement.text, statement.values

    def held(self, level: Level, call: Call, rows: Rows, keys: Sequence[int]) -> tuple[Any, Rows]:
        """Give rows as the generated code looks them up, and all that it loops over."""
        del level, call, keys
        return rows, rows


class KeyedRows(Reading):
    """Rows by their keys, the key first in each row: key -> row."""

    is_fixed = True

    def statement(self, level: Level, call: Call, keys: Sequence[int]) -> Statement:
        """Read rows by key."""
        return rows_by_key(level.shape, level.picks(call), keys)

    def held(self, level: Level, call: Call, rows: Rows, keys: Sequence[int]) -> tuple[Any, Rows]:
        """Hold rows by key."""
        return {row[0]: row for row in rows}, rows


@dataclass(frozen=True)
class OwnedRows(Reading):
    """Short lists: owner -> rows."""

    plan: Many
    is_fixed = True

    def statement(self, level: Level, call: Call, keys: Sequence[int]) -> Statement:
        """Read the rows of all owners, owner by owner."""
        return children(self.plan, level.shape, level.picks(call), keys)

    def held(self, level: Level, call: Call, rows: Rows, keys: Sequence[int]) -> tuple[Any, Rows]:
        """Hold rows by owner."""
        return _by_owner(rows), rows


@dataclass(frozen=True)
class PageTexts(Reading):
    """Pages that the database writes: owner -> JSON."""

    plan: Page
    number: int
    read: RequestReader
    text: str
    joins: str

    def statement(self, level: Level, call: Call, keys: Sequence[int]) -> Statement:
        """Write the page of each owner."""
        statements = PageStatements(self.plan, level.shape, call.request(self.number, self.read))
        return statements.texts(self.text, self.joins, keys)

    def held(self, level: Level, call: Call, rows: Rows, keys: Sequence[int]) -> tuple[Any, Rows]:
        """Hold the pages by owner."""
        return _texts(rows), ()


@dataclass(frozen=True)
class PageRows(Reading):
    """Pages of a connection: one, or owner -> page."""

    plan: Page
    number: int
    read: RequestReader

    def _statements(self, level: Level, call: Call) -> PageStatements:
        return PageStatements(self.plan, level.shape, call.request(self.number, self.read))

    def statement(self, level: Level, call: Call, keys: Sequence[int]) -> Statement:
        """Read the page of each owner, or of all."""
        picks = level.picks(call)
        statement = self._statements(level, call).rows(picks, keys if level.owned else None)
        if level.packed:
            statement.text = packed(statement.text, level.width)
        return statement

    def held(self, level: Level, call: Call, rows: Rows, keys: Sequence[int]) -> tuple[Any, Rows]:
        """Hold pages by owner; the rows are those inside the pages."""
        if level.packed:
            rows = list(zip(*rows[0], strict=True)) if rows and rows[0][0] else ()
        statements = self._statements(level, call)
        if not level.owned:
            page = page_of(rows, statements.request, statements.order)
            return page, page.rows
        found = _by_owner(rows)
        pages = {
            key: page_of(found.get(key, ()), statements.request, statements.order) for key in keys
        }
        return pages, [row for page in pages.values() for row in page.rows]


@dataclass(frozen=True)
class PageCounts(Reading):
    """How many a connection holds: a number, or owner -> number."""

    plan: Page
    number: int
    read: RequestReader

    def statement(self, level: Level, call: Call, keys: Sequence[int]) -> Statement:
        """Count for each owner, or all; a cursor that does not read is refused as ever."""
        request = call.request(self.number, self.read)
        statements = PageStatements(self.plan, level.shape, request)
        if request.after is not None or request.before is not None:
            statements.rows(Picks("1"))
        return statements.count(keys if level.owned else None)

    def held(self, level: Level, call: Call, rows: Rows, keys: Sequence[int]) -> tuple[Any, Rows]:
        """Hold counts by owner."""
        return (dict(rows) if level.owned else rows[0][0]), ()


@dataclass(frozen=True)
class StatedRow(Reading):
    """The row of an id, a URI or an identifier: the row, or None."""

    read: Callable[[Variables], tuple[str, Any]]

    def statement(self, level: Level, call: Call, keys: Sequence[int]) -> Statement:
        """Read one row; the text hangs only on what it is named by."""
        name, value = self.read(call.variables)
        values = [*level.values(call), *stated_values(level.shape, name, value)]
        text = level.written.get(name)
        if text is None:
            text = row_by_key(level.shape, level.picks(call), (name, value)).text
            level.written[name] = text
        return Statement(text, values)

    def held(self, level: Level, call: Call, rows: Rows, keys: Sequence[int]) -> tuple[Any, Rows]:
        """Hold the one row."""
        return next(iter(rows), None), rows


@dataclass(frozen=True)
class WholeRows(Reading):
    """Every row of a short table."""

    plan: Whole
    read: Callable[[Variables], Mapping[str, Any]]

    def statement(self, level: Level, call: Call, keys: Sequence[int]) -> Statement:
        """Read them all."""
        return whole(self.plan, level.shape, level.picks(call), self.read(call.variables))


@dataclass(frozen=True)
class SourceRows(Reading):
    """The sources of a noun."""

    noun: str

    def statement(self, level: Level, call: Call, keys: Sequence[int]) -> Statement:
        """Read them, oldest first."""
        return sources_of(level.shape, level.picks(call), self.noun)


def _texts(rows: Rows) -> dict[int, Any]:
    """Hold what the database wrote, by owner."""
    return {owner: fragment(text) for owner, text in rows}


def _by_owner(rows: Rows) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        held = found.get(row[0])
        if held is None:
            found[row[0]] = [row]
        else:
            held.append(row)
    return found
