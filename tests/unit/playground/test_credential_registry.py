"""The credential registry: envelopes, graphs, and pages that lose nothing."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from isthmus.playground.simulators import credential_registry as registry
from isthmus.playground.simulators.credential_registry import Envelope
from isthmus.playground.world import World

PUBLISHED_IN_2018_ONLY = {"resource", "resource_public_key"}  # the registry stopped showing them


@pytest.fixture(scope="module")
def envelopes(world: World) -> tuple[Envelope, ...]:
    return registry.published(world)


def _resources(envelopes: tuple[Envelope, ...]) -> list[dict[str, object]]:
    return [each.graph[0] for each in envelopes]


def _competencies(envelopes: tuple[Envelope, ...]) -> list[dict[str, dict[str, str]]]:
    found = []
    for resource in _resources(envelopes):
        found += resource.get("ceterms:teaches", [])  # type: ignore[operator]
        for condition in resource.get("ceterms:requires", []):  # type: ignore[attr-defined]
            found += condition["ceterms:targetCompetency"]
    return found


def test_qualifications_and_their_organisations_are_published(
    envelopes: tuple[Envelope, ...],
) -> None:
    types = Counter(str(each["@type"]) for each in _resources(envelopes))
    organisations = types.pop("ceterms:CredentialOrganization")
    organisations += types.pop("ceterms:QACredentialOrganization")
    assert organisations == 18
    assert types.total() == 75
    assert len(types) > 10


def test_identifiers_are_unique_and_of_the_registrys_form(envelopes: tuple[Envelope, ...]) -> None:
    identifiers = [each.ctid for each in envelopes]
    assert len(set(identifiers)) == len(identifiers)
    form = re.compile(r"ce-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
    assert all(form.fullmatch(each) for each in identifiers)


def test_owners_parts_and_prerequisites_resolve(envelopes: tuple[Envelope, ...]) -> None:
    known = {each["@id"] for each in _resources(envelopes)}
    nodes = {node["@id"] for each in envelopes for node in each.graph}
    for resource in _resources(envelopes):
        for name in ("ownedBy", "offeredBy", "hasPart", "isPartOf", "offers", "owns"):
            assert set(resource.get(f"ceterms:{name}", [])) <= known  # type: ignore[call-overload]
        assert set(resource.get("ceterms:approvedBy", [])) <= nodes  # type: ignore[call-overload]


def test_competencies_come_by_address_by_words_and_as_nothing_esco_knows(
    world: World, envelopes: tuple[Envelope, ...]
) -> None:
    addresses = {each.uri for each in world.taxonomy.skills}
    words = {
        text.casefold() for each in world.taxonomy.skills
        for text in [*each.labels.values(), *(a for some in each.aliases.values() for a in some)]
    }  # fmt: skip
    ways: Counter[str] = Counter()
    for each in _competencies(envelopes):
        if "ceterms:targetNode" in each:
            assert each["ceterms:targetNode"] in addresses
            ways["address"] += 1
        else:
            texts = each["ceterms:targetNodeName"].values()
            ways["words" if all(text.casefold() in words for text in texts) else "own"] += 1
    assert min(ways["address"], ways["words"]) > 100
    assert ways["own"] > 20


def test_names_are_language_maps_in_four_languages(envelopes: tuple[Envelope, ...]) -> None:
    languages = {language for each in _resources(envelopes) for language in each["ceterms:name"]}  # type: ignore[attr-defined]
    assert languages == {"en", "fr", "es", "hi"}


def test_dates_narrow_what_is_found(envelopes: tuple[Envelope, ...]) -> None:
    middle = envelopes[40].updated
    newer = registry.changed_between(envelopes, since=middle.isoformat(), until=None)
    older = registry.changed_between(envelopes, since=None, until=middle.isoformat())
    assert all(each.updated >= middle for each in newer)
    assert {each.ctid for each in (*newer, *older)} == {each.ctid for each in envelopes}
    assert len(newer) < len(envelopes)


def test_a_date_that_cannot_be_read_narrows_nothing(envelopes: tuple[Envelope, ...]) -> None:
    assert len(registry.changed_between(envelopes, since="whenever", until=None)) == len(envelopes)
    tomorrow = datetime(2026, 11, 25, tzinfo=UTC).isoformat()
    assert registry.changed_between(envelopes, since=tomorrow, until=None) == []


def test_a_page_past_the_end_is_empty(envelopes: tuple[Envelope, ...]) -> None:
    page = registry.page_of(envelopes, url="http://r", query={}, page=99, per_page=50)
    assert list(page.envelopes) == []
    assert page.headers["Total"] == str(len(envelopes))
    assert 'rel="next"' not in page.headers["Link"]


@pytest.mark.shared
@pytest.mark.parametrize("kind", ["Credential", "Organization", "LearningOpportunity"])
def test_an_envelope_has_the_form_of_the_registrys(
    envelopes: tuple[Envelope, ...], fixtures: Path, kind: str
) -> None:
    samples = fixtures / "catalogues/credential-registry/registry-assistant/EnvelopeSamples"
    text = (samples / f"{kind}Envelope.json").read_text(encoding="utf-8-sig")
    theirs = orjson.loads(text)
    for write in (registry.search_result, registry.envelope_record):
        ours = write(envelopes[0])
        assert theirs.keys() - PUBLISHED_IN_2018_ONLY <= ours.keys()
        assert ours["decoded_resource"].keys() == theirs["decoded_resource"].keys()
        assert ours["node_headers"].keys() == theirs["node_headers"].keys()
