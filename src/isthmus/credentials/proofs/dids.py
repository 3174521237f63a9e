"""Whose key it is: DIDs, their documents, and what a document allows a key to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from isthmus.credentials.contract import Surroundings


@dataclass(frozen=True, slots=True)
class FoundKey:
    """A key and who vouches for it; `controller` is None where nobody does."""

    key: Any
    controller: str | None
    fault: str | None = None
    unreachable: bool = False
    source: str | None = None
    age_seconds: int | None = None


async def find_key(reference: str, purpose: str, surroundings: Surroundings) -> FoundKey:
    """Find the key a verification method names, allowed for a purpose."""
    raise NotImplementedError
