"""Objects written as JSON by the database: the innermost lists of an answer, which are most of it.

A list whose objects hold nothing but values of their own row and of rows they point at is written
by PostgreSQL as text and put into the answer as it is; no row of it becomes an object here. It is
done where no language is asked for, since choosing one is more than SQL should say. What cannot
be said raises `NotText`, and the list is read as rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_enum_type,
    is_list_type,
    is_non_null_type,
)

from isthmus.query import vocabulary as v
from isthmus.query.languages import RIGHT_TO_LEFT
from isthmus.query.selections import Asked, Sets
from isthmus.store.required import REQUIRED

if TYPE_CHECKING:
    from isthmus.query.compiling import Compiler

NULL_MET = b"\x01"
"""Stands where a null met a field that may not be null; JSON never holds this byte."""

_NULL_MET_SQL = r"E'\x01'"
_AS_TEXT = frozenset({"String", "ID", "URI", "LanguageTag", "CountryCode", "Duration", "Date"})
_AS_IT_IS = frozenset({"Int"})
_RIGHT_TO_LEFT = ", ".join(f"'{tag}'" for tag in sorted(RIGHT_TO_LEFT))
_ORIGIN = '"SOURCE"'


class NotText(Exception):
    """Something in a list that is not said in SQL."""


@dataclass(slots=True)
class TextCode:
    """Writes the objects of one list; `joins` and `shapes` are what they need besides."""

    compiler: Compiler
    joins: list[str] = field(default_factory=list)
    shapes: list[v.Shape] = field(default_factory=list)

    def object(self, type_name: str, sets: Sets, shape: v.Shape, alias: str = "t") -> str:
        """Write one object as an SQL expression of text."""
        type_ = self.compiler.graph.object_type(type_name)
        parts: list[str] = []
        for asked in self.compiler.selections.of(type_, sets):
            head = "," if parts else "{"
            parts += [_literal(f'{head}"{asked.key}":'), self._field(type_, asked, shape, alias)]
        return " || ".join([*parts, _literal("}")]) if parts else _literal("{}")

    def _field(self, type_: GraphQLObjectType, asked: Asked, shape: v.Shape, alias: str) -> str:
        if asked.name == "__typename":
            return _literal(f'"{type_.name}"')
        plan: Any = self.compiler.graph.plans.get(type_.name, {}).get(asked.name)
        write = self.WRITERS.get(type(plan))
        if write is None:
            raise NotText
        return write(self, plan, type_.fields[asked.name], asked, shape, alias)

    def _column(
        self, plan: v.Column, definition: GraphQLField, _: Asked, shape: v.Shape, alias: str
    ) -> str:
        named, sql = get_named_type(definition.type), shape.sql(plan.name, alias)
        if named.name in _AS_IT_IS and not is_list_type(get_nullable_type(definition.type)):
            text = f"{sql}::text"
        elif named.name in _AS_TEXT or is_enum_type(named) or named.name in {"Boolean", "Float"}:
            text = f"to_json({sql})::text"
        else:
            raise NotText
        return _or_null(text, definition, shape, plan.name)

    def _global_id(
        self, _: v.GlobalId, __: GraphQLField, ___: Asked, shape: v.Shape, alias: str
    ) -> str:
        return f"""'"{shape.prefix}_' || {shape.sql("id", alias)}::text || '"'"""

    def _local_text(
        self, plan: v.LocalText, definition: GraphQLField, asked: Asked, shape: v.Shape, alias: str
    ) -> str:
        if asked.nodes[0].arguments:
            raise NotText
        value, language = shape.sql(plan.name, alias), shape.sql(f"{plan.name}_lang", alias)
        parts = {
            "__typename": _literal('"LocalizedText"'),
            "value": f"to_json({value})::text",
            "language": f"to_json({language})::text",
            "direction": f"CASE WHEN split_part({language}, '-', 1) IN ({_RIGHT_TO_LEFT})"
            """ THEN '"RTL"' ELSE '"LTR"' END""",
            "isFallback": _literal("false"),
            "origin": _literal(_ORIGIN),
        }
        type_ = self.compiler.graph.object_type("LocalizedText")
        written: list[str] = []
        for one in self.compiler.selections.of(type_, asked.selection_sets()):
            head = "," if written else "{"
            written += [_literal(f'{head}"{one.key}":'), parts[one.name]]
        text = " || ".join([*written, _literal("}")]) if written else _literal("{}")
        if _is_required(shape, plan.name) and _is_required(shape, f"{plan.name}_lang"):
            return text
        missing = f"{value} IS NULL OR {language} IS NULL"
        return f"CASE WHEN {missing} THEN {_null(definition)} ELSE {text} END"

    def _inside(
        self, plan: v.Inside, definition: GraphQLField, asked: Asked, shape: v.Shape, alias: str
    ) -> str:
        text = self.object(plan.type, asked.selection_sets(), shape, alias)
        if plan.present is None:
            return f"({text})"
        present = shape.sql(plan.present, alias)
        return f"CASE WHEN {present} IS NULL THEN {_null(definition)} ELSE {text} END"

    def _one(
        self, plan: v.One, definition: GraphQLField, asked: Asked, shape: v.Shape, alias: str
    ) -> str:
        joined = self.compiler.graph.shapes[plan.type]
        if joined.joins:
            raise NotText
        name = self._join(joined, shape.sql(plan.column, alias))
        text = self.object(plan.type, asked.selection_sets(), joined, name)
        return f"CASE WHEN {name}.id IS NULL THEN {_null(definition)} ELSE {text} END"

    def _join(self, shape: v.Shape, key: str) -> str:
        for place, joined in enumerate(self.joins):
            if joined.endswith(f"{shape.table} j{place} ON j{place}.id = {key}"):
                return f"j{place}"
        alias = f"j{len(self.joins)}"
        self.joins.append(f"LEFT JOIN {shape.table} {alias} ON {alias}.id = {key}")
        self.shapes.append(shape)
        return alias

    WRITERS: ClassVar[dict[type, Callable[..., str]]] = {
        v.Column: _column,
        v.GlobalId: _global_id,
        v.LocalText: _local_text,
        v.Inside: _inside,
        v.One: _one,
    }


def _or_null(text: str, definition: GraphQLField, shape: v.Shape, column: str) -> str:
    return text if _is_required(shape, column) else f"coalesce({text}, {_null(definition)})"


def _null(definition: GraphQLField) -> str:
    return _NULL_MET_SQL if is_non_null_type(definition.type) else "'null'"


def _is_required(shape: v.Shape, column: str) -> bool:
    return column not in shape.columns and column in REQUIRED.get(shape.table, ())


def _literal(text: str) -> str:
    """Write text of our own as SQL: names of the schema and of the caller's aliases."""
    return f"'{text}'"
