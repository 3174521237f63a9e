"""A small taxonomy to link against."""

from __future__ import annotations

import pytest

from isthmus.skills import ConceptLabels, Linker

PYTHON, BOOKKEEPING, WELDING, ANALYST = 1, 2, 3, 9


@pytest.fixture(scope="session")
def linker() -> Linker:
    """Three skills and one occupation, in English and French."""
    skills = [
        ConceptLabels(PYTHON, "urn:python", 1, {"en": "Python"}, code="K1"),
        ConceptLabels(
            BOOKKEEPING, "urn:books", 1, {"en": "bookkeeping", "fr": "comptabilité"},
            {"en": ["keep the books"]}, code="K2",
        ),
        ConceptLabels(WELDING, "urn:welding", 1, {"en": "metal welding"}),
    ]  # fmt: skip
    occupations = [ConceptLabels(ANALYST, "urn:analyst", 2, {"en": "data analyst"}, code="2511.3")]
    return Linker(skills, occupations, schemes={1: ["ESCO skills"]})
