"""Reads the playground's data files."""

from __future__ import annotations

from importlib.resources import files
from typing import TypeVar

import msgspec

Row = TypeVar("Row")


def rows_of(name: str, row_type: type[Row]) -> tuple[Row, ...]:
    """Return the rows of one data file, each checked against its type."""
    content = files("isthmus.playground").joinpath("data", name).read_bytes()
    return tuple(msgspec.json.decode(content, type=list[row_type]))  # type: ignore[valid-type]
