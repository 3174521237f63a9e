"""The application: what each system would say over HTTP."""

from __future__ import annotations

import io
import re
import zipfile

import httpx
import pytest

from isthmus.playground.simulators import credential_registry
from isthmus.playground.world import World

REGISTRY = "/credential-registry"


async def test_an_esco_archive_comes_as_a_zip(client: httpx.AsyncClient) -> None:
    answer = await client.get("/esco/ESCO-v1.1.1-es-csv.zip")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    assert "skills_es.csv" in zipfile.ZipFile(io.BytesIO(answer.content)).namelist()


async def test_an_unchanged_archive_is_not_sent_again(client: httpx.AsyncClient) -> None:
    first = await client.get("/esco/ESCO-v1.1.1-en-csv.zip")
    tag = first.headers["etag"]
    again = await client.get("/esco/ESCO-v1.1.1-en-csv.zip", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag


async def test_a_language_esco_lacks_is_not_found(client: httpx.AsyncClient) -> None:
    assert (await client.get("/esco/ESCO-v1.1.1-hi-csv.zip")).status_code == 404


async def test_a_board_answers_with_and_without_content(client: httpx.AsyncClient) -> None:
    path = "/greenhouse/v1/boards/jacarandayard/jobs"
    short, long = await client.get(path), await client.get(path, params={"content": "true"})
    assert short.json()["meta"] == long.json()["meta"] == {"total": 100}
    assert "content" not in short.json()["jobs"][0]
    assert "content" in long.json()["jobs"][0]


async def test_an_unknown_board_is_not_found_in_greenhouses_words(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get("/greenhouse/v1/boards/nobody/jobs")
    assert answer.status_code == 404
    assert answer.json() == {"status": 404, "error": "Job not found"}


async def test_the_learn_catalogue_takes_types_and_locale(client: httpx.AsyncClient) -> None:
    path = "/microsoft-learn/api/catalog/"
    answer = await client.get(path, params={"type": "modules,units", "locale": "ES-es"})
    assert answer.json().keys() == {"modules", "units"}
    assert {each["locale"] for each in answer.json()["modules"]} == {"es-es"}
    refused = await client.get(path, params={"type": "videos"})
    assert refused.status_code == 400
    assert refused.json()["errorCode"] == "4000"


@pytest.mark.parametrize("kind", ["search", "envelopes"])
@pytest.mark.parametrize("per_page", [1, 7, 50, 200])
async def test_links_walk_every_record_exactly_once(
    client: httpx.AsyncClient, world: World, kind: str, per_page: int
) -> None:
    url: str | None = f"{REGISTRY}/ce-registry/{kind}?per_page={per_page}"
    seen: list[str] = []
    while url is not None:
        answer = await client.get(url)
        seen += [each["envelope_ceterms_ctid"] for each in answer.json()]
        url = answer.links.get("next", {}).get("url")
    expected = [each.ctid for each in credential_registry.published(world)]
    assert seen == expected
    assert answer.headers["total"] == str(len(expected))
    assert answer.headers["per-page"] == str(per_page)


async def test_links_keep_what_was_asked(client: httpx.AsyncClient) -> None:
    asked = {"from": "2026-06-01T00:00:00Z", "page": "2", "per_page": "5"}
    answer = await client.get(f"{REGISTRY}/ce_registry/search", params=asked)
    assert answer.links.keys() == {"first", "prev", "next", "last"}
    assert "from=2026-06-01" in answer.links["next"]["url"]
    assert re.search(r"page=3\b", answer.links["next"]["url"])
    assert len(answer.json()) == 5


async def test_a_graph_and_a_resource_are_found_by_ctid(
    client: httpx.AsyncClient, world: World
) -> None:
    envelope = credential_registry.published(world)[0]
    graph = (await client.get(f"{REGISTRY}/graph/{envelope.ctid}")).json()
    resource = (await client.get(f"{REGISTRY}/resources/{envelope.ctid.upper()}")).json()
    assert graph == envelope.document
    assert resource["ceterms:ctid"] == envelope.ctid
    assert "@context" in resource


@pytest.mark.parametrize(
    ("path", "status", "errors"),
    [
        ("/graph/ce-0", 404, ["Envelope not found"]),
        ("/resources/ce-0", 404, ["Resource not found"]),
        ("/nowhere/search", 404, ["EnvelopeCommunity not found"]),
        ("/ce-registry/search?page=0", 400, ["page is invalid"]),
        ("/ce-registry/envelopes?per_page=many", 400, ["per_page is invalid"]),
    ],
)
async def test_the_registry_says_what_is_wrong(
    client: httpx.AsyncClient, path: str, status: int, errors: list[str]
) -> None:
    answer = await client.get(f"{REGISTRY}{path}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {"errors": errors}
