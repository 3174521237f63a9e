"""Generated code for one field of an object: one method for each kind of plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from graphql import GraphQLField, get_named_type, is_non_null_type

from isthmus.query import vocabulary as v
from isthmus.query.calling import Unplanned
from isthmus.query.compiled import Depends
from isthmus.query.connections import ConnectionCode
from isthmus.query.levels import View
from isthmus.query.listing import list_in_row
from isthmus.query.readings import KeyedRows, OwnedRows
from isthmus.query.remembering import RememberedRows
from isthmus.query.selections import Asked
from isthmus.query.stitching import own_text, text_function

if TYPE_CHECKING:
    from isthmus.query.compiling import Compiler

AS_TEXT = {"Decimal": "({})::text"}
"""Scalars that PostgreSQL writes as the answer has them."""

NEVER_NULL = v.GlobalId | v.LocalTexts | v.Values | v.Many | v.Returned


class FieldCode:
    """Writes one field over the values of one view."""

    def __init__(
        self, compiler: Compiler, plan: v.Plan, definition: GraphQLField, asked: Asked, view: View
    ) -> None:
        self.compiler = compiler
        self.plan: Any = plan
        self.definition = definition
        self.asked = asked
        self.view = view
        self.sets = asked.selection_sets()

    def code(self) -> str:
        """Write the field; a null where none may stand goes to the executor."""
        write = self.WRITERS.get(type(self.plan))
        if write is None:
            raise Unplanned(self.asked.name)
        code = write(self)
        if not is_non_null_type(self.definition.type) or isinstance(self.plan, NEVER_NULL):
            return code
        if isinstance(self.plan, v.Column):
            known = self.view.is_required(self.plan.name)
            return code if known else f"({code} if {code} is not None else null())"
        return f"some({code})"

    def _column(self) -> str:
        wrap = AS_TEXT.get(get_named_type(self.definition.type).name, "{}")
        return self.view.value(self.plan.name, wrap)

    def _global_id(self) -> str:
        prefix = self.view.shape.prefix if self.view.shape else None
        return f'f"{prefix}_{{{self.view.key()}}}"'

    def _computed(self) -> str:
        if self.plan.now:
            self.compiler.meet_time()
        values = [self.view.value(c) for c in self.plan.columns] + ["now"] * self.plan.now
        made = f"{self.compiler.constant(self.plan.compute)}({', '.join(values)})"
        if self.plan.told is None:
            return made
        column, told = self.plan.told
        source = self.view.value(column)
        return f"(told[{source}].{told} if {source} in told else {made})"

    def _returned(self) -> str:
        return self.view.returned

    def _hub_text(self) -> str:
        said = self.view.value(self.plan.name)
        made = f"{text_function(self.compiler, self.asked)}({said}, 'en', None, ())"
        return f"[] if {said} is None else [{made}]" if self.plan.listed else made

    def _local_text(self) -> str:
        """Send translations only where the caller wants another language than the text's own."""
        if not self.compiler.choosing and not self.asked.nodes[0].arguments:
            return self._own_text()
        place, view, name = self._languages(), self.view, self.plan.name
        wanted = view.level.language(place)
        language, others = view.sql(f"{name}_lang"), view.sql(f"{name}_i18n")
        only = (
            f"CASE WHEN {language} <> {wanted} THEN CASE WHEN {others} ? {wanted}"
            f" THEN jsonb_build_object({wanted}, {others} -> {wanted}) ELSE {others} END END"
        )
        values = [view.value(name), view.value(f"{name}_lang"), view.pick(only)]
        return f"{text_function(self.compiler, self.asked)}({', '.join(values)}, asked{place})"

    def _own_text(self) -> str:
        """Give the text in its own language, where no other is asked for."""
        view, name = self.view, self.plan.name
        value, language = view.value(name), view.value(f"{name}_lang")
        made = own_text(self.compiler, self.asked, value, language)
        if view.is_required(name) and view.is_required(f"{name}_lang"):
            return made
        return f"(None if {value} is None or {language} is None else {made})"

    def _local_texts(self) -> str:
        place = self._languages()
        wanted, held = self.view.level.language(place), self.view.sql(self.plan.name)
        only = (
            f"CASE WHEN {held} ? {wanted} THEN jsonb_build_object({wanted}, {held} -> {wanted})"
            f" ELSE {held} END"
        )
        made = text_function(self.compiler, self.asked)
        return f"[{made}_of(c) for c in choose_list({self.view.pick(only)}, asked{place})]"

    def _languages(self) -> int:
        """Give the place of the languages asked: those of the request unless the field says."""
        if not self.asked.nodes[0].arguments:
            return 0
        read = self.compiler.arguments(self.definition, self.asked)
        self.compiler.asked.append(lambda variables: read(variables).get("lang"))
        return len(self.compiler.asked) - 1

    def _inside(self) -> str:
        made = self.compiler.object(self.plan.type, self.sets, self.view)
        present = self.plan.present
        return f"None if {self.view.value(present)} is None else {made}" if present else made

    def _values(self) -> str:
        item = f"e{self.compiler.number()}"
        loop = f"for {item} in values({self.view.value(self.plan.name)})"
        inner = View(self.view.level, item, f"{self.view.clause} {loop}", None)
        return f"[{self.compiler.object(self.plan.type, self.sets, inner)} {loop}]"

    def _one(self) -> str:
        shape, view = self.compiler.graph.shapes[self.plan.type], self.view
        if view.shape is None:
            return self._one_by_key(shape)
        if shape.joins:
            raise Unplanned(self.plan.type)
        reading = self._remembered(shape)
        if reading is not None:
            return self._one_remembered(shape, reading)
        self.compiler.meet(shape)
        alias = view.level.join(shape, view.sql(self.plan.column))
        joined = View(view.level, view.var, view.clause, shape, alias)
        made = self.compiler.object(self.plan.type, self.sets, joined)
        return f"None if {joined.key()} is None else {made}"

    def _remembered(self, shape: v.Shape) -> RememberedRows | None:
        """Give the reading of an object that may be remembered: its own row, and no clock."""
        graph = self.compiler.graph
        if not graph.remembering or not shape.in_catalogue:
            return None
        piece = self.compiler.apart().compile_nodes(self.plan.type, self.sets)
        if piece.count > 1 or piece.depends is not Depends.RECORDS:
            return None
        return RememberedRows(piece)

    def _one_remembered(self, shape: v.Shape, reading: RememberedRows) -> str:
        key, view = self.view.value(self.plan.column), self.view
        keys = f"{{{key} {view.clause}}}"
        level = self.compiler.level(shape, reading, view.level.depth + 1, keys, keyed=True)
        return f"l{level.number}.get({key})"

    def _one_by_key(self, shape: v.Shape) -> str:
        """Read the row that a key inside JSON names, with those of all other rows."""
        key, view = self.view.value(self.plan.column), self.view
        keys = f"{{{key} {view.clause}}}"
        level = self.compiler.level(shape, KeyedRows(), view.level.depth + 1, keys, keyed=True)
        row, number = f"r{level.number}", level.number
        found = View(level, row, f"for {row} in R[{number}]", shape)
        found.key()  # comes first in the row
        made = self.compiler.object(self.plan.type, self.sets, found)
        self.compiler.function(
            [f"def one{number}({row}):", f"    return None if {row} is None else {made}"]
        )
        return f"one{number}(l{number}.get({key}))"

    def _many(self) -> str:
        view = self.view
        if view.shape is None:
            raise Unplanned(self.plan.type)
        plan = v.of_owner(self.plan, view.shape)
        written = list_in_row(self.compiler, plan, self.sets, view)
        if written is not None:
            return written
        shape, key = self.compiler.graph.shapes[self.plan.type], view.key()
        keys = f"{{{key} {view.clause}}}"
        reading = OwnedRows(plan)
        level = self.compiler.level(shape, reading, view.level.depth + 1, keys, owned=True)
        row = f"r{level.number}"
        child = View(level, row, f"for {row} in R[{level.number}]", shape)
        made = self.compiler.object(shape.type, self.sets, child)
        return f"[{made} for {row} in l{level.number}.get({key}, ())]"

    def _page(self) -> str:
        code = ConnectionCode(self.compiler, self.plan, self.definition, self.asked, self.view)
        return code.code()

    WRITERS: ClassVar[dict[type, Callable[[FieldCode], str]]] = {
        v.Column: _column,
        v.GlobalId: _global_id,
        v.Computed: _computed,
        v.Returned: _returned,
        v.HubText: _hub_text,
        v.LocalText: _local_text,
        v.LocalTexts: _local_texts,
        v.Inside: _inside,
        v.Values: _values,
        v.One: _one,
        v.Many: _many,
        v.Page: _page,
    }
