"""The job boards: the form of Greenhouse, and adverts that name what they ask for."""

from __future__ import annotations

import html
import re
from datetime import datetime, timedelta
from pathlib import Path

import orjson
import pytest

from isthmus.playground.employers import load_employers
from isthmus.playground.simulators import greenhouse
from isthmus.playground.world import World

LYON = "groupetilleulsaone"


def _jobs(world: World, board: str) -> list[dict[str, object]]:
    answer = greenhouse.board_jobs(world, board, with_content=True)
    assert answer is not None
    return list(answer["jobs"])


def test_a_board_nobody_has_is_none(world: World) -> None:
    assert greenhouse.board_jobs(world, "nobody", with_content=False) is None


def test_the_total_counts_the_jobs(world: World) -> None:
    answer = greenhouse.board_jobs(world, LYON, with_content=False)
    assert answer is not None
    assert answer["meta"] == {"total": len(answer["jobs"])} == {"total": 100}


def test_numbers_are_unique_over_all_boards(world: World) -> None:
    numbers = [job["id"] for board in world.boards for job in _jobs(world, board)]
    assert len(set(numbers)) == len(numbers) == 400


def test_without_content_three_parts_are_left_out(world: World) -> None:
    answer = greenhouse.board_jobs(world, LYON, with_content=False)
    assert answer is not None
    for job in answer["jobs"]:
        assert job.keys().isdisjoint({"content", "departments", "offices"})


def test_markup_is_escaped_once_more(world: World) -> None:
    content = str(_jobs(world, LYON)[0]["content"])
    assert "<" not in content
    assert html.unescape(content).startswith("<p>Le Groupe")
    assert "<li>" in html.unescape(content)


def test_every_skill_of_an_advert_stands_in_its_text(world: World) -> None:
    phrases = load_employers().phrases
    for vacancy in (each for board in world.vacancies.values() for each in board):
        text = html.unescape(vacancy.advert.html).casefold()
        plurals = phrases[vacancy.language].plurals
        for skill in vacancy.advert.skills:
            label = skill.label(vacancy.language)
            known = {label, plurals.get(label, label)}
            known.update(*skill.aliases.values())
            assert any(each.casefold() in text for each in known), (vacancy.key, label)


def test_adverts_shout_and_form_plurals_now_and_then(world: World) -> None:
    english = " ".join(each.advert.html for each in world.vacancies["jacarandayard"])
    assert re.search(r"[A-Z]{4,} [A-Z]{3,}", english)
    assert "operate forklifts" in english
    assert "(*)" in english


def test_adverts_differ_from_one_another(world: World) -> None:
    for vacancies in world.vacancies.values():
        assert len({each.title for each in vacancies}) == len(vacancies)
    texts = [each.advert.html for board in world.vacancies.values() for each in board]
    assert len(set(texts)) == len(texts)


def test_nothing_is_published_in_the_future(world: World) -> None:
    for job in (job for board in world.boards for job in _jobs(world, board)):
        published = datetime.fromisoformat(str(job["first_published"]))
        updated = datetime.fromisoformat(str(job["updated_at"]))
        assert published <= updated
        assert updated.date() <= world.today
        assert world.today - published.date() <= timedelta(days=76)


def test_recruiters_stand_in_metadata_of_type_user_only(world: World) -> None:
    jobs = _jobs(world, "gruporetamaazul")
    entries = [entry for job in jobs for entry in job["metadata"]]  # type: ignore[attr-defined]
    users = [each["value"] for each in entries if each["value_type"] == "user" and each["value"]]
    rest = orjson.dumps([each for each in entries if each["value_type"] != "user"])
    assert len(users) > 50
    assert all(each["name"] == greenhouse.RECRUITER_NAME for each in users)
    assert greenhouse.RECRUITER_NAME.encode() not in rest


@pytest.mark.shared
def test_a_job_of_the_list_has_the_form_of_greenhouse(world: World, fixtures: Path) -> None:
    theirs = orjson.loads((fixtures / "jobs/greenhouse/blacklane.json").read_bytes())["jobs"][0]
    answer = greenhouse.board_jobs(world, LYON, with_content=False)
    assert answer is not None
    ours = answer["jobs"][0]
    assert ours.keys() == theirs.keys()
    assert ours["data_compliance"][0].keys() == theirs["data_compliance"][0].keys()
    assert ours["metadata"][0].keys() == theirs["metadata"][0].keys()


@pytest.mark.shared
def test_a_job_with_content_has_the_form_of_greenhouse(world: World, fixtures: Path) -> None:
    theirs = orjson.loads((fixtures / "jobs/ats/greenhouse.json").read_bytes())
    ours = greenhouse.board_jobs(world, LYON, with_content=True)
    assert ours is not None
    assert ours.keys() == theirs.keys()
    assert ours["jobs"][0].keys() == theirs["jobs"][0].keys()
    for part in ("departments", "offices"):
        assert ours["jobs"][0][part][0].keys() == theirs["jobs"][0][part][0].keys()
