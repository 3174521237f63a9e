"""How a field of the graph is read, in words that stand beside its definition.

A `Shape` is an object type seen as rows. Each of its fields is one of the plans below; the
executor reads them one object at a time through loaders, and a compiled operation reads a
whole level at once. Adding a field means choosing a plan, never touching the reader.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the row, as it is."""

    name: str


@dataclass(frozen=True, slots=True)
class GlobalId:
    """The opaque id over the row's key."""


@dataclass(frozen=True, slots=True)
class LocalText:
    """A text held as `name`, `name_lang` and `name_i18n`, in the best language for the request."""

    name: str


@dataclass(frozen=True, slots=True)
class LocalTexts:
    """Texts held as JSON, language -> list, in the best language for the request."""

    name: str


@dataclass(frozen=True, slots=True)
class HubText:
    """A sentence of the hub's own, which speaks English; as a list of none or one if `listed`."""

    name: str
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Computed:
    """A pure function of some columns, and of the request's moment where `now`.

    It gives plain values: an enum's value by its name. Where the source whose key stands in the
    first column of `told` was asked for the request, the second names what it told instead.
    """

    columns: tuple[str, ...]
    compute: Callable[..., Any]
    now: bool = False
    told: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Returned:
    """How many records of a page are of the source that this row stands for."""


@dataclass(frozen=True, slots=True)
class Inside:
    """An object of another type over columns of the same row; null where `present` is null."""

    type: str
    present: str | None = None


@dataclass(frozen=True, slots=True)
class Values:
    """Value objects held as JSON in one column: a list of maps, empty when NULL."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class One:
    """The row of another type whose key stands in `column`."""

    type: str
    column: str


@dataclass(frozen=True, slots=True)
class Link:
    """How rows belong to an owner.

    `table` holds the owner's key in `owner` and the row's in `target`; where `table` is the
    type's own table, `target` is its key. `distinct` for tables that may pair two rows twice.
    """

    table: str
    owner: str
    target: str = "id"
    where: str = ""
    distinct: bool = False


@dataclass(frozen=True, slots=True)
class Many:
    """A short list of rows of another type, whole, in the order of `order`."""

    type: str
    link: Link
    order: str
    assumed: int = 20
    """How many rows an estimate of cost counts on."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One field of a filter as SQL.

    `sql` holds `{t}` for the row and `{0}`, `{1}` for values; `read` turns the input into those
    values (None: the condition falls away). A `default` holds where the field is not given.
    """

    sql: str
    casts: tuple[str, ...] = ("text",)
    read: Callable[[Any], Sequence[Any] | None] = lambda value: (value,)
    default: Any = None


@dataclass(frozen=True, slots=True)
class Sort:
    """A sort key: an SQL expression that is never NULL, and its type for cursors."""

    sql: str
    cast: str
    descends: bool = False
    needs: str | None = None
    """A field of the filter that the expression takes as `{0}` (the words searched for)."""


@dataclass(frozen=True, slots=True)
class Page:
    """A connection: rows of another type, page by page, of an owner or of all."""

    type: str
    link: Link | None = None
    conditions: Mapping[str, Condition] = field(default_factory=dict)
    sorts: Mapping[str, Sort] = field(default_factory=dict)
    order: Sort = Sort("{t}.id", "bigint")
    """The order where none is asked for."""
    argument_conditions: Mapping[str, Condition] = field(default_factory=dict)
    """Arguments of the field itself that narrow it."""
    noun: str | None = None
    """The noun whose sources stand in `sources`; None for the hub's own records."""
    link_columns: Mapping[str, str] = field(default_factory=dict)
    """Columns of the link that the row carries along, by name."""


@dataclass(frozen=True, slots=True)
class ByKey:
    """One record of a type, by its id, its URI or an identifier."""

    type: str


@dataclass(frozen=True, slots=True)
class Whole:
    """Every row of a short table, in the order of `order`."""

    type: str
    order: str
    argument_conditions: Mapping[str, Condition] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ById:
    """Any object by its id; `many` for a list of ids, `entities` for federation's references."""

    many: bool = False
    entities: bool = False


@dataclass(frozen=True, slots=True)
class Errand:
    """Something that is done, not read: no statement answers it; `weight` is what it costs."""

    weight: int


Plan = (
    Column | GlobalId | LocalText | LocalTexts | HubText | Computed | Returned | Inside | Values
    | One | Many | Page | ByKey | Whole | ById | Errand
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """An object type as rows: its table, its id's prefix, its noun, its columns in SQL."""

    type: str
    table: str
    prefix: str | None = None
    noun: str | None = None
    key: str = "id"
    """The column that tells rows apart, within their owner where they are only read by one."""
    joins: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Columns that are not the table's own: name -> SQL over `{t}`."""
    identified: str = ""
    """SQL that tells whether a row has the identifier of scheme `{0}` and value `{1}`."""
    of_sources: bool = False
    """Whether its rows also change when sources are read and nothing in the records changes."""

    in_catalogue: bool = False
    """Whether many records point at few of its rows, so that these are worth remembering."""
    has_uri: bool = False
    """Whether other subgraphs may name its rows by `uri`."""

    def sql(self, column: str, alias: str = "t") -> str:
        """Give a column as SQL."""
        stated = self.columns.get(column)
        return stated.format(t=alias) if stated else f"{alias}.{column}"


def of_owner(plan: Many, owner: Shape) -> Many:
    """Fill the owner's noun into a link that serves several nouns."""
    link = plan.link
    if "{noun}" not in link.where:
        return plan
    where = link.where.replace("{noun}", owner.noun or "")
    return Many(
        plan.type,
        Link(link.table, link.owner, link.target, where, link.distinct),
        plan.order,
        plan.assumed,
    )


def columns_of(plan: Plan) -> tuple[str, ...]:
    """Name the columns a plan reads from its own row."""
    match plan:
        case Column(name=name) | Values(name=name) | LocalTexts(name=name) | HubText(name=name):
            return (name,)
        case LocalText(name=name):
            return (name, f"{name}_lang", f"{name}_i18n")
        case Computed(columns=columns, told=told):
            return columns if told is None else (*columns, told[0])
        case One(column=column):
            return (column,)
        case Inside(present=present):
            return (present,) if present else ()
        case _:
            return ()
