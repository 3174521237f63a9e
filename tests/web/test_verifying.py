"""`verifyCredential` through the whole application."""

from __future__ import annotations

import httpx

from tests.unit.credentials.signing import Signer, an_award, written
from tests.web.conftest import Serve

VERIFY = """mutation ($body: String!) {
    verifyCredential(input: { target: { document: { body: $body } } }) {
        verification { level outcome checks { kind result } } userErrors { code } } }"""


async def posted(client: httpx.AsyncClient, body: str) -> httpx.Response:
    return await client.post("/graphql", json={"query": VERIFY, "variables": {"body": body}})


async def test_a_document_is_verified_by_post_and_nothing_is_kept_of_the_answer(
    client: httpx.AsyncClient,
) -> None:
    signer = Signer()
    answer = await posted(client, written(signer.sign(an_award(signer.did))).decode())
    found = answer.json()["data"]["verifyCredential"]
    assert found["userErrors"] == []
    assert found["verification"]["level"] == "PEER"
    assert "etag" not in answer.headers
    assert "public" not in answer.headers.get("cache-control", "")


async def test_a_document_over_the_limit_of_a_request_is_not_read(
    serve_hub: Serve,
) -> None:
    answer = await posted(serve_hub(body_max_bytes=2048), "x" * 4096)
    assert answer.status_code == 413
