"""Every way of asking: what is sent, and that a list is followed to its end by it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from isthmus.connector.installed import InstalledConnector, load_folder
from isthmus.connector.manifest import ManifestInvalid
from isthmus.errors import SourceGarbled
from isthmus.trials.mapping import ReadStream
from tests.support.replay import Asked, Replay, Reply, json_reply

MANIFEST = """\
isthmus: 1
id: asking
version: 1.0.0
title: Asking
maintainers: [isthmus]
transport: rest
modes: [synced]
config:
  properties: {kind: {type: string}, most: {type: integer}}
streams:
  jobs:
    produces: Vacancy@1
    deletes: snapshot
    map: {title: title}
"""
Connect = Callable[..., InstalledConnector]


@pytest.fixture
def connect(tmp_path: Path) -> Connect:
    """Make a connector whose stream is said by further words."""

    def connected(words: str) -> InstalledConnector:
        folder = tmp_path / "asking"
        folder.mkdir()
        lines = "".join(f"    {line}\n" for line in words.strip().splitlines())
        (folder / "connector.yaml").write_text(MANIFEST + lines)
        return load_folder(folder)

    return connected


def jobs(*ids: int) -> list[dict[str, Any]]:
    return [{"id": id_, "title": f"Job {id_}"} for id_ in ids]


GRAPHQL = """
id: id
records: data.jobs.nodes
request:
  path: /graphql
  graphql: |
    query Jobs($kind: String, $after: String, $first: Int, $most: Int) {
      jobs(kind: $kind, after: $after, first: $first, most: $most) { nodes { id title } end }
    }
  variables: {kind: "{config.kind}", most: "{config.most}", plain: 7}
page: {style: cursor, next: data.jobs.end, param: after, size_param: first, size: 2}
"""


async def test_a_graphql_document_is_asked_page_by_page_with_typed_variables(
    connect: Connect, replay: Replay, read_stream: ReadStream
) -> None:
    asked: list[Any] = []

    def answer(one: Asked) -> Reply:
        body = orjson.loads(one.body)
        asked.append(body["variables"])
        assert body["query"].startswith("query Jobs(")
        last = "after" in body["variables"]
        found = {"nodes": jobs(3) if last else jobs(1, 2), "end": None if last else "c/2"}
        return json_reply({"data": {"jobs": found}})

    replay.answers = {"/graphql": answer}
    mapped = await read_stream(connect(GRAPHQL), "jobs", {"most": 9})
    assert list(mapped.records) == ["1", "2", "3"]
    assert asked == [
        {"most": 9, "plain": 7, "first": 2},
        {"most": 9, "plain": 7, "first": 2, "after": "c/2"},
    ]


async def test_graphql_errors_without_data_are_no_empty_list(
    connect: Connect, replay: Replay, read_stream: ReadStream
) -> None:
    replay.answers = {"/graphql": json_reply({"errors": [{"message": "no"}], "data": None})}
    with pytest.raises(SourceGarbled, match="found nothing"):
        await read_stream(connect(GRAPHQL), "jobs", {})


async def test_a_body_takes_the_pages_parameters_inside(
    connect: Connect, replay: Replay, read_stream: ReadStream
) -> None:
    bodies: list[Any] = []

    def answer(one: Asked) -> Reply:
        bodies.append(orjson.loads(one.body))
        start = bodies[-1]["page"]["from"]
        return json_reply({"jobs": jobs(1, 2, 3)[start : start + 2]})

    replay.answers = {"/search": answer}
    words = """
id: id
records: jobs
request: {method: post, path: /search, body: {q: ["{config.kind}", fixed], deep: {n: 1}}}
page: {style: offset, param: page.from, size_param: page.size, size: 2}
"""
    mapped = await read_stream(connect(words), "jobs", {"kind": "ict"})
    assert list(mapped.records) == ["1", "2", "3"]
    assert bodies == [
        {"q": ["ict", "fixed"], "deep": {"n": 1}, "page": {"size": 2, "from": 0}},
        {"q": ["ict", "fixed"], "deep": {"n": 1}, "page": {"size": 2, "from": 2}},
    ]


async def test_a_sparql_query_is_cut_by_limit_and_offset(
    connect: Connect, replay: Replay, read_stream: ReadStream
) -> None:
    def answer(one: Asked) -> Reply:
        assert one.headers["accept"] == "application/sparql-results+json"
        query = one.query["query"]
        assert query.startswith("SELECT ?id ?title WHERE { ?id a <urn:job> }")
        start = int(query.rsplit(" ", 1)[-1])
        rows = [{"id": {"type": "uri", "value": f"urn:{n}"}} for n in (1, 2, 3)]
        return json_reply({"results": {"bindings": rows[start : start + 2]}})

    replay.answers = {"/sparql": answer}
    words = """
id: id.value
records: results.bindings
request:
  path: /sparql
  sparql: "SELECT ?id ?title WHERE { ?id a <urn:job> } ORDER BY ?id"
page: {style: offset, param: offset, size_param: limit, size: 2}
"""
    mapped = await read_stream(connect(words.replace("id.value", "id.value")), "jobs", {})
    assert [r.source_key for r in mapped.rejections] == ["urn:1", "urn:2", "urn:3"]
    assert [one.query["query"].split("\n")[-1] for one in replay.asked] == [
        "LIMIT 2 OFFSET 0",
        "LIMIT 2 OFFSET 2",
    ]


OAI = """
id: header.identifier
records: as_list("OAI-PMH".ListRecords.record)
removed: "header.\\"@status\\" == 'deleted'"
request: {path: /oai}
read: {form: xml}
page: {style: oai, metadata_prefix: lom, set: jobs}
"""


def oai(inner: str) -> Reply:
    text = f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">{inner}</OAI-PMH>'
    return Reply(text.encode(), headers={"content-type": "text/xml"})


def oai_record(key: str, status: str = "") -> str:
    said = f' status="{status}"' if status else ""
    return f"<record><header{said}><identifier>{key}</identifier></header></record>"


async def test_oai_pmh_is_followed_by_its_token_and_tells_of_the_deleted(
    connect: Connect, replay: Replay, tmp_path: Path, read_stream: ReadStream
) -> None:
    first = oai_record("a") + oai_record("b", "deleted")
    token = '<resumptionToken cursor="0">t=2&amp;x</resumptionToken>'
    last = oai_record("c") + "<resumptionToken/>"

    def answer(one: Asked) -> Reply:
        if "resumptionToken" in one.query:
            return oai(f"<ListRecords>{last}</ListRecords>")
        return oai(f"<ListRecords>{first}{token}</ListRecords>")

    replay.answers = {"/oai": answer}
    mapped = await read_stream(connect(OAI), "jobs", {})
    assert [r.source_key for r in mapped.rejections] == ["a", "c"]  # no titles: told, not stored
    assert mapped.deleted == ["b"]
    assert [dict(one.query) for one in replay.asked] == [
        {"verb": "ListRecords", "metadataPrefix": "lom", "set": "jobs"},
        {"verb": "ListRecords", "resumptionToken": "t=2&x"},
    ]


async def test_an_empty_oai_list_is_empty_and_another_error_is_a_fault(
    connect: Connect, replay: Replay, read_stream: ReadStream
) -> None:
    connector = connect(OAI)
    replay.answers = {"/oai": oai('<error code="noRecordsMatch">none</error>')}
    assert (await read_stream(connector, "jobs", {})).records == {}
    replay.answers = {"/oai": oai('<error code="badResumptionToken">old</error>')}
    with pytest.raises(SourceGarbled, match="badResumptionToken"):
        await read_stream(connector, "jobs", {})


WINDOW = """
id: id
records: hits
request: {path: /search}
page:
  style: window
  since: published-after
  until: published-before
  start: "2024-01-01"
  total: total
  wall: 20
  size: 10
"""


def board(moments: list[datetime]) -> Callable[[Asked], Reply]:
    """Answer as a search that shows no hit past the twentieth."""

    def answer(one: Asked) -> Reply:
        since, until = (
            datetime.fromisoformat(one.query[name]).replace(tzinfo=UTC)
            for name in ("published-after", "published-before")
        )
        found = [n for n, at in enumerate(moments) if since <= at < until]
        start = int(one.query["offset"])
        assert start < 20
        return json_reply({"total": len(found), "hits": jobs(*found[start : start + 10])})

    return answer


async def test_a_list_past_a_wall_is_cut_by_time_until_all_of_it_comes(
    connect: Connect, replay: Replay, read_stream: ReadStream
) -> None:
    begin = datetime(2024, 3, 1, tzinfo=UTC)
    moments = [begin + timedelta(minutes=n * n) for n in range(300)]
    replay.answers = {"/search": board(moments)}
    mapped = await read_stream(connect(WINDOW), "jobs", {})
    assert sorted(map(int, mapped.records)) == list(range(300))
    assert mapped.missed == []


async def test_a_second_that_holds_more_than_the_wall_is_told_and_the_rest_comes(
    connect: Connect, replay: Replay, read_stream: ReadStream
) -> None:
    at = datetime(2024, 3, 1, tzinfo=UTC)
    moments = [at] * 33 + [at + timedelta(days=9)] * 5
    replay.answers = {"/search": board(moments)}
    mapped = await read_stream(connect(WINDOW), "jobs", {})
    assert sorted(map(int, mapped.records)) == [*range(20), *range(33, 38)]
    assert mapped.missed == ["13 records of 2024-03-01 00:00:00 are past what can be reached"]


FAULTY = {
    "two bodies": ("body: {a: 1}\n  sparql: 'SELECT'", "sparql: cannot stand beside body"),
    "variables alone": ("variables: {a: 1}", "variables: belong to a graphql document"),
    "an unknown slot": ("body: {a: '{config.nothing}'}", "is not a word of config"),
}


@pytest.mark.parametrize("case", FAULTY)
def test_what_cannot_be_asked_is_a_finding_with_its_line(case: str, connect: Connect) -> None:
    words, said = FAULTY[case]
    with pytest.raises(ManifestInvalid, match=said) as found:
        connect(f"id: id\nrequest:\n  path: /x\n  {words}")
    assert found.value.findings[0].line > 10
