"""Answers on their way out: tags, memory, codings, headers, other origins, ids."""

from __future__ import annotations

import gzip

import brotli
import httpx
import pytest
import zstandard

from isthmus.graph.answer import GraphAnswer
from isthmus.web.replies import Replies, Reply
from tests.web.conftest import GRAPHQL, Serve, ToldGraph

ASKED = "/graphql?query={a}"
PUBLIC = GraphAnswer(b'{"data":{"a":1}}', etag="e1")
LARGE = GraphAnswer(b'{"data":{"a":"%s"}}' % (b"0123456789" * 300), etag="e2")
EVIL, GOOD = "https://evil.example", "https://good.example"


@pytest.fixture
def public(told: ToldGraph) -> ToldGraph:
    """A graph whose answer is public, at a known generation."""
    told.answer, told.generation = PUBLIC, "1.1"
    return told


# ---- tags


async def test_a_public_answer_by_get_may_be_kept_and_asked_after(
    serve: Serve, public: ToldGraph
) -> None:
    answer = await serve(public).get(ASKED)
    assert answer.headers["etag"] == 'W/"e1"'
    assert answer.headers["cache-control"] == "public, max-age=0, must-revalidate"
    assert answer.headers["vary"] == "accept, accept-language, accept-encoding"


@pytest.mark.parametrize("tag", ['W/"e1"', '"e1"', '"e0", W/"e1"', "*"])
async def test_a_held_answer_is_a_304_without_running(
    tag: str, serve: Serve, public: ToldGraph
) -> None:
    answer = await serve(public).get(ASKED, headers={"if-none-match": tag})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == 'W/"e1"'
    assert "vary" in answer.headers
    assert "content-type" not in answer.headers
    assert public.asked == []


async def test_a_remembered_answer_is_a_304_too(serve: Serve, public: ToldGraph) -> None:
    client = serve(public)
    tag = (await client.get(ASKED)).headers["etag"]
    assert (await client.get(ASKED, headers={"if-none-match": tag})).status_code == 304
    assert len(public.asked) == 1


async def test_another_tag_gets_the_whole_answer(serve: Serve, public: ToldGraph) -> None:
    answer = await serve(public).get(ASKED, headers={"if-none-match": 'W/"e0"'})
    assert (answer.status_code, answer.json()) == (200, {"data": {"a": 1}})


async def test_a_post_is_never_stored_outside(serve: Serve, public: ToldGraph) -> None:
    answer = await serve(public).post("/graphql", json={"query": "{a}"})
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


async def test_an_answer_without_a_tag_is_not_stored(serve: Serve, told: ToldGraph) -> None:
    answer = await serve(told).get(ASKED)
    assert answer.headers["cache-control"] == "no-store"


# ---- the memory of answers


async def test_a_public_answer_is_given_again_by_either_method(
    serve: Serve, public: ToldGraph
) -> None:
    client = serve(public)
    for _ in range(3):
        assert (await client.get(ASKED)).json() == {"data": {"a": 1}}
        assert (await client.post("/graphql", json={"query": "{a}"})).json() == {"data": {"a": 1}}
    assert len(public.asked) == 2


@pytest.mark.parametrize(
    "other",
    [
        {"accept-language": "fr"},
        {"accept": GRAPHQL},
    ],
)
async def test_what_an_answer_hangs_on_parts_the_memory(
    other: dict[str, str], serve: Serve, public: ToldGraph
) -> None:
    client = serve(public)
    await client.get(ASKED)
    await client.get(ASKED, headers=other)
    assert len(public.asked) == 2


async def test_a_change_of_the_data_empties_the_memory(serve: Serve, public: ToldGraph) -> None:
    client = serve(public)
    await client.get(ASKED)
    public.generation, public.answer = "2.1", GraphAnswer(b'{"data":{"a":2}}', etag="e2")
    assert (await client.get(ASKED)).json() == {"data": {"a": 2}}
    assert len(public.asked) == 2


async def test_an_answer_that_data_overtook_is_not_remembered(
    serve: Serve, public: ToldGraph
) -> None:
    async def change() -> None:
        public.generation = "2.1"

    public.work = change
    client = serve(public)
    await client.get(ASKED)
    await client.get(ASKED)
    await client.get(ASKED)
    assert len(public.asked) == 2


@pytest.mark.parametrize("bytes_", [0, 10_000])
async def test_the_memory_is_bounded_in_bytes(bytes_: int, serve: Serve, public: ToldGraph) -> None:
    client = serve(public, answer_cache_bytes=bytes_)
    for number in range(40):
        await client.get(f"/graphql?query={{a{number}}}")
    await client.get("/graphql?query={a0}")
    assert len(public.asked) == 41


async def test_an_empty_post_is_not_answered_as_the_get_of_its_address(
    serve: Serve, public: ToldGraph
) -> None:
    client = serve(public)
    await client.get(ASKED)
    answer = await client.post(ASKED, headers={"content-type": "application/json"})
    assert answer.status_code == 400


def test_an_answer_in_a_further_coding_weighs_more() -> None:
    replies, reply = Replies(100_000), Reply(200, [], bytes(range(256)) * 8)
    replies.hold("key", "1.1", reply)
    before = replies.bytes
    coded = reply.in_coding("gzip")
    replies.weigh(reply)
    assert replies.bytes == before + len(coded.body)
    replies.hold("other", "2.1", Reply(200, [], b""))
    replies.weigh(reply)
    assert replies.bytes < before


async def test_without_a_generation_nothing_is_remembered(serve: Serve, public: ToldGraph) -> None:
    public.generation = None
    client = serve(public)
    for _ in range(2):
        await client.get(ASKED)
    assert len(public.asked) == 2


# ---- codings


@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        ("zstd, br, gzip", "zstd"),
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("*", "zstd"),
        ("zstd;q=0, *", "br"),
        ("identity", None),
        ("gzip;q=0", None),
        ("gzip;q=nonsense", None),
        ("", None),
    ],
)
async def test_a_large_answer_goes_out_in_the_coding_asked_for(
    accept: str, coding: str | None, serve: Serve, public: ToldGraph
) -> None:
    public.answer = LARGE
    client = serve(public)
    for _ in range(2):
        request = client.build_request("GET", ASKED, headers={"accept-encoding": accept})
        answer = await client.send(request, stream=True)
        raw = b"".join([chunk async for chunk in answer.aiter_raw()])
        assert answer.headers.get("content-encoding") == coding
        assert int(answer.headers["content-length"]) == len(raw)
        assert _plain(raw, coding) == LARGE.body
    assert len(public.asked) == 1


def _plain(raw: bytes, coding: str | None) -> bytes:
    readers = {"zstd": zstandard.decompress, "br": brotli.decompress, "gzip": gzip.decompress}
    return readers[coding](raw) if coding else raw


async def test_a_small_answer_goes_out_as_it_is(serve: Serve, public: ToldGraph) -> None:
    answer = await serve(public).get(ASKED, headers={"accept-encoding": "zstd, br, gzip"})
    assert "content-encoding" not in answer.headers


async def test_a_very_large_answer_is_packed_beside_the_loop(serve: Serve, told: ToldGraph) -> None:
    told.answer = GraphAnswer(b'{"data":"%s"}' % (b"x" * 300_000))
    answer = await serve(told).post(
        "/graphql", json={"query": "{a}"}, headers={"accept-encoding": "gzip"}
    )
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.content == told.answer.body


# ---- headers


@pytest.mark.parametrize("path", [ASKED, "/graphql", "/", "/health", "/nothing", "/static/none.js"])
async def test_every_answer_is_safe_to_be_shown_and_has_an_id(
    path: str, told_client: httpx.AsyncClient
) -> None:
    answer = await told_client.get(path)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-request-id"]
    assert "server" not in answer.headers


async def test_a_well_formed_request_id_is_taken_over(told_client: httpx.AsyncClient) -> None:
    answer = await told_client.get(ASKED, headers={"x-request-id": "trace-0123.4"})
    assert answer.headers["x-request-id"] == "trace-0123.4"


@pytest.mark.parametrize("given", ["short", "x" * 65, "with blanks in it", "new\tline12"])
async def test_another_request_id_is_replaced(given: str, told_client: httpx.AsyncClient) -> None:
    answer = await told_client.get(ASKED, headers={"x-request-id": given})
    assert answer.headers["x-request-id"] != given


async def test_request_ids_differ(told_client: httpx.AsyncClient) -> None:
    found = {(await told_client.get(ASKED)).headers["x-request-id"] for _ in range(5)}
    assert len(found) == 5


async def test_a_fault_of_ours_is_masked_under_the_id_of_the_request(
    serve: Serve, told: ToldGraph, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail() -> None:
        message = "the secret"
        raise RuntimeError(message)

    told.work = fail
    answer = await serve(told).get(ASKED, headers={"x-request-id": "abcdefgh"})
    assert answer.status_code == 500
    extensions = answer.json()["errors"][0]["extensions"]
    assert extensions == {"code": "INTERNAL", "errorId": "abcdefgh"}
    assert "secret" not in answer.text
    assert "abcdefgh" in caplog.text


# ---- other origins


async def test_no_other_origin_may_read_an_answer(told_client: httpx.AsyncClient) -> None:
    for method in ("GET", "OPTIONS"):
        answer = await told_client.request(method, ASKED, headers={"origin": EVIL})
        assert not [name for name in answer.headers if name.startswith("access-control")]


async def test_a_listed_origin_may_read_answers_and_refusals(serve: Serve, told: ToldGraph) -> None:
    client = serve(told, cors_origins=(GOOD,))
    for path in (ASKED, "/graphql?query="):
        answer = await client.get(path, headers={"origin": GOOD})
        assert answer.headers["access-control-allow-origin"] == GOOD
        assert "access-control-allow-credentials" not in answer.headers
    answer = await client.get(ASKED, headers={"origin": EVIL})
    assert "access-control-allow-origin" not in answer.headers
    assert "origin" in answer.headers["vary"]


async def test_a_preflight_is_answered(serve: Serve, told: ToldGraph) -> None:
    asked = {"origin": GOOD, "access-control-request-method": "POST"}
    answer = await serve(told, cors_origins=(GOOD,)).options("/graphql", headers=asked)
    assert answer.status_code == 204
    assert answer.headers.get_list("access-control-allow-origin") == [GOOD]
    assert answer.headers["access-control-allow-methods"] == "GET, POST"
    assert "content-type" in answer.headers["access-control-allow-headers"]


async def test_all_origins_may_read_without_credentials(serve: Serve, told: ToldGraph) -> None:
    answer = await serve(told, cors_origins=("*",)).get(ASKED, headers={"origin": EVIL})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers


# ---- the explorer


async def test_a_browser_gets_the_explorer(told_client: httpx.AsyncClient) -> None:
    for path in ("/", "/graphql"):
        answer = await told_client.get(path, headers={"accept": "text/html,*/*;q=0.8"})
        assert answer.headers["content-type"].startswith("text/html")
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "://" not in answer.text.replace("https://www.w3.org", "")


async def test_without_the_explorer_a_browser_gets_none(serve: Serve, told: ToldGraph) -> None:
    client = serve(told, explorer=False)
    for path in ("/", "/graphql"):
        answer = await client.get(path, headers={"accept": "text/html,*/*;q=0.8"})
        assert "graphiql" not in answer.text.lower()


async def test_a_browser_that_asks_a_query_gets_its_answer(told_client: httpx.AsyncClient) -> None:
    answer = await told_client.get(ASKED, headers={"accept": "text/html,*/*;q=0.8"})
    assert answer.json() == {"data": {"a": 1}}


@pytest.mark.parametrize("path", ["/static/%00", "/static/../app.py", "/static/%2e%2e/app.py"])
async def test_nothing_beside_the_static_files_is_given(
    path: str, told_client: httpx.AsyncClient
) -> None:
    assert (await told_client.get(path)).status_code in {400, 404, 405}
