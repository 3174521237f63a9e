"""The shared data set as rows of the hub's own tables, in the order they can be written.

What the data set has: skills, providers, qualifications with outcomes and their skills,
vacancies with ten skills each. What it lacks is made up here, seeded: occupations (the first ten
are the titles of its vacancies, and a vacancy's is the one of its title), one to three of them
for each skill, and a provider beside the awarding body of a qualification. Each entity has the
`record` row a sync would have left.

A further noun is one more `Table` in `TABLES`.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

Rows = Mapping[str, list[tuple[Any, ...]]]
TAXONOMY, CATALOGUE, JOBS = 1, 2, 3
SOURCES = {
    TAXONOMY: ("taxonomy", ["SKILL", "OCCUPATION"]),
    CATALOGUE: ("catalogue", ["FRAMEWORK", "ORGANIZATION", "QUALIFICATION", "LEARNING_OUTCOME"]),
    JOBS: ("jobs", ["ORGANIZATION", "VACANCY"]),
}
SCHEME = 1
FRAMEWORK = 1
READ_AT = datetime(2026, 11, 1, 6, 0, tzinfo=UTC)
SKILLS_PER_OCCUPATION = 5
TYPES = {"CONTRACT": "TEMPORARY"}


class Shared:
    """The tables of the shared data set, and what is derived from them once."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows

    @cached_property
    def employers(self) -> dict[str, int]:
        """Each employer's name with its key; those of providers come first."""
        names = dict.fromkeys(row[2] for row in self.rows["vacancy"])
        return {name: len(self.rows["provider"]) + n for n, name in enumerate(names, 1)}

    @cached_property
    def titles(self) -> dict[str, int]:
        """Each title of a vacancy, its grade left out, with its occupation's key."""
        names = dict.fromkeys(_trade(row[1]) for row in self.rows["vacancy"])
        return {name: n for n, name in enumerate(sorted(names), 1)}

    @cached_property
    def occupations(self) -> list[tuple[int, str]]:
        """Make the occupations: key and label."""
        skills = self.rows["skill"]
        more = range(len(self.titles) + 1, len(skills) // SKILLS_PER_OCCUPATION + 1)
        made = [(n, f"{list(self.titles)[n % len(self.titles)]} of kind {n}") for n in more]
        return [(n, name) for name, n in self.titles.items()] + made


@dataclass(frozen=True)
class Table:
    """One table of the hub: its columns, and its rows from the shared data set."""

    name: str
    columns: tuple[str, ...]
    rows: Callable[[Shared], Iterable[tuple[Any, ...]]]


def _trade(title: str) -> str:
    first, _, last = title.rpartition(" ")
    return first if last in {"senior", "junior", "lead"} else title


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _sources(_: Shared) -> Iterator[tuple[Any, ...]]:
    for key, (name, produces) in SOURCES.items():
        yield (key, name, name, "1.0.0", produces, "SYNCED", 86400, "CC-BY-4.0", name, True,
               "UP", READ_AT, datetime.now(UTC))  # fmt: skip


def _states(_: Shared) -> Iterator[tuple[Any, ...]]:
    for key, (_name, produces) in SOURCES.items():
        for noun in produces:
            yield key, noun.lower(), READ_AT


def _skills(shared: Shared) -> Iterator[tuple[Any, ...]]:
    for key, uri, label in shared.rows["skill"]:
        yield key, TAXONOMY, uri, SCHEME, label, "en", "SKILL", "UNKNOWN", READ_AT


def _occupations(shared: Shared) -> Iterator[tuple[Any, ...]]:
    for key, label in shared.occupations:
        uri = f"http://bench.example/occupation/{key}"
        code = f"{1000 + key % 9000}.{key}"
        yield key, TAXONOMY, uri, SCHEME, code, code[:4], label, "en", READ_AT


def _occupation_skills(shared: Shared) -> Iterator[tuple[Any, ...]]:
    dice, last = random.Random("occupations"), len(shared.occupations)
    for key, *_ in shared.rows["skill"]:
        for occupation in dice.sample(range(1, last + 1), dice.randint(1, 3)):
            yield occupation, key, "ESSENTIAL" if dice.random() < 0.6 else "OPTIONAL"


def _organizations(shared: Shared) -> Iterator[tuple[Any, ...]]:
    for key, name, country in shared.rows["provider"]:
        uri, roles = f"http://bench.example/provider/{key}", ["PROVIDER", "AWARDING_BODY"]
        yield key, CATALOGUE, uri, uri, name, "en", roles, country, READ_AT
    for name, key in shared.employers.items():
        yield key, JOBS, None, None, name, "en", ["EMPLOYER"], None, READ_AT


def _levels(_: Shared) -> Iterator[tuple[Any, ...]]:
    for rank in range(1, 9):
        yield rank, FRAMEWORK, f"BQF:{rank}", str(rank), rank, f"Level {rank}", "en"


def _qualifications(shared: Shared) -> Iterator[tuple[Any, ...]]:
    dice, last = random.Random("providers"), len(shared.rows["provider"])
    for key, title, level, _body, points in shared.rows["qualification"]:
        uri = f"http://bench.example/qualification/{key}"
        credit = json.dumps([{"framework": "ECTS", "points": points, "hours_per_point": 25}])
        yield (key, CATALOGUE, uri, uri, f"Q{key}", title, "en", title.casefold(), "UNKNOWN",
               "FORMAL", "ACTIVE", dice.randint(1, last), level, credit, READ_AT)  # fmt: skip


def _awarding_bodies(shared: Shared) -> Iterator[tuple[Any, ...]]:
    for key, _title, _level, body, _points in shared.rows["qualification"]:
        yield key, body


def _outcomes(shared: Shared) -> Iterator[tuple[Any, ...]]:
    for key, _qualification, text in shared.rows["learning_outcome"]:
        yield key, CATALOGUE, text, "en", "SKILL", READ_AT


def _qualification_outcomes(shared: Shared) -> Iterator[tuple[Any, ...]]:
    order: dict[int, int] = {}
    for key, qualification, _text in shared.rows["learning_outcome"]:
        order[qualification] = place = order.get(qualification, -1) + 1
        yield qualification, key, place


def _outcome_skills(shared: Shared) -> Iterator[tuple[Any, ...]]:
    labels = {row[0]: row[2] for row in shared.rows["skill"]}
    order: dict[int, int] = {}
    for outcome, skill in shared.rows["learning_outcome_skill"]:
        order[outcome] = place = order.get(outcome, -1) + 1
        yield outcome, place, skill, labels[skill], "en", "STATED_BY_SOURCE", 1.0


def _skill_qualifications(shared: Shared) -> Iterator[tuple[Any, ...]]:
    whose = {row[0]: row[1] for row in shared.rows["learning_outcome"]}
    pairs = ((skill, whose[o]) for o, skill in shared.rows["learning_outcome_skill"])
    return iter(dict.fromkeys(pairs))


def _vacancies(shared: Shared) -> Iterator[tuple[Any, ...]]:
    dice = random.Random("hours")  # the data set has days only, and thousands on each
    for key, title, employer, city, country, posted, kind, pay in shared.rows["vacancy"]:
        day = date.fromisoformat(posted)
        at = datetime(day.year, day.month, day.day, tzinfo=UTC)
        at += timedelta(seconds=dice.randrange(86400))
        place = json.dumps([{"country": country, "municipality": city, "label": city}])
        uri = f"http://bench.example/vacancy/{key}"
        yield (key, JOBS, uri, title, "en", shared.employers[employer],
               shared.titles[_trade(title)], place, [country], TYPES.get(kind, kind),
               Decimal(pay), "EUR", "YEAR", at, "OPEN", uri, READ_AT)  # fmt: skip


def _requirements(shared: Shared) -> Iterator[tuple[Any, ...]]:
    labels = {row[0]: row[2] for row in shared.rows["skill"]}
    order: dict[int, int] = {}
    for vacancy, skill, essential in shared.rows["vacancy_skill"]:
        order[vacancy] = place = order.get(vacancy, -1) + 1
        yield (vacancy, place, "SKILL", essential, skill, labels[skill], "en",
               "STATED_BY_SOURCE", 1.0)  # fmt: skip


def _vacancy_skills(shared: Shared) -> Iterator[tuple[Any, ...]]:
    return ((skill, vacancy) for vacancy, skill, _ in shared.rows["vacancy_skill"])


def _records(shared: Shared) -> Iterator[tuple[Any, ...]]:
    catalogue = [("organization", "ORGANIZATION", "provider"),
                 ("qualification", "QUALIFICATION", "qualification"),
                 ("learning_outcome", "LEARNING_OUTCOME", "learning_outcome")]  # fmt: skip
    yield from _records_of(TAXONOMY, "skill", "SKILL", (r[0] for r in shared.rows["skill"]))
    yield from _records_of(TAXONOMY, "occupation", "OCCUPATION", (k for k, _ in shared.occupations))
    for stream, noun, table in catalogue:
        yield from _records_of(CATALOGUE, stream, noun, (r[0] for r in shared.rows[table]))
    yield from _records_of(JOBS, "organization", "ORGANIZATION", shared.employers.values())
    yield from _records_of(JOBS, "vacancy", "VACANCY", (r[0] for r in shared.rows["vacancy"]))


def _records_of(
    source: int, stream: str, noun: str, keys: Iterable[int]
) -> Iterator[tuple[Any, ...]]:
    for key in keys:
        digest = _digest(f"{noun}{key}")
        yield source, stream, str(key), noun, key, digest, digest, READ_AT


ALIGNED = ("skill_id", "stated_as", "language", "method", "confidence")
TABLES = (
    Table("source", ("id", "name", "connector", "connector_version", "produces", "mode",
                     "every_seconds", "licence", "attribution", "redistributable", "state",
                     "state_since", "last_success"), _sources),
    Table("stream_state", ("source_id", "stream", "last_complete"), _states),
    Table("concept_scheme", ("id", "uri", "name", "version", "languages"),
          lambda _: [(SCHEME, "http://bench.example/scheme", "BENCH", "1", ["en"])]),
    Table("skill", ("id", "source_id", "uri", "scheme_id", "label", "label_lang", "kind",
                    "reuse", "changed_at"), _skills),
    Table("occupation", ("id", "source_id", "uri", "scheme_id", "code", "isco_group", "label",
                         "label_lang", "changed_at"), _occupations),
    Table("occupation_skill", ("occupation_id", "skill_id", "relation"), _occupation_skills),
    Table("organization", ("id", "source_id", "uri", "identity", "name", "name_lang", "roles",
                           "country", "changed_at"), _organizations),
    Table("framework", ("id", "source_id", "code", "name", "name_lang", "kind"),
          lambda _: [(FRAMEWORK, CATALOGUE, "BQF", "Bench framework", "en", "NQF")]),
    Table("level", ("id", "framework_id", "code", "notation", "rank", "title", "title_lang"),
          _levels),
    Table("qualification", ("id", "source_id", "uri", "identity", "code", "title", "title_lang",
                            "title_key", "scale", "learning_type", "register_status",
                            "provider_id", "level_id", "credits", "changed_at"), _qualifications),
    Table("qualification_awarding_body", ("qualification_id", "organization_id"),
          _awarding_bodies),
    Table("learning_outcome", ("id", "source_id", "text", "text_lang", "domain", "changed_at"),
          _outcomes),
    Table("qualification_outcome", ("qualification_id", "outcome_id", "ord"),
          _qualification_outcomes),
    Table("outcome_skill", ("outcome_id", "ord", *ALIGNED), _outcome_skills),
    Table("skill_qualification", ("skill_id", "qualification_id"), _skill_qualifications),
    Table("vacancy", ("id", "source_id", "uri", "title", "title_lang", "employer_id",
                      "occupation_id", "locations", "countries", "employment_type",
                      "salary_min", "salary_currency", "salary_per", "published_at", "status",
                      "apply_url", "changed_at"), _vacancies),
    Table("requirement", ("vacancy_id", "ord", "kind", "must", *ALIGNED), _requirements),
    Table("vacancy_skill", ("skill_id", "vacancy_id"), _vacancy_skills),
    Table("record", ("source_id", "stream", "source_key", "noun", "entity_id", "raw_hash",
                     "content_hash", "retrieved_at"), _records),
)  # fmt: skip
"""Every table that is filled, those that others point at first."""
