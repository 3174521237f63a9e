"""The playground's employers, the roles they fill, and the phrases their adverts are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta, timezone

import msgspec

from isthmus.playground.data_rows import rows_of


class Office(msgspec.Struct, frozen=True):
    """A place where a board's employer works, and the departments that work there."""

    name: str
    location: str
    departments: tuple[str, ...]


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """One employer's job board."""

    token: str
    company: str
    country: str
    currency: str
    languages: tuple[str, ...]
    offset: str
    offices: tuple[Office, ...]
    about: dict[str, str]

    @property
    def timezone(self) -> timezone:
        """The fixed offset in which the board writes its times."""
        hours, minutes = self.offset[1:].split(":")
        span = timedelta(hours=int(hours), minutes=int(minutes))
        return timezone(-span if self.offset.startswith("-") else span)

    def offices_of(self, department: str) -> tuple[Office, ...]:
        """Return the places where the department works; there is always one."""
        return tuple(each for each in self.offices if department in each.departments)


class Department(msgspec.Struct, frozen=True):
    """A part of an employer, with what people there do all day."""

    key: str
    names: dict[str, str]
    duties: dict[str, tuple[str, ...]]


class Role(msgspec.Struct, frozen=True):
    """A kind of work, with the skills it asks for by their English ESCO labels."""

    key: str
    department: str
    occupation: str
    titles: dict[str, str]
    purpose: dict[str, str]
    core: tuple[str, ...]
    plus: tuple[str, ...]


class Phrases(msgspec.Struct, frozen=True):
    """How an advert is worded in one language; `{skill}` and `{title}` are filled in."""

    language: str
    headings: dict[str, str]
    titles: tuple[str, ...]
    skill: tuple[str, ...]
    practice: tuple[str, ...]
    knowledge: tuple[str, ...]
    plus: tuple[str, ...]
    plurals: dict[str, str]
    unmatched: tuple[str, ...]
    offers: tuple[str, ...]
    apply: tuple[str, ...]
    hours: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Employers:
    """Everything that adverts are composed of."""

    boards: tuple[Board, ...]
    roles: tuple[Role, ...]
    departments: Mapping[str, Department]
    phrases: Mapping[str, Phrases]


def load_employers() -> Employers:
    """Read boards, roles, departments and phrases."""
    departments = rows_of("departments.json", Department)
    phrases = rows_of("vacancy_phrases.json", Phrases)
    return Employers(
        boards=rows_of("boards.json", Board),
        roles=rows_of("roles.json", Role),
        departments={each.key: each for each in departments},
        phrases={each.language: each for each in phrases},
    )
