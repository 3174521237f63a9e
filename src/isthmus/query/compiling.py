"""Turns a validated operation into levels to read and Python code that stitches their rows.

What a field means stands beside its definition as a plan; here each kind of plan has one method
that asks its level for values and writes the code that places them in the answer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
)

from isthmus.query import vocabulary as v
from isthmus.query.arguments import ReadArguments, read_arguments
from isthmus.query.calling import LanguagesReader, Unplanned
from isthmus.query.compiled import Compiled, Depends, finish
from isthmus.query.connections import ConnectionCode
from isthmus.query.field_code import FieldCode
from isthmus.query.levels import Level, View
from isthmus.query.listing import object_in_row
from isthmus.query.readings import KeyedRows, Reading, StatedRow, WholeRows
from isthmus.query.selections import Asked, Selections, Sets
from isthmus.query.statements import stated_key


@dataclass(frozen=True)
class Graph:
    """What the compiler knows of the graph."""

    schema: GraphQLSchema
    plans: Mapping[str, Mapping[str, v.Plan]]
    shapes: Mapping[str, v.Shape]
    remembering: bool = False
    """Whether objects of catalogues are remembered as JSON rather than joined."""
    weights: Mapping[str, int] = field(default_factory=dict)
    """What objects cost that no plan reads, in rows of the store."""
    guarded: Collection[str] = ()
    """Types whose objects no plan gives by id: who asks is looked at each time."""

    def object_type(self, name: str) -> GraphQLObjectType:
        """Give an object type by name."""
        found = self.schema.type_map[name]
        if not isinstance(found, GraphQLObjectType):
            raise Unplanned(name)
        return found


@dataclass
class Compiler:
    """Compiles some root fields of one operation together."""

    graph: Graph
    selections: Selections
    levels: list[Level] = field(default_factory=list)
    asked: list[LanguagesReader] = field(default_factory=lambda: [lambda _: None])
    """Readers of the languages asked; the first stands for those of the request."""
    functions: list[str] = field(default_factory=list)
    numbers: int = 0
    objects: dict[str, Any] = field(default_factory=dict)
    """What generated code names: functions of fields, and of this package."""
    depends: Depends = Depends.RECORDS
    texts: bool = False
    """Whether the database may write objects as JSON."""
    choosing: bool = False
    """Whether languages are asked for, so that each text is chosen among its translations."""

    def apart(self) -> Compiler:
        """Give a compiler for a piece of the same operation that is run by itself."""
        return Compiler(self.graph, self.selections, texts=self.texts, choosing=self.choosing)

    def compile(self, roots: list[Asked], query: GraphQLObjectType) -> Compiled:
        """Compile root fields; raise Unplanned where one of them cannot be."""
        parts = [f"{asked.key!r}: {self._root(asked, query)}" for asked in roots]
        return finish(self, f"{{{', '.join(parts)}}}")

    def compile_nodes(self, type_name: str, sets: Sets) -> Compiled:
        """Compile objects of one type, found by keys: key -> object."""
        if type_name not in self.graph.shapes or type_name in self.graph.guarded:
            raise Unplanned(type_name)
        level = self.level(self.graph.shapes[type_name], KeyedRows(), keyed=True)
        view = View(level, "r0", "for r0 in R[0]", level.shape)
        view.key()
        return finish(self, f"{{r0[0]: {self.object(type_name, sets, view)} for r0 in R[0]}}")

    def level(
        self,
        shape: v.Shape,
        reading: Reading,
        depth: int = 0,
        keys: str = "",
        *,
        owned: bool = False,
        keyed: bool = False,
        paged: bool = False,
    ) -> Level:
        """Add a level."""
        self.meet(shape)
        made = Level(len(self.levels), shape, reading, depth, owned, keyed, paged, keys_source=keys)
        self.levels.append(made)
        return made

    def meet(self, shape: v.Shape) -> None:
        """Note what the answer depends on, now that it reads rows of `shape`."""
        if shape.of_sources:
            self.depends = max(self.depends, Depends.SOURCES)

    def meet_time(self) -> None:
        """Note that the answer depends on the moment of the request."""
        self.depends = Depends.TIME

    def function(self, lines: list[str]) -> None:
        """Add a function to the generated code."""
        self.functions += lines

    def number(self) -> int:
        """Give a number no other name of the generated code has."""
        self.numbers += 1
        return self.numbers

    def constant(self, value: Any) -> str:
        """Name an object for the generated code."""
        name = f"k{len(self.objects)}"
        self.objects[name] = value
        return name

    def object(self, type_name: str, sets: Sets, view: View) -> str:
        """Write the code of an object: what is asked of it, in the order of the answer."""
        type_ = self.graph.object_type(type_name)
        parts = [
            f"{asked.key!r}: {self._field(type_, asked, view)}"
            for asked in self.selections.of(type_, sets)
        ]
        return f"{{{', '.join(parts)}}}"

    def row_object(self, type_name: str, sets: Sets, view: View) -> str:
        """Write the code of an object that is a row: the database writes it, where it can."""
        written = object_in_row(self, type_name, sets, view)
        return written or self.object(type_name, sets, view)

    def arguments(self, definition: GraphQLField, asked: Asked) -> ReadArguments:
        """Give the reader of a field's arguments."""
        return read_arguments(definition, asked.nodes[0])

    def _root(self, asked: Asked, query: GraphQLObjectType) -> str:
        if asked.name == "__typename":
            return repr(query.name)
        plan = self.graph.plans[query.name].get(asked.name)
        definition = query.fields.get(asked.name)
        if definition is None:
            raise Unplanned(asked.name)
        arguments, sets = self.arguments(definition, asked), asked.selection_sets()
        match plan:
            case v.Page():
                return ConnectionCode(self, plan, definition, asked, None).code()
            case v.ByKey(type=name):
                reading = StatedRow(lambda variables: stated_key(arguments(variables)["by"]))
                level = self.level(self.graph.shapes[name], reading)
                one = f"l{level.number}"
                view = View(level, one, f"for {one} in R[{level.number}]", level.shape)
                return f"None if {one} is None else {self.row_object(name, sets, view)}"
            case v.Whole(type=name):
                level = self.level(self.graph.shapes[name], WholeRows(plan, arguments))
                return self._listed(level, name, sets)
            case _:
                raise Unplanned(asked.name)

    def _listed(self, level: Level, type_name: str, sets: Sets) -> str:
        row, number = f"r{level.number}", level.number
        view = View(level, row, f"for {row} in R[{number}]", level.shape)
        return f"[{self.row_object(type_name, sets, view)} for {row} in l{number}]"

    def _field(self, type_: GraphQLObjectType, asked: Asked, view: View) -> str:
        if asked.name == "__typename":
            return repr(type_.name)
        plan = self.graph.plans.get(type_.name, {}).get(asked.name)
        if plan is None:
            raise Unplanned(f"{type_.name}.{asked.name}")
        return FieldCode(self, plan, type_.fields[asked.name], asked, view).code()
