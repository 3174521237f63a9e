"""Finding labels in running text: whole words, in their place, and only what proves a skill."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isthmus.skills.folding import fold
from isthmus.skills.label_index import Found, LabelIndex

TOTAL = settings(deadline=None, derandomize=True)
WORDS = ["welding", "metal welding", "plan, organise", "C++", "Python", "sales & marketing"]


def an_index(
    *labels: str, language: str = "en", aliases: tuple[str, ...] = (), scheme: int = 1
) -> LabelIndex:
    """Labels are of skills 1, 2, ...; aliases of skills 101, 102, ..."""
    index = LabelIndex(language)
    for skill, label in enumerate(labels, 1):
        index.add(label, skill, preferred=True, deprecated=False, scheme=scheme)
    for skill, label in enumerate(aliases, 101):
        index.add(label, skill, preferred=False, deprecated=False, scheme=scheme)
    return index


def said(index: LabelIndex, text: str) -> list[str]:
    return [found.said for found in index.find(text)]


@pytest.mark.parametrize(
    ("language", "label", "text"),
    [
        ("en", "project management", "Leads PROJECT management, mostly."),
        ("en", "e-mail", "By e-mail."),
        ("en", "sales & marketing", "In sales & marketing."),
        ("en", "plan, organise", "They plan, organise and lead."),
        ("fr", "comptabilité", "«\u00a0Comptabilité\u00a0», dit-on…"),
        ("fr", "réseau informatique", "des réseaux informatique"),
        ("es", "programación", "¿Programación? ¡Sí!"),
        ("pt", "gestão", "Várias gestões — todas"),
        ("de", "Straßenbau", "Im Straßenbau tätig"),
        ("ar", "محاسبة", "خبرة في محاسبة، وإدارة"),
        ("hi", "प्रोग्रामिंग", "मुझे प्रोग्रामिंग।"),
        ("tr", "muhasebe", "İstanbul: “muhasebe”"),
    ],
)
def test_a_label_is_found_where_it_stands(language: str, label: str, text: str) -> None:
    (found,) = an_index(label, language=language).find(text)
    assert found.start is not None
    assert text[found.start : found.end] == found.said
    assert found.candidates[0].skill == 1


@pytest.mark.parametrize(
    "text", ["weldings2", "unwelding", "metal. Working", "metal, working", "me tal working", ""]
)
def test_only_whole_words_in_one_breath_are_found(text: str) -> None:
    assert said(an_index("welding", "metal working"), text) == []


def test_of_labels_that_overlap_the_longest_is_found_and_each_once() -> None:
    index = an_index("welding", "metal welding")
    assert said(index, "metal welding, Metal Welding, welding") == ["metal welding", "welding"]


def test_a_word_belongs_to_two_neighbouring_labels() -> None:
    assert said(an_index("python", "welding"), "Python welding") == ["Python", "welding"]


def test_the_plural_of_a_label_is_found_but_not_the_singular_of_one_word() -> None:
    index = an_index("data warehouse", "securities")
    assert said(index, "data warehouses") == ["data warehouses"]
    assert said(index, "Head of security") == []
    assert said(index, "securities") == ["securities"]


def test_an_ordinary_word_that_is_an_alias_proves_nothing() -> None:
    assert said(an_index(aliases=("lead", "process")), "Lead the process") == []


def test_an_alias_of_several_words_is_found() -> None:
    assert said(an_index(aliases=("keep the books",)), "You keep the books.") == ["keep the books"]


def test_an_alias_that_is_a_name_is_found_as_it_is_written() -> None:
    index = an_index(aliases=("CRM", "Postgres"))
    assert said(index, "CRM on Postgres") == ["CRM", "Postgres"]
    assert said(index, "crm on POSTGRES") == []


def test_a_name_that_is_also_an_ordinary_word_is_no_proof_as_an_alias() -> None:
    index = an_index("control access", "access data", aliases=("Access", "Postgres"))
    assert said(index, "Application Access, Postgres") == ["Postgres"]


def test_a_preferred_name_that_is_also_an_ordinary_word_is_found_as_written() -> None:
    index = an_index("Polish", "polish metal", "polish stone", "German")
    assert said(index, "Please polish the floor, in german") == ["german"]
    assert said(index, "Speaks Polish") == ["Polish"]
    assert said(index, "ADVANCED POLISH") == ["POLISH"]


def test_words_of_occupations_count_as_ordinary_ones_too() -> None:
    index = an_index("Chef (configuration software)")
    assert said(index, "Pastry Chef") == ["Chef"]
    index = an_index("Chef (configuration software)")
    for title in ("pastry chef", "head chef"):
        index.hear(title)
    assert said(index, "Pastry Chef") == []


def test_a_name_has_no_plural_in_running_text() -> None:
    assert said(an_index("Chinese"), "chineses") == []


def test_an_acronym_is_found_only_as_it_is_written() -> None:
    assert said(an_index("iOS", "GIS"), "iOS and GIS, ios and gis") == ["iOS", "GIS"]


def test_words_that_two_skills_share_equally_name_none() -> None:
    index = an_index(aliases=("customer care", "customer care"))
    assert said(index, "customer care") == []
    assert [c.skill for c in index.candidates("customer care")] == [101, 102]


def test_words_of_two_schemes_name_the_skill_of_the_first() -> None:
    index = an_index("welding", scheme=2)
    index.add("welding", 7, preferred=True, deprecated=False, scheme=1)
    (found,) = index.find("welding")
    assert [c.skill for c in found.candidates] == [7, 1]


def test_a_qualifier_is_not_part_of_the_name() -> None:
    index = an_index("Python (computer programming)")
    assert said(index, "Knows Python.") == ["Python"]
    assert index.candidates("python")[0].skill == 1


def test_a_text_in_decomposed_letters_is_found_without_a_place() -> None:
    (found,) = an_index("gestión", language="es").find("la gestio\u0301n")
    assert (found.start, found.end, found.said) == (None, None, "gestión")


def test_candidates_come_best_first() -> None:
    index = LabelIndex("en")
    index.add("weld", 1, preferred=True, deprecated=True, scheme=1)
    index.add("weld", 2, preferred=False, deprecated=False, scheme=1)
    index.add("welds", 3, preferred=True, deprecated=False, scheme=1)
    assert [c.skill for c in index.candidates("Weld")] == [1, 2, 3]
    assert index.candidates("welds")[0].skill == 3


def test_a_plural_nobody_listed_is_looked_up_by_its_singular() -> None:
    (found,) = an_index("operate forklifts in narrow spaces").candidates(
        "operate forklift in narrow space"
    ) or (None,)
    assert found is None
    (found,) = an_index("operate forklift in narrow space").candidates(
        "operate forklifts in narrow spaces"
    )
    assert found.inexact


def test_no_text_names_anything_where_there_are_no_labels() -> None:
    assert said(an_index(), "anything") == []


INDEX = an_index(*WORDS, aliases=("keep the books",))


@TOTAL
@given(st.lists(st.one_of(st.text(), st.sampled_from([*WORDS, "keep the books", " ", "İ"]))))
def test_what_is_found_is_what_stands_there(parts: list[str]) -> None:
    text = "".join(parts)
    for found in INDEX.find(text):
        assert isinstance(found, Found)
        assert found.candidates
        if found.start is not None:
            assert text[found.start : found.end] == found.said
        assert fold(found.said) in INDEX._terms


@TOTAL
@given(st.text(), st.sampled_from(WORDS), st.text())
def test_a_label_between_spaces_is_always_found(before: str, label: str, after: str) -> None:
    other = an_index(label)
    assert list(other.find(f"{before} . {label} . {after}"))
