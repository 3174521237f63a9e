"""The playground's vacancies: a hundred on each board, composed the same way every time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from isthmus.playground.advert import Advert, Brief, write_advert
from isthmus.playground.draw import Draw
from isthmus.playground.employers import Board, Department, Employers, Office, Role
from isthmus.playground.taxonomy import Taxonomy

PER_BOARD = 100
OLDEST_DAYS = 75
_HOURS_OF_TITLE = (0, 0, 2, 1)  # plain, junior, trainee, part-time -> index into `hours`


@dataclass(frozen=True, slots=True)
class Vacancy:
    """One open position, before any job board puts it into its own form."""

    key: str
    board: Board
    role: Role
    department: Department
    office: Office
    language: str
    title: str
    hours: str
    advert: Advert
    published: datetime
    updated: datetime
    deadline: date | None


def compose_vacancies(
    board: Board, employers: Employers, taxonomy: Taxonomy, *, today: date
) -> tuple[Vacancy, ...]:
    """Return the vacancies open on one board on that day, newest first."""
    composed = [
        _vacancy(board, employers, taxonomy, number=number, today=today)
        for number in range(PER_BOARD)
    ]
    return tuple(sorted(composed, key=lambda each: (each.published, each.key), reverse=True))


def _vacancy(
    board: Board, employers: Employers, taxonomy: Taxonomy, *, number: int, today: date
) -> Vacancy:
    role = employers.roles[number % len(employers.roles)]
    round_ = number // len(employers.roles)
    key = f"{board.token}/{role.key}/{round_}"
    draw = Draw(key)
    language = board.languages[number % len(board.languages)]
    phrases = employers.phrases[language]
    department = employers.departments[role.department]
    first = Draw(f"{board.token}/{role.key}").number(0, len(phrases.titles) - 1)
    variant = (first + round_) % len(phrases.titles)  # no title twice on one board
    brief = Brief(
        board=board, role=role, department=department, phrases=phrases,
        core=tuple(taxonomy.by_name[name] for name in role.core),
        plus=tuple(taxonomy.by_name[name] for name in role.plus),
    )  # fmt: skip
    published = _moment(board, today - timedelta(days=draw.number(2, OLDEST_DAYS)), draw)
    return Vacancy(
        key=key, board=board, role=role, department=department, language=language,
        office=draw.one(board.offices_of(department.key)),
        title=phrases.titles[variant].format(title=role.titles[language]),
        hours=phrases.hours[_HOURS_OF_TITLE[variant]],
        advert=write_advert(brief, draw),
        published=published,
        updated=published + timedelta(minutes=draw.number(0, 60 * 24)),
        deadline=today + timedelta(days=draw.number(10, 60)) if draw.chance(30) else None,
    )  # fmt: skip


def _moment(board: Board, day: date, draw: Draw) -> datetime:
    clock = time(draw.number(7, 18), draw.number(0, 59), draw.number(0, 59))
    return datetime.combine(day, clock, tzinfo=board.timezone)
