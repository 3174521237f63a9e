"""The static stage names the file and line of whatever is wrong with a folder."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from isthmus.connector.kit.beginning import Kind, begin
from isthmus.connector.kit.static import is_public_name, static_tier
from isthmus.connector.kit.verdicts import Report, Verdict
from tests.unit.connector.kit.conftest import Broken


def found(report: Report) -> list[str]:
    """List what was found, each a line."""
    said = [case.said for case in report.cases if case.verdict is Verdict.NOT_OK]
    return "\n".join(said).splitlines()


def line_of(folder: Path, text: str, name: str = "connector.yaml") -> int:
    lines = (folder / name).read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


@pytest.mark.parametrize("kind", list(Kind))
def test_what_was_just_begun_has_no_findings(kind: Kind, tmp_path: Path) -> None:
    assert found(static_tier(begin("evening-school", kind, tmp_path))) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("https://api.example.org/v1", "http://localhost:8000", "base_url:", "no public host"),
        ("https://api.example.org/v1", "https://10.0.0.8/v1", "base_url:", "no public host"),
        ("https://api.example.org/v1", "https://hub.internal", "base_url:", "no public host"),
        ("https://api.example.org/v1", "https://{config.catalogue}.org", "base_url:", "constant"),
        ("rate: 60/minute", "headers: {X-Api-Key: 5f2b}", "headers:", "looks like a secret"),
        ("rate: 60/minute", "headers: {X-A: Bearer abcdefgh12}", "headers:", "like a secret"),
        ("title: name\n", "purpose: name\n", "map:", "Qualification@1 needs title"),
        ("title: name\n", "title: name\n      tilte: name\n", "tilte:", "is not a field"),
        ("id: id\n", "id: id[\n", "id: id[", "streams.courses.id"),
        ("id: evening-school", "id: other-school", "id: other", "is called evening-school"),
    ],
)
def test_a_fault_of_a_manifest_is_told_with_its_line(
    broken: Broken, old: str, new: str, line: str, said: str
) -> None:
    folder = broken(old, new)
    told = found(static_tier(folder))
    number = line_of(folder, line)
    assert [one for one in told if one.startswith(f"connector.yaml: line {number}: ")], told
    assert any(said in one for one in told), told


def test_a_readme_that_lacks_a_part_or_has_one_of_its_own_is_told(begun: Path) -> None:
    file = begun / "README.md"
    file.write_text(file.read_text("utf-8").replace("## Limits", "## Musings"), "utf-8")
    number = line_of(begun, "## Musings", "README.md")
    told = found(static_tier(begun))
    assert f"README.md: line {number}: has a heading of its own: Musings" in told
    assert any("has no heading `## Limits`" in one for one in told)


def test_a_stream_that_no_sample_shows_is_told_where_it_stands(broken: Broken) -> None:
    folder = broken("  courses:\n", "  lessons:\n")
    told = found(static_tier(folder))
    assert told == [
        f"connector.yaml: line {line_of(folder, '  lessons:')}: lessons: is in no sample"
    ]


def test_an_expectation_that_is_no_json_is_told_with_its_line(begun: Path) -> None:
    (begun / "samples/two-records.expected.json").write_text('{\n  "streams": {,}\n}', "utf-8")
    told = found(static_tier(begun))
    assert "samples/two-records.expected.json: line 2: does not read as JSON" in told


def test_a_payload_without_an_expectation_is_told(begun: Path) -> None:
    (begun / "samples/forgotten.json").write_text("{}", "utf-8")
    told = found(static_tier(begun))
    assert told == ["samples/forgotten.json: line 1: has no expectation beside it"]


def test_python_that_imports_more_than_the_contract_is_told_with_its_line(begun: Path) -> None:
    (begun / "mapping.py").write_text('"""Maps."""\n\nimport isthmus.store\n', "utf-8")
    told = found(static_tier(begun))
    assert told == ["mapping.py: line 3: imports isthmus.store; see connectors.md"]


def test_python_that_does_not_parse_is_told_without_a_traceback(begun: Path) -> None:
    (begun / "mapping.py").write_text("def (:\n", "utf-8")
    told = found(static_tier(begun))
    assert told
    assert not [one for one in told if "Traceback" in one]


def test_a_folder_without_a_manifest_is_told_by_the_file_it_lacks(tmp_path: Path) -> None:
    told = found(static_tier(tmp_path))
    assert len(told) == 1
    assert re.match(r"connector.yaml: line 1: ", told[0])


@pytest.mark.parametrize("host", ["api.example.org", "8.8.8.8", "xn--bcher-kva.example"])
def test_a_host_of_the_open_internet_is_one_by_its_name(host: str) -> None:
    assert is_public_name(host)


@pytest.mark.parametrize("host", ["localhost", "10.0.0.1", "[::1]", "127.1", "a.lan", "printer"])
def test_a_host_of_an_own_network_is_none(host: str) -> None:
    assert not is_public_name(host)
