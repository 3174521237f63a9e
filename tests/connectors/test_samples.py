"""Every sample of every connector comes to exactly the records expected of it, once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import orjson
import pytest

from isthmus.hub import Hub
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
from tests.support.adding_up import adds_up
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
    sample: Sample, replay: Replay, hub: Hub, tmp_path: Path
) -> None:
    replay.answers = answers_of(sample)
    first = await adds_up(hub, sample.connector, sample.config, replay.url, tmp_path)
    streams = sample.expected()["streams"].values()
    added = sum(counts.added for counts in first.values())
    rejected = sum(counts.rejected for counts in first.values())
    assert added == sum(len(stream["records"]) for stream in streams)
    assert rejected == sum(len(stream.get("rejected", ())) for stream in streams)


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


def _write(sample: Sample, found: dict[str, Any]) -> None:
    data = {"config": sample.config, "streams": found}
    sample.file.write_bytes(orjson.dumps(data, option=orjson.OPT_INDENT_2) + b"\n")
