"""How one record points at another before the store knows both."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Noun(StrEnum):
    """The kinds of record the store keeps; values are names of the graph's enum `RecordType`."""

    QUALIFICATION = "QUALIFICATION"
    LEARNING_OUTCOME = "LEARNING_OUTCOME"
    SKILL = "SKILL"
    OCCUPATION = "OCCUPATION"
    VACANCY = "VACANCY"
    ORGANIZATION = "ORGANIZATION"
    FRAMEWORK = "FRAMEWORK"


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier in a named scheme, such as a CTID or a register number."""

    scheme: str
    value: str


@dataclass(frozen=True, slots=True)
class Reference:
    """Another record, by its public URI or by its key in the same source; one of them is given."""

    uri: str | None = None
    source_key: str | None = None
