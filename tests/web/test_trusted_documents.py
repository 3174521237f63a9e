"""Registered documents: named by their hash, and in the end the only ones that run."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from isthmus.cli.registering import check, texts_of
from isthmus.errors import Misconfigured
from isthmus.graph.executing import Graph
from isthmus.store.database import Database
from isthmus.store.documents import add_document, find_document
from isthmus.web.decoding import BadRequest, decode_body
from isthmus.web.documents import TrustedDocuments
from tests.web.conftest import GRAPHQL, Serve

DOCUMENT = "query Known { __typename }"
HASH = hashlib.sha256(DOCUMENT.encode()).hexdigest()
ID = f"sha256:{HASH}"
UNKNOWN = "sha256:" + "0" * 64
ACCEPT = {"accept": GRAPHQL}
NAMED: dict[str, dict[str, Any]] = {
    "by its id": {"documentId": ID},
    "as Apollo names it": {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": HASH}}},
}


@pytest.fixture
async def registered(web_database: Database) -> str:
    """A registered document's id."""
    return (await add_document(web_database, DOCUMENT))[0]


@pytest.mark.parametrize("form", NAMED)
async def test_a_registered_document_runs_by_post_and_by_get(
    form: str, registered: str, serve_hub: Serve
) -> None:
    asked = NAMED[form]
    params = {k: v if isinstance(v, str) else orjson.dumps(v).decode() for k, v in asked.items()}
    for only in (False, True):
        client = serve_hub(trusted_only=only)
        posted = await client.post("/graphql", json=asked, headers=ACCEPT)
        got = await client.get("/graphql", params=params, headers=ACCEPT)
        assert posted.json()["data"] == got.json()["data"] == {"__typename": "Query"}


async def test_an_unknown_id_is_refused_and_may_be_registered_later(
    web_database: Database, serve_hub: Serve
) -> None:
    client, document = serve_hub(), "query Later { __typename }"
    asked = {"documentId": "sha256:" + hashlib.sha256(document.encode()).hexdigest()}
    answer = await client.post("/graphql", json=asked, headers=ACCEPT)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "PERSISTED_NOT_FOUND"
    await add_document(web_database, document)
    answer = await client.post("/graphql", json=asked, headers=ACCEPT)
    assert answer.json()["data"] == {"__typename": "Query"}


async def test_apollo_is_told_to_send_the_document(serve_hub: Serve) -> None:
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}
    client = serve_hub()
    answer = await client.post("/graphql", json={"extensions": extensions})
    assert answer.status_code == 200
    assert answer.json()["errors"][0]["message"] == "PersistedQueryNotFound"
    sent = {"query": "{ __typename }", "extensions": extensions}
    answer = await client.post("/graphql", json=sent)
    assert answer.json()["data"] == {"__typename": "Query"}


@pytest.mark.parametrize(
    "asked",
    [
        {"query": "{ __typename }"},
        {"query": DOCUMENT},
        {"query": "{ __schema { types { name } } }"},
        {"query": "{ __typename }", "documentId": UNKNOWN},
        {"query": "{ __typename }", "extensions": {"persistedQuery": {"sha256Hash": "0" * 64}}},
    ],
)
async def test_nothing_else_runs_when_only_they_may(
    asked: dict[str, Any], registered: str, serve_hub: Serve
) -> None:
    client = serve_hub(trusted_only=True)
    params = {k: v if isinstance(v, str) else orjson.dumps(v).decode() for k, v in asked.items()}
    for answer in (
        await client.post("/graphql", json=asked),
        await client.get("/graphql", params=params),
    ):
        assert "data" not in answer.json()
        assert answer.json()["errors"][0]["extensions"]["code"].startswith("PERSISTED_")


async def test_beside_an_id_another_document_does_not_run(
    registered: str, serve_hub: Serve
) -> None:
    asked = {"documentId": registered, "query": "{ other: __typename }"}
    answer = await serve_hub(trusted_only=True).post("/graphql", json=asked)
    assert answer.json()["data"] == {"__typename": "Query"}


async def test_documents_are_remembered_within_bounds() -> None:
    looked_up: list[str] = []

    async def find(id_: str) -> str:
        looked_up.append(id_)
        return "x" * 40

    documents = TrustedDocuments(find, most=100)

    async def use(digit: str) -> None:
        await documents.operation(
            decode_body(b'{"documentId":"sha256:%s"}' % (digit * 64).encode())
        )

    for digit in "aababcab":
        await use(digit)
    assert [id_[-1] for id_ in looked_up] == ["a", "b", "c", "a", "b"]


async def test_a_thousand_documents_of_strangers_do_not_run() -> None:
    async def find(_: str) -> None:
        return None

    documents = TrustedDocuments(find, only=True)
    refused = 0
    for number in range(1000):
        try:
            await documents.operation(decode_body(b'{"query":"{ a%d }"}' % number))
        except BadRequest:
            refused += 1
    assert refused == 1000


async def test_registering_twice_changes_nothing(web_database: Database) -> None:
    document = "query Twice { __typename }"
    first, second = [await add_document(web_database, document) for _ in range(2)]
    assert (first[1], second[1]) == (True, False)
    assert await find_document(web_database, first[0]) == document


async def test_what_could_never_run_is_not_registered(web_database: Database) -> None:
    graph = Graph(web_database)
    file = Path("some.graphql")
    check(graph, file, "query A { __typename } query B { __typename }")
    for text in (
        "{",
        "{ nothing }",
        "query A { __typename } query B { nothing }",
        "type A { b: C }",
    ):
        with pytest.raises(Misconfigured, match=r"some\.graphql"):
            check(graph, file, text)


@pytest.mark.parametrize(
    ("name", "content", "texts"),
    [
        ("a.graphql", "{ a }", ["{ a }"]),
        (
            "a.json",
            '{"operations":[{"id":"1","body":"{ a }"},{"body":"{ b }"}]}',
            ["{ a }", "{ b }"],
        ),
        ("a.json", '{"0123":"{ a }"}', ["{ a }"]),
    ],
)
def test_files_and_manifests_are_read(
    name: str, content: str, texts: list[str], tmp_path: Path
) -> None:
    (tmp_path / name).write_text(content)
    assert list(texts_of(tmp_path / name)) == texts


@pytest.mark.parametrize(
    "content", ["[", "[]", '{"a":1}', '{"operations":[{}]}', '{"operations":1}']
)
def test_what_is_no_manifest_is_refused(content: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(content)
    with pytest.raises(Misconfigured, match="manifest"):
        texts_of(tmp_path / "a.json")


async def test_many_requests_at_once_look_a_document_up_safely(
    registered: str, client: httpx.AsyncClient
) -> None:
    asked = [client.post("/graphql", json={"documentId": registered}) for _ in range(20)]
    answers = await asyncio.gather(*asked)
    assert {answer.json()["data"]["__typename"] for answer in answers} == {"Query"}
