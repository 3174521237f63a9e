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

from isthmus.errors import Refused
from isthmus.query import vocabulary as v
from isthmus.query.arguments import (
    NO_VARIABLES,
    Irregular,
    holds_variable,
    read_arguments,
)
from isthmus.query.languages import RIGHT_TO_LEFT
from isthmus.query.pages import PageRequest, PageStatements, requested
from isthmus.query.selections import Asked, Sets
from isthmus.query.statements import listed_of
from isthmus.store.required import REQUIRED

if TYPE_CHECKING:
    from isthmus.query.compiling import Compiler

# see `stitching.NULL_MET`
_NULL_MET_SQL = r"E'\x01'"
_AS_TEXT = frozenset({"String", "ID", "URI", "LanguageTag", "CountryCode", "Duration", "Date"})
_AS_IT_IS = frozenset({"Int"})
_RIGHT_TO_LEFT = ", ".join(f"'{tag}'" for tag in sorted(RIGHT_TO_LEFT))
_ORIGIN = '"SOURCE"'


class NotText(Exception):
    """Something in a list that is not said in SQL."""


@dataclass(slots=True)
class TextCode:
    """Writes the objects of one list; `joins` are the rows they point at."""

    compiler: Compiler
    joins: list[str] = field(default_factory=list)

    def many(self, plan: v.Many, sets: Sets, owner: str) -> str:
        """Write a short list of the row whose key is `owner`, as one expression."""
        shape, row = self._listed(plan.type)
        inner = TextCode(self.compiler)
        text = inner.object(shape.type, sets, shape, row)
        return listed_of(plan, shape, text, " ".join(inner.joins), owner=owner, row=row)

    def page(self, plan: v.Page, request: PageRequest, sets: Sets, owner: str) -> str:
        """Write the nodes of a page whose arguments are all known, as one expression."""
        if plan.link_columns:
            raise NotText
        shape, row = self._listed(plan.type)
        inner = TextCode(self.compiler)
        text = inner.object(shape.type, sets, shape, row)
        statements = PageStatements(plan, shape, request)
        found = statements.inlined(text, " ".join(inner.joins), owner=owner, row=row)
        if found is None:
            raise NotText
        return found

    def _listed(self, type_name: str) -> tuple[v.Shape, str]:
        shape = self.compiler.graph.shapes[type_name]
        if shape.joins or shape.of_sources:
            raise NotText
        return shape, f"u{self.compiler.number()}"

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
        if joined.joins or joined.of_sources:
            raise NotText
        name = self._join(joined, shape.sql(plan.column, alias))
        text = self.object(plan.type, asked.selection_sets(), joined, name)
        return f"CASE WHEN {name}.id IS NULL THEN {_null(definition)} ELSE {text} END"

    def _join(self, shape: v.Shape, key: str) -> str:
        head, tail = f"LEFT JOIN {shape.table} ", f".id = {key}"
        for joined in self.joins:
            if joined.startswith(head) and joined.endswith(tail):
                return joined.removeprefix(head).partition(" ")[0]
        alias = f"j{self.compiler.number()}"
        self.joins.append(f"{head}{alias} ON {alias}{tail}")
        return alias

    def _many_of(
        self, plan: v.Many, _: GraphQLField, asked: Asked, shape: v.Shape, alias: str
    ) -> str:
        return self.many(v.of_owner(plan, shape), asked.selection_sets(), shape.sql("id", alias))

    def _page_of(
        self, plan: v.Page, definition: GraphQLField, asked: Asked, shape: v.Shape, alias: str
    ) -> str:
        request = known_request(plan, definition, asked)
        type_ = self.compiler.graph.object_type(get_named_type(definition.type).name)
        parts: list[str] = []
        for one in self.compiler.selections.of(type_, asked.selection_sets()):
            head = "," if parts else "{"
            written = {"__typename": f'"{type_.name}"', "totalIsExact": "true"}.get(one.name)
            if written is not None:
                text = _literal(written)
            elif one.name == "nodes":
                owner = shape.sql("id", alias)
                text = self.page(plan, request, one.selection_sets(), owner)
            else:
                raise NotText
            parts += [_literal(f'{head}"{one.key}":'), text]
        return " || ".join([*parts, _literal("}")]) if parts else _literal("{}")

    WRITERS: ClassVar[dict[type, Callable[..., str]]] = {
        v.Column: _column,
        v.GlobalId: _global_id,
        v.LocalText: _local_text,
        v.Inside: _inside,
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


def _or_null(text: str, definition: GraphQLField, shape: v.Shape, column: str) -> str:
    return text if _is_required(shape, column) else f"coalesce({text}, {_null(definition)})"


def _null(definition: GraphQLField) -> str:
    return _NULL_MET_SQL if is_non_null_type(definition.type) else "'null'"


def _is_required(shape: v.Shape, column: str) -> bool:
    return column not in shape.columns and column in REQUIRED.get(shape.table, ())


def _literal(text: str) -> str:
    """Write text of our own as SQL: names of the schema and of the caller's aliases."""
    return f"'{text}'"
