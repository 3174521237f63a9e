"""Writes the statements of connections: one page of all, or of each of many owners."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from isthmus.errors import ErrorCode, Refused
from isthmus.query.cursors import Cursor, decode_cursor
from isthmus.query.statements import (
    OWNER,
    Picks,
    Statement,
    all_of,
    as_bytes,
    condition_sql,
    listed,
)
from isthmus.query.vocabulary import Page, Shape, Sort

LARGEST_PAGE = 100
DEFAULT_PAGE = 20
SORT = "sort_key"
ROW = "row_key"


@dataclass(frozen=True, slots=True)
class PageRequest:
    """What is asked of a connection; limits already checked."""

    size: int
    backward: bool = False
    after: str | None = None
    before: str | None = None
    filter: tuple[tuple[str, Any], ...] = ()
    arguments: tuple[tuple[str, Any], ...] = ()
    sort: str | None = None
    descends: bool | None = None

    def value(self, name: str) -> Any:
        """Give a field of the filter, None when it was not given."""
        return dict(self.filter).get(name)


def page_request(
    *,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    **further: Any,
) -> PageRequest:
    """Check the paging arguments; raise ARGUMENT_INVALID naming the one that is out of range."""
    if last is not None and first is not None and first != DEFAULT_PAGE:
        raise Refused(ErrorCode.ARGUMENT_INVALID, "`first` and `last` cannot both be given.")
    size, name = (last, "last") if last is not None else (first, "first")
    size = DEFAULT_PAGE if size is None else size
    if not 1 <= size <= LARGEST_PAGE:
        message = f"`{name}` must be from 1 to {LARGEST_PAGE}."
        raise Refused(ErrorCode.ARGUMENT_INVALID, message)
    return PageRequest(size, last is not None, after, before, **further)


def requested(plan: Page, given: Mapping[str, Any]) -> PageRequest:
    """Read the arguments of a connection: plain values, by the names of its conditions."""
    stated, sort = given.get("filter") or {}, given.get("sort")
    return page_request(
        first=given.get("first"),
        after=given.get("after"),
        last=given.get("last"),
        before=given.get("before"),
        filter=tuple((n, stated[n]) for n in plan.conditions if stated.get(n) is not None),
        arguments=tuple(
            (n, given[n]) for n in plan.argument_conditions if given.get(n) is not None
        ),
        sort=None if sort is None else sort["by"],
        descends=None if sort is None else sort.get("desc"),
    )


class PageStatements:
    """The statements of one connection for one request."""

    def __init__(self, plan: Page, shape: Shape, request: PageRequest) -> None:
        self.plan = plan
        self.shape = shape
        self.request = request
        self.sort = self._sort()
        descends = self.sort.descends if request.descends is None else request.descends
        self.descends = descends != request.backward
        self.order = f"{request.sort or ''}{'-' if descends else '+'}"

    def rows(self, picks: Picks, owners: Sequence[int] | None = None) -> Statement:
        """Read one row more than the page holds, so that it is known whether there are more.

        Further tables are joined to the page, never to what it is cut from.
        """
        statement = self._statement(picks.values, owners)
        sort = self._sort_sql(statement)
        where = self._where(statement)
        where += self._keyset(statement, sort)
        way = "DESC" if self.descends else "ASC"
        tail = f" ORDER BY {sort} {way}, t.{self.shape.key} {way} LIMIT {self.request.size + 1}"
        inner = picks.select if picks.inner is None else picks.inner
        inner = f"SELECT {inner}, {sort} AS {SORT}"
        if picks.joins:
            inner += f", t.{self.shape.key} AS {ROW}"
        if owners is None:
            source = f"FROM {self.shape.table} t {self.shape.joins}"
            statement.text = f"{inner} {source}{all_of(where)}{tail}"
        else:
            carried = "".join(f", {sql} AS {name}" for name, sql in self.plan.link_columns.items())
            statement.text = (
                f"SELECT o.key AS {OWNER}, c.* FROM unnest($1::bigint[]) AS o(key)"
                f" CROSS JOIN LATERAL ({inner}{carried} {self._of_owner(where)}{tail}) c"
            )
        if picks.inner is not None:
            self._wrap(statement, picks, way, owned=owners is not None)
        return statement

    def texts(self, text: str, joins: str, owners: Sequence[int]) -> Statement:
        """Write the page of each owner as JSON; `text` is one object's."""
        statement = self._statement((), owners)
        sort = self._sort_sql(statement)
        where = self._where(statement)
        where += self._keyset(statement, sort)
        way, key = "DESC" if self.descends else "ASC", f"t.{self.shape.key}"
        inner = (
            f"SELECT {text} AS j, {sort} AS {SORT}, {key} AS {ROW} {self._of_owner(where, joins)}"
            f" ORDER BY {sort} {way}, {key} {way} LIMIT {self.request.size}"
        )
        natural = self._natural()
        objects = as_bytes(listed("c.j", [f"c.{SORT} {natural}", f"c.{ROW} {natural}"]))
        statement.text = (
            f"SELECT o.key AS {OWNER}, {objects} FROM unnest($1::bigint[]) AS o(key)"
            f" CROSS JOIN LATERAL ({inner}) c GROUP BY o.key"
        )
        return statement

    def inlined(self, text: str, joins: str, *, owner: str, row: str) -> str | None:
        """Write the page of one owner as an expression; None where it needs a parameter."""
        where = self._unconditional(row)
        if where is None or self.sort.needs or self.request.after or self.request.before:
            return None
        way, key = "DESC" if self.descends else "ASC", f"{row}.{self.shape.key}"
        sort, natural = self.sort.sql.format(t=row), self._natural()
        inner = (
            f"SELECT {text} AS j, {sort} AS {SORT}, {key} AS {ROW}"
            f" {self._of_owner(where, joins, owner=owner, row=row)}"
            f" ORDER BY {sort} {way}, {key} {way} LIMIT {self.request.size}"
        )
        objects = listed("c.j", [f"c.{SORT} {natural}", f"c.{ROW} {natural}"])
        return f"(SELECT {objects} FROM ({inner}) c)"

    def _unconditional(self, row: str) -> list[str] | None:
        """Write the conditions that hold whatever is asked; None where one needs a value."""
        if self.request.filter or self.request.arguments:
            return None
        found = []
        for conditions in (self.plan.conditions, self.plan.argument_conditions):
            for condition in conditions.values():
                if condition.default is None:
                    continue
                values = condition.read(condition.default)
                if values:
                    return None
                if values is not None:
                    found.append(f"({condition.sql.format(t=row, l='l')})")
        return found

    def _wrap(self, statement: Statement, picks: Picks, way: str, *, owned: bool) -> None:
        """Give what is asked of the page's rows and of what is joined to them."""
        owner = f"t.{OWNER}, " if owned else ""
        order = f" ORDER BY t.{SORT} {way}, t.{ROW} {way}" if picks.joins else ""
        statement.text = (
            f"SELECT {owner}{picks.select} FROM ({statement.text}) t {picks.joins}{order}"
        )

    def count(self, owners: Sequence[int] | None = None) -> Statement:
        """Count what the filter leaves, of all or for each owner."""
        statement = self._statement((), owners)
        where = self._where(statement)
        if owners is None:
            source = f"{self.shape.table} t {self.shape.joins}"
            statement.text = f"SELECT count(*) AS count FROM {source}{all_of(where)}"
            return statement
        statement.text = (
            f"SELECT o.key AS {OWNER}, c.count FROM unnest($1::bigint[]) AS o(key)"
            f" CROSS JOIN LATERAL (SELECT count(*) AS count {self._of_owner(where)}) c"
        )
        return statement

    def _statement(self, values: Sequence[Any], owners: Sequence[int] | None) -> Statement:
        held = [] if owners is None else [list(owners)]
        return Statement(values=[*held, *values])

    def _of_owner(
        self, where: list[str], joins: str = "", *, owner: str = "o.key", row: str = "t"
    ) -> str:
        link = self.plan.link
        if link is None:
            raise TypeError(self.plan.type)
        extra = [link.where.format(t=row, l="l")] if link.where else []
        if link.table == self.shape.table and link.target == "id":
            found = [f"{row}.{link.owner} = {owner}", *extra, *where]
            return f"FROM {self.shape.table} {row} {self.shape.joins} {joins}{all_of(found)}"
        if link.distinct:
            table = link.table if " " in link.table else f"{link.table} l"
            inner = f"SELECT DISTINCT {link.target} FROM {table} WHERE l.{link.owner} = {owner}"
            source = f"FROM ({' AND '.join([inner, *extra])}) l"
            return (
                f"{source} JOIN {self.shape.table} {row} ON {row}.id = l.{link.target}"
                f" {self.shape.joins} {joins}{all_of(where)}"
            )
        found = [f"l.{link.owner} = {owner}", *extra, *where]
        return (
            f"FROM {link.table} l JOIN {self.shape.table} {row} ON {row}.id = l.{link.target}"
            f" {self.shape.joins} {joins}{all_of(found)}"
        )

    def _sort(self) -> Sort:
        name = self.request.sort
        if name is None:
            return self.plan.order
        sort = self.plan.sorts[name]
        if sort.needs is not None and self.request.value(sort.needs) is None:
            message = f"Sorting by {name} needs `{sort.needs}` in the filter."
            raise Refused(ErrorCode.ARGUMENT_INVALID, message)
        return sort

    def _sort_sql(self, statement: Statement) -> str:
        sort = self.sort
        if sort.needs is None:
            return sort.sql.format(t="t")
        return sort.sql.format(statement.slot(self.request.value(sort.needs), "text"), t="t")

    def _where(self, statement: Statement) -> list[str]:
        found = []
        for conditions, given in (
            (self.plan.conditions, dict(self.request.filter)),
            (self.plan.argument_conditions, dict(self.request.arguments)),
        ):
            for name, condition in conditions.items():
                value = given.get(name)
                value = condition.default if value is None else value
                if value is not None:
                    found += condition_sql(statement, condition, value)
        return found

    def _keyset(self, statement: Statement, sort: str) -> list[str]:
        """Begin after one row and end before another, both by sort key and key."""
        found = []
        request = self.request
        for text, forward in ((request.after, True), (request.before, False)):
            if text is None:
                continue
            cursor = decode_cursor(text, self.order, self.sort.cast)
            follows = ">" if (self._natural() == "ASC") == forward else "<"
            found.append(self._beyond(statement, sort, follows, cursor))
        return found

    def _natural(self) -> str:
        """Give the order as the caller sees it, whichever way the page is read."""
        return "DESC" if self.descends != self.request.backward else "ASC"

    def _beyond(self, statement: Statement, sort: str, follows: str, cursor: Cursor) -> str:
        value = statement.slot(cursor.value, self.sort.cast)
        key = statement.slot(cursor.key, "bigint")
        return f"({sort}, t.{self.shape.key}) {follows} ({value}, {key})"
