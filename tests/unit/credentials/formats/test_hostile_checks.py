"""Whatever a document says, its checks are rows: none of them raises."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isthmus.credentials.contract import Document, DocumentUnreadable, Surroundings
from isthmus.credentials.reading import check_format, complete, read
from tests.unit.credentials.formats.shelf import around, sample_json
from tests.unit.credentials.formats.test_hostile_documents import JSON_NAMES, VALUES, places, put

COLLECTIONS = ("openbadges-3", "clr-2", "blockcerts/cert-verifier-js", "openbadges-2", "dcc",
               "incredible", "elm/rdf/samples", "w3c-vc/vcdm2-suite")  # fmt: skip


async def check_all(body: bytes, surroundings: Surroundings) -> None:
    try:
        reading = read(Document(body))
    except DocumentUnreadable:
        return
    for row in await check_format(await complete(reading, surroundings), surroundings):
        assert row.detail


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(JSON_NAMES), st.integers(0, 10**6), VALUES)
async def test_checks_of_a_sample_with_one_value_of_another_kind(
    name: str, at: int, value: object
) -> None:
    claims = sample_json(name)
    found = places(claims)
    put(claims, found[at % len(found)], value)
    await check_all(json.dumps(claims).encode(), around())


@pytest.mark.shared
@pytest.mark.parametrize("folder", COLLECTIONS)
async def test_checks_of_the_collections_with_values_of_another_kind(
    folder: str, fixtures: Path
) -> None:
    surroundings = around(contexts=fixtures / "credentials/jsonld-contexts")
    for path in sorted((fixtures / "credentials" / folder).rglob("*.json")):
        if path.stat().st_size > 10_000 or "schema" in path.parts:
            continue
        try:
            body = json.loads(path.read_bytes())
        except ValueError:
            continue
        for place in places(body)[:: max(1, len(places(body)) // 6)]:
            for value in (None, 7, "x", [], {}, [None], {"id": 7}, True):
                changed = json.loads(path.read_bytes())
                put(changed, place, value)
                await check_all(json.dumps(changed).encode(), surroundings)
