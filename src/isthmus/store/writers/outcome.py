"""Learning outcomes as rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from isthmus.model.outcome import LearningOutcome, LevelMark
from isthmus.model.reference import Noun, Reference
from isthmus.store.writers.contract import (
    ALIGNMENT_COLUMNS,
    Link,
    NounWriter,
    Pointer,
    alignment_columns,
    text_columns,
)

SKILLS_OF_QUALIFICATIONS = (
    "DELETE FROM skill_qualification WHERE qualification_id = ANY($1)",
    (
        "INSERT INTO skill_qualification (skill_id, qualification_id)"
        " SELECT skill_id, qualification_id FROM qualification_skill"
        " WHERE qualification_id = ANY($1) AND skill_id IS NOT NULL"
        " UNION SELECT s.skill_id, o.qualification_id FROM qualification_outcome o"
        " JOIN outcome_skill s ON s.outcome_id = o.outcome_id"
        " WHERE o.qualification_id = ANY($1) AND s.skill_id IS NOT NULL"
    ),
)
"""Keep `skill_qualification` right for some qualifications."""


class OutcomeWriter(NounWriter):
    """Writes outcomes with their skill statements."""

    noun = Noun.LEARNING_OUTCOME
    table = "learning_outcome"
    identity = "identity"
    columns = ("uri", "identity", "text", "text_lang", "text_i18n", "domain")
    children: ClassVar = {"outcome_skill": ("outcome_id", ("ord", *ALIGNMENT_COLUMNS))}
    links: ClassVar = {"level": Link(Noun.FRAMEWORK, into=("level", "code"), column="level_id")}
    translated: ClassVar = ("text",)
    after = tuple(
        statement.replace(
            "ANY($1)",
            "ANY(ARRAY(SELECT qualification_id FROM qualification_outcome"
            " WHERE outcome_id = ANY($1)))",
        )
        for statement in SKILLS_OF_QUALIFICATIONS
    )

    def identity_of(self, entity: LearningOutcome) -> str | None:
        """Give its URI."""
        return entity.uri

    def row(
        self, entity: LearningOutcome, known: Mapping[tuple[Noun, str], int]
    ) -> tuple[Any, ...]:
        """Give an outcome's values."""
        del known
        return (entity.uri, entity.uri, *text_columns(entity.text), entity.domain.value)

    def pointers(self, entity: LearningOutcome) -> Iterable[Pointer]:
        """Give its level."""
        if entity.level is not None:
            yield Pointer("level", level_reference(entity.level))

    def child_rows(
        self, entity: LearningOutcome, key: int, known: Mapping[tuple[Noun, str], int]
    ) -> Iterable[tuple[str, tuple[Any, ...]]]:
        """Give its skill statements, in order."""
        del known
        for number, alignment in enumerate(entity.skills):
            yield "outcome_skill", (key, number, *alignment_columns(alignment))


def outcome_key(outcome: LearningOutcome) -> str:
    """Name an outcome stated in passing, within its source: by its URI, else by its words."""
    if outcome.uri is not None:
        return outcome.uri
    words = f"{outcome.text.language}\n{' '.join(outcome.text.value.casefold().split())}"
    return hashlib.blake2b(words.encode(), digest_size=16).hexdigest()


def level_reference(level: LevelMark) -> Reference:
    """Point at a level by framework and notation."""
    return Reference(uri=f"{level.framework}/{level.notation}")
