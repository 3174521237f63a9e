"""Failures: each has its code, and nothing of the inside is in it."""

from __future__ import annotations

import pytest

from isthmus.store.database import Database
from tests.graph.conftest import Run


def codes(answer: object) -> list[str]:
    return [error["extensions"]["code"] for error in answer.errors]  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["", "x", "skl", "skl_", "skl_-1", "skl_01", "skl_9" * 9, "é_1"])
async def test_an_id_that_does_not_read_is_refused(text: str, run: Run) -> None:
    answer = await run("query ($id: ID!) { node(id: $id) { id } }", id=text)
    assert codes(answer) == ["ID_INVALID"]


@pytest.mark.parametrize("text", ["skl_999999999", "abc_1"])
async def test_an_id_that_names_nothing_is_null(text: str, run: Run) -> None:
    answer = await run(
        "query ($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }", id=text
    )
    assert answer.errors == []
    assert answer.data == {"node": None, "nodes": [None]}


async def test_an_id_of_another_type_is_refused_in_a_filter(run: Run) -> None:
    answer = await run('{ vacancies(filter: {skill: ["vac_1"]}) { nodes { id } } }')
    assert codes(answer) == ["ID_INVALID"]


async def test_two_keys_at_once_are_refused(run: Run) -> None:
    answer = await run('{ skill(by: {id: "skl_1", uri: "http://a.example/b"}) { id } }')
    assert codes(answer) == ["VALIDATION_FAILED"]


async def test_a_document_that_does_not_parse_says_where(run: Run) -> None:
    answer = await run("{ skills(")
    assert codes(answer) == ["PARSE_FAILED"]
    assert not answer.executed
    assert answer.errors[0]["locations"]


async def test_an_unknown_field_is_a_validation_error(run: Run) -> None:
    answer = await run("{ skills { nodes { secret } } }")
    assert codes(answer) == ["VALIDATION_FAILED"]
    assert "data" not in answer.read()


async def test_nul_characters_are_refused_not_passed_on(run: Run) -> None:
    answer = await run('{ skills(filter: {q: "a\\u0000b"}) { nodes { id } } }')
    assert codes(answer) == ["ARGUMENT_INVALID"]


async def test_a_fault_of_ours_is_masked(
    run: Run, world: Database, caplog: pytest.LogCaptureFixture
) -> None:
    await world.close()
    answer = await run("{ skills { nodes { id } } }")
    assert codes(answer) == ["INTERNAL"]
    assert "pool" not in str(answer.errors)
    assert answer.errors[0]["extensions"]["errorId"] in caplog.text


async def test_texts_fall_back_and_say_so(run: Run) -> None:
    document = """{ skills(first: 1, filter: {q: "Python"}) { nodes {
      a: label(lang: ["sw", "fr"]) { language isFallback direction }
      b: label(lang: ["sw"]) { language isFallback }
      c: label(lang: ["fr-CA"]) { language isFallback }
      d: label { language isFallback } } } }"""
    answer = await run(document, ("es",))
    assert answer.data is not None
    node = answer.data["skills"]["nodes"][0]
    assert node["a"] == {"language": "fr", "isFallback": True, "direction": "LTR"}
    assert node["b"] == {"language": "en", "isFallback": True}
    assert node["c"] == {"language": "fr", "isFallback": False}
    assert node["d"] == {"language": "es", "isFallback": False}


@pytest.mark.parametrize(
    ("kind", "argument", "value"),
    [
        ("CountryCode", "country", "France"),
        ("LanguageTag", "language", "not a tag"),
        ("DateTime", "updatedSince", "yesterday"),
        ("DateTime", "updatedSince", "2026-01-01T00:00:00"),
        ("DateTime", "updatedSince", "0001-01-01T00:00:00+14:00"),
        ("CountryCode", "country", "\0\0"),
    ],
)
async def test_a_value_its_scalar_cannot_read_is_a_validation_error_both_ways(
    kind: str, argument: str, value: str, run: Run
) -> None:
    import json

    literal = await run(
        f"{{ vacancies(filter: {{{argument}: {json.dumps(value)}}}) {{ totalCount }} }}"
    )
    variable = await run(
        f"query ($v: {kind}) {{ vacancies(filter: {{{argument}: $v}}) {{ totalCount }} }}", v=value
    )
    assert codes(literal) == codes(variable) == ["VALIDATION_FAILED"]
    assert not literal.executed
    assert not variable.executed


@pytest.mark.parametrize(
    "by",
    ['{ identifier: { scheme: "", value: "" } }', '{ uri: "urn:x" }', "{ }", '{ id: "x" }'],
)
async def test_a_credential_that_is_named_otherwise_is_refused_with_a_code(
    by: str, run: Run
) -> None:
    answer = await run(f"{{ credential(by: {by}) {{ id }} }}")
    assert set(codes(answer)) <= {"ARGUMENT_INVALID", "ID_INVALID", "VALIDATION_FAILED"}
