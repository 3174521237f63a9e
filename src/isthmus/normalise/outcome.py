"""Learning outcomes and skill statements."""

from __future__ import annotations

from collections.abc import Sequence

from isthmus.connector.records import LevelMark as StatedLevel
from isthmus.connector.records import OutcomeRecord, SkillStatement
from isthmus.model.alignment import Alignment, AlignmentMethod
from isthmus.model.outcome import LearningOutcome, LevelMark, OutcomeDomain, OutcomeLink
from isthmus.model.reference import Reference
from isthmus.model.text import UNDETERMINED, Text
from isthmus.normalise.aligner import Aligner
from isthmus.normalise.drift import Drift
from isthmus.normalise.languages import language_tag
from isthmus.normalise.texts import text_of
from isthmus.normalise.words import word


def outcome(
    record: OutcomeRecord, aligner: Aligner, drift: Drift, *, language: str = UNDETERMINED
) -> LearningOutcome | None:
    """Read an outcome with its alignments; None where it has no text.

    Its own text is a statement too: what it names is linked, and when nothing is, the text
    itself is kept as one UNMATCHED statement.
    """
    own = language_tag(record.language) or language
    text = text_of(record.text, own)
    if text is None:
        return None
    return LearningOutcome(
        text=text,
        uri=record.uri,
        domain=word(record.domain, OutcomeDomain, {}, "domain", drift) or OutcomeDomain.UNKNOWN,
        level=level_of(record.level),
        skills=_alignments(text, record.skills, aligner, own),
    )


def outcome_link(
    record: OutcomeRecord, aligner: Aligner, drift: Drift, *, language: str
) -> OutcomeLink | None:
    """Read an outcome inside a qualification: stated there, or only referred to by its URI."""
    stated = outcome(record, aligner, drift, language=language)
    if stated is not None:
        return stated
    return Reference(uri=record.uri) if record.uri else None


def level_of(stated: StatedLevel | None) -> LevelMark | None:
    """Read a level by the codes of its framework and rung."""
    if stated is None:
        return None
    framework, notation = stated.framework.strip(), stated.notation.strip()
    return LevelMark(framework, notation) if framework and notation else None


def statements(
    stated: Sequence[SkillStatement], aligner: Aligner, language: str
) -> tuple[Alignment, ...]:
    """Link each skill statement; one that says nothing is dropped."""
    return tuple(
        aligner.statement(
            s.text,
            uri=s.uri,
            scheme=s.scheme,
            code=s.code,
            language=language_tag(s.language) or language,
        )
        for s in stated
        if s.text or s.uri or s.code
    )


def _alignments(
    text: Text, stated: Sequence[SkillStatement], aligner: Aligner, language: str
) -> tuple[Alignment, ...]:
    linked = statements(stated, aligner, language)
    whole = aligner.statement(text.value, language=text.language)
    if whole.method is not AlignmentMethod.UNMATCHED:
        return _once((*linked, whole))
    named = tuple(aligner.mentions(text.value, text.language))
    if named or linked:
        return _once((*linked, *named))
    return (whole,)


def _once(alignments: tuple[Alignment, ...]) -> tuple[Alignment, ...]:
    """Drop a link to a skill that a stronger statement already names."""
    seen: set[int] = set()
    kept = []
    for alignment in alignments:
        if alignment.skill is None or alignment.skill not in seen:
            kept.append(alignment)
        if alignment.skill is not None:
            seen.add(alignment.skill)
    return tuple(kept)
