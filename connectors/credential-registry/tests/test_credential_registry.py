"""What samples of credential-registry cannot show: pages, odd values, the published examples."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest

from isthmus.model.qualification import Scale
from isthmus.trials.mapping import Mapped, Mapper, ReadStream
from tests.connectors.samples import load
from tests.support.replay import Asked, Replay, Reply, json_reply

STREAMS = list(load("credential-registry").manifest.streams)


def mapped(stream: str, *payloads: Any) -> Mapped:
    mapper = Mapper(load("credential-registry"), stream)
    mapper.take(payloads)
    return mapper.result


def a_resource(kind: str = "ceterms:Certificate", **fields: Any) -> dict[str, Any]:
    found = {"@id": "https://registry.example/resources/ce-1", "@type": kind}
    stated = {f"ceterms:{name}": value for name, value in fields.items()}
    return found | {"ceterms:ctid": "ce-1", "ceterms:name": {"en": "One"}} | stated


def record(**fields: Any) -> dict[str, Any]:
    result = mapped("qualifications", a_resource(**fields))
    assert result.rejections == []
    return dict(result.records["ce-1"])


@pytest.mark.parametrize(
    ("kind", "scale"),
    [
        ("ceterms:MicroCredential", Scale.MICRO),
        ("ceterms:BachelorDegree", Scale.MACRO),
        ("ceterms:ResearchDoctorate", Scale.MACRO),
        ("ceterms:Certificate", Scale.UNKNOWN),
        ("ceterms:DigitalBadge", Scale.UNKNOWN),
        ("ceterms:Course", Scale.UNKNOWN),
    ],
)
def test_a_scale_is_taken_from_the_class_and_from_nothing_else(kind: str, scale: Scale) -> None:
    resource = a_resource(kind, estimatedDuration=[{"ceterms:exactDuration": "PT8H"}])
    (qualification,) = mapped("qualifications", resource).entities.values()
    assert qualification.scale is scale


def test_several_prices_are_never_added_up() -> None:
    price = {"ceterms:price": 10, "ceterms:currency": "CAD"}
    assert record(estimatedCost=[price])["cost"] == {"amount": 10, "currency": "CAD"}
    assert "cost" not in record(estimatedCost=[price, price])
    assert "cost" not in record(estimatedCost=[{"ceterms:price": 10}])


def test_a_course_has_a_provider_and_no_awarding_body() -> None:
    owner = "https://registry.example/resources/ce-2"
    assert "awarding_bodies" not in record(kind="ceterms:Course", ownedBy=[owner])
    assert record(ownedBy=[owner])["awarding_bodies"] == [{"uri": owner}]


def test_a_blank_node_that_leads_nowhere_is_no_body() -> None:
    assert "provider" not in record(ownedBy=["_:nobody"], offeredBy=[{"@id": "_:nobody"}])


def test_a_record_keeps_its_own_language_and_all_others() -> None:
    found = record(name={"hi": "एक", "en": "One"}, inLanguage=["hi"])
    assert (found["language"], found["title"]) == ("hi", {"hi": "एक", "en": "One"})
    assert record(name={"en-US": "One"}, inLanguage=["en"])["language"] == "en-US"
    assert record(name="One")["language"] == "und"


@pytest.mark.parametrize("odd", [None, 3, "a text", [], {}, [None], [7], [[]], {"@id": 4}])
@pytest.mark.parametrize(
    "name",
    ["ownedBy", "creditValue", "estimatedDuration", "estimatedCost", "requires", "availableAt",
     "inLanguage", "identifier", "deliveryType", "hasPart", "instructionalProgramType"],
)  # fmt: skip
def test_an_odd_value_never_loses_the_record(name: str, odd: Any) -> None:
    assert record(**{name: odd})["title"] == {"en": "One"}


@pytest.mark.parametrize("stream", STREAMS)
@pytest.mark.parametrize("hit", [{}, "text", None, 5, [], {"@graph": []}, {"@graph": ["a"]}])
def test_a_hit_of_no_class_belongs_to_no_stream(stream: str, hit: Any) -> None:
    result = mapped(stream, hit)
    assert (result.records, result.rejections) == ({}, [])


async def test_the_link_header_is_followed_to_the_last_page(
    replay: Replay, read_stream: ReadStream
) -> None:
    def answer(asked: Asked) -> Reply:
        page = int(asked.query.get("page", "1"))
        hit = a_resource() | {"ceterms:ctid": f"ce-{page}"}
        link = f'</sample/search?page={page + 1}&per_page=100>; rel="next"'
        return json_reply([hit], **({"link": link} if page < 3 else {}))

    replay.answers = {"/sample/search": answer}
    config = {"community": "sample"}
    result = await read_stream(load("credential-registry"), "qualifications", config)
    assert list(result.records) == ["ce-1", "ce-2", "ce-3"]
    assert [asked.query["per_page"] for asked in replay.asked] == ["100", "100", "100"]


@pytest.mark.shared
def test_every_published_example_is_mapped_rejected_or_of_no_stream(fixtures: Path) -> None:
    mappers = [Mapper(load("credential-registry"), stream) for stream in STREAMS]
    became: Counter[str] = Counter()
    folder = fixtures / "catalogues" / "credential-registry"
    for file in sorted(folder.rglob("[!.]*.json")):
        try:
            payload = orjson.loads(file.read_bytes().removeprefix(b"\xef\xbb\xbf"))
        except orjson.JSONDecodeError:
            became["not JSON"] += 1
            continue
        for hit in payload if isinstance(payload, list) else [payload]:
            became[what_becomes_of(hit, mappers)] += 1
    assert became == {"mapped": 57, "rejected": 1, "of no stream": 87, "not JSON": 3}


def what_becomes_of(hit: Any, mappers: list[Mapper]) -> str:
    """Say what becomes of one hit, which belongs to one stream at most."""
    for mapper in mappers:
        mapper.result = Mapped()
        mapper.take([hit])
    records = [key for mapper in mappers for key in mapper.result.records]
    rejections = [rejection for mapper in mappers for rejection in mapper.result.rejections]
    assert len(records) + len(rejections) <= 1
    assert all(rejection.reason and rejection.message for rejection in rejections)
    return "mapped" if records else "rejected" if rejections else "of no stream"
