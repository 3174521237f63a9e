"""Every sample of every live connector comes to exactly its records and documents."""

from __future__ import annotations

import os

import orjson
import pytest

from isthmus.outbound import SourceClient
from isthmus.trials.living import read_live
from tests.connectors.samples import LIVE, LIVE_SAMPLES, answers_of, load, sample_id
from tests.support.adding_up import live_adds_up
from tests.support.replay import Replay


@pytest.mark.parametrize("sample", LIVE_SAMPLES, ids=sample_id)
async def test_a_sample_comes_to_exactly_its_documents(
    sample, replay: Replay, http: SourceClient
) -> None:
    replay.answers = answers_of(sample, replay.url)
    load(sample.connector).check_config(sample.config)
    read = await read_live(load(sample.connector), sample, http)
    assert not [name for name, one in read.items() if one.broken]
    found = {name: one.as_json() for name, one in read.items()}
    if os.environ.get("ISTHMUS_SNAPSHOTS") == "write":
        said = {**sample.expected(), "streams": found}
        sample.file.write_bytes(orjson.dumps(said, option=orjson.OPT_INDENT_2) + b"\n")
    assert found == sample.expected()["streams"]


@pytest.mark.parametrize("sample", LIVE_SAMPLES, ids=sample_id)
async def test_what_a_store_lists_is_shown_refused_by_code_or_counted_as_unreadable(
    sample, replay: Replay
) -> None:
    replay.answers = answers_of(sample, replay.url)
    await live_adds_up(sample, replay.url)


@pytest.mark.parametrize("sample", LIVE_SAMPLES, ids=sample_id)
async def test_a_token_goes_to_the_store_in_a_header_only(
    sample, replay: Replay, http: SourceClient
) -> None:
    replay.answers = answers_of(sample, replay.url)
    await read_live(load(sample.connector), sample, http)
    assert replay.asked
    for asked in replay.asked:
        assert asked.headers.get("authorization") == "Bearer a-learners-token"
        assert "a-learners-token" not in f"{asked.path}{asked.query}"


@pytest.mark.parametrize("name", LIVE)
def test_every_live_connector_has_a_sample(name: str) -> None:
    shown = [sample for sample in LIVE_SAMPLES if sample.connector == name]
    assert shown
    streams = set[str]().union(*(sample.expected()["streams"] for sample in shown))
    assert streams == set(load(name).manifest.streams)


@pytest.mark.parametrize("name", LIVE)
def test_a_live_connector_says_what_it_is_for_and_how_it_ends(name: str) -> None:
    manifest = load(name).manifest
    assert manifest.personal
    assert manifest.modes == ["live"]
    assert manifest.consent is not None
    assert manifest.consent.data == ["Credential"]
    assert "client_secret" not in manifest.config.get("properties", {}) or manifest.secrets
