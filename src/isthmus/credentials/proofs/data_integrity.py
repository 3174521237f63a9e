"""Data Integrity proofs, and the signature suites before them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from isthmus.credentials.contract import Surroundings
from isthmus.model.verification import Check


async def check_proofs(
    document: Mapping[str, Any], surroundings: Surroundings, *, path: str = ""
) -> list[Check]:
    """Check each proof of a document: SIGNATURE, ISSUER_BINDING, and TAMPER where it can be named.

    A document without a proof gives one SIGNATURE row SKIPPED. `path` is where the document
    stands in a larger one (a JSON pointer), "" at the top. Contexts not at hand and undefined
    terms give a FORMAT row beside the SIGNATURE row.
    """
    raise NotImplementedError
