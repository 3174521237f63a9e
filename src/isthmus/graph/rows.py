"""The types that stand for rows of the store, and their shapes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from isthmus.query.vocabulary import Shape

SHAPES: dict[str, Shape] = {}
"""Every type that is read from rows, by its name in the graph."""

CLASSES: dict[str, Any] = {}
"""The class that stands for a row of each such type."""


def types_by_prefix() -> dict[str, str]:
    """Map the prefix of an id to the type it names."""
    return {shape.prefix: name for name, shape in SHAPES.items() if shape.prefix} | PEOPLE


PEOPLE: dict[str, str] = {}
"""The prefixes of ids of people and what is theirs, and the types they name.

These are no shapes: no compiled plan ever reads them.
"""

WEIGHTS: dict[str, int] = {}
"""What an object of such a type costs, in rows of the store."""

GUARDED = frozenset({"SyncRun", "Connector"})
"""Types of which not everyone is shown every object, also by id: `owning` says whom."""

NO_KEY = 0
"""The key of what is no row: nothing is ever stored under it."""


class UnstoredRow(dict[str, Any]):
    """What a document says of a thing that is no row of the store, in place of one.

    `named` is its id; `lists` holds its short lists by type, since no row belongs to it, and
    `told` what is not computed from columns, by the function that would. What nobody says is
    None.
    """

    def __init__(
        self,
        named: str = "",
        *,
        lists: Mapping[str, Sequence[Any]] | None = None,
        told: Mapping[Callable[..., Any], Any] | None = None,
        **columns: Any,
    ) -> None:
        super().__init__({"id": NO_KEY} | columns)
        self.named = named
        self.lists = lists or {}
        self.told = told or {}

    def __missing__(self, _: str) -> None:
        return None


class Entity:
    """An object of the graph over one row of the store."""

    row: ClassVar[Any]  # set on each object by `entity_of`; for Strawberry it is no field


def entity_of(type_name: str, row: Any) -> Any:
    """Make the object of a type over a row."""
    made = object.__new__(CLASSES[type_name])
    object.__setattr__(made, "row", row)
    return made


def from_rows(shape: Shape) -> Any:
    """Mark a class as standing for the rows of a shape."""

    def mark(cls: Any) -> Any:
        SHAPES[shape.type] = shape
        CLASSES[shape.type] = cls
        return cls

    return mark


def of_people(prefix: str, type_name: str, weight: int) -> Any:
    """Mark a class as standing for people or what is theirs: read under consent, never planned."""

    def mark(cls: Any) -> Any:
        PEOPLE[prefix] = type_name
        WEIGHTS[type_name] = weight
        return cls

    return mark
