"""What each canonical record becomes: the one place that pairs records with nouns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from isthmus.model.alignment import Alignment
from isthmus.model.outcome import LearningOutcome
from isthmus.model.reference import Noun
from isthmus.normalise.aligner import Aligner
from isthmus.normalise.concepts import occupation, skill
from isthmus.normalise.drift import Drift
from isthmus.normalise.framework import framework
from isthmus.normalise.organization import organization
from isthmus.normalise.outcome import outcome
from isthmus.normalise.qualification import qualification
from isthmus.normalise.vacancy import vacancy
from isthmus.store.writers.outcome import outcome_key

NOUNS: dict[str, Noun] = {
    "Vacancy@1": Noun.VACANCY,
    "Qualification@1": Noun.QUALIFICATION,
    "LearningOutcome@1": Noun.LEARNING_OUTCOME,
    "Organization@1": Noun.ORGANIZATION,
    "Skill@1": Noun.SKILL,
    "Occupation@1": Noun.OCCUPATION,
    "Framework@1": Noun.FRAMEWORK,
}
"""The noun of each canonical type."""

LINKED = frozenset({Noun.VACANCY, Noun.QUALIFICATION, Noun.LEARNING_OUTCOME})
"""Nouns whose texts are linked to skills."""


def understanding(noun: Noun, aligner: Aligner, drift: Drift) -> Callable[[Any], Any]:
    """Give the function that turns a canonical record into an entity of `noun`."""
    readers: dict[Noun, Callable[[Any], Any]] = {
        Noun.VACANCY: lambda record: vacancy(record, aligner, drift),
        Noun.QUALIFICATION: lambda record: qualification(record, aligner, drift),
        Noun.LEARNING_OUTCOME: lambda record: outcome(record, aligner, drift),
        Noun.ORGANIZATION: lambda record: organization(record, drift),
        Noun.SKILL: lambda record: skill(record, drift),
        Noun.OCCUPATION: lambda record: occupation(record, drift),
        Noun.FRAMEWORK: lambda record: framework(record, drift),
    }
    return readers[noun]


def alignments_of(entity: Any) -> list[Alignment]:
    """List every skill statement an entity carries, in itself and in what it describes.

    An outcome that stands twice in it, as taught and as assessed, is one outcome of the store.
    """
    found: list[Alignment] = []
    if requirements := getattr(entity, "requirements", ()):
        found += [r.skill for r in requirements if r.skill is not None]
    if skills := getattr(entity, "skills", ()):
        found += [a for a in skills if isinstance(a, Alignment)]
    if outcomes := getattr(entity, "outcomes", ()):
        once = {outcome_key(o): o for o in outcomes if isinstance(o, LearningOutcome)}
        found += [a for outcome in once.values() for a in outcome.skills]
    return found
