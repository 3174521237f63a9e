"""GraphQL over HTTP: what is read, what is refused, under which status and media type."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from tests.web.conftest import GRAPHQL, Serve, ToldGraph

JSON = {"content-type": "application/json"}
TYPENAME = {"query": "{ __typename }"}

MALFORMED: dict[str, tuple[bytes, int]] = {
    "no JSON": (b"{nope", 400),
    "nothing": (b"", 400),
    "null": (b"null", 400),
    "a number": (b"1", 400),
    "text": (b'"{ a }"', 400),
    "a list": (b'[{"query":"{ __typename }"}]', 400),
    "an empty list": (b"[]", 400),
    "a list of null": (b"[null]", 400),
    "no query": (b"{}", 400),
    "an empty query": (b'{"query":" "}', 400),
    "a null query": (b'{"query":null}', 400),
    "a query that is a number": (b'{"query":1}', 400),
    "a query that is an object": (b'{"query":{}}', 400),
    "variables that are a list": (b'{"query":"{a}","variables":[]}', 400),
    "variables that are text": (b'{"query":"{a}","variables":"{}"}', 400),
    "a name that is a number": (b'{"query":"{a}","operationName":1}', 400),
    "extensions that are text": (b'{"query":"{a}","extensions":"x"}', 400),
    "a persisted query that is a number": (b'{"extensions":{"persistedQuery":1}}', 400),
    "a persisted query without a hash": (b'{"extensions":{"persistedQuery":{}}}', 400),
    "an id that is a number": (b'{"documentId":7}', 400),
    "an id of another kind": (b'{"documentId":"md5:00"}', 400),
    "bytes that are no UTF-8": (b'{\xff\xfe"query":"{a}"}', 400),
    "a key named twice": (b'{"query":"{a}","query":"{b}"}', 400),
    "very deep variables": (b'{"query":"{a}","variables":' + b'{"a":' * 90 + b"1" + b"}" * 91, 400),
    "endlessly deep JSON": (b'{"query":"{a}","variables":' + b'{"a":' * 99_000, 400),
    "a lone surrogate": (b'{"query":"{ a(b: \\"\\ud800\\") }"}', 400),
}


@pytest.mark.parametrize("name", MALFORMED)
async def test_a_malformed_body_is_refused_with_a_code(
    name: str, told_client: httpx.AsyncClient
) -> None:
    body, status = MALFORMED[name]
    answer = await told_client.post("/graphql", content=body, headers={**JSON, "accept": GRAPHQL})
    assert answer.status_code == status
    assert answer.json()["errors"][0]["extensions"]["code"] == "PARSE_FAILED"


@pytest.mark.parametrize(
    "query", ["", "query=", "query=%ff", "query={a}&query={b}", "query={a}&variables=1x", "a" * 30]
)
async def test_a_malformed_query_string_is_refused(
    query: str, told_client: httpx.AsyncClient
) -> None:
    answer = await told_client.get(f"/graphql?{query}", headers={"accept": GRAPHQL})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "PARSE_FAILED"


@pytest.mark.parametrize(
    "type_",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=b",
        "application/json; charset=latin-1",
        "application/graphql",
        "",
    ],
)
async def test_other_content_types_are_refused(type_: str, told_client: httpx.AsyncClient) -> None:
    answer = await told_client.post(
        "/graphql", content=b'{"query":"{ __typename }"}', headers={"content-type": type_}
    )
    assert answer.status_code == 415


@pytest.mark.parametrize("type_", ["application/json", "Application/JSON; charset=UTF-8"])
async def test_json_is_taken(type_: str, told_client: httpx.AsyncClient) -> None:
    body = b'{"query":"{ __typename }","variables":null,"operationName":null,"extensions":null}'
    answer = await told_client.post("/graphql", content=body, headers={"content-type": type_})
    assert answer.json() == {"data": {"a": 1}}


@pytest.mark.parametrize(
    ("accept", "status", "media"),
    [
        ("", 200, "application/json"),
        ("*/*", 200, "application/json"),
        ("application/*", 200, "application/json"),
        ("application/json", 200, "application/json"),
        (GRAPHQL, 200, GRAPHQL),
        (f"application/json;q=0.5, {GRAPHQL}", 200, GRAPHQL),
        (f"{GRAPHQL};q=0.1, application/json", 200, "application/json"),
        ("image/png", 406, "application/json"),
        (f"{GRAPHQL};q=0", 406, "application/json"),
        (f"{GRAPHQL};q=x", 406, "application/json"),
    ],
)
async def test_the_media_type_is_the_one_asked_for(
    accept: str, status: int, media: str, told_client: httpx.AsyncClient
) -> None:
    answer = await told_client.post("/graphql", json=TYPENAME, headers={"accept": accept})
    assert answer.status_code == status
    assert answer.headers["content-type"] == f"{media}; charset=utf-8"


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("{", "PARSE_FAILED"),
        ("{ __typename\x00 }", "PARSE_FAILED"),
        ("{ nothing }", "VALIDATION_FAILED"),
        ("query ($a: Int!) { __typename @skip(if: $a) }", "VALIDATION_FAILED"),
        ("{ " * 400 + "}" * 400, "PARSE_FAILED"),
        ("{ a " * 100 + "}" * 100, "DEPTH_EXCEEDED"),
    ],
)
async def test_what_cannot_run_is_a_400_under_the_type_of_graphql_only(
    document: str, code: str, client: httpx.AsyncClient
) -> None:
    for accept, status in ((GRAPHQL, 400), ("application/json", 200)):
        sent = {"query": document}
        answer = await client.post("/graphql", json=sent, headers={"accept": accept})
        assert answer.status_code == status
        assert "data" not in answer.json()
        assert answer.json()["errors"][0]["extensions"]["code"] == code


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "HEAD", "TRACE"])
async def test_other_methods_are_refused(method: str, told_client: httpx.AsyncClient) -> None:
    answer = await told_client.request(method, "/graphql")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, POST, OPTIONS"


@pytest.mark.parametrize(
    ("document", "name"),
    [
        ("mutation { a }", ""),
        ("query Q { a } mutation M { a }", "M"),
        ("mutation { a } # and a comment", ""),
        ("fragment F on X { a } mutation { ...F }", ""),
    ],
)
async def test_a_mutation_by_get_is_refused(
    document: str, name: str, serve: Serve, told: ToldGraph
) -> None:
    asked = {"query": document, "operationName": name}
    answer = await serve(told).get("/graphql", params=asked)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    assert told.asked == []


@pytest.mark.parametrize("document", ["{ mutation }", "query Q { a } mutation M { a }"])
async def test_a_query_by_get_may_stand_beside_the_word(
    document: str, serve: Serve, told: ToldGraph
) -> None:
    asked = {"query": document, "operationName": "Q" if "Q" in document else ""}
    answer = await serve(told).get("/graphql", params=asked)
    assert answer.json() == {"data": {"a": 1}}


async def test_get_reads_name_variables_and_extensions(serve: Serve, told: ToldGraph) -> None:
    asked = {"query": "{ a }", "operationName": "Q", "variables": '{"b":[1]}', "extensions": "{}"}
    await serve(told).get("/graphql", params=asked, headers={"accept-language": "fr, en;q=0.5"})
    operation, languages = told.asked[0]
    assert (operation.document, operation.name) == ("{ a }", "Q")
    assert operation.variables == {"b": [1]}
    assert languages == ("fr", "en")


async def test_the_languages_of_the_settings_stand_in_for_none(
    serve: Serve, told: ToldGraph
) -> None:
    await serve(told, languages=("pt",)).post("/graphql", json=TYPENAME)
    assert told.asked[0][1] == ("pt",)


async def test_a_body_may_have_its_limit_and_no_byte_more(serve: Serve, told: ToldGraph) -> None:
    client = serve(told, body_max_bytes=2000)
    body = b'{"query":"{ __typename }","pad":"%s"}'
    fits = body % (b"x" * (2000 - len(body) + 2))
    assert (await client.post("/graphql", content=fits, headers=JSON)).status_code == 200
    answer = await client.post("/graphql", content=fits + b" ", headers=JSON)
    assert answer.status_code == 413
    assert answer.json()["errors"][0]["extensions"]["code"] == "BODY_TOO_LARGE"


async def test_a_body_that_states_no_length_is_counted(serve: Serve, told: ToldGraph) -> None:
    async def chunks() -> Any:
        for _ in range(30):
            yield b" " * 100

    answer = await serve(told, body_max_bytes=2000).post("/graphql", content=chunks(), headers=JSON)
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("setting", "most", "document"),
    [
        ("max_tokens", 20, lambda n: "{ " + "a " * (n - 2) + "}"),
        ("max_depth", 4, lambda n: "{ a " * n + "}" * n),
        ("max_introspection_depth", 4, lambda n: "{ __schema " + "{ x " * (n - 1) + "}" * n),
        ("max_aliases", 4, lambda n: "{ x { " + " ".join(f"a{i}: a" for i in range(n)) + "} }"),
        ("max_root_fields", 4, lambda n: "{ " + " ".join(f"a{i}" for i in range(n)) + "}"),
        ("max_selections", 9, lambda n: "{ x { " + " ".join(f"a{i}" for i in range(n - 1)) + "} }"),
        ("max_repeats", 4, lambda n: "{ x { " + "a " * n + "} }"),
        ("max_directives", 3, lambda n: "{ a " + "@skip(if: true) " * n + "}"),
        ("max_operations", 3, lambda n: " ".join(f"query Q{i} {{ a }}" for i in range(n))),
        ("max_fragments", 3, lambda n: "{ ...F0 } " + " ".join(
            f"fragment F{i} on Query {{ a }}" for i in range(n))),
        ("max_variables", 3, lambda n: "query (" + " ".join(
            f"$v{i}: Int" for i in range(n)) + ") { a }"),
    ],
)  # fmt: skip
async def test_each_limit_is_a_setting(
    setting: str, most: int, document: Any, serve_hub: Serve
) -> None:
    client = serve_hub(**{setting: most})
    exceeded = []
    for count in (most, most + 1):
        answer = await client.post("/graphql", json={"query": document(count)})
        codes = [e["extensions"]["code"] for e in answer.json().get("errors", ())]
        exceeded.append([code for code in codes if code.endswith("_EXCEEDED")])
    assert exceeded[0] == []
    assert len(exceeded[1]) == 1


async def test_without_introspection_nothing_of_the_schema_is_told(serve_hub: Serve) -> None:
    client = serve_hub(introspection=False)
    for document in ("{ __schema { types { name } } }", '{ __type(name: "Query") { name } }'):
        answer = await client.post("/graphql", json={"query": document})
        assert "data" not in answer.json()
        assert answer.json()["errors"][0]["extensions"]["code"] == "VALIDATION_FAILED"
    answer = await client.post("/graphql", json={"query": "{ vacancie learne qualificatio }"})
    assert not re.search("(?i)did you mean|vacancies|qualification\\b", answer.text)


async def test_the_introspection_of_tools_is_answered(client: httpx.AsyncClient) -> None:
    from graphql import build_client_schema, get_introspection_query

    query = get_introspection_query(input_value_deprecation=True, specified_by_url=True)
    answer = await client.post("/graphql", json={"query": query})
    assert build_client_schema(answer.json()["data"]).query_type is not None
