"""Frameworks and their levels."""

from __future__ import annotations

import pytest

from isthmus.connector.records import (
    FrameworkRecord,
    LevelEquivalence,
    LevelRecord,
    OrganizationRecord,
)
from isthmus.model.framework import FrameworkKind
from isthmus.model.outcome import LevelMark
from isthmus.model.text import Text
from isthmus.normalise.drift import Drift
from isthmus.normalise.framework import FrameworkUnreadable, framework


def a_ladder(**stated: object) -> FrameworkRecord:
    given = {"code": "NSQF", "name": "National framework", "kind": "nqf", **stated}
    return FrameworkRecord(**given)  # type: ignore[arg-type]


def test_levels_are_given_from_the_bottom() -> None:
    levels = [LevelRecord(notation=n, rank=r) for n, r in (("8", 8), ("1", 1), ("4.5", 5))]
    found = framework(a_ladder(levels=levels, version="2023"), Drift())
    assert [level.notation for level in found.levels] == ["1", "4.5", "8"]
    assert (found.version, found.kind) == ("2023", FrameworkKind.NQF)


def test_an_equivalent_keeps_the_document_it_rests_on() -> None:
    stated = LevelEquivalence(framework="EQF", notation="4", basis="https://example.org/report")
    level = LevelRecord(notation="4", rank=4, title="Four", equivalents=[stated])
    (found,) = framework(a_ladder(levels=[level], language="en"), Drift()).levels
    assert found.title == Text("Four", "en")
    assert found.equivalents[0].level == LevelMark("EQF", "4")
    assert found.equivalents[0].basis == "https://example.org/report"


def test_two_versions_of_a_framework_are_two() -> None:
    old = framework(a_ladder(version="2013"), Drift())
    assert old != framework(a_ladder(version="2023"), Drift())


@pytest.mark.parametrize("stated", [{"name": " "}, {"kind": "ladder of success"}])
def test_a_framework_without_name_or_of_no_known_kind_is_refused(stated: dict[str, str]) -> None:
    with pytest.raises(FrameworkUnreadable):
        framework(a_ladder(**stated), Drift())


def test_the_authority_is_described_or_referred_to() -> None:
    found = framework(a_ladder(authority=OrganizationRecord(uri="urn:ncvet")), Drift())
    assert getattr(found.authority, "uri", None) == "urn:ncvet"
