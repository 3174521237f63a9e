"""Damaged files of real origin, read as sources: what does not read is told of, each by itself."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from isthmus.hub import Hub
from isthmus.settings import Settings
from isthmus.store.database import Database
from isthmus.sync.report import StreamReport
from tests.conftest import ROOT
from tests.flows.jobs import CONNECTORS

pytestmark = pytest.mark.shared


def hub_of(database: Database, home: Path, allowed: float) -> Hub:
    """Give a hub that lets a part of the records be damaged."""
    settings = Settings(home=home, sync_max_rejected=allowed, connectors_dir=str(CONNECTORS))
    return Hub(settings, database, ROOT)


@pytest.fixture
def lenient(database: Database, tmp_path: Path) -> Hub:
    """A hub that reads a file to its end however damaged it is."""
    return hub_of(database, tmp_path, 1.0)


async def read(hub: Hub, connector: str, folder: Path, **config: Any) -> StreamReport:
    await hub.add_source("real", connector, config, base_url=folder.as_uri())
    (report,) = await hub.sync(["real"])
    (stream,) = report.streams
    counts = stream.counts
    assert counts.added + counts.unchanged + counts.rejected == counts.seen
    return stream


async def reasons(hub: Hub) -> dict[str, list[str]]:
    """Give the sentences of the quarantine by their reasons."""
    rows = await hub.database.fetch("SELECT reason, message FROM rejected_record")
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["reason"], []).append(row["message"])
    return found


def lines_of(message: str) -> int:
    """Count the lines a sentence tells of."""
    found = re.match(r"lines? (\d+)(?: to (\d+))?:", message)
    assert found is not None, message
    return int(found[2] or found[1]) - int(found[1]) + 1


async def test_every_line_of_the_swedish_table_is_a_record_or_told_of(
    lenient: Hub, fixtures: Path
) -> None:
    folder = fixtures / "taxonomies/crosswalks/national"
    stream = await read(lenient, "swedish-crosswalk", folder)
    told = await reasons(lenient)
    damaged = told["ROW_RAGGED"]
    assert (stream.counts.seen, len(damaged)) == (15_036, 4_397)
    table = folder / "SE_NSC_ESCO_109_mapping_table_2023-11-30.csv"
    rows = len(table.read_bytes().splitlines()) - 17
    repeated = len(told.get("ID_DUPLICATE", []))
    assert stream.counts.added + repeated + sum(map(lines_of, damaged)) == rows


async def test_a_table_damaged_in_every_fourth_row_is_not_taken_for_a_whole_one(
    database: Database, tmp_path: Path, fixtures: Path
) -> None:
    hub = hub_of(database, tmp_path, 0.05)
    stream = await read(hub, "swedish-crosswalk", fixtures / "taxonomies/crosswalks/national")
    assert stream.fault_code == "SOURCE_BAD_DATA"
    assert "records do not read; nothing was removed" in str(stream.fault)
    assert (await reasons(hub))["ROW_RAGGED"]


async def test_occupations_that_other_text_ran_into_are_held_back(
    lenient: Hub, fixtures: Path
) -> None:
    stream = await read(lenient, "nco-2015", fixtures / "taxonomies/india-nco2015")
    told = await reasons(lenient)
    assert stream.counts.seen == 1_222
    assert set(told) == {"FIELD_MISSING", "TEXT_INTERLEAVED"}
    assert len(told["FIELD_MISSING"]) == 768
    assert all(message.startswith("line ") for held in told.values() for message in held)


async def test_each_registry_file_that_is_no_json_is_told_of_by_its_name(
    lenient: Hub, fixtures: Path
) -> None:
    folder = fixtures / "catalogues/credential-registry"
    files = sorted(str(file.relative_to(folder)) for file in folder.rglob("*.json"))
    stream = await read(lenient, "json-files", folder, files=files)
    (held,) = (await reasons(lenient)).values()
    assert (stream.counts.seen, stream.counts.rejected) == (len(files), 3)
    names = Counter(message.partition(":")[0].rpartition("/")[2] for message in held)
    assert names["ConditionManifest.json"] == 1
    assert names["Credential_PublishDetailedRecord_API_Input.json"] == 1
