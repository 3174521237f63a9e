"""Outcomes and skill statements: linked, or kept with their own words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isthmus.connector.records import LevelMark, OutcomeRecord, SkillStatement
from isthmus.model.alignment import AlignmentMethod
from isthmus.model.outcome import LearningOutcome, OutcomeDomain
from isthmus.model.reference import Reference
from isthmus.normalise.drift import Drift
from isthmus.normalise.outcome import level_of, outcome, outcome_link, statements
from isthmus.skills import Linker

PYTHON, BOOKKEEPING = 1, 2
TOTAL = settings(deadline=None, derandomize=True)


def read(linker: Linker, text: str, *skills: SkillStatement) -> LearningOutcome:
    record = OutcomeRecord(text=text, skills=list(skills), language="en")
    found = outcome(record, linker, Drift())
    assert found is not None
    return found


def test_an_outcome_that_is_a_label_is_linked_as_a_whole(linker: Linker) -> None:
    (alignment,) = read(linker, "Keep the books").skills
    assert (alignment.skill, alignment.start) == (BOOKKEEPING, None)


def test_an_outcome_that_names_a_skill_is_linked_in_its_place(linker: Linker) -> None:
    (alignment,) = read(linker, "Explain bookkeeping to others").skills
    assert (alignment.skill, alignment.start, alignment.end) == (BOOKKEEPING, 8, 19)


def test_an_outcome_that_names_none_is_kept_as_one_unmatched_statement(linker: Linker) -> None:
    (alignment,) = read(linker, "Is kind to strangers").skills
    assert alignment.method is AlignmentMethod.UNMATCHED
    assert alignment.stated_as == "Is kind to strangers"


def test_what_the_source_states_comes_first_and_a_skill_stands_once(linker: Linker) -> None:
    found = read(linker, "Write Python", SkillStatement(uri="urn:python"))
    assert [a.method for a in found.skills] == [AlignmentMethod.STATED_BY_SOURCE]
    assert found.skills[0].skill == PYTHON


def test_an_outcome_without_text_is_none_or_a_reference(linker: Linker) -> None:
    assert outcome(OutcomeRecord(), linker, Drift()) is None
    assert outcome_link(OutcomeRecord(), linker, Drift(), language="en") is None
    link = outcome_link(OutcomeRecord(uri="urn:o", text=" "), linker, Drift(), language="en")
    assert link == Reference(uri="urn:o")


@pytest.mark.parametrize(
    ("stated", "domain"),
    [("Knowledge", OutcomeDomain.KNOWLEDGE), (None, OutcomeDomain.UNKNOWN),
     ("magic", OutcomeDomain.UNKNOWN)],
)  # fmt: skip
def test_a_domain_reads_or_is_unknown(
    linker: Linker, stated: str | None, domain: OutcomeDomain
) -> None:
    found = outcome(OutcomeRecord(text="x", domain=stated), linker, Drift())
    assert found is not None
    assert found.domain is domain


def test_a_level_without_framework_or_rung_is_none() -> None:
    assert level_of(None) is None
    assert level_of(LevelMark(framework="NSQF", notation=" ")) is None
    found = level_of(LevelMark(framework=" EQF", notation="5 "))
    assert found is not None
    assert (found.framework, found.notation) == ("EQF", "5")


def test_a_statement_is_read_in_its_own_language(linker: Linker) -> None:
    stated = [SkillStatement(text="comptabilité", language="fr_CA")]
    (alignment,) = statements(stated, linker, "en")
    assert (alignment.skill, alignment.language) == (BOOKKEEPING, "fr-CA")
    (unread,) = statements([SkillStatement(text="comptabilité")], linker, "en")
    assert unread.method is AlignmentMethod.UNMATCHED


@pytest.mark.mission("M34")
@TOTAL
@given(
    st.lists(
        st.builds(
            SkillStatement,
            text=st.none() | st.sampled_from(["Python", "bookkeeping", "x"]) | st.text(),
            uri=st.none() | st.sampled_from(["urn:python", "urn:unknown"]),
            scheme=st.none() | st.just("ESCO skills"),
            code=st.none() | st.sampled_from(["K1", "K9"]),
        )
    )
)
def test_matched_and_unmatched_statements_add_up_to_those_read(
    linker: Linker, stated: list[SkillStatement]
) -> None:
    said = [s for s in stated if s.text or s.uri or s.code]
    found = statements(stated, linker, "en")
    matched = [a for a in found if a.skill is not None]
    unmatched = [a for a in found if a.method is AlignmentMethod.UNMATCHED]
    assert len(matched) + len(unmatched) == len(found) == len(said)


@TOTAL
@given(st.text())
def test_every_outcome_with_a_text_carries_a_statement(linker: Linker, text: str) -> None:
    found = outcome(OutcomeRecord(text=text, language="en"), linker, Drift())
    assert (found is None) == (not text.strip())
    assert found is None or found.skills
