"""Filters: each narrows as it says, and stands on an index."""

from __future__ import annotations

from typing import Any

import pytest

from isthmus.graph.rows import SHAPES
from isthmus.graph.schema import plans
from isthmus.query.ids import encode_id
from isthmus.query.pages import PageRequest, PageStatements
from isthmus.query.statements import Picks
from isthmus.query.vocabulary import Page
from isthmus.store.database import Database
from tests.graph.conftest import Ask

ROOT_LISTS = {n: p for n, p in plans()["Query"].items() if isinstance(p, Page) and p.noun}


async def nodes(ask: Ask, call: str, parts: str = "id") -> list[dict[str, Any]]:
    data = await ask(f"{{ it: {call} {{ nodes {{ {parts} }} }} }}")
    found: list[dict[str, Any]] = data["it"]["nodes"]
    return found


async def test_words_find_singular_plural_and_other_languages(ask: Ask) -> None:
    one = await nodes(ask, 'skills(filter: {q: "communication"})')
    french = await nodes(ask, 'skills(filter: {q: "électricité"})', 'label(lang: ["fr"]) { value }')
    assert one
    assert french
    assert all("lectricité" in node["label"]["value"] for node in french)


@pytest.mark.mission("M49")
async def test_a_vacancy_is_found_by_the_skills_it_asks_for_whatever_its_title(ask: Ask) -> None:
    parts = "id title { value } requirements { skill { skill { id label { value } } } }"
    some = await nodes(ask, "vacancies(first: 50)", parts)
    wanted = next(v for v in some if len(skills_of(v)) >= 2 and not labels_of(v) & words_of(v))
    two = sorted(skills_of(wanted))[:2]
    found = await nodes(
        ask, f"vacancies(first: 100, filter: {{skill: [{ids(two)}]}})",
        "id requirements { skill { skill { id } } }",
    )  # fmt: skip
    assert wanted["id"] in {v["id"] for v in found}
    assert all(set(two) <= skills_of(v) for v in found)


async def test_countries_languages_and_employers_narrow(ask: Ask) -> None:
    peru = await nodes(
        ask, 'vacancies(first: 100, filter: {country: "PE"})', "locations { country }"
    )
    french = await nodes(ask, 'vacancies(first: 5, filter: {language: "fr"})', "title { language }")
    assert all(any(p["country"] == "PE" for p in v["locations"]) for v in peru)
    assert {v["title"]["language"] for v in french} == {"fr"}


async def test_scale_and_hours_narrow_without_guessing(ask: Ask) -> None:
    micro = await nodes(ask, "qualifications(first: 100, filter: {scale: MICRO})", "scale")
    short = await nodes(
        ask, "qualifications(first: 100, filter: {maxHours: 10})", "workload { hoursMax }"
    )
    assert {q["scale"] for q in micro} <= {"MICRO"}
    assert short
    assert all(q["workload"]["hoursMax"] <= 10 for q in short)


async def test_updated_since_leaves_out_what_is_older(ask: Ask) -> None:
    call = 'skills(filter: {updatedSince: "2099-01-01T00:00:00Z"})'
    assert await nodes(ask, call) == []


async def test_groups_and_deprecated_skills_come_only_when_asked_for(ask: Ask) -> None:
    plain = await ask("{ skills { totalCount } }")
    with_groups = await ask("{ skills(filter: {includeGroups: true}) { totalCount } }")
    assert with_groups["skills"]["totalCount"] > plain["skills"]["totalCount"]


async def test_a_record_is_found_by_id_uri_and_identifier(ask: Ask) -> None:
    some = await nodes(ask, "qualifications(first: 100)", "id uri identifiers { scheme value }")
    wanted = next(q for q in some if q["identifiers"] and q["identifiers"][0]["scheme"] == "ctid")
    ctid = wanted["identifiers"][0]["value"]
    data = await ask(f"""{{
      a: qualification(by: {{id: "{wanted["id"]}"}}) {{ id }}
      b: qualification(by: {{uri: "{wanted["uri"]}"}}) {{ id }}
      c: qualification(by: {{identifier: {{scheme: "ctid", value: "{ctid}"}}}}) {{ id }}
    }}""")
    assert {found["id"] for found in data.values()} == {wanted["id"]}


@pytest.mark.parametrize("name", sorted(ROOT_LISTS))
async def test_every_filter_and_sort_stands_on_an_index(name: str, world: Database) -> None:
    plan = ROOT_LISTS[name]
    for condition in plan.conditions:
        request = PageRequest(20, filter=((condition, sample(condition)),))
        assert "Seq Scan on " + SHAPES[plan.type].table not in await explained(world, plan, request)
    for sort in plan.sorts:
        request = PageRequest(20, sort=sort, filter=(("q", "team"),) if sort == "RELEVANCE" else ())
        assert "Seq Scan on " + SHAPES[plan.type].table not in await explained(world, plan, request)


async def explained(database: Database, plan: Page, request: PageRequest) -> str:
    statement = PageStatements(plan, SHAPES[plan.type], request).rows(Picks("t.id"))
    async with database.transaction() as connection:
        # small tables are read whole because it is cheaper; the question is whether one must
        await connection.execute("SET LOCAL enable_seqscan = off")
        rows = await connection.fetch("EXPLAIN " + statement.text, *statement.values)
    return "\n".join(row[0] for row in rows)


def sample(condition: str) -> Any:
    prefixes = {"scheme": "sch", "provider": "org", "employer": "org", "level": "lvl"}
    lists = {"skill": "skl", "occupation": "occ", "source": "src"}
    if condition in prefixes:
        return encode_id(prefixes[condition], 1)
    if condition in lists:
        return (encode_id(lists[condition], 1),)
    from datetime import UTC, datetime

    special: dict[str, Any] = {
        "updated_since": datetime(2026, 1, 1, tzinfo=UTC),
        "published_after": datetime(2026, 1, 1, tzinfo=UTC),
        "max_hours": 10.0,
        "delivery": ("ONLINE",),
        "register_status": ("ACTIVE",),
        "employment_type": ("FULL_TIME",),
        "status": ("OPEN",),
    }
    flags = {"free", "partial", "remote", "include_deprecated", "include_groups"}
    return True if condition in flags else special.get(condition, "en")


def skills_of(vacancy: dict[str, Any]) -> set[str]:
    found = (r["skill"]["skill"] for r in vacancy["requirements"] if r["skill"])
    return {skill["id"] for skill in found if skill}


def labels_of(vacancy: dict[str, Any]) -> set[str]:
    found = (r["skill"]["skill"] for r in vacancy["requirements"] if r["skill"])
    return {w for skill in found if skill for w in skill["label"]["value"].casefold().split()}


def words_of(vacancy: dict[str, Any]) -> set[str]:
    return set(vacancy["title"]["value"].casefold().split())


def ids(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
