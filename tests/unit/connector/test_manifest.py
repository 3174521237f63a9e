"""A manifest's faults are told by file, line and word."""

from __future__ import annotations

import pytest

from isthmus.connector import manifest
from isthmus.connector.check import check
from isthmus.connector.manifest import ManifestInvalid

SOUND = """\
isthmus: 1
id: acme
version: 1.0.0
title: Acme
maintainers: [acme]
transport: rest
modes: [synced]
config:
  type: object
  required: [board]
  properties: {board: {type: string}, since: {type: string}}
http:
  base_url: https://api.example/{config.board}
  rate: 5/second
streams:
  jobs:
    produces: Vacancy@1
    request: {path: /jobs, query: {since: "{config.since}", after: "{watermark}"}}
    page: {style: number, size: 50}
    records: jobs
    id: id
    deletes: snapshot
    map:
      title: name
      employer: {name: company}
      locations: "[{label: place}]"
schedule: {every: 1h}
"""

FAULTS = {
    "an unknown word": ("title: Acme", "titel: Acme", 4, "titel: is not a word of a manifest"),
    "an unknown word of a stream": ("    id: id", "    ids: id", 21, "is not a word of a manifest"),
    "a wrong kind": ("version: 1.0.0", "version: one", 3, "version: Expected `str` matching"),
    "a rate of none": ("rate: 5/second", "rate: 0/second", 14, "http.rate: Expected `str` match"),
    "a schedule of none": ("every: 1h", "every: 0h", 27, "schedule.every: Expected `str` match"),
    "pages of none": ("size: 50", "size: 0", 19, "streams.jobs.page.size: Expected `int` >= 1"),
    "an unknown paging": ("style: number", "style: slow", 19, "streams.jobs.page.style: Invalid"),
    "a host from config": ("api.example", "{config.board}.example", 13, "host must be constant"),
    "a host that does not read": ("api.example/", "[api.example/", 13, "does not read"),
    "a slot the path may lack": ("path: /jobs", "path: '/{config.since}'", 18, "must be among the"),
    "a slot in the path that comes late": ("path: /jobs", "path: '/{watermark}'", 18, "not known"),
    "a slot of no config": ("{config.since}", "{config.until}", 18, "is not a word of config"),
    "an unknown slot": ("{watermark}", "{record.id}", 18, "{record.id} is not known here"),
    "an expression that does not parse": ("records: jobs", "records: jobs[", 20, "does not parse"),
    "a function that is not there": ("title: name", "title: upper(name)", 24, "calls upper()"),
    "a value that is no expression": ("title: name", "title: 7", 24, "put it in quotes"),
    "an unknown field": ("title: name", "titel: name", 24, "titel is not a field of Vacancy@1"),
    "an unknown field of a field": (
        "{name: company}",
        "{nmae: company}",
        25,
        "employer.nmae is no",
    ),
    "a key that is no word": ("{name: company}", "{1: company}", 25, "employer.1 is not a field"),
    "a map without its title": ("      title: name\n", "", 23, "needs title"),
    "a config that is no schema": ("  type: object", "  type: thing", 8, "is not a JSON Schema"),
    "personal data, synced": (
        "modes: [synced]",
        "modes: [synced]\npersonal: true",
        7,
        "never sync",
    ),
}


def findings(text: str) -> list[manifest.Finding]:
    try:
        return check(manifest.load(text), text)
    except ManifestInvalid as invalid:
        return invalid.findings


def test_a_sound_manifest_has_no_findings() -> None:
    assert findings(SOUND) == []


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_is_told_by_its_line(case: str) -> None:
    old, new, line, said = FAULTS[case]
    assert SOUND.count(old) == 1
    found = [str(finding) for finding in findings(SOUND.replace(old, new))]
    assert any(f.startswith(f"connector.yaml: line {line}: ") and said in f for f in found), found


def test_a_schema_that_refers_to_another_document_is_refused_unread(tmp_path) -> None:
    other = tmp_path / "schema.json"
    other.write_text('{"type": "object"}')
    for address in (other.as_uri(), "http://127.0.0.1:9/schema.json"):
        text = SOUND.replace("  type: object", f"  $ref: {address}")
        assert [f.message for f in findings(text)] == [
            "config: is not a JSON Schema that stands by itself"
        ]


def test_every_finding_is_listed_not_just_the_first() -> None:
    text = SOUND.replace("title: name", "titel: name").replace("records: jobs", "records: '['")
    assert [f.line for f in findings(text)] == [20, 24, 23]


@pytest.mark.parametrize(
    ("every", "said"), [("90s", 90), ("15m", 900), ("1h", 3600), ("7d", 604_800)]
)
def test_a_schedule_is_read_in_seconds(every: str, said: int) -> None:
    assert manifest.seconds(every) == said
