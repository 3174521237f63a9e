"""How a question becomes a request: what a manifest may say, and what is wrong where it may not."""

from __future__ import annotations

import pytest

from isthmus.connector import manifest
from isthmus.connector.check import check
from isthmus.connector.manifest import Manifest, ManifestInvalid
from isthmus.errors import Misconfigured
from isthmus.fresh.fetching import Asking
from isthmus.model.run import SourceMode

SOUND = """\
isthmus: 1
id: board
version: 1.0.0
title: Board
maintainers: [acme]
transport: rest
modes: [synced, live]
http:
  base_url: https://board.example
streams:
  jobs:
    produces: Vacancy@1
    request: {path: /jobs, query: {sort: new}}
    id: id
    deletes: snapshot
    live: {search: q, since: after, first: limit, keep: 60s, stale: 1h}
    map: {title: title}
"""
FAULTS = {
    "not live": ("[synced, live]", "[synced]", 16, "live: is a word of live streams"),
    "a parameter that stands there": ("query: {sort: new}", "query: {q: x}", 16, "already"),
    "nothing that takes it": (
        "    id: id", "    read: {form: csv}\n    id: id", 17, "nothing takes"
    ),
    "first alone": ("search: q, since: after, ", "", 16, "goes with `search` or `since`"),
    "stale before it is old": ("stale: 1h", "stale: 1s", 16, "is shorter than `keep`"),
    "an unknown word": ("search: q", "find: q", 16, "is not a word of a manifest"),
    "no time": ("keep: 60s", "keep: soon", 16, "keep"),
    "no pages": ("keep: 60s", "pages: 0", 16, "pages"),
    "a document of a person": (
        "    id: id", "    detail: {path: /x}\n    id: id", 14, "is for documents of people"
    ),
}  # fmt: skip


def read(text: str) -> tuple[Manifest | None, list[str]]:
    try:
        found = manifest.load(text)
    except ManifestInvalid as invalid:
        return None, [str(finding) for finding in invalid.findings]
    return found, [str(finding) for finding in check(found, text)]


def test_a_sound_manifest_has_no_findings() -> None:
    assert read(SOUND)[1] == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_on_its_line(fault: str) -> None:
    old, new, line, words = FAULTS[fault]
    assert old in SOUND
    (said, *_) = read(SOUND.replace(old, new))[1]
    assert f"line {line}:" in said
    assert words in said


def test_words_are_searched_for_and_without_them_the_newest_are_wanted() -> None:
    found, _ = read(SOUND)
    assert found is not None
    stream = found.streams["jobs"]
    assert Asking.of(stream, "welding", None).parameters == {"q": "welding", "limit": 100}
    newest = Asking.of(stream, "", 10.0).parameters
    assert set(newest) == {"after", "limit"}


def test_a_stream_that_takes_nothing_is_asked_for_its_list() -> None:
    found, _ = read(SOUND.replace("search: q, since: after, first: limit, ", ""))
    assert found is not None
    assert Asking.of(found.streams["jobs"], "welding", None).is_list


def test_a_source_is_in_a_mode_of_its_connector_and_in_both_where_both_stand() -> None:
    both, _ = read(SOUND)
    synced, _ = read(SOUND.replace("[synced, live]", "[synced]").replace("    live:", "    #"))
    assert both is not None
    assert synced is not None
    assert both.allowed(SourceMode.HYBRID) is SourceMode.HYBRID
    for mode in (SourceMode.LIVE, SourceMode.HYBRID):
        with pytest.raises(Misconfigured, match="its modes are synced"):
            synced.allowed(mode)
    assert both.interval(SourceMode.LIVE, "1h") is None
