"""Every connector's README says what there is to know, and what it shows works."""

from __future__ import annotations

import itertools
import re
import shlex
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from isthmus.cli.sources import config_of
from isthmus.connector.manifest import Manifest
from isthmus.graph.executing import Graph, Operation
from isthmus.hub import Hub
from tests.connectors.conftest import Run
from tests.connectors.samples import CONNECTORS, LIVE, NAMES, SYNCED, answers_of, load, samples
from tests.support.replay import Replay

QUERY = re.compile(r"```graphql\n(.*?)```", re.DOTALL)
HEADINGS = ["What it brings", "Limits", "What it rests on", "Ask it"]
PLAYED = {"credential-registry", "esco", "frameworks", "greenhouse", "microsoft-learn"}
"""The connectors whose systems the playground simulates, and its database has read."""
CONFIGS = {
    "digilocker": {"client_id": "AB", "client_secret": "CD", "token_version": "1"},
    "abc": {"client_id": "AB", "client_secret": "CD"},
}
each_connector = pytest.mark.parametrize("name", NAMES)


def readme(name: str) -> str:
    return (CONNECTORS / name / "README.md").read_text("utf-8")


@each_connector
def test_a_readme_has_the_same_parts_as_any_other(name: str) -> None:
    text = readme(name)
    assert text.startswith(f"# {name}\n")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == HEADINGS


@each_connector
def test_a_readme_names_every_stream_and_what_the_connector_rests_on(name: str) -> None:
    text = readme(name)
    brings = text.partition("## Limits")[0]
    if name != "frameworks":  # its one stream is told by the files it is made of
        assert [s for s in load(name).manifest.streams if f"`{s}`" not in brings] == []
    rests = " ".join(text.partition("## What it rests on")[2].partition("## Ask it")[0].split())
    assert re.search(r"\bBuilt from: \w[^.]{10,}", rests)
    assert re.search(r"\bTested with: \w[^.]{10,}\.", rests)
    # where it was, the day says how much that is worth
    assert re.search(r"\bwas never run against \w|\bwas run against [^.]*\b20\d\d-\d\d-\d\d", rests)


def required(manifest: Manifest) -> set[str]:
    return set(manifest.config.get("required", ()))


@each_connector
def test_the_command_of_a_readme_gives_a_config_the_connector_takes(name: str) -> None:
    block = re.search(r"^    (isthmus source add (?:.|\\\n)*?[^\\])\n", readme(name), re.MULTILINE)
    assert block is not None
    words = shlex.split(block[1].replace("\\\n", " "))
    stated = [after for word, after in itertools.pairwise(words) if word == "--set"]
    connector = load(name)
    assert words[words.index("--connector") + 1] == name
    secrets = dict.fromkeys(connector.manifest.secrets & required(connector.manifest), "a-secret")
    connector.check_config(config_of(connector.manifest, stated) | secrets)


@pytest.mark.parametrize("name", SYNCED)
async def test_the_query_of_a_readme_answers_from_the_playground_or_the_samples(
    name: str, run: Run, replay: Replay, hub: Hub, add_source: Callable[..., Awaitable[str]]
) -> None:
    (document,) = QUERY.findall(readme(name))
    if name in PLAYED:
        answer = await run(document)
    else:
        sample = next(s for s in samples() if s.connector == name and s.expected()["streams"])
        replay.answers = answers_of(sample)
        await hub.sync([await add_source(name, sample.config)])
        answer = await Graph(hub.database).run(Operation(document))
    assert answer.errors == []
    nodes = nodes_of(answer.data)
    assert nodes
    if "provenance" in document:  # frameworks carry none
        origins = [origin for node in nodes for origin in node["provenance"]]
        assert name in {origin["source"]["connector"]["name"] for origin in origins}


@pytest.mark.parametrize("name", LIVE)
async def test_the_query_of_a_live_connectors_readme_finds_its_source(name: str, hub: Hub) -> None:
    (document,) = QUERY.findall(readme(name))
    config = CONFIGS.get(name, {})
    await hub.add_source("a-store", name, config, base_url="https://store.example")
    answer = await Graph(hub.database).run(Operation(document))
    assert answer.errors == []
    assert [node["connector"]["name"] for node in nodes_of(answer.data)] == [name]


def nodes_of(data: Any) -> list[Any]:
    found = next(iter(data.values()))
    return list(found if isinstance(found, list) else found["nodes"])
