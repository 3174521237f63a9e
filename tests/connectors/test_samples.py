"""Every sample of every connector comes to exactly the records expected of it, once."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import pytest

from isthmus.hub import Hub
from isthmus.store.entries import Counts
from isthmus.sync import SourceReport
from isthmus.trials.mapping import ReadStream
from tests.connectors.samples import (
    CONNECTORS,
    SYNCED,
    SYNCED_SAMPLES,
    Sample,
    answers_of,
    load,
    sample_id,
    samples,
)
from tests.support.replay import Replay

SAMPLES = SYNCED_SAMPLES
each_sample = pytest.mark.parametrize("sample", SAMPLES, ids=sample_id)


@each_sample
async def test_a_sample_comes_to_exactly_its_records(
    sample: Sample, replay: Replay, read_stream: ReadStream
) -> None:
    replay.answers = answers_of(sample)
    connector = load(sample.connector)
    connector.check_config(sample.config)
    found = {}
    for stream in connector.manifest.streams:
        mapped = await read_stream(connector, stream, sample.config)
        if mapped.records or mapped.rejections:
            found[stream] = mapped.as_json()
    if os.environ.get("ISTHMUS_SNAPSHOTS") == "write":
        _write(sample, found)
    assert found == sample.expected()["streams"]


@each_sample
async def test_a_sync_adds_what_is_expected_and_a_second_one_changes_nothing(
    sample: Sample, replay: Replay, hub: Hub, add_source: Callable[..., Awaitable[str]]
) -> None:
    replay.answers = answers_of(sample)
    name = await add_source(sample.connector, sample.config)
    first, again = _total(await hub.sync([name])), _total(await hub.sync([name]))
    streams = sample.expected()["streams"].values()
    assert first.added == sum(len(stream["records"]) for stream in streams)
    assert first.rejected == sum(len(stream.get("rejected", ())) for stream in streams)
    assert (again.added, again.changed, again.removed, again.removals_held) == (0, 0, 0, 0)
    assert (again.seen, again.rejected) == (first.seen, first.rejected)


@pytest.mark.parametrize("name", SYNCED)
def test_every_connector_has_a_sample(name: str) -> None:
    assert [sample for sample in SAMPLES if sample.connector == name]


@pytest.mark.parametrize("name", SYNCED)
def test_every_stream_stands_in_a_sample(name: str) -> None:
    shown = {
        s for sample in SAMPLES if sample.connector == name for s in sample.expected()["streams"]
    }
    assert set(load(name).manifest.streams) == shown


def test_every_payload_has_its_expectation() -> None:
    parts = {p for p in CONNECTORS.glob("*/samples/*") if not p.name.endswith(".expected.json")}
    folders = {sample.file.with_name(sample.situation) for sample in samples()}
    assert parts <= folders | {body for sample in samples() for body in sample.bodies()}


def _total(reports: list[SourceReport]) -> Counts:
    total = Counts()
    assert reports
    for report in reports:
        assert report.ok, report
        for stream in report.streams:
            total.add(stream.counts)
    return total


def _write(sample: Sample, found: dict[str, Any]) -> None:
    data = {"config": sample.config, "streams": found}
    sample.file.write_bytes(orjson.dumps(data, option=orjson.OPT_INDENT_2) + b"\n")
