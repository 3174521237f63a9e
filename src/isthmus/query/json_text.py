"""Objects written as JSON by the database: whole pages where it can, else their innermost lists.

An object that holds nothing but values of its own row, of rows it points at and of lists of such
objects is written by PostgreSQL as text and put into the answer as it is; it never becomes an
object here. What cannot be said raises `NotText`, and is read as rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from graphql import GraphQLField, GraphQLObjectType, get_named_type

from isthmus.errors import Refused
from isthmus.query import json_values as j
from isthmus.query import vocabulary as v
from isthmus.query.arguments import (
    NO_VARIABLES,
    Irregular,
    holds_variable,
    read_arguments,
)
from isthmus.query.json_values import NotText
from isthmus.query.pages import PageRequest, PageStatements, requested
from isthmus.query.selections import Asked, Sets
from isthmus.query.statements import listed_of
from isthmus.store.required import REQUIRED

if TYPE_CHECKING:
    from isthmus.query.compiling import Compiler
    from isthmus.query.levels import Level, View

__all__ = ["NotText", "TextCode", "TextRow"]


@dataclass(frozen=True, slots=True)
class TextRow:
    """A row as the text names its columns: by an alias, or as the level names those of a view."""

    shape: v.Shape
    alias: str = "t"
    view: View | None = None

    def sql(self, column: str) -> str:
        """Give a column as SQL."""
        return self.view.sql(column) if self.view else self.shape.sql(column, self.alias)

    def is_required(self, column: str) -> bool:
        """Tell whether the store never holds NULL in a column."""
        shape = self.shape
        return column not in shape.columns and column in REQUIRED.get(shape.table, ())


@dataclass(slots=True)
class TextCode:
    """Writes the objects of one list; `joins` are the rows they point at.

    They stand in the statement of a `level`, which takes their parameters. Objects of a `view` join
    what they point at to the level itself.
    """

    compiler: Compiler
    level: Level | None = None
    view: View | None = None
    joins: list[str] = field(default_factory=list)

    def many(self, plan: v.Many, sets: Sets, owner: str) -> str:
        """Write a short list of the row whose key is `owner`, as one expression."""
        row = self._listed(plan.type)
        inner = TextCode(self.compiler, self.level)
        text = inner.object(row.shape.type, sets, row)
        joins = " ".join(inner.joins)
        return listed_of(plan, row.shape, text, joins, owner=owner, row=row.alias)

    def page(self, plan: v.Page, request: PageRequest, sets: Sets, owner: str) -> str:
        """Write the nodes of a page whose arguments are all known, as one expression."""
        if plan.link_columns:
            raise NotText
        row = self._listed(plan.type)
        inner = TextCode(self.compiler, self.level)
        text = inner.object(row.shape.type, sets, row)
        statements = PageStatements(plan, row.shape, request)
        found = statements.inlined(text, " ".join(inner.joins), owner=owner, row=row.alias)
        if found is None:
            raise NotText
        return found

    def _listed(self, type_name: str) -> TextRow:
        shape = self.compiler.graph.shapes[type_name]
        if shape.joins or shape.of_sources:
            raise NotText
        return TextRow(shape, f"u{self.compiler.number()}")

    def object(self, type_name: str, sets: Sets, row: TextRow) -> str:
        """Write one object as an SQL expression of text."""
        type_ = self.compiler.graph.object_type(type_name)
        fields = self.compiler.selections.of(type_, sets)
        return j.braced((asked.key, self._field(type_, asked, row)) for asked in fields)

    def _field(self, type_: GraphQLObjectType, asked: Asked, row: TextRow) -> str:
        if asked.name == "__typename":
            return j.literal(f'"{type_.name}"')
        plan: Any = self.compiler.graph.plans.get(type_.name, {}).get(asked.name)
        write = self.WRITERS.get(type(plan))
        if write is None:
            raise NotText
        return write(self, plan, type_.fields[asked.name], asked, row)

    def _column(self, plan: v.Column, definition: GraphQLField, _: Asked, row: TextRow) -> str:
        text = j.column(definition, row.sql(plan.name))
        return text if row.is_required(plan.name) else f"coalesce({text}, {j.null(definition)})"

    def _global_id(self, _: v.GlobalId, __: GraphQLField, ___: Asked, row: TextRow) -> str:
        return f"""'"{row.shape.prefix}_' || {row.sql("id")}::text || '"'"""

    def _local_text(
        self, plan: v.LocalText, definition: GraphQLField, asked: Asked, row: TextRow
    ) -> str:
        if asked.nodes[0].arguments:
            raise NotText
        value, language = row.sql(plan.name), row.sql(f"{plan.name}_lang")
        text = self._text(asked, row, plan.name)
        if row.is_required(plan.name) and row.is_required(f"{plan.name}_lang"):
            return text
        missing = f"{value} IS NULL OR {language} IS NULL"
        return f"CASE WHEN {missing} THEN {j.null(definition)} ELSE {text} END"

    def _text(self, asked: Asked, row: TextRow, name: str) -> str:
        """Write a text that is not null: its own, or the one chosen among its translations."""
        value, language, others = (row.sql(f"{name}{end}") for end in ("", "_lang", "_i18n"))
        type_ = self.compiler.graph.object_type("LocalizedText")
        fields = self.compiler.selections.of(type_, asked.selection_sets())

        def written(parts: Mapping[str, str]) -> str:
            return j.braced((one.key, parts[one.name]) for one in fields)

        if not self.compiler.choosing:
            return written(j.text_parts(value, language))
        if self.level is None:
            raise NotText
        order = self.level.order(0)
        own = written(j.text_parts(value, language, order))
        other = written(j.text_parts("g.value", "g.language", order))
        source = j.chosen(value, language, others, order)
        is_own = f"{others} IS NULL OR ({order})[1] = {language}"
        return f"CASE WHEN {is_own} THEN {own} ELSE (SELECT {other} FROM {source}) END"

    def _inside(self, plan: v.Inside, definition: GraphQLField, asked: Asked, row: TextRow) -> str:
        text = self.object(plan.type, asked.selection_sets(), row)
        if plan.present is None:
            return f"({text})"
        present = row.sql(plan.present)
        return f"CASE WHEN {present} IS NULL THEN {j.null(definition)} ELSE {text} END"

    def _values(self, plan: v.Values, _: GraphQLField, asked: Asked, row: TextRow) -> str:
        """Write the objects of a list held as JSON, each by the keys that are asked for."""
        type_ = self.compiler.graph.object_type(plan.type)
        name = f"v{self.compiler.number()}"
        parts = []
        for one in self.compiler.selections.of(type_, asked.selection_sets()):
            held: Any = self.compiler.graph.plans[plan.type].get(one.name)
            if one.name == "__typename":
                text = j.literal(f'"{type_.name}"')
            elif isinstance(held, v.Column):
                text = j.item(type_.fields[one.name], held.name, f"{name}.value")
            else:
                raise NotText
            parts.append((one.key, text))
        listed = f"string_agg({j.braced(parts)}, ',' ORDER BY {name}.ordinality)"
        held_in = f"jsonb_array_elements({row.sql(plan.name)}) WITH ORDINALITY {name}"
        return f"(SELECT coalesce('[' || {listed} || ']', '[]') FROM {held_in})"

    def _one(self, plan: v.One, definition: GraphQLField, asked: Asked, row: TextRow) -> str:
        shape = self.compiler.graph.shapes[plan.type]
        if shape.joins or shape.of_sources:
            raise NotText
        joined = TextRow(shape, self._join(shape, row.sql(plan.column)))
        text = self.object(plan.type, asked.selection_sets(), joined)
        return f"CASE WHEN {joined.alias}.id IS NULL THEN {j.null(definition)} ELSE {text} END"

    def _join(self, shape: v.Shape, key: str) -> str:
        if self.view is not None:
            return self.view.level.join(shape, key)
        head, tail = f"LEFT JOIN {shape.table} ", f".id = {key}"
        for joined in self.joins:
            if joined.startswith(head) and joined.endswith(tail):
                return joined.removeprefix(head).partition(" ")[0]
        alias = f"i{self.compiler.number()}"
        self.joins.append(f"{head}{alias} ON {alias}{tail}")
        return alias

    def _many_of(self, plan: v.Many, _: GraphQLField, asked: Asked, row: TextRow) -> str:
        return self.many(v.of_owner(plan, row.shape), asked.selection_sets(), row.sql("id"))

    def _page_of(self, plan: v.Page, definition: GraphQLField, asked: Asked, row: TextRow) -> str:
        request = known_request(plan, definition, asked)
        type_ = self.compiler.graph.object_type(get_named_type(definition.type).name)
        parts = []
        for one in self.compiler.selections.of(type_, asked.selection_sets()):
            if one.name == "__typename":
                text = j.literal(f'"{type_.name}"')
            elif one.name == "nodes":
                text = self.page(plan, request, one.selection_sets(), row.sql("id"))
            else:
                raise NotText
            parts.append((one.key, text))
        return j.braced(parts)

    WRITERS: ClassVar[dict[type, Callable[..., str]]] = {
        v.Column: _column,
        v.GlobalId: _global_id,
        v.LocalText: _local_text,
        v.Inside: _inside,
        v.Values: _values,
        v.One: _one,
        v.Many: _many_of,
        v.Page: _page_of,
    }


def known_request(plan: v.Page, definition: GraphQLField, asked: Asked) -> PageRequest:
    """Read arguments that hang on no variable; raise NotText where they do, or are refused."""
    arguments = asked.nodes[0].arguments or ()
    if any(holds_variable(argument.value) for argument in arguments):
        raise NotText
    try:
        return requested(plan, read_arguments(definition, asked.nodes[0])(NO_VARIABLES))
    except (Irregular, Refused):
        raise NotText from None
