"""The linker: what the source states first, then labels; never without grounds, never silent."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isthmus.model.alignment import Alignment, AlignmentMethod
from isthmus.skills import ConceptLabels, Linker
from isthmus.skills.linker import ALIAS, PLURAL_LOSS, PREFERRED_LABEL, RUNNING_TEXT_LOSS, STATED

TOTAL = settings(deadline=None, derandomize=True)
BOOKS, PYTHON, CARE, SERVICE, OLD = 1, 2, 3, 4, 5
ESCO, OTHER = 10, 11
LINKER = Linker(
    [
        ConceptLabels(
            BOOKS, "urn:books", ESCO, {"en": "bookkeeping", "fr": "comptabilité", "hi": "लेखांकन"},
            {"en": ["keep the books", "accounts"], "pt-BR": ["contabilidade"]}, code="S1.2",
        ),
        ConceptLabels(PYTHON, "urn:python", ESCO, {"en": "Python (computer programming)"}),
        ConceptLabels(CARE, "urn:care", ESCO, {"en": "patient care"}, {"en": ["looking after"]}),
        ConceptLabels(SERVICE, "urn:service", ESCO, {"en": "service"}, {"en": ["looking after"]}),
        ConceptLabels(OLD, "urn:old", OTHER, {"en": "typing"}, code="s1.2", deprecated=True),
    ],
    schemes={ESCO: ["ESCO skills", "http://example.org/esco"], OTHER: ["O*NET"]},
    generation="g1",
)  # fmt: skip


def linked(text: str | None = None, **stated: str) -> tuple[int | None, AlignmentMethod, float]:
    found = LINKER.statement(text, **stated)
    return found.skill, found.method, found.confidence


def test_a_uri_the_source_states_comes_before_code_and_words() -> None:
    found = linked("typing", uri="urn:books", scheme="O*NET", code="S1.2", language="en")
    assert found == (BOOKS, AlignmentMethod.STATED_BY_SOURCE, STATED)


def test_a_code_comes_before_words() -> None:
    found = linked("patient care", scheme="ESCO skills", code="s1.2", language="en")
    assert found == (BOOKS, AlignmentMethod.CODE_LOOKUP, STATED)


def test_a_code_means_nothing_without_its_scheme() -> None:
    assert linked(code="S1.2") == (None, AlignmentMethod.UNMATCHED, 0.0)
    assert linked(scheme="unheard of", code="S1.2")[0] is None
    assert linked(scheme="o net", code="S1.2")[0] == OLD


def test_a_uri_or_code_that_is_unknown_leaves_the_words() -> None:
    found = linked("Bookkeeping", uri="urn:no", scheme="ESCO skills", code="9", language="en")
    assert found == (BOOKS, AlignmentMethod.LABEL_MATCH, PREFERRED_LABEL)


def test_a_label_is_surer_than_an_alias_and_a_plural_less_sure() -> None:
    assert linked("BOOKKEEPING", language="en")[2] == PREFERRED_LABEL
    assert linked("keep the books", language="en")[2] == ALIAS
    assert linked("account", language="en")[2] == round(ALIAS - PLURAL_LOSS, 2)


def test_words_in_running_text_are_less_sure_than_a_statement() -> None:
    (found,) = LINKER.mentions("Some bookkeeping.", "en")
    assert found.confidence == round(PREFERRED_LABEL - RUNNING_TEXT_LOSS, 2)
    assert (found.start, found.end, found.stated_as) == (5, 16, "bookkeeping")
    assert found.method is AlignmentMethod.LABEL_MATCH


@pytest.mark.parametrize(
    ("text", "language"),
    [("comptabilité", "fr"), ("Comptabilité", "fr-CA"), ("contabilidade", "pt"),
     ("contabilidade", "pt-PT"), ("लेखांकन", "hi")],
)  # fmt: skip
def test_words_are_looked_up_in_their_own_language(text: str, language: str) -> None:
    assert linked(text, language=language)[0] == BOOKS
    assert [a.skill for a in LINKER.mentions(text, language)] == (
        [] if text == "contabilidade" else [BOOKS]  # one word that is an alias only
    )


def test_words_of_another_language_do_not_match() -> None:
    assert linked("comptabilité", language="en")[1] is AlignmentMethod.UNMATCHED
    assert linked("bookkeeping", language="sw")[1] is AlignmentMethod.UNMATCHED
    assert list(LINKER.mentions("bookkeeping", "fr")) == []


def test_a_statement_of_unknown_language_is_looked_up_in_all_but_a_text_in_none() -> None:
    assert linked("comptabilité")[0] == BOOKS
    assert linked("bookkeeping")[0] == BOOKS
    assert list(LINKER.mentions("Some bookkeeping.", "und")) == []


def test_an_unmatched_statement_keeps_its_words_and_language() -> None:
    found = LINKER.statement("  patience ", language="en")
    assert found == Alignment("patience", AlignmentMethod.UNMATCHED, 0.0, None, "en")


def test_a_statement_without_words_is_kept_by_its_code_or_uri() -> None:
    assert LINKER.statement(None, scheme="X", code="7").stated_as == "7"
    assert LINKER.statement(None, uri="urn:unknown").stated_as == "urn:unknown"
    assert LINKER.statement(" ", uri="urn:books").stated_as == "urn:books"


def test_other_skills_the_words_may_mean_are_given_with_the_link() -> None:
    found = LINKER.statement("looking after", language="en")
    assert found.skill == CARE
    assert [(a.skill, a.confidence) for a in found.alternatives] == [(SERVICE, ALIAS)]


def test_a_skill_is_named_once_by_a_text() -> None:
    text = "Bookkeeping: you keep the books. Python."
    assert [a.skill for a in LINKER.mentions(text, "en")] == [BOOKS, PYTHON]


def test_a_linker_of_nothing_answers_unmatched() -> None:
    empty = Linker([])
    assert empty.statement("welding", language="en").method is AlignmentMethod.UNMATCHED
    assert list(empty.mentions("welding", "en")) == []
    assert empty.occupation("welder", "en") is None


SOMETHING = st.none() | st.text()


@pytest.mark.mission("M34")
@TOTAL
@given(
    st.lists(
        st.tuples(
            SOMETHING | st.sampled_from(["bookkeeping", "accounts"]),
            SOMETHING | st.just("urn:books"), SOMETHING | st.just("O*NET"),
            SOMETHING | st.just("S1.2"), st.sampled_from(["en", "fr-CA", "und", "xx", ""]),
        )
    )
)  # fmt: skip
def test_every_statement_is_answered_by_a_skill_with_grounds_or_as_unmatched(
    stated: list[tuple[str | None, str | None, str | None, str | None, str]],
) -> None:
    found = [LINKER.statement(t, uri=u, scheme=s, code=c, language=g) for t, u, s, c, g in stated]
    matched = [a for a in found if a.skill is not None]
    unmatched = [a for a in found if a.method is AlignmentMethod.UNMATCHED]
    assert len(matched) + len(unmatched) == len(stated)
    assert all(0.5 < a.confidence <= 1 for a in matched)
    assert all(a.confidence == 0 and a.skill is None for a in unmatched)


@TOTAL
@given(st.text(), st.sampled_from(["en", "fr", "hi", "pt-BR", "und", "xx", ""]))
def test_no_text_makes_finding_skills_fail(text: str, language: str) -> None:
    for found in LINKER.mentions(f"{text} keep the books", language):
        assert found.skill is not None
        if found.start is not None:
            assert f"{text} keep the books"[found.start : found.end] == found.stated_as
