"""What the mission says of single records, asked of the graph over records made for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from isthmus.graph.executing import Graph, Operation
from isthmus.hub import Hub
from tests.conftest import ROOT
from tests.support.replay import Replay, json_reply

HEAD = """\
isthmus: 1
id: stated
version: 1.0.0
title: Stated
maintainers: [isthmus]
transport: rest
modes: [synced]
streams:
"""
STREAM = """\
  NAME:
    produces: TYPE
    request: {path: /NAME}
    records: "@"
    id: id
    deletes: snapshot
    map: {MAP}
"""
QUALIFICATION = "title: title, parts: parts, programmes: programmes, scale: scale"
SKILL = "uri: uri, scheme: scheme, label: label"
Stated = Callable[..., Awaitable[Callable[[str], Awaitable[Any]]]]


@pytest.fixture
def stated(hub: Hub, replay: Replay, tmp_path: Path) -> Stated:
    """Read records into the store; give what asks the graph over them."""

    async def read(**records: list[dict[str, Any]]) -> Callable[[str], Awaitable[Any]]:
        folder = tmp_path / "connectors" / "stated"
        folder.mkdir(parents=True)
        text = HEAD
        for name in records:
            kind = ("Skill@1", SKILL) if name == "skills" else ("Qualification@1", QUALIFICATION)
            words = {"NAME": name, "TYPE": kind[0], "MAP": kind[1]}
            stream = STREAM
            for word, value in words.items():
                stream = stream.replace(word, value)
            text += stream
        (folder / "connector.yaml").write_text(text, "utf-8")
        replay.answers = {f"/{name}": json_reply(found) for name, found in records.items()}
        settings = msgspec.structs.replace(hub.settings, connectors_dir=str(folder.parent))
        own = Hub(settings, hub.database, ROOT)
        await own.add_source("stated", "stated", {}, base_url=replay.url)
        (report,) = await own.sync(["stated"])
        assert report.ok, report
        assert sum(stream.counts.rejected for stream in report.streams) == 0
        graph = Graph(hub.database)

        async def ask(document: str) -> Any:
            answer = await graph.run(Operation(document))
            assert answer.errors == []
            return answer.data

        return ask

    return read


PARTS = """{ qualifications(first: 20) { nodes {
  title { value } scale parts(first: 9) { totalCount nodes { title { value } } }
  partOf(first: 9) { nodes { title { value } } }
} } }"""


@pytest.mark.mission("M3")
async def test_a_macro_stands_alone_or_lists_its_parts(stated: Stated) -> None:
    parts = [{"id": f"p{n}", "title": f"Part {n}"} for n in range(5)]
    alone = {"id": "alone", "title": "Alone", "scale": "macro"}
    stack = {"id": "stack", "title": "Stack", "scale": "macro"}
    stack |= {"parts": [{"id": part["id"]} for part in parts]}
    ask = await stated(qualifications=[*parts, alone, stack])
    nodes = (await ask(PARTS))["qualifications"]["nodes"]
    found = {node["title"]["value"]: node for node in nodes}
    assert (found["Alone"]["scale"], found["Stack"]["scale"]) == ("MACRO", "MACRO")
    assert found["Alone"]["parts"] == {"totalCount": 0, "nodes": []}
    assert found["Stack"]["parts"]["totalCount"] == 5
    listed = {one["title"]["value"] for one in found["Stack"]["parts"]["nodes"]}
    assert listed == {part["title"] for part in parts}
    assert found["Part 3"]["partOf"]["nodes"] == [{"title": {"value": "Stack"}}]


@pytest.mark.mission("S74")
async def test_a_programme_is_a_tag_that_finds_what_bears_it(stated: Stated) -> None:
    said = {"1": ["Swachh Bharat"], "2": ["Digital India", "Made in India"], "3": []}
    ask = await stated(
        qualifications=[{"id": n, "title": n, "programmes": tags} for n, tags in said.items()]
    )
    for tag in ("Swachh Bharat", "Digital India", "Made in India", "Common Cost Norms"):
        filter_ = f'filter: {{programme: "{tag}"}}'
        data = await ask(
            f"{{ qualifications(first: 9, {filter_}) {{ nodes {{ title {{ value }} }} }} }}"
        )
        found = {node["title"]["value"] for node in data["qualifications"]["nodes"]}
        assert found == {n for n, tags in said.items() if tag in tags}


@pytest.mark.mission("M92")
async def test_the_first_language_asked_for_that_is_there_is_given(stated: Stated) -> None:
    scheme = {"uri": "https://skills.example", "name": "s", "version": "1", "languages": ["fr"]}
    labels = {
        "both": {"en": "Weld", "fr": "Souder", "sw": "Kulehemu"},
        "one": {"en": "Bake", "fr": "Cuire"},
        "right": {"ar": "لحام"},
    }
    ask = await stated(
        skills=[
            {"id": key, "uri": f"https://skills.example/{key}", "scheme": scheme, "label": label}
            for key, label in labels.items()
        ]
    )
    text = 'label(lang: ["sw", "fr"]) { value language isFallback direction }'
    data = await ask(f"{{ skills(first: 9) {{ nodes {{ uri {text} }} }} }}")
    found = {
        n["uri"].rpartition("/")[2]: tuple(n["label"].values()) for n in data["skills"]["nodes"]
    }
    assert found == {
        "both": ("Kulehemu", "sw", False, "LTR"),
        "one": ("Cuire", "fr", True, "LTR"),
        "right": ("لحام", "ar", True, "RTL"),
    }
