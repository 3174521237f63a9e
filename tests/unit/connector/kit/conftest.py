"""A connector of one stream, to be broken in every way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from isthmus.connector.kit.beginning import Kind, begin

Broken = Callable[[str, str], Path]


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    """A connector that was just begun."""
    return begin("evening-school", Kind.REST, tmp_path)


@pytest.fixture
def broken(begun: Path) -> Broken:
    """Replace one piece of its manifest."""

    def replaced(old: str, new: str) -> Path:
        file = begun / "connector.yaml"
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new), "utf-8")
        return begun

    return replaced
