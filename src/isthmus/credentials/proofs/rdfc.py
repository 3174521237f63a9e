"""RDFC-1.0: the one form of an RDF dataset, whatever its blank nodes are called.

A term is kept as its canonical N-Quads text; a quad is four of them, the graph "" by default.
"""

from __future__ import annotations

from collections.abc import Iterable

from isthmus.errors import IsthmusError

Quad = tuple[str, str, str, str]


class CanonicalFormTooCostly(IsthmusError):
    """A dataset built so that finding its canonical form would take too long."""

    code = "DOCUMENT_TOO_COMPLEX"


def canonical_nquads(quads: Iterable[Quad], *, algorithm: str = "sha256") -> str:
    """Give the canonical N-Quads of a dataset."""
    raise NotImplementedError


def canonical_labels(quads: Iterable[Quad], *, algorithm: str = "sha256") -> dict[str, str]:
    """Give the canonical label of each blank node, both without `_:`."""
    raise NotImplementedError
