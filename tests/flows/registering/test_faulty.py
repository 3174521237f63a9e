"""A broken manifest is told by its line, over the graph, and never as a fault of the hub."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest

from tests.flows.registering.conftest import Quay
from tests.support.catalogue import manifest, samples
from tests.support.replay import Replay

LINE = re.compile(r"^[\w./-]+: line \d+: ")
PIECES = [":", "{", "]", "- ", "'", "&a ", "<<: ", "!!int x", "[" * 300, "  ", "\t", "deletes: x"]


def mutants(text: str, many: int) -> list[str]:
    """Break a manifest in many ways, the same ones each time."""
    chance, found, lines = random.Random(7), [], text.splitlines()
    for _ in range(many):
        at = chance.randrange(len(lines))
        how = chance.randrange(3)
        changed = list(lines)
        if how == 0:
            del changed[at]
        elif how == 1:
            changed.insert(at, chance.choice(PIECES))
        else:
            cut = chance.randrange(len(lines[at]) + 1)
            changed[at] = lines[at][:cut] + chance.choice(PIECES) + lines[at][cut:]
        found.append("\n".join(changed))
    return found


async def test_every_broken_manifest_is_told_by_its_line(quay: Quay, replay: Replay) -> None:
    broken = 0
    for text in mutants(manifest(replay.url), 60):
        # without samples no kit is run; only what does not read at all is told here
        answer = await quay.partner.register(manifest=text)
        for error in answer["userErrors"]:
            assert error["code"] == "MANIFEST_INVALID", error
            assert LINE.match(error["message"]), error
            assert "Traceback" not in error["message"]
        broken += bool(answer["userErrors"])
        assert answer["connector"] is None
    assert broken == 60  # a sound one lacks its samples, and is told that


@pytest.mark.parametrize(
    ("change", "at", "said"),
    [
        (("title: name", "titel: name"), "titel: name", "titel is not a field of Qualification@1"),
        (("records: courses", "records: 'courses['"), "records: ", "streams.courses.records: "),
        (("base_url: ", "base_url: file:///etc/passwd#"), "base_url: ", "names a file"),
        (("deletes: snapshot", "deletes: sometimes"), "deletes: ", "Invalid enum value"),
        (("rate: 600/minute", "rate: 600/minute\n  sudo: yes"), "sudo: ", "is not a word"),
        (("request: {path: /courses}", "where: a"), "courses:", "has neither `request` nor"),
    ],
)
async def test_a_fault_names_its_line_and_what_is_wrong(
    quay: Quay, replay: Replay, change: tuple[str, str], at: str, said: str
) -> None:
    text = manifest(replay.url).replace(*change)
    line = next(n for n, one in enumerate(text.splitlines(), 1) if one.strip().startswith(at))
    told: Any = await quay.partner.register(manifest=text, samples=samples())
    messages = [error["message"] for error in told["userErrors"]]
    begins = f"connector.yaml: line {line}: "
    assert any(m.startswith(begins) and said in m for m in messages), (line, messages)


async def test_a_connector_that_does_not_do_what_its_samples_say_is_rejected(
    quay: Quay, replay: Replay
) -> None:
    text = manifest(replay.url).replace("title: name", "title: about")
    made = await quay.partner.register(manifest=text, samples=samples(), dryRun=False)
    assert made["connector"]["status"] == "REJECTED"
    message, path = made["userErrors"][0]["message"], made["userErrors"][0]["path"]
    assert (path, re.match(r"samples/three.expected.json: line 1: .*'Baking'", message)) != (
        ["samples"], None,
    )  # fmt: skip
    query = "query($id: ID!) { connector(id: $id) { versions { findings { file line message } } } }"
    found = await quay.partner.ask(query, id=made["connector"]["id"])
    assert found["versions"][0]["findings"]
    (error,) = (await quay.steward.approve(made["connector"]["id"]))["userErrors"]
    assert error["code"] == "CONFLICT"


async def test_a_sample_that_is_called_like_a_path_is_refused(quay: Quay, replay: Replay) -> None:
    for name in ("../../etc/passwd", "a/../b.json", "client.py/x/y/z", "/abs.json", "tables/x.py"):
        told = await quay.partner.register(
            manifest=manifest(replay.url), samples=[{"name": name, "body": "{}"}]
        )
        assert told["userErrors"][0]["path"] == ["samples"], name
