"""Runs statements for the executor's loaders: many keys at once, rows grouped by their owner."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from isthmus.query.cursors import encode_cursor
from isthmus.query.pages import SORT, PageRequest, PageStatements
from isthmus.query.statements import (
    OWNER,
    Picks,
    Statement,
    Watch,
    children,
    keys_by_uri,
    row_by_key,
    rows_by_key,
    sources_of,
    whole,
)
from isthmus.query.vocabulary import Inside, Many, Page, Plan, Shape, Whole, columns_of
from isthmus.store.database import Database, Row

Columns = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class RowPage:
    """One page of rows, in the order asked, with what lies beyond it."""

    rows: Sequence[Row]
    order: str
    has_next: bool
    has_previous: bool

    def cursor(self, row: Row) -> str:
        """Give the cursor of a row of this page."""
        return encode_cursor(self.order, row[SORT], row["id"])


class Reader:
    """Reads rows for the executor; columns are those every field of a type may need."""

    def __init__(
        self,
        database: Database,
        shapes: Mapping[str, Shape],
        columns: Columns,
        watch: Watch | None = None,
    ) -> None:
        self.database = database
        self._watch = watch
        self.shapes = shapes
        self._columns = columns

    async def _read(self, statement: Statement) -> list[Row]:
        if self._watch is None:
            return await self.database.read(statement.text, *statement.values)
        with self._watch(statement.text):
            return await self.database.read(statement.text, *statement.values)

    async def rows(self, type_name: str, keys: Sequence[int]) -> dict[int, Row]:
        """Read rows by key."""
        statement = rows_by_key(self.shapes[type_name], self._of(type_name), keys)
        found = await self._read(statement)
        return {row["id"]: row for row in found}

    async def keys_by_uri(self, type_name: str, uris: Sequence[str]) -> dict[str, int]:
        """Find the keys of rows by their URIs."""
        statement = keys_by_uri(self.shapes[type_name], uris)
        return {row[0]: row[1] for row in await self._read(statement)}

    async def row_by_key(self, type_name: str, key: tuple[str, Any]) -> Row | None:
        """Read the row of an id, a URI or an identifier."""
        shape = self.shapes[type_name]
        statement = row_by_key(shape, self._of(type_name), key)
        rows = await self._read(statement)
        return next(iter(rows), None)

    async def whole(self, plan: Whole, arguments: Mapping[str, Any]) -> Sequence[Row]:
        """Read every row of a short table."""
        statement = whole(plan, self.shapes[plan.type], self._of(plan.type), arguments)
        return await self._read(statement)

    async def sources(self, noun: str) -> Sequence[Row]:
        """Read the sources that bring a noun, oldest first."""
        statement = sources_of(self.shapes["SourceState"], self._of("SourceState"), noun)
        return await self._read(statement)

    def _of(self, shape_name: str, *further: str) -> Picks:
        """Pick the columns of a shape: those of the graph's type it stands for."""
        shape = self.shapes[shape_name]
        return Picks.columns(shape, (*self._columns[shape.type], *further))

    async def children(self, plan: Many, owners: Sequence[int]) -> dict[int, list[Row]]:
        """Read short lists of many owners."""
        shape = self.shapes[plan.type]
        statement = children(plan, shape, self._of(plan.type), owners)
        found: dict[int, list[Row]] = defaultdict(list)
        for row in await self._read(statement):
            found[row[OWNER]].append(row)
        return found

    async def pages(
        self, plan: Page, request: PageRequest, owners: Sequence[int] | None
    ) -> dict[int | None, RowPage]:
        """Read one page of each owner, or of all (under None)."""
        statements = PageStatements(plan, self.shapes[plan.type], request)
        picks = self._of(plan.type, *(("source_id",) if plan.noun else ()))
        statement = statements.rows(picks, owners)
        rows = await self._read(statement)
        if owners is None:
            return {None: page_of(rows, request, statements.order)}
        found: dict[int, list[Row]] = defaultdict(list)
        for row in rows:
            found[row[OWNER]].append(row)
        return {key: page_of(found[key], request, statements.order) for key in owners}

    async def counts(
        self, plan: Page, request: PageRequest, owners: Sequence[int] | None
    ) -> dict[int | None, int]:
        """Count what each owner's connection holds, or all of them (under None)."""
        statement = PageStatements(plan, self.shapes[plan.type], request).count(owners)
        rows = await self._read(statement)
        if owners is None:
            return {None: rows[0]["count"]}
        return {row[OWNER]: row["count"] for row in rows}


def page_of(rows: Sequence[Row], request: PageRequest, order: str) -> RowPage:
    """Cut the one row too many off, and put a page that was read backward the right way round."""
    more = len(rows) > request.size
    kept = list(rows[: request.size])
    if request.backward:
        kept.reverse()
        return RowPage(kept, order, has_next=request.before is not None, has_previous=more)
    return RowPage(kept, order, has_next=more, has_previous=request.after is not None)


def columns_by_type(plans: Mapping[str, Mapping[str, Plan]]) -> Columns:
    """Gather the columns each type's fields may need, those of objects inside it included."""

    def gather(type_name: str) -> dict[str, None]:
        found: dict[str, None] = {}
        for plan in plans.get(type_name, {}).values():
            found |= dict.fromkeys(columns_of(plan))
            if isinstance(plan, Inside):
                found |= gather(plan.type)
        return found

    return {name: tuple(gather(name)) for name in plans}
