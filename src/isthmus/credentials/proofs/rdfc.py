"""RDFC-1.0: the one form of an RDF dataset, whatever its blank nodes are called.

Written from the Recommendation; the names of the steps are its own. Work is counted, so that a
dataset made to be costly ends in a fault and not in an hour of computing.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from functools import cmp_to_key
from itertools import permutations

from isthmus.credentials.proofs.nquads import Quad, line_of
from isthmus.errors import IsthmusError

__all__ = ["CanonicalFormTooCostly", "Quad", "canonical_labels", "canonical_nquads"]

MOST_WORK = 100_000
"""Steps of the costly part: about a second. The suites' hardest lawful case takes 6,000."""

DEEPEST = 200
"""How far nodes that look alike may lead to one another."""


class CanonicalFormTooCostly(IsthmusError):
    """A dataset built so that finding its canonical form would take too long."""

    code = "DOCUMENT_TOO_COMPLEX"

    def __init__(self) -> None:
        super().__init__("the blank nodes are too entangled to find the canonical form")


def canonical_nquads(
    quads: Iterable[Quad], *, algorithm: str = "sha256", most_work: int = MOST_WORK
) -> str:
    """Give the canonical N-Quads of a dataset; raise `CanonicalFormTooCostly`."""
    dataset = list(dict.fromkeys(quads))
    labels = _Canonicaliser(dataset, algorithm, most_work).labels()
    if not labels:
        return "".join(sorted(map(line_of, dataset)))
    names = {blank: f"_:{label}" for blank, label in labels.items()}
    named = names.get
    return "".join(
        sorted(line_of((named(s, s), p, named(o, o), named(g, g))) for s, p, o, g in dataset)
    )


def canonical_labels(
    quads: Iterable[Quad], *, algorithm: str = "sha256", most_work: int = MOST_WORK
) -> dict[str, str]:
    """Give the canonical label of each blank node, both without `_:`."""
    labels = _Canonicaliser(list(dict.fromkeys(quads)), algorithm, most_work).labels()
    return {blank[2:]: label for blank, label in labels.items()}


class _Issuer:
    """Gives names in order of asking, and keeps them."""

    def __init__(self, prefix: str, issued: dict[str, str] | None = None) -> None:
        self.prefix = prefix
        self.issued = {} if issued is None else issued

    def issue(self, blank: str) -> str:
        name = self.issued.get(blank)
        if name is None:
            name = self.issued[blank] = f"{self.prefix}{len(self.issued)}"
        return name

    def copy(self) -> _Issuer:
        return _Issuer(self.prefix, dict(self.issued))


class _Canonicaliser:
    def __init__(self, quads: list[Quad], algorithm: str, most_work: int) -> None:
        self._new_hash = getattr(hashlib, algorithm)
        self._work_left = most_work
        self._depth = 0
        self._canonical = _Issuer("c14n")
        self._quads_of: dict[str, list[Quad]] = defaultdict(list)
        self._first: dict[str, str] = {}
        for quad in quads:
            for blank in {term for term in quad if term.startswith("_:")}:
                self._quads_of[blank].append(quad)

    def labels(self) -> dict[str, str]:
        """Name the blank nodes: first those that stand alone, then those like one another."""
        alike: dict[str, list[str]] = defaultdict(list)
        for blank in self._quads_of:
            alike[self._first_degree(blank)].append(blank)
        for first in sorted(alike):
            if len(alike[first]) == 1:
                self._canonical.issue(alike.pop(first)[0])
        for first in sorted(alike):
            self._name_alike(alike[first])
        return self._canonical.issued

    def _name_alike(self, blanks: list[str]) -> None:
        found = []
        for blank in blanks:
            if blank not in self._canonical.issued:
                issuer = _Issuer("b")
                issuer.issue(blank)
                found.append(self._n_degree(blank, issuer))
        for _, issuer in sorted(found, key=lambda result: result[0]):
            for blank in issuer.issued:
                self._canonical.issue(blank)

    def _first_degree(self, blank: str) -> str:
        known = self._first.get(blank)
        if known is None:
            lines = sorted(
                line_of((_mark(s, blank), p, _mark(o, blank), _mark(g, blank)))
                for s, p, o, g in self._quads_of[blank]
            )
            known = self._first[blank] = self._hash("".join(lines))
        return known

    def _related(self, blank: str, predicate: str, issuer: _Issuer, position: str) -> str:
        self._count()
        name = self._name_of(blank, issuer)
        written = f"_:{name}" if name else self._first_degree(blank)
        return self._hash(f"{position}{predicate}{written}")

    def _name_of(self, blank: str, issuer: _Issuer) -> str | None:
        return self._canonical.issued.get(blank) or issuer.issued.get(blank)

    def _n_degree(self, blank: str, issuer: _Issuer) -> tuple[str, _Issuer]:
        groups: dict[str, list[str]] = defaultdict(list)
        for s, p, o, g in self._quads_of[blank]:
            for position, term, predicate in (("s", s, p), ("o", o, p), ("g", g, "")):
                if term != blank and term.startswith("_:"):
                    groups[self._related(term, predicate, issuer, position)].append(term)
        data = []
        for related in sorted(groups):
            path, issuer = self._shortest_path(groups[related], issuer)
            data += [related, path]
        return self._hash("".join(data)), issuer

    def _shortest_path(self, blanks: list[str], issuer: _Issuer) -> tuple[str, _Issuer]:
        named = [self._name_of(blank, issuer) for blank in blanks]
        if all(named):
            # nothing left to name: the least order of fixed names needs no trying out
            return _least_joined([f"_:{name}" for name in named]), issuer
        chosen, chosen_issuer = "", issuer
        for order in permutations(blanks):
            found = self._path(order, issuer.copy(), chosen)
            if found is not None and (not chosen or found[0] < chosen):
                chosen, chosen_issuer = found
        return chosen, chosen_issuer

    def _path(
        self, order: tuple[str, ...], issuer: _Issuer, chosen: str
    ) -> tuple[str, _Issuer] | None:
        """Walk one order of the nodes; None as soon as it cannot become the least."""
        path, deeper = "", []
        for blank in order:
            self._count()
            name = self._canonical.issued.get(blank)
            if name is None:
                if blank not in issuer.issued:
                    deeper.append(blank)
                name = issuer.issue(blank)
            path += f"_:{name}"
            if _is_beaten(path, chosen):
                return None
        for blank in deeper:
            digest, after = self._deeper(blank, issuer)
            path += f"_:{issuer.issue(blank)}<{digest}>"
            issuer = after
            if _is_beaten(path, chosen):
                return None
        return path, issuer

    def _deeper(self, blank: str, issuer: _Issuer) -> tuple[str, _Issuer]:
        self._depth += 1
        if self._depth > DEEPEST:
            raise CanonicalFormTooCostly
        found = self._n_degree(blank, issuer)
        self._depth -= 1
        return found

    def _count(self) -> None:
        self._work_left -= 1
        if self._work_left < 0:
            raise CanonicalFormTooCostly

    def _hash(self, text: str) -> str:
        digest: str = self._new_hash(text.encode()).hexdigest()
        return digest


def _mark(term: str, blank: str) -> str:
    if not term.startswith("_:"):
        return term
    return "_:a" if term == blank else "_:z"


def _least_joined(names: list[str]) -> str:
    return "".join(sorted(names, key=cmp_to_key(_which_first)))


def _which_first(one: str, other: str) -> int:
    return 1 if one + other > other + one else -1


def _is_beaten(path: str, chosen: str) -> bool:
    return bool(chosen) and len(path) >= len(chosen) and path > chosen
