"""A manifest that somebody broke is refused with file and line, and never in another way."""

from __future__ import annotations

import random
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from isthmus.connector import manifest
from isthmus.connector.check import check
from isthmus.connector.kit.static import static_tier
from isthmus.connector.kit.verdicts import Verdict
from isthmus.connector.manifest import Finding, ManifestInvalid
from isthmus.errors import Misconfigured
from tests.connectors.samples import CONNECTORS, NAMES

TEXTS = {name: (CONNECTORS / name / "connector.yaml").read_text("utf-8") for name in NAMES}
TOP = ["isthmus", "id", "version", "title", "maintainers", "transport", "modes", "streams"]
OF_A_STREAM = ["produces", "id", "deletes"]
PIECES = [
    "", ":", "{", "}", "[", "]", "*a", "&a ", "<<: ", "- ", "'", '"', "`", "@", "!!int x", "null",
    "!!float x", "!!timestamp x", "!!set {a}", "true", "0", "-1", ".nan", "~", "\t", "\n", "  ",
    "#", "|", "http://[", "{config.", "to_string(", "\u2028", "9" * 5000, "[" * 300, "(" * 400,
    "method: post", "graphql: x", "sparql: y", "read: {form: csv}", "page: {style: oai}",
    "page: {style: window}", "read: {form: xml, each: a}", "removed: x", "expires: 0d",
    "auth: {client_credentials: {}}", "{watermark}",
]  # fmt: skip


def findings(text: str) -> list[str] | None:
    """List what is wrong with a manifest; None when it is sound."""
    try:
        found = check(manifest.load(text), text)
    except ManifestInvalid as invalid:
        found = invalid.findings
    except Misconfigured as refused:
        return [str(refused)]
    return [str(finding) for finding in found] or None


def cases(keys: list[str]) -> list[Any]:
    return [pytest.param(name, key, id=f"{name}-{key}") for name in NAMES for key in keys]


@pytest.mark.parametrize(("name", "key"), cases(TOP))
def test_a_manifest_without_a_required_word_is_refused_by_its_name(name: str, key: str) -> None:
    data = yaml.safe_load(TEXTS[name])
    del data[key]
    with pytest.raises(ManifestInvalid) as refused:
        manifest.load(yaml.safe_dump(data, sort_keys=False))
    assert str(refused.value) == f"connector.yaml: line 1: the manifest: {key} is missing"


@pytest.mark.parametrize(("name", "key"), cases(OF_A_STREAM))
def test_a_stream_without_a_required_word_is_refused_at_its_own_line(name: str, key: str) -> None:
    data = yaml.safe_load(TEXTS[name])
    stream = list(data["streams"])[-1]
    del data["streams"][stream][key]
    text = yaml.safe_dump(data, sort_keys=False)
    line = text.splitlines().index(f"  {stream}:") + 1
    with pytest.raises(ManifestInvalid) as refused:
        manifest.load(text)
    assert refused.value.findings == [
        Finding("connector.yaml", line, f"streams.{stream}: {key} is missing")
    ]


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """List the place of every key of a manifest, however deep."""
    steps = value.items() if isinstance(value, dict) else enumerate(value)
    for step, inner in steps:
        yield (*at, step)
        if isinstance(inner, dict | list):
            yield from places(inner, (*at, step))


@pytest.mark.parametrize("name", NAMES)
def test_a_manifest_without_any_one_of_its_words_is_sound_or_refused_by_line(name: str) -> None:
    known = list(places(yaml.safe_load(TEXTS[name])))
    assert len(known) > 15
    for place in known:
        data = yaml.safe_load(TEXTS[name])
        inner = data
        for step in place[:-1]:
            inner = inner[step]
        del inner[place[-1]]
        found = findings(yaml.safe_dump(data, sort_keys=False)) or []
        wrong = [one for one in found if not re.match(r"connector\.yaml: line \d+: ", one)]
        assert wrong == [], place


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.sampled_from(NAMES), st.integers(0, 2**32), st.lists(st.sampled_from(PIECES), max_size=4))
def test_the_kit_names_file_and_line_whatever_was_done_to_a_manifest(
    name: str, seed: int, pieces: list[str]
) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = shutil.copytree(CONNECTORS / name, Path(place) / name)
        text = edited(TEXTS[name], random.Random(seed), pieces)
        (folder / "connector.yaml").write_text(text, "utf-8", newline="")
        report = static_tier(folder)
    said = [case.said for case in report.cases if case.verdict is Verdict.NOT_OK]
    for line in "\n".join(said).splitlines():
        assert re.match(r"[\w./ -]+: line \d+: ", line), line
        assert "Traceback" not in line


@pytest.mark.parametrize("name", NAMES)
def test_a_map_without_a_field_its_record_needs_is_a_finding(name: str) -> None:
    data = yaml.safe_load(TEXTS[name])
    for stream in data["streams"].values():
        stream["map"] = {}
        stream.pop("detail", None)
    found = findings(yaml.safe_dump(data, sort_keys=False))
    assert found is not None
    assert all("which the map does not give" in finding for finding in found)
    assert {stream["produces"] for stream in data["streams"].values()} == {
        finding.split()[3] for finding in found
    }


# JMESPath still takes a literal without quotation marks, and says that it may not one day
@pytest.mark.filterwarnings("ignore:deprecated string literal syntax")
@pytest.mark.parametrize("name", NAMES)
def test_a_hundred_random_edits_are_refused_by_line_or_harmless(name: str) -> None:
    refused = 0
    for number in range(100):
        chance = random.Random(f"{name} {number}")
        text = edited(TEXTS[name], chance, chance.choices(PIECES, k=chance.randrange(1, 4)))
        found = findings(text) or []
        refused += bool(found)
        wrong = [one for one in found if not re.match(r"connector\.yaml: line \d+: ", one)]
        assert wrong == [], number
    assert refused > 50  # else the edits would try little


@settings(derandomize=True, max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_any_text_at_all_is_refused_as_a_manifest(text: str) -> None:
    found = findings(text)
    assert found is not None
    assert all(f.startswith("connector.yaml: ") for f in found)


def edited(text: str, chance: random.Random, pieces: list[str]) -> str:
    """Put pieces in at random places, and cut, double or swap some lines."""
    for piece in pieces:
        at = chance.randrange(len(text) + 1)
        text = text[:at] + piece + text[at + chance.randrange(3) :]
    lines = text.split("\n")
    for _ in range(chance.randrange(3)):
        one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        match chance.randrange(3):
            case 0:
                lines[one], lines[other] = lines[other], lines[one]
            case 1:
                lines.insert(one, lines[other])
            case _:
                del lines[one : one + 1]
    return "\n".join(lines)
