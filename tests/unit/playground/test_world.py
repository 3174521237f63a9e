"""The world as a whole: its size, its coherence, and what must never stand in it."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta

import orjson

from isthmus.playground.draw import Draw
from isthmus.playground.employers import load_employers
from isthmus.playground.simulators import credential_registry, greenhouse, microsoft_learn
from isthmus.playground.world import World, build_world

ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
PROMISES = re.compile(
    r"guarant|garant|गारंटी|100 ?%|hired|will get a job|world-class|best-in-class|risk-free"
    r"|emploi assuré|empleo seguro|contratación inmediata",
    re.IGNORECASE,
)


def test_the_world_has_the_size_it_promises(world: World) -> None:
    assert abs(len(world.taxonomy.skills) - 300) <= 10
    assert abs(len(world.taxonomy.occupations) - 40) <= 5
    assert len(world.registry) + len(world.learn) == 120
    assert len(world.learn) == 45
    assert {token: len(each) for token, each in world.vacancies.items()} == dict.fromkeys(
        world.boards, 100
    )
    assert len(world.boards) == 4


def test_six_kinds_of_provider_offer_something(world: World) -> None:
    offering = {world.providers[each.provider].kind for each in world.registry}
    offering.add(world.providers["harbourlight"].kind)
    assert offering == {
        "university", "vocational_institute", "online_platform",
        "employer_academy", "sector_skills_council", "ngo",
    }  # fmt: skip


def test_the_world_speaks_more_than_three_languages(world: World) -> None:
    adverts = {each.language for board in world.vacancies.values() for each in board}
    titles = {language for each in world.registry for language in each.titles}
    assert adverts == {"en", "fr", "es", "hi"}
    assert titles == {"en", "fr", "es", "hi"}
    assert world.taxonomy.languages == ("en", "es", "fr")


def test_nearly_every_skill_has_a_french_and_a_spanish_label(world: World) -> None:
    missing = Counter(
        language
        for skill in world.taxonomy.skills
        for language in ("fr", "es")
        if language not in skill.labels
    )
    assert missing == {"es": 3}


def test_the_same_day_gives_an_equal_world(world: World) -> None:
    again = build_world(world.today)
    assert again == world
    assert _everything(again) == _everything(world)


def test_another_day_moves_dates_and_nothing_else(world: World) -> None:
    tomorrow = build_world(world.today + timedelta(days=1))
    board = next(iter(world.boards))
    old = {each.key: each for each in world.vacancies[board]}
    new = {each.key: each for each in tomorrow.vacancies[board]}
    assert {key: each.advert for key, each in new.items()} == {
        key: each.advert for key, each in old.items()
    }
    assert all(new[key].published - old[key].published == timedelta(days=1) for key in old)


def test_every_department_works_somewhere_on_every_board(world: World) -> None:
    departments = load_employers().departments
    for board in world.boards.values():
        for department in departments:
            assert board.offices_of(department), (board.token, department)


def test_roles_and_qualifications_name_known_skills_and_occupations(world: World) -> None:
    roles = load_employers().roles
    named = {name for role in roles for name in role.core + role.plus}
    named |= {name for each in world.registry for name in each.skills}
    named |= {name for each in world.learn for name in each.skills}
    assert named <= set(world.taxonomy.by_name)
    occupations = {each.occupation for each in (*roles, *world.registry)} - {None}
    assert occupations <= set(world.taxonomy.occupation_by_name)


def test_supply_and_demand_meet_in_most_skills(world: World) -> None:
    wanted = {
        skill.name for board in world.vacancies.values() for each in board
        for skill in each.advert.skills
    }  # fmt: skip
    taught = {name for each in (*world.registry, *world.learn) for name in each.skills}
    assert len(wanted & taught) > 150
    assert wanted - taught
    assert taught - wanted


def test_qualifications_range_from_two_hours_to_years(world: World) -> None:
    durations = {each.duration for each in world.registry}
    assert {"PT2H", "P4Y"} <= durations
    assert all(re.fullmatch(r"P(T\d+H|\d+[DWMY])", each) for each in durations)


def test_no_address_but_the_placeholder_stands_in_any_answer(world: World) -> None:
    found = set(ADDRESS.findall(_everything(world).decode()))
    assert found == {greenhouse.RECRUITER_ADDRESS}


def test_no_text_of_ours_promises_anything(world: World) -> None:
    employers = load_employers()
    ours = [
        text for role in employers.roles for text in (*role.titles.values(), *role.purpose.values())
    ] + [
        line for each in employers.departments.values()
        for lines in each.duties.values() for line in lines
    ]  # fmt: skip
    for each in employers.phrases.values():
        ours += [*each.unmatched, *each.offers, *each.apply, *each.skill, *each.headings.values()]
    for qualification in world.registry:
        ours += [*qualification.titles.values(), *qualification.focus.values()]
        ours += [text for own in qualification.own for text in own.values()]
    assert [text for text in ours if PROMISES.search(text)] == []


def test_a_draw_depends_on_its_key_alone() -> None:
    first, second, other = Draw("a"), Draw("a"), Draw("b")
    things = list(range(1000))
    assert first.some(things, 5) == second.some(things, 5)
    assert first.some(things, 5) != other.some(things, 5)
    assert sorted(Draw("c").some([1, 2], 9)) == [1, 2]


def test_a_world_can_be_built_for_any_day() -> None:
    assert build_world(date(2024, 2, 29)).today == date(2024, 2, 29)


def _everything(world: World) -> bytes:
    boards = [greenhouse.board_jobs(world, token, with_content=True) for token in world.boards]
    registry = [
        credential_registry.search_result(each) for each in credential_registry.published(world)
    ]
    return orjson.dumps([boards, registry, microsoft_learn.catalogue(world)])
