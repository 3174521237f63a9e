"""Writes the statements: rows by key, short lists of owners, whole tables.

Only names of our own tables and columns, and SQL that stands beside a field's definition, are
put into a statement's text; every value from outside is a parameter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from isthmus.errors import ErrorCode, Refused
from isthmus.query.ids import key_of
from isthmus.query.vocabulary import Condition, Many, Shape, Whole

OWNER = "owner_key"

Watch = Callable[[str], AbstractContextManager[Any]]
"""Told of each statement before it runs: its text, never its values."""


@dataclass(slots=True)
class Statement:
    """SQL text with its parameters, in order."""

    text: str = ""
    values: list[Any] = field(default_factory=list)

    def slot(self, value: Any, cast: str) -> str:
        """Add a parameter; give how the text names it."""
        self.values.append(value)
        return f"${len(self.values)}::{cast}"


@dataclass(frozen=True, slots=True)
class Picks:
    """What a statement gives of each row, over the alias `t` and those of its own joins.

    `values` are parameters that the texts name: those after the owners' keys where a statement
    has owners, else the first ones. A page joins outside its limit: `inner` is what it needs of
    its own row for that.
    """

    select: str
    joins: str = ""
    values: Sequence[Any] = ()
    inner: str | None = None

    @classmethod
    def columns(cls, shape: Shape, names: Iterable[str]) -> Picks:
        """Pick columns under their names, the key among them."""
        wanted = dict.fromkeys(("id", *names))
        return cls(", ".join(f"{shape.sql(name)} AS {name}" for name in wanted))


def rows_by_key(shape: Shape, picks: Picks, keys: Sequence[int]) -> Statement:
    """Read rows by their keys, in no order."""
    statement = Statement(values=[list(keys), *picks.values])
    statement.text = f"SELECT {picks.select} {rows_of(shape, picks)} WHERE t.id = ANY($1::bigint[])"
    return statement


def keys_by_uri(shape: Shape, uris: Sequence[str]) -> Statement:
    """Find keys by URI; where several rows share one, the first of them."""
    statement = Statement(values=[list(uris)])
    statement.text = (
        f"SELECT t.uri, min(t.id) FROM {shape.table} t WHERE t.uri = ANY($1::text[]) GROUP BY t.uri"
    )
    return statement


def stated_key(by: Mapping[str, Any]) -> tuple[str, Any]:
    """Give the one key that is stated; raise ARGUMENT_INVALID where there is not exactly one."""
    given = [(n, by[n]) for n in ("id", "uri", "identifier") if by.get(n) is not None]
    if len(given) != 1:
        message = "Give exactly one of `id`, `uri` and `identifier`."
        raise Refused(ErrorCode.ARGUMENT_INVALID, message)
    name, value = given[0]
    return (name, (value["scheme"], value["value"]) if name == "identifier" else str(value))


def row_by_key(shape: Shape, picks: Picks, key: tuple[str, Any]) -> Statement:
    """Read the row of an id, a URI, or an identifier (scheme and value)."""
    statement, (name, value) = Statement(values=[*picks.values]), key
    values = stated_values(shape, name, value)
    if name == "id":
        where = f"t.id = {statement.slot(values[0], 'bigint')}"
    elif name == "uri":
        where = f"t.uri = {statement.slot(values[0], 'text')}"
    else:
        slots = [statement.slot(part, "text") for part in values]
        where = shape.identified.format(*slots, t="t")
    statement.text = (
        f"SELECT {picks.select} {rows_of(shape, picks)} WHERE {where} ORDER BY t.id LIMIT 1"
    )
    return statement


def stated_values(shape: Shape, name: str, value: Any) -> list[Any]:
    """Read what a row is named by; raise Refused where that cannot be."""
    if name == "id":
        return [key_of(value, shape.prefix or "")]
    if name == "uri":
        return [_text(value)]
    if not shape.identified:
        message = f"A {shape.type} has no identifiers; give its id or its URI."
        raise Refused(ErrorCode.ARGUMENT_INVALID, message)
    return [_text(part) for part in value]


def sources_of(shape: Shape, picks: Picks, noun: str) -> Statement:
    """Read the sources that bring a noun, oldest first."""
    statement = Statement(values=[*picks.values])
    slot = statement.slot(noun, "text")
    statement.text = (
        f"SELECT {picks.select} {rows_of(shape, picks)}"
        f" WHERE {slot} = ANY(t.produces) ORDER BY t.id"
    )
    return statement


def whole(plan: Whole, shape: Shape, picks: Picks, arguments: Mapping[str, Any]) -> Statement:
    """Read every row of a short table."""
    statement = Statement(values=[*picks.values])
    where: list[str] = []
    for name, condition in plan.argument_conditions.items():
        if arguments.get(name) is not None:
            where += condition_sql(statement, condition, arguments[name])
    statement.text = (
        f"SELECT {picks.select} {rows_of(shape, picks)}{all_of(where)}"
        f" ORDER BY {plan.order.format(t='t')}"
    )
    return statement


def children(plan: Many, shape: Shape, picks: Picks, owners: Sequence[int]) -> Statement:
    """Read the rows of a short list for many owners, each with its owner's key."""
    link, statement = plan.link, Statement(values=[list(owners), *picks.values])
    extra = f" AND {link.where}" if link.where else ""
    own = link.table == shape.table and link.target == "id"
    source = (
        f"{shape.table} t"
        if own
        else f"{link.table} l JOIN {shape.table} t ON t.id = l.{link.target}"
    )
    alias = "t" if own else "l"
    statement.text = (
        f"SELECT {alias}.{link.owner} AS {OWNER}, {picks.select}"
        f" FROM {source} {shape.joins} {picks.joins}"
        f" WHERE {alias}.{link.owner} = ANY($1::bigint[]){extra.format(t='t', l=alias)}"
        f" ORDER BY {alias}.{link.owner}, {plan.order.format(t='t', l=alias)}"
    )
    return statement


def listed_of(plan: Many, shape: Shape, text: str, joins: str, *, owner: str, row: str) -> str:
    """Write the short list of one owner as JSON; `text` is one object's, over the alias `row`."""
    link = plan.link
    own = link.table == shape.table and link.target == "id"
    alias = row if own else "l"
    source = (
        f"{shape.table} {row}"
        if own
        else f"{link.table} l JOIN {shape.table} {row} ON {row}.id = l.{link.target}"
    )
    extra = f" AND {link.where}".format(t=row, l=alias) if link.where else ""
    objects = listed(text, [plan.order.format(t=row, l=alias)])
    return f"(SELECT {objects} FROM {source} {joins} WHERE {alias}.{link.owner} = {owner}{extra})"


def listed(text: str, order: Sequence[str]) -> str:
    """Write the objects of a group, each written as JSON by `text`, as one list."""
    return f"coalesce('[' || string_agg({text}, ',' ORDER BY {', '.join(order)}) || ']', '[]')"


def as_bytes(text: str) -> str:
    """Give text as bytes, which go into the answer as they are."""
    return f"convert_to({text}, 'UTF8')"


def is_bytes(sql: str) -> bool:
    """Tell whether an expression was made by `as_bytes`."""
    return sql.startswith("convert_to(")


def packed(text: str, width: int) -> str:
    """Give the rows of an ordered statement as one: for each column, all of its values in order.

    PostgreSQL sends row by row, 8 kB at a time, and each part wakes who reads; one row is one part.
    """
    names = [f"a{place}" for place in range(width)]
    arrays = ", ".join(f"array_agg(x.{name})" for name in names)
    return f"SELECT {arrays} FROM ({text}) x({', '.join(names)})"


def rows_of(shape: Shape, picks: Picks) -> str:
    """Write where rows come from."""
    return f"FROM {shape.table} t {shape.joins} {picks.joins}"


def condition_sql(statement: Statement, condition: Condition, value: Any) -> list[str]:
    """Write a condition with its values; nothing where it falls away."""
    values = condition.read(value)
    if values is None:
        return []
    slots = [statement.slot(v, cast) for v, cast in zip(values, condition.casts, strict=True)]
    return [f"({condition.sql.format(*slots, t='t', l='l')})"]


def _text(value: str) -> str:
    if "\0" in value:
        raise Refused(ErrorCode.ARGUMENT_INVALID, "A text holds a NUL character.")
    return value


def all_of(conditions: Sequence[str]) -> str:
    """Write a WHERE clause."""
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""
