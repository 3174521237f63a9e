"""The canonical types are published as they are in the code."""

from __future__ import annotations

from pathlib import Path

import orjson

from isthmus.connector import feed
from isthmus.connector.records import TYPES, schema

FOLDER = Path(__file__).resolve().parents[2] / "src" / "docs" / "schemas"


def test_every_canonical_type_is_published_as_it_is() -> None:
    published = {file.stem: orjson.loads(file.read_bytes()) for file in FOLDER.glob("*.json")}
    assert set(published) == {*TYPES, feed.NAME}  # `make schema` writes them
    assert [name for name in TYPES if published[name] != schema(name)] == []
    assert published[feed.NAME] == feed.schema()
