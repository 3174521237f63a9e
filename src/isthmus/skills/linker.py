"""Links statements and texts to skills by URI, code or label: exact, and honest about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from isthmus.model.alignment import Alignment, AlignmentMethod, Alternative
from isthmus.model.text import UNDETERMINED
from isthmus.skills.concept_labels import ConceptLabels
from isthmus.skills.folding import fold
from isthmus.skills.label_index import Candidate, LabelIndex
from isthmus.skills.occupation_titles import OccupationTitles

STATED = 1.0
PREFERRED_LABEL = 0.95
ALIAS = 0.85
PLURAL_LOSS = 0.05
RUNNING_TEXT_LOSS = 0.1
MOST_ALTERNATIVES = 5
"""Confidences are fixed by what a link rests on; they are not probabilities."""


class Linker:
    """Knows the labels of every loaded scheme; satisfies `normalise.aligner.Aligner`.

    `generation` names the state of the schemes it was built from, so that records linked with
    an older one are linked anew.
    """

    def __init__(
        self,
        skills: Iterable[ConceptLabels],
        occupations: Iterable[ConceptLabels] = (),
        *,
        schemes: Mapping[int, Sequence[str]] | None = None,
        generation: str = "",
    ) -> None:
        self.generation = generation
        self._schemes = {
            fold(name): id_ for id_, names in (schemes or {}).items() for name in names
        }
        self._by_uri: dict[str, int] = {}
        self._by_code: dict[tuple[int, str], int] = {}
        self._indexes: dict[str, LabelIndex] = {}
        for skill in skills:
            self._add(skill)
        named = list(occupations)
        self._occupations = OccupationTitles(named)
        self._hear(named)
        for index in self._indexes.values():
            index.prepare()

    def _add(self, skill: ConceptLabels) -> None:
        self._by_uri[skill.uri] = skill.id
        if skill.code is not None:
            self._by_code[skill.scheme, skill.code.casefold()] = skill.id
        for language, label in skill.preferred.items():
            self._enter(skill, language, label, preferred=True)
        for language, labels in skill.aliases.items():
            for label in labels:
                self._enter(skill, language, label, preferred=False)

    def _hear(self, occupations: Iterable[ConceptLabels]) -> None:
        """Let the labels of occupations tell ordinary words from names: chef, not Chef."""
        for occupation in occupations:
            for language, label in occupation.preferred.items():
                self._hear_label(language, label)
            for language, labels in occupation.aliases.items():
                for label in labels:
                    self._hear_label(language, label)

    def _hear_label(self, language: str, label: str) -> None:
        index = self._indexes.get(language.partition("-")[0])
        if index is not None:
            index.hear(label)

    def _enter(self, skill: ConceptLabels, language: str, label: str, *, preferred: bool) -> None:
        tongue = language.partition("-")[0]
        index = self._indexes.get(tongue)
        if index is None:
            index = self._indexes[tongue] = LabelIndex(tongue)
        index.add(
            label, skill.id, preferred=preferred, deprecated=skill.deprecated, scheme=skill.scheme
        )

    def statement(
        self,
        text: str | None,
        *,
        uri: str | None = None,
        scheme: str | None = None,
        code: str | None = None,
        language: str = UNDETERMINED,
    ) -> Alignment:
        """Link one statement: by its URI, then its code, then its words."""
        said = (text or "").strip() or code or uri or ""
        tongue = language if language != UNDETERMINED else None
        if uri is not None and (skill := self._by_uri.get(uri)) is not None:
            return Alignment(said, AlignmentMethod.STATED_BY_SOURCE, STATED, skill, tongue)
        if code is not None and (skill := self._code(scheme, code)) is not None:
            return Alignment(said, AlignmentMethod.CODE_LOOKUP, STATED, skill, tongue)
        found = self._term(text, language) if text else ()
        if not found:
            return Alignment(said, AlignmentMethod.UNMATCHED, 0.0, None, tongue)
        return _label_match(said, found, tongue)

    def mentions(self, text: str, language: str) -> list[Alignment]:
        """Find the labels a running text names, each skill once, in the order of the text."""
        index = self._indexes.get(language.partition("-")[0])
        if index is None or not text:
            return []
        kept: dict[int, Alignment] = {}
        for found in index.find(text):
            skill = found.candidates[0].skill
            if skill not in kept:
                kept[skill] = _label_match(
                    found.said, found.candidates, language, span=(found.start, found.end)
                )
        return list(kept.values())

    def occupation(
        self, label: str | None, language: str, *, uri: str | None = None, code: str | None = None
    ) -> int | None:
        """Find the occupation a title or code names exactly; None when none or several do."""
        return self._occupations.find(label, language, uri=uri, code=code)

    def _code(self, scheme: str | None, code: str) -> int | None:
        if scheme is None or (known := self._schemes.get(fold(scheme))) is None:
            return None
        return self._by_code.get((known, code.casefold()))

    def _term(self, text: str, language: str) -> tuple[Candidate, ...]:
        """Look a term up in its language; one of unknown language in each, English first."""
        if language != UNDETERMINED:
            index = self._indexes.get(language.partition("-")[0])
            return index.candidates(text) if index else ()
        for tongue in sorted(self._indexes, key=lambda tag: (tag != "en", tag)):
            if found := self._indexes[tongue].candidates(text):
                return found
        return ()


def _label_match(
    said: str,
    found: tuple[Candidate, ...],
    language: str | None,
    *,
    span: tuple[int | None, int | None] | None = None,
) -> Alignment:
    loss = 0.0 if span is None else RUNNING_TEXT_LOSS
    start, end = span or (None, None)
    confidence, alternatives = _rated(found, loss)
    method, skill = AlignmentMethod.LABEL_MATCH, found[0].skill
    return Alignment(said, method, confidence, skill, language, start, end, alternatives)


@lru_cache(maxsize=8192)  # a page of job advertisements asks for the same skills again and again
def _rated(found: tuple[Candidate, ...], loss: float) -> tuple[float, tuple[Alternative, ...]]:
    best, *others = found
    alternatives = (Alternative(c.skill, _confidence(c, loss)) for c in others[:MOST_ALTERNATIVES])
    return _confidence(best, loss), tuple(alternatives)


def _confidence(candidate: Candidate, loss: float) -> float:
    stated = ALIAS if candidate.alias else PREFERRED_LABEL
    return round(stated - loss - (PLURAL_LOSS if candidate.inexact else 0.0), 2)
