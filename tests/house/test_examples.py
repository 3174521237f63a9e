"""What the docs show is what there is: their operations fit the schema, their feed is one."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import orjson
import pytest
from graphql import LoneAnonymousOperationRule, build_schema, parse, specified_rules, validate

from isthmus.connector import feed

ROOT = Path(__file__).resolve().parents[2]
DOCS = sorted([ROOT / "README.md", *(ROOT / "src" / "docs").glob("*.md")])
SCHEMA = build_schema((ROOT / "schema.graphql").read_text("utf-8"), assume_valid_sdl=True)
RULES = [rule for rule in specified_rules if rule is not LoneAnonymousOperationRule]
BLOCK = re.compile(r"^( *)```(graphql|json)\n(.*?)^\1```", re.DOTALL | re.MULTILINE)


def blocks(file: Path, language: str) -> list[str]:
    found = BLOCK.findall(file.read_text("utf-8"))
    return [text for _, named, text in found if named == language]


@pytest.mark.parametrize("file", DOCS, ids=lambda file: file.name)
def test_every_operation_in_the_docs_fits_the_schema(file: Path) -> None:
    for text in blocks(file, "graphql"):
        assert validate(SCHEMA, parse(text), RULES) == [], text


def test_the_docs_show_operations() -> None:
    assert sum(len(blocks(file, "graphql")) for file in DOCS) >= 4


def test_the_feed_in_the_docs_is_one() -> None:
    manifest, page = blocks(ROOT / "src" / "docs" / "partners.md", "json")
    assert feed.ready(manifest, "https://feed.quay.example").manifest.id == "quay-school"
    read = feed.page_of(page.encode())
    assert (len(read.records), read.deleted, read.cursor) == (1, ["w0"], "page-2")
    msgspec.json.decode(orjson.dumps(read.records[0]), type=feed.RecordLine)
