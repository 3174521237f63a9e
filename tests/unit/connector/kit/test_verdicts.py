"""A report says what is right and wrong, for people and machines, and which tier follows."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from isthmus.connector import manifest as manifests
from isthmus.connector.kit.outcomes import Came, Right, is_right
from isthmus.connector.kit.verdicts import Report, Verdict, as_junit, as_text, tier_of


def a_report(begun: Path, owner: str = "Ridgeway", **cases: Verdict) -> Report:
    text = (begun / "connector.yaml").read_text("utf-8").replace("your-name", owner)
    report = Report("evening-school", manifests.load(text))
    for stage, verdict in cases.items():
        report.add(stage, "a case", verdict, "one <thing> & \x00another\nin two lines", 0.5)
    return report


OK, NOT_OK = Verdict.OK, Verdict.NOT_OK


@pytest.mark.parametrize(
    ("cases", "owner", "tier"),
    [
        ({"static": NOT_OK}, "Ridgeway", "none"),
        ({"static": OK}, "Ridgeway", "Draft"),
        ({"static": OK, "replay": OK}, "Ridgeway", "Draft"),
        ({"static": OK, "replay": OK, "faults": NOT_OK}, "Ridgeway", "Draft"),
        ({"static": OK, "replay": OK, "faults": OK}, "your-name", "Draft"),
        ({"static": OK, "replay": OK, "faults": OK}, "Ridgeway", "Bronze"),
    ],
)
def test_a_tier_is_what_the_stages_come_to(
    begun: Path, cases: dict[str, Verdict], owner: str, tier: str
) -> None:
    assert tier_of(a_report(begun, owner, **cases))[0] == tier


def test_the_short_form_makes_nothing_more_than_a_draft(begun: Path) -> None:
    report = a_report(begun, static=OK, replay=OK, faults=OK)
    report.is_short = True
    assert tier_of(report)[0] == "Draft"


def test_junit_counts_and_names_what_failed_and_is_whole_xml(begun: Path) -> None:
    written = as_junit(a_report(begun, static=OK, replay=NOT_OK, faults=Verdict.SKIPPED))
    suites = {suite.get("name"): suite for suite in etree.fromstring(written)}
    replay = suites["evening-school.replay"]
    assert (replay.get("tests"), replay.get("failures")) == ("1", "1")
    failure = replay.find("testcase/failure")
    assert failure is not None
    assert failure.get("message") == "one <thing> &  another"
    assert suites["evening-school.faults"].get("skipped") == "1"


def test_text_names_every_case_and_ends_with_the_tier(begun: Path) -> None:
    lines = list(as_text(a_report(begun, static=OK, replay=NOT_OK)))
    assert lines[0] == "static"
    assert any(line.startswith("  not ok  a case") for line in lines)
    assert lines[-1].startswith("tier: Draft (Bronze needs: replay, faults")


@pytest.mark.parametrize("right", list(Right))
def test_no_outcome_is_right_under_which_something_was_lost(right: Right) -> None:
    for codes in ((), ("SOURCE_DOWN",), ("SOURCE_BAD_DATA",)):
        assert not is_right(Came(codes, removed=1), right)
        assert not is_right(Came(codes, lost=1), right)
        assert not is_right(Came(codes, inward=1), right)
        assert not is_right(Came((*codes, "INTERNAL")), right)
