"""Invented people, and what stands in their stores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import msgspec

from isthmus.playground.data_rows import rows_of


class HeldCertificate(msgspec.Struct, frozen=True, kw_only=True):
    """One document in somebody's locker; `form` is school, course or pdf."""

    issuer: str
    kind: str
    number: str
    issued: date
    form: str

    @property
    def uri(self) -> str:
        """Its name in the locker, made of issuer, kind and number."""
        return f"{self.issuer}-{self.kind}-{self.number}"


class EarnedCredits(msgspec.Struct, frozen=True, kw_only=True):
    """One subject with its credits."""

    code: str
    name: str
    credits: float
    grade: str
    day: date


class HeldBadge(msgspec.Struct, frozen=True, kw_only=True):
    """One badge in somebody's backpack; it may truly belong to someone else."""

    key: str
    badge_class: str = msgspec.field(name="class")
    issued_days_ago: int
    valid_days: int | None = None
    belongs_to: str | None = None


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who does not exist."""

    key: str
    name: str
    born: date
    gender: str
    email: str
    aadhaar: str = ""
    certificates: tuple[HeldCertificate, ...] = ()
    credits: tuple[EarnedCredits, ...] = ()
    badges: tuple[HeldBadge, ...] = ()

    @property
    def locker_id(self) -> str:
        """The id of their locker: 36 characters that say nothing."""
        return str(uuid5(NAMESPACE_URL, f"locker:{self.key}"))


class StoreIssuer(msgspec.Struct, frozen=True, kw_only=True):
    """A body whose documents stand in lockers."""

    key: str
    name: str
    kind: str
    state: str


@dataclass(frozen=True, slots=True)
class People:
    """Everyone, and the bodies that gave them something."""

    persons: Mapping[str, Person]
    issuers: Mapping[str, StoreIssuer]


def load_people() -> People:
    """Return everyone."""
    persons = rows_of("people.json", Person)
    issuers = rows_of("store_issuers.json", StoreIssuer)
    return People({each.key: each for each in persons}, {each.key: each for each in issuers})


def trusted_issuers() -> Path:
    """Return the file of issuers that the demo trusts."""
    return Path(str(files("isthmus.playground").joinpath("data", "trusted_issuers.json")))
