"""Connectors are found by folder; a faulty one is refused with the file that is at fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from isthmus.connector.installed import load, load_folder, names
from isthmus.errors import Misconfigured

MANIFEST = """\
isthmus: 1
id: acme
version: 1.0.0
title: Acme
maintainers: [acme]
transport: rest
modes: [synced]
config: {type: object, required: [board], properties: {board: {type: string, maxLength: 5}}}
streams:
  jobs: {produces: Vacancy@1, request: {path: /jobs}, id: id, deletes: never}
"""
MAPPING = "def jobs(payload):\n    return {'title': payload['name']}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A connector with a mapping function and a table."""
    place = tmp_path / "acme"
    (place / "tables").mkdir(parents=True)
    (place / "connector.yaml").write_text(MANIFEST)
    (place / "mapping.py").write_text(MAPPING)
    (place / "tables" / "levels.json").write_text('{"a": "1"}')
    return place


def refusal(folder: Path) -> str:
    with pytest.raises(Misconfigured) as refused:
        load_folder(folder)
    assert refused.value.code == "MANIFEST_INVALID"
    return str(refused.value)


def test_a_folder_is_got_ready_with_its_mapping_and_tables(folder: Path) -> None:
    connector = load("acme", [folder.parent])
    assert connector.mappings["jobs"]({"name": "Baker"}) == {"title": "Baker"}
    assert connector.tables == {"levels": {"a": "1"}}
    assert names([folder.parent]) == ["acme"]


def test_a_name_that_is_not_there_is_told_with_those_that_are(folder: Path) -> None:
    with pytest.raises(Misconfigured, match="There is no connector ajax; there are: acme"):
        load("ajax", [folder.parent])


@pytest.mark.parametrize("part", ["connector.yaml", "mapping.py", "tables/levels.json"])
def test_whatever_can_change_a_record_changes_the_digest(folder: Path, part: str) -> None:
    before = load_folder(folder).digest
    (folder / part).write_text((folder / part).read_text() + "\n")
    assert load_folder(folder).digest != before


def test_a_stream_that_nothing_maps_is_refused(folder: Path) -> None:
    (folder / "mapping.py").unlink()
    said = "streams.jobs: has neither `map` nor a mapping function"
    assert refusal(folder) == f"connector.yaml: line 10: {said}"


def test_a_stream_that_nothing_reads_is_refused(folder: Path) -> None:
    (folder / "connector.yaml").write_text(MANIFEST.replace("request: {path: /jobs}, ", ""))
    said = "streams.jobs: has neither `request` nor a method"
    assert refusal(folder) == f"connector.yaml: line 10: {said}"


def test_a_client_without_a_connector_is_refused(folder: Path) -> None:
    (folder / "client.py").write_text("x = 1\n")
    assert refusal(folder) == "client.py: line 1: holds no Connector"


def test_a_part_that_does_not_import_is_refused_with_its_reason(folder: Path) -> None:
    (folder / "mapping.py").write_text("import nothing_of_this_name\n")
    assert "mapping.py: line 1: does not import: ModuleNotFoundError" in refusal(folder)


@pytest.mark.parametrize(
    ("part", "content", "said"),
    [
        ("connector.yaml", b"title: \xff", "connector.yaml: line 1: does not read as UTF-8 text"),
        ("tables/levels.json", b'{"a":\n}', "tables/levels.json: line 2: does not read as JSON"),
        ("tables/levels.json", b"[1]", "tables/levels.json: line 1: a table is one JSON object"),
    ],
)
def test_a_file_that_does_not_read_is_named(
    folder: Path, part: str, content: bytes, said: str
) -> None:
    (folder / part).write_bytes(content)
    assert said in refusal(folder)


@pytest.mark.parametrize("config", [{}, {"board": 7}, {"board": "far too long"}])
def test_a_config_that_does_not_fit_is_refused(folder: Path, config: dict[str, object]) -> None:
    with pytest.raises(Misconfigured) as refused:
        load_folder(folder).check_config(config)
    assert refused.value.code == "CONFIG_INVALID"
    assert str(refused.value).startswith("acme: ")


@pytest.fixture
def distribution(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The connector in an installed distribution that names it as an entry point."""
    site = tmp_path / "site"
    about = site / "acme_catalogue-1.0.dist-info"
    about.mkdir(parents=True)
    folder.rename(site / "acme_catalogue")
    (site / "acme_catalogue" / "__init__.py").touch()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-catalogue\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(
        "[isthmus.connectors]\nacme = acme_catalogue\ngone = acme_that_is_gone\n"
    )
    monkeypatch.syspath_prepend(str(site))
    return "acme"


def test_an_installed_distribution_brings_its_connector(distribution: str, tmp_path: Path) -> None:
    assert distribution in names([tmp_path / "none"])
    found = load(distribution, [tmp_path / "none"])
    assert (found.manifest.id, found.mappings.keys()) == ("acme", {"jobs"})
    with pytest.raises(Misconfigured, match="There is no connector gone"):
        load("gone", [tmp_path / "none"])
