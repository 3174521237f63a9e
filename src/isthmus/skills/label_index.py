"""The labels of one language, to look a term up in or to find in running text.

A term is found by its folded form in a dictionary. Running text is searched for all labels at
once by an Aho-Corasick automaton over its UTF-8 bytes; folding keeps every byte in its place,
so that a hit's offsets are offsets of the original text.

Running text says many words that are some skill's alias without meaning the skill: `process`,
`lead`, `scale`. So only these are found there: preferred labels, aliases of several words, and
one-word aliases that are names or acronyms, which must then be written as the scheme writes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

from isthmus.skills.folding import fold, number_folded, variants

SHORTEST_IN_TEXT = 3
ACRONYM = 3
"""Labels of at most this many characters are found in text only as they are written."""

_QUALIFIER = re.compile(r"\s*\([^)]*\)\s*$")
_FOLDED = bytes(
    ord(chr(b).lower()) if chr(b).isalnum() or chr(b) in "+#" else ord(" ") for b in range(128)
) + bytes(range(128, 256))
_WIDE_PUNCTUATION = b"\xe2\x80"  # dashes, curly quotes and bullets: U+2000 to U+203F
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
        self._spoken: dict[str, set[str] | None] = {}

    def add(
        self, label: str, skill: int, *, preferred: bool, deprecated: bool, scheme: int
    ) -> None:
        """Enter one label of a skill."""
        short = _QUALIFIER.sub("", label)
        if preferred and short and short != label:  # Python (computer programming)
            self.add(short, skill, preferred=False, deprecated=deprecated, scheme=scheme)
        folded = fold(label)
        for number, form in enumerate(variants(folded, self.language)):
            inexact = number > 0
            self._enter(form, Candidate(inexact, not preferred, deprecated, scheme, skill))
            self._speak(form, label, folded, preferred=preferred, inexact=inexact)

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
        """Decide whether a form is found in running text, and whether only as written."""
        if len(form) < SHORTEST_IN_TEXT:
            return
        several = " " in form
        if several or (preferred and len(folded) > ACRONYM):
            # a one-word label's singular may be another thing: securities, not security
            if several or not inexact or len(form) > len(folded):
                self._spoken[form] = None
        elif not inexact and self._is_name(label) and self._spoken.get(form, set()) is not None:
            written = self._spoken.setdefault(form, set())
            if written is not None:
                written.add(label.strip())

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
        lowered = text if text.isascii() else text.lower()
        written = b" " + lowered.encode() + b" "
        data = written.translate(_FOLDED)
        if _WIDE_PUNCTUATION in data:
            data = _without_wide_punctuation(data)
        doubled = data.replace(b" ", b"  ")
        plain = len(data) == len(lowered) + 2
        aligned = len(lowered) == len(text)
        automaton, forms = self._automaton
        seen: set[int] = set()
        for number, start, _ in automaton.find_matches_as_indexes(doubled):
            if number in seen:
                continue
            form = forms[number]
            at = start - doubled.count(b" ", 0, start) // 2 - 1
            if not plain:
                at = len(written[1 : at + 1].decode())
            said = text[at : at + len(form)] if aligned else form
            needed = self._spoken[form]
            if needed is None or said in needed:
                seen.add(number)
                place = (at, at + len(form)) if aligned else (None, None)
                yield Found(place[0], place[1], said, self._ordered(form))

    def _ordered(self, form: str) -> tuple[Candidate, ...]:
        held = self._terms.get(form, ())
        if isinstance(held, Candidate):
            return (held,)
        return tuple(sorted(held)) if len(held) > 1 else tuple(held)

    def prepare(self) -> None:
        """Build the automaton now, rather than at the first text."""
        self._automaton  # noqa: B018 - a cached property

    @cached_property
    def _automaton(self) -> tuple[BytesAhoCorasick, list[str]]:
        forms = list(self._spoken)
        automaton = BytesAhoCorasick(
            [b" " + form.encode().replace(b" ", b"  ") + b" " for form in forms],
            matchkind=MatchKind.LeftmostLongest,
            implementation=Implementation.ContiguousNFA,
        )
        return automaton, forms


def _without_wide_punctuation(data: bytes) -> bytes:
    pieces = data.split(_WIDE_PUNCTUATION)
    return pieces[0] + b"".join(b"   " + piece[1:] for piece in pieces[1:])
