"""The types that stand for rows of the store, and their shapes."""

from __future__ import annotations

from typing import Any, ClassVar

from isthmus.query.vocabulary import Shape

SHAPES: dict[str, Shape] = {}
"""Every type that is read from rows, by its name in the graph."""

CLASSES: dict[str, Any] = {}
"""The class that stands for a row of each such type."""


def types_by_prefix() -> dict[str, str]:
    """Map the prefix of an id to the type it names."""
    return {shape.prefix: name for name, shape in SHAPES.items() if shape.prefix}


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
