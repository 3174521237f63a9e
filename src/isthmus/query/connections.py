"""Generated code for connections: nodes, edges, where the page stands, counts, sources."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from graphql import GraphQLField, GraphQLObjectType, get_named_type

from isthmus.query import vocabulary as v
from isthmus.query.calling import Unplanned, wanted_sources
from isthmus.query.levels import Level, View
from isthmus.query.listing import page_texts
from isthmus.query.pages import SORT, requested
from isthmus.query.readings import PageCounts, PageRows, SourceRows
from isthmus.query.selections import Asked, Sets
from isthmus.query.statements import is_bytes

if TYPE_CHECKING:
    from isthmus.query.compiling import Compiler

TOLD_WITH_NODES = {"nodes", "totalCount", "totalIsExact", "__typename"}
"""What a connection tells beside nodes that the database writes."""


class ConnectionCode:
    """Writes one connection as a function of a page and its owner's key."""

    def __init__(
        self,
        compiler: Compiler,
        plan: v.Page,
        definition: GraphQLField,
        asked: Asked,
        view: View | None,
    ) -> None:
        self.compiler = compiler
        self.plan = plan
        self.view = view
        self.shape = compiler.graph.shapes[plan.type]
        self.sets = asked.selection_sets()
        self.type = self._type(definition)
        self.number = compiler.number()
        arguments = compiler.arguments(definition, asked)
        self.read = lambda variables: requested(plan, arguments(variables))
        self.prelude: list[str] = []
        self.rows: Level | None = None
        self.texts: Level | None = None

    def code(self) -> str:
        """Write the function; give the code that calls it."""
        if self.view is not None and self.view.shape is None:
            raise Unplanned(self.plan.type)
        self._read_texts_if_enough()
        if self.texts is None:
            self._read_rows_if_asked()
        fields = self.compiler.selections.of(self.type, self.sets)
        parts = [f"{asked.key!r}: {self._field(asked)}" for asked in fields]
        self._pack()
        name = f"page{self.number}"
        self.compiler.function(
            [f"def {name}(p, k):", *self.prelude, f"    return {{{', '.join(parts)}}}"]
        )
        page = f"l{self.rows.number}" if self.rows else "None"
        if self.view is None:
            return f"{name}({page}, None)"
        key = self.view.key()
        return f"{name}({f'{page}[{key}]' if self.rows else page}, {key})"

    def _pack(self) -> None:
        """Have the rows come as arrays, where objects written as JSON are most of them."""
        level = self.rows
        if level is None:
            return
        beside = [text for text in level.texts if not is_bytes(text) and text != f"t.{SORT}"]
        has_written = any(map(is_bytes, level.texts))
        level.packed = has_written and all(text == self._view().sql("id") for text in beside)

    def _type(self, definition: GraphQLField) -> GraphQLObjectType:
        return self.compiler.graph.object_type(get_named_type(definition.type).name)

    def _read_texts_if_enough(self) -> None:
        """Let the database write the nodes of each owner, where nothing else of pages is asked."""
        fields = self.compiler.selections.of(self.type, self.sets)
        nodes = [sets for a in fields if a.name == "nodes" for sets in a.selection_sets()]
        alone = sum(a.name == "nodes" for a in fields) == 1
        if self.view is None or not alone or {a.name for a in fields} - TOLD_WITH_NODES:
            return
        reading = page_texts(self.compiler, self.plan, self.shape, nodes, self.number, self.read)
        if reading is not None:
            self.texts = self._level(reading)

    def _read_rows_if_asked(self) -> None:
        names = {asked.name for asked in self.compiler.selections.of(self.type, self.sets)}
        # where nothing is asked that reads, the arguments must be checked all the same
        if names - {"__typename", "totalCount", "totalIsExact"} or "totalCount" not in names:
            self.rows = self._level(PageRows(self.plan, self.number, self.read), paged=True)

    def _level(self, reading: Any, *, paged: bool = False) -> Level:
        owned = self.view is not None
        depth = 0 if self.view is None else self.view.level.depth + 1
        keys = "" if self.view is None else f"{{{self.view.key()} {self.view.clause}}}"
        return self.compiler.level(self.shape, reading, depth, keys, owned=owned, paged=paged)

    def _field(self, asked: Asked) -> str:
        sets = asked.selection_sets()
        match asked.name:
            case "nodes":
                code = self._nodes(sets)
            case "edges":
                code = self._edges(sets)
            case "pageInfo":
                code = self._page_info(sets)
            case "totalCount":
                code = self._total()
            case "sources":
                code = self._sources(sets)
            case name:
                exact = f"is_all(call.told, {self.plan.noun or ''!r})"
                constant = {"__typename": repr(self.type.name), "totalIsExact": exact}.get(name)
                if constant is None:
                    raise Unplanned(name)
                code = constant
        return code

    def _nodes(self, sets: Sets) -> str:
        if self.texts is not None:
            return f"l{self.texts.number}.get(k, EMPTY)"
        row, made = self._object(sets)
        return f"[{made} for {row} in p.rows]"

    def _total(self) -> str:
        level = self._level(PageCounts(self.plan, self.number, self.read))
        return f"l{level.number}" if self.view is None else f"l{level.number}.get(k, 0)"

    def _level_of_rows(self) -> Level:
        if self.rows is None:
            raise TypeError(self.plan.type)
        return self.rows

    def _view(self) -> View:
        level = self._level_of_rows()
        row = f"r{level.number}"
        return View(level, row, f"for {row} in R[{level.number}]", self.shape)

    def _object(self, sets: Sets) -> tuple[str, str]:
        view = self._view()
        write = self.compiler.object if self.plan.link_columns else self.compiler.row_object
        return view.var, write(self.shape.type, sets, view)

    def _edges(self, sets: Sets) -> str:
        type_ = self.compiler.graph.object_type(get_named_type(self.type.fields["edges"].type).name)
        parts = []
        for part in self.compiler.selections.of(type_, sets):
            if part.name == "node":
                made = self._object(part.selection_sets())[1]
            elif part.name == "cursor":
                made = self._cursor(self._view().var)
            elif part.name == "__typename":
                made = repr(type_.name)
            else:
                raise Unplanned(part.name)
            parts.append(f"{part.key!r}: {made}")
        return f"[{{{', '.join(parts)}}} for {self._view().var} in p.rows]"

    def _cursor(self, row: str) -> str:
        level, view = self._level_of_rows(), self._view()
        sort, key = level.pick(f"t.{SORT}"), level.pick(view.sql("id"))
        return f"cursor(p.order, {row}[{sort}], {row}[{key}])"

    def _page_info(self, sets: Sets) -> str:
        type_ = self.compiler.graph.object_type("PageInfo")
        made: dict[str, Callable[[], str]] = {
            "__typename": lambda: "'PageInfo'",
            "hasNextPage": lambda: "p.has_next",
            "hasPreviousPage": lambda: "p.has_previous",
            "startCursor": lambda: f"({self._cursor('p.rows[0]')} if p.rows else None)",
            "endCursor": lambda: f"({self._cursor('p.rows[-1]')} if p.rows else None)",
        }
        parts = [
            f"{part.key!r}: {made[part.name]()}"
            for part in self.compiler.selections.of(type_, sets)
        ]
        return f"{{{', '.join(parts)}}}"

    def _sources(self, sets: Sets) -> str:
        """Write what each source asked gave to this page."""
        page, compiler = self._level_of_rows(), self.compiler
        shape = compiler.graph.shapes["SourceState"]
        level = compiler.level(shape, SourceRows(self.plan.noun or ""))
        row, counts, wanted = f"s{level.number}", f"n{level.number}", f"w{level.number}"
        read = compiler.constant(self.read)
        self.prelude += [
            f"    {counts} = tally(p.rows, {page.pick(self._view().sql('source_id'))})",
            f"    {wanted} = wanted_sources(call.request({self.number}, {read}))",
        ]
        compiler.objects["wanted_sources"] = wanted_sources
        view = View(level, row, f"for {row} in R[{level.number}]", shape)
        view.returned = f"{counts}.get({view.key()}, 0)"
        made = compiler.object("SourceState", sets, view)
        some = f"{wanted} is None or {view.key()} in {wanted}"
        return f"[{made} for {row} in l{level.number} if {some}]"
