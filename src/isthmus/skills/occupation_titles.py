"""Which occupation a job title names, where it names exactly one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from isthmus.model.text import UNDETERMINED
from isthmus.skills.concept_labels import ConceptLabels
from isthmus.skills.folding import fold, number_folded

# (m/w/d), (H/F), (f/m/x), (all genders): who may apply, not what the work is
_GENDER_MARK = re.compile(
    r"[(\[]\s*(?:[mfwdhxid]\s*[/|,]\s*){1,3}[mfwdhxid]\s*[)\]]|\(all genders\)", re.IGNORECASE
)


class OccupationTitles:
    """The labels of every occupation, by language."""

    def __init__(self, occupations: Iterable[ConceptLabels]) -> None:
        self._by_uri: dict[str, int] = {}
        self._by_code: dict[str, int] = {}
        self._titles: dict[tuple[str, str], dict[int, bool]] = {}
        self._tongues: set[str] = set()
        for occupation in occupations:
            self._add(occupation)

    def _add(self, occupation: ConceptLabels) -> None:
        self._by_uri[occupation.uri] = occupation.id
        if occupation.code is not None:
            self._by_code[occupation.code.casefold()] = occupation.id
        for language, label in occupation.preferred.items():
            self._enter(language, label, occupation.id, preferred=True)
        for language, labels in occupation.aliases.items():
            for label in labels:
                self._enter(language, label, occupation.id, preferred=False)

    def _enter(self, language: str, label: str, occupation: int, *, preferred: bool) -> None:
        tongue = language.partition("-")[0]
        if tongue != UNDETERMINED:
            self._tongues.add(tongue)
        held = self._titles.setdefault((tongue, number_folded(fold(label), tongue)), {})
        held[occupation] = held.get(occupation, False) or preferred

    def find(
        self, title: str | None, language: str, *, uri: str | None = None, code: str | None = None
    ) -> int | None:
        """Find by URI, code, or a title that is a label or alias of one occupation only."""
        if uri is not None and uri in self._by_uri:
            return self._by_uri[uri]
        if code is not None and code.casefold() in self._by_code:
            return self._by_code[code.casefold()]
        tongue = language.partition("-")[0]
        if not title or tongue not in self._tongues:
            return None
        if "(" in title or "[" in title:
            title = _GENDER_MARK.sub(" ", title)
        words = number_folded(fold(title), tongue)
        held = self._titles.get((tongue, words))
        if held is None:
            return None
        preferred = [occupation for occupation, is_preferred in held.items() if is_preferred]
        choice = preferred or list(held)
        return choice[0] if len(choice) == 1 else None
