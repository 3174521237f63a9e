"""JSON-LD documents to canonical N-Quads, with every term defined."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from isthmus.credentials.proofs.contexts import Contexts
from isthmus.credentials.proofs.rdfc import Quad
from isthmus.errors import IsthmusError


class LinkedDataFault(IsthmusError):
    """A document whose claims cannot all be turned into statements."""

    code = "LINKED_DATA_INVALID"


class UndefinedTerm(LinkedDataFault):
    """A property or type that no context defines; `term` says which, `path` where."""

    code = "UNDEFINED_TERM"

    def __init__(self, term: str, path: str) -> None:
        super().__init__(f"no context defines {term} (at {path or 'the top'})")
        self.term = term
        self.path = path


def quads_of(document: Mapping[str, Any], contexts: Contexts) -> list[Quad]:
    """Turn a document into statements; raise `UndefinedTerm` or `ContextUnknown`."""
    raise NotImplementedError


def canonical_form(
    document: Mapping[str, Any], contexts: Contexts, *, algorithm: str = "sha256"
) -> str:
    """Give the canonical N-Quads of a document."""
    raise NotImplementedError
