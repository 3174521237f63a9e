"""The labels of one language, to look a term up in or to find in running text.

A term is found by its folded form in a dictionary. Running text is searched for all labels at
once by an Aho-Corasick automaton over its UTF-8 bytes; folding keeps every byte in its place,
so that a hit's offsets are offsets of the original text.

Running text says many words that are some skill's alias without meaning the skill: `process`,
`lead`, `scale`. So only these are found there: preferred labels, aliases of several words, and
one-word aliases that are names or acronyms, which must then be written as the scheme writes them.
A name that the taxonomy also writes as an ordinary word (Access, Polish, LESS) proves less: as an
alias it is not found at all, as a preferred label only as written. Nor is an alias that several
skills share, for which of them is meant nobody can tell.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import NamedTuple

from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

from isthmus.skills.folding import fold, fold_in_place, number_folded, variants

SHORTEST_IN_TEXT = 3
ACRONYM = 3
"""Labels of at most this many characters are found in text only as they are written."""

ORDINARY = 2
"""A word that at least so many labels hold in small letters is an ordinary word."""

_QUALIFIER = re.compile(r"\s*\([^)]*\)\s*$")
_NOUNS_ARE_CAPITALISED = frozenset({"de", "lb"})


class Candidate(NamedTuple):
    """A skill that some words may mean; as tuples they sort best first."""

    inexact: bool
    alias: bool
    deprecated: bool
    scheme: int
    skill: int


class Found(NamedTuple):
    """Words of a text that are a label, with their character offsets (None: not known)."""

    start: int | None
    end: int | None
    said: str
    candidates: tuple[Candidate, ...]


class LabelIndex:
    """All labels of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._terms: dict[str, Candidate | list[Candidate]] = {}
        self._spoken: set[str] = set()
        self._names: dict[str, set[str]] = {}
        self._name_aliases: dict[str, set[str]] = {}
        self._small: Counter[str] = Counter()
        self._meant_in_text = lru_cache(maxsize=8192)(self._meant)

    def add(
        self, label: str, skill: int, *, preferred: bool, deprecated: bool, scheme: int
    ) -> None:
        """Enter one label of a skill."""
        short = _QUALIFIER.sub("", label)
        if preferred and short and short != label:  # Python (computer programming)
            self.add(short, skill, preferred=False, deprecated=deprecated, scheme=scheme)
        self.hear(label)
        folded = fold(label)
        for number, form in enumerate(variants(folded, self.language)):
            inexact = number > 0
            self._enter(form, Candidate(inexact, not preferred, deprecated, scheme, skill))
            self._speak(form, label, folded, preferred=preferred, inexact=inexact)
        spoken = fold_in_place(unicodedata.normalize("NFC", " ".join(label.split())))
        in_place = spoken.decode().strip()
        if in_place != folded:  # plan, organise: a text has two spaces there
            self._speak(in_place, label, folded, preferred=preferred, inexact=False)

    def hear(self, label: str) -> None:
        """Learn from a label which words are ordinary ones; `add` does so by itself."""
        words = label.split()
        if len(words) > 1:
            self._small.update(word for word in words if word.islower())

    def _enter(self, form: str, candidate: Candidate) -> None:
        held = self._terms.get(form)
        if held is None:
            self._terms[form] = candidate
            return
        others = held if isinstance(held, list) else [held]
        for place, other in enumerate(others):
            if other.skill == candidate.skill:  # by another of its labels: the stronger counts
                others[place] = min(other, candidate)
                break
        else:
            others.append(candidate)
        self._terms[form] = others if len(others) > 1 else others[0]

    def _speak(self, form: str, label: str, folded: str, *, preferred: bool, inexact: bool) -> None:
        """Note how a form may be found in running text: in any case, as a name, or not at all."""
        if len(form) < SHORTEST_IN_TEXT:
            return
        if " " in form:
            self._spoken.add(form)
        elif self._is_name(label):
            if not inexact:  # names have no plural
                names = self._names if preferred else self._name_aliases
                names.setdefault(form, set()).update(_written(label, preferred=preferred))
        # a one-word label's singular may be another thing: securities, not security
        elif preferred and len(folded) > ACRONYM and (not inexact or len(form) > len(folded)):
            self._spoken.add(form)

    def _is_name(self, label: str) -> bool:
        if self.language in _NOUNS_ARE_CAPITALISED:
            return label.isupper()
        return label != label.lower()

    def candidates(self, term: str) -> tuple[Candidate, ...]:
        """Find the skills a term names, best first; a plural may stand for the singular."""
        folded = fold(term)
        if folded in self._terms:
            return self._ordered(folded)
        singular = number_folded(folded, self.language)
        return tuple(c._replace(inexact=True) for c in self._ordered(singular))

    def find(self, text: str) -> Iterator[Found]:
        """Find labels in running text, each once: leftmost, longest, whole words only.

        Every label is looked for with a space before and behind it, and every space of the text
        is doubled, so that the word after a label has a space of its own.
        """
        normal = text.isascii() or unicodedata.is_normalized("NFC", text)
        if not normal:
            text = unicodedata.normalize("NFC", text)
        data = b" %b " % fold_in_place(text)
        doubled = data.replace(b" ", b"  ")
        plain = len(data) == len(text) + 2
        automaton, forms = self._automaton
        seen: set[int] = set()
        for number, start, _ in automaton.find_matches_as_indexes(doubled):
            if number in seen:
                continue
            form, needed = forms[number]
            at = start - doubled.count(b" ", 0, start) // 2 - 1
            if not plain:
                at = len(data[1 : at + 1].decode())
            said = text[at : at + len(form)]
            if needed is None or said in needed:
                seen.add(number)
                place = (at, at + len(form)) if normal else (None, None)
                yield Found(place[0], place[1], said, self._meant_in_text(form))

    def _ordered(self, form: str) -> tuple[Candidate, ...]:
        held = self._terms.get(form, ())
        if isinstance(held, Candidate):
            return (held,)
        return tuple(sorted(held)) if len(held) > 1 else tuple(held)

    def _meant(self, form: str) -> tuple[Candidate, ...]:
        """Give the candidates of a form of running text."""
        return self._ordered(form if form in self._terms else fold(form))

    def prepare(self) -> None:
        """Build the automaton now, rather than at the first text."""
        self._automaton  # noqa: B018 - a cached property

    @cached_property
    def _automaton(self) -> tuple[BytesAhoCorasick, list[tuple[str, set[str] | None]]]:
        forms = [f for f in self._found_forms().items() if not self._is_ambiguous(f[0])]
        automaton = BytesAhoCorasick(
            [b" " + form.encode().replace(b" ", b"  ") + b" " for form, _ in forms],
            matchkind=MatchKind.LeftmostLongest,
            implementation=Implementation.ContiguousNFA,
        )
        return automaton, forms

    def _found_forms(self) -> dict[str, set[str] | None]:
        """Map what is looked for in running text to how it must be written; None: in any case."""
        found: dict[str, set[str] | None] = dict.fromkeys(self._spoken)
        for form, written in self._names.items():
            if form not in found:
                anyhow = len(form) > ACRONYM and not self._is_ordinary(form)
                found[form] = None if anyhow else written
        for form, written in self._name_aliases.items():
            if form not in found and not self._is_ordinary(form):
                found[form] = written
        return found

    def _is_ordinary(self, word: str) -> bool:
        return self._small[word] >= ORDINARY

    def _is_ambiguous(self, form: str) -> bool:
        """Tell whether two skills of one scheme have an equal claim to a form."""
        held = self._meant(form)
        return len(held) > 1 and held[0][:-1] == held[1][:-1]


def _written(label: str, *, preferred: bool) -> set[str]:
    """List how a name may be written; that of a language, say, also in capitals."""
    stated = label.strip()
    return {stated, stated.upper()} if preferred else {stated}
