"""Fields with their plans: what a field is, and how it is read, in one line of a type.

Each function here makes a Strawberry field that carries its plan in `metadata`, with the
resolver the executor uses. A compiled operation takes the plan and never calls the resolver.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Annotated, Any

import orjson
import strawberry
from strawberry import UNSET
from strawberry.federation.schema_directives import ListSize
from strawberry.types import Info

from isthmus.graph.context import RequestContext
from isthmus.graph.gates import scoped
from isthmus.graph.inputs import RecordKey
from isthmus.graph.localized_text import LocalizedText
from isthmus.graph.owning import OwnSource
from isthmus.graph.rows import SHAPES, UnstoredRow, entity_of
from isthmus.graph.scalars import LanguageTag
from isthmus.graph.sourced_connection import connection_of
from isthmus.query.costing import ASSUMED
from isthmus.query.ids import encode_id
from isthmus.query.languages import Chosen, choose, choose_list
from isthmus.query.pages import PageRequest, requested
from isthmus.query.statements import stated_key
from isthmus.query.vocabulary import (
    ByKey,
    Column,
    Computed,
    Condition,
    GlobalId,
    HubText,
    Inside,
    Link,
    LocalText,
    LocalTexts,
    Many,
    One,
    Page,
    Plan,
    Returned,
    Sort,
    Values,
    Whole,
    of_owner,
)

PLAN = "plan"

GraphInfo = Info[RequestContext, None]
Languages = Annotated[
    list[LanguageTag] | None,
    strawberry.argument(
        description="Languages in order of preference; unsaid: those of the request."
    ),
]
ByKeyInput = Annotated[
    RecordKey, strawberry.argument(description="Its id, its URI, or an identifier.")
]
First = Annotated[
    int | None, strawberry.argument(description="How many, from the start: 1 to 100.")
]
After = Annotated[str | None, strawberry.argument(description="Begin after this cursor.")]
Last = Annotated[int | None, strawberry.argument(description="How many, from the end: 1 to 100.")]
Before = Annotated[str | None, strawberry.argument(description="End before this cursor.")]


def planned(plan: Plan, resolver: Callable[..., Any], description: str, **further: Any) -> Any:
    """Make a field of a plan and its resolver."""
    return strawberry.field(
        resolver=resolver, description=description, metadata={PLAN: plan}, **further
    )


def global_id(description: str) -> Any:
    """Make the id field."""

    def resolve(self: Any) -> strawberry.ID:
        if isinstance(self.row, UnstoredRow):
            return strawberry.ID(self.row.named)
        shape = SHAPES[type(self).__name__]
        return strawberry.ID(encode_id(shape.prefix or "", self.row["id"]))

    return planned(GlobalId(), resolve, description)


def column(name: str, description: str, **further: Any) -> Any:
    """Make a field of one column; an enum's value stands in it by its name."""

    def resolve(self: Any) -> Any:
        return self.row[name]

    return planned(Column(name), resolve, description, **further)


def text(name: str, description: str) -> Any:
    """Make a field of a text that may stand in several languages."""

    def resolve(self: Any, info: GraphInfo, lang: Languages = UNSET) -> Any:
        row = self.row
        chosen = choose(row[name], row[f"{name}_lang"], row[f"{name}_i18n"], asked(info, lang))
        return None if chosen is None else LocalizedText.of(chosen)

    return planned(LocalText(name), resolve, description)


def texts(name: str, description: str) -> Any:
    """Make a field of a list of texts held by language."""

    def resolve(self: Any, info: GraphInfo, lang: Languages = UNSET) -> list[Any]:
        return [LocalizedText.of(c) for c in choose_list(self.row[name], asked(info, lang))]

    return planned(LocalTexts(name), resolve, description)


def computed(
    columns: tuple[str, ...],
    compute: Callable[..., Any],
    description: str,
    *,
    now: bool = False,
    told: tuple[str, str] | None = None,
) -> Any:
    """Make a field of a pure function over columns, and the request's moment where `now`.

    `told`: the column of a source's key, and what that source told where it was asked just now.
    """

    def resolve(self: Any, info: GraphInfo) -> Any:
        if isinstance(self.row, UnstoredRow) and compute in self.row.told:
            return self.row.told[compute]
        if told is not None and self.row[told[0]] in info.context.told:
            return getattr(info.context.told[self.row[told[0]]], told[1])
        values = [self.row[name] for name in columns]
        return compute(*values, info.context.now) if now else compute(*values)

    return planned(Computed(columns, compute, now, told), resolve, description)


def hub_text(name: str, description: str, *, listed: bool = False) -> Any:
    """Make a field of a sentence of the hub's own."""

    def resolve(self: Any) -> Any:
        said = self.row[name]
        found = [] if said is None else [LocalizedText.of(Chosen(said, "en", is_fallback=False))]
        return found if listed else next(iter(found), None)

    return planned(HubText(name, listed), resolve, description)


def returned(description: str) -> Any:
    """Make the field that counts a source's records in a page."""

    def resolve(self: Any) -> Any:
        return self.row["returned"]

    return planned(Returned(), resolve, description)


def inside(type_name: str, description: str, *, present: str | None = None) -> Any:
    """Make a field whose object stands in columns of the same row."""

    def resolve(self: Any) -> Any:
        if present is not None and self.row[present] is None:
            return None
        return entity_of(type_name, self.row)

    return planned(Inside(type_name, present), resolve, description)


def values(name: str, type_name: str, description: str) -> Any:
    """Make a field of value objects held as JSON."""

    def resolve(self: Any) -> list[Any]:
        held = self.row[name]
        found = held if isinstance(held, list) else orjson.loads(held) if held else []
        return [entity_of(type_name, value) for value in found]

    plan = Values(name, type_name)
    return planned(plan, resolve, description, directives=[listed(ASSUMED)])


def one(type_name: str, column_name: str, description: str, **further: Any) -> Any:
    """Make a field of another row whose key stands in a column."""

    async def resolve(self: Any, info: GraphInfo) -> Any:
        key = self.row[column_name]
        if key is None:
            return None
        row = await info.context.loaders.row(type_name, key)
        return None if row is None else entity_of(type_name, row)

    return planned(One(type_name, column_name), resolve, description, **further)


def many(
    type_name: str, link: Link, order: str, description: str, *, assumed: int = ASSUMED
) -> Any:
    """Make a field of a short list of rows, whole; `assumed` is how many an estimate counts on."""
    plans: dict[str, Many] = {}

    def plan_for(owner: str) -> Many:
        if owner not in plans:
            plans[owner] = of_owner(Many(type_name, link, order, assumed), SHAPES[owner])
        return plans[owner]

    async def resolve(self: Any, info: GraphInfo) -> list[Any]:
        if isinstance(self.row, UnstoredRow):
            return [entity_of(type_name, row) for row in self.row.lists.get(type_name, ())]
        plan = plan_for(type(self).__name__)
        rows = await info.context.loaders.children(plan, self.row["id"])
        return [entity_of(type_name, row) for row in rows]

    plan = Many(type_name, link, order, assumed)
    return planned(plan, resolve, description, directives=[listed(assumed)])


def page(
    type_name: str,
    description: str,
    *,
    link: Link | None = None,
    conditions: Mapping[str, Condition] | None = None,
    filter_type: Any = None,
    sorts: Mapping[str, Sort] | None = None,
    sort_type: Any = None,
    order: Sort | None = None,
    noun: str | None = None,
    first: int = 20,
    both_ways: bool = False,
    arguments: Mapping[str, tuple[Any, str, Condition]] | None = None,
    link_columns: Mapping[str, str] | None = None,
    scope: str | None = None,
) -> Any:
    """Make a connection field.

    `arguments` are further arguments that narrow it: name -> type, description, condition. One
    that needs a scope has no plan: whoever asks is looked at each time, and must own the source.
    """
    plan = Page(
        type_name,
        link=link,
        conditions=conditions or {},
        sorts=sorts or {},
        order=order or Sort("{t}.id", "bigint"),
        argument_conditions={name: a[2] for name, a in (arguments or {}).items()},
        noun=noun,
        link_columns=link_columns or {},
    )

    def resolve(self: Any, info: GraphInfo, **given: Any) -> Any:
        del info
        request = request_of(plan, given)
        owner = self.row["id"] if link is not None else None
        return connection_of(plan, request, owner)

    parameters: list[tuple[str, Any, Any]] = [("first", First, first), ("after", After, UNSET)]
    if both_ways:
        parameters += [("last", Last, UNSET), ("before", Before, UNSET)]
    if filter_type is not None:
        said = strawberry.argument(description="Only those that fit all of this.")
        parameters.append(("filter", Annotated[filter_type | None, said], UNSET))
    if sort_type is not None:
        said = strawberry.argument(description="The order; unsaid: the list's own.")
        parameters.append(("sort", Annotated[sort_type | None, said], UNSET))
    parameters += _further(arguments)
    sliced = sliced_by("first", "last") if both_ways else sliced_by("first")
    resolver = _with_parameters(resolve, parameters)
    if scope is not None:
        terms = scoped(scope)
        terms["directives"].append(sliced)
        terms["extensions"].append(OwnSource())
        return strawberry.federation.field(resolver=resolver, description=description, **terms)
    return planned(plan, resolver, description, directives=[sliced])


def sliced_by(*arguments: str) -> ListSize:
    """State which arguments say how long the list of a connection is."""
    return ListSize(
        assumed_size=UNSET,
        slicing_arguments=list(arguments),
        sized_fields=["edges", "nodes"],
        require_one_slicing_argument=False,
    )


def by_key(type_name: str, description: str) -> Any:
    """Make a field that finds one record by its key."""

    async def resolve(info: GraphInfo, by: ByKeyInput) -> Any:
        row = await info.context.loaders.by_key(type_name, stated_key(stated(by)))
        return None if row is None else entity_of(type_name, row)

    return planned(ByKey(type_name), resolve, description)


def whole(
    type_name: str,
    order: str,
    description: str,
    *,
    arguments: Mapping[str, tuple[Any, str, Condition]] | None = None,
) -> Any:
    """Make a field of every row of a short table."""
    plan = Whole(type_name, order, {name: a[2] for name, a in (arguments or {}).items()})

    async def resolve(self: Any, info: GraphInfo, **given: Any) -> list[Any]:
        del self
        arguments = {name: stated(value) for name, value in given.items()}
        rows = await info.context.loaders.whole(plan, arguments)
        return [entity_of(type_name, row) for row in rows]

    resolver = _with_parameters(resolve, _further(arguments))
    return planned(plan, resolver, description, directives=[listed(ASSUMED)])


def listed(size: int) -> ListSize:
    """State how long a list is taken to be before it is read."""
    return ListSize(
        assumed_size=size,
        slicing_arguments=UNSET,
        sized_fields=UNSET,
        require_one_slicing_argument=UNSET,
    )


def _further(arguments: Mapping[str, tuple[Any, str, Condition]] | None) -> list[Any]:
    """Give the parameters of a field's own arguments, all of which may be left out."""
    return [
        (name, Annotated[kind | None, strawberry.argument(description=said)], UNSET)
        for name, (kind, said, _) in (arguments or {}).items()
    ]


def request_of(plan: Page, given: Mapping[str, Any]) -> PageRequest:
    """Turn the arguments of a connection into a checked request."""
    return requested(plan, {name: stated(value) for name, value in given.items()})


def asked(info: GraphInfo, lang: list[Any] | None) -> Any:
    """Give the languages in order: those of the field, else those of the request."""
    return tuple(lang) if lang else info.context.languages


def stated(value: Any) -> Any:
    """Give an input value as the store's conditions take it; None where nothing was given."""
    if value is UNSET:
        return None
    if isinstance(value, list):
        return tuple(stated(item) for item in value)
    if isinstance(value, Enum):
        return value.value
    fields = getattr(value, "__dataclass_fields__", None)
    return {name: stated(getattr(value, name)) for name in fields} if fields else value


def _with_parameters(
    function: Callable[..., Any], parameters: list[tuple[str, Any, Any]]
) -> Callable[..., Any]:
    """Give a resolver the parameters Strawberry reads its arguments from."""
    kind = inspect.Parameter.KEYWORD_ONLY
    head = [
        inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD),
        inspect.Parameter("info", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=GraphInfo),
    ]
    tail = [inspect.Parameter(n, kind, annotation=a, default=d) for n, a, d in parameters]
    function.__signature__ = inspect.Signature([*head, *tail])  # type: ignore[attr-defined]
    function.__annotations__ = {"info": GraphInfo} | {n: a for n, a, _ in parameters}
    return function
