"""From which age a learner consents alone, by country; unknown counts as too young."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib import resources

import orjson

from isthmus.model.learner import Person

BEHIND = timedelta(hours=12)
"""How far the last place on earth is behind UTC: a birthday counts once it is everywhere."""


@dataclass(frozen=True, slots=True)
class AgeOfConsent:
    """An age, and the law it rests on; none where the country is not listed."""

    age: int
    law: str | None = None


@dataclass(frozen=True, slots=True)
class Ages:
    """The ages that count: for consenting alone, and for confirming as a guardian."""

    countries: Mapping[str, AgeOfConsent]
    unlisted: int
    guardian: int

    def of_consent(self, country: str | None) -> AgeOfConsent:
        """Give the age from which a learner of a country consents alone."""
        return self.countries.get((country or "").upper(), AgeOfConsent(self.unlisted))

    def needs_guardian(self, person: Person, now: datetime) -> bool:
        """Tell whether a guardian must confirm what a person agrees to."""
        return not _has_reached(person, self.of_consent(person.country).age, now)

    def can_guard(self, person: Person, now: datetime) -> bool:
        """Tell whether a person is known to be grown up, and of age in their country."""
        age = max(self.guardian, self.of_consent(person.country).age)
        return _has_reached(person, age, now)


def age_of(born_on: date, now: datetime) -> int:
    """Count the years of a person; below 0 where the birth is yet to come."""
    today = (now - BEHIND).date()
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))


@cache
def published_ages() -> Ages:
    """Read the ages that come with the hub, `ages.json`."""
    told = orjson.loads((resources.files("isthmus.consent") / "ages.json").read_bytes())
    countries = {code: AgeOfConsent(**said) for code, said in told["countries"].items()}
    return Ages(countries, told["unlisted"], told["guardian"])


def _has_reached(person: Person, age: int, now: datetime) -> bool:
    return person.born_on is not None and age_of(person.born_on, now) >= age
