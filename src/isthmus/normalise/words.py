"""Enum values out of the words sources use for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from isthmus.normalise.drift import Drift

E = TypeVar("E", bound=StrEnum)
_SEPARATORS = re.compile(r"[\s_\-/()]+")


@lru_cache(maxsize=4096)
def folded(stated: str) -> str:
    """Fold `Full-Time`, `full_time` and `FULL TIME` into one."""
    return _SEPARATORS.sub(" ", stated).strip().lower()


def word(
    stated: str | None, kind: type[E], synonyms: Mapping[str, E], field: str, drift: Drift
) -> E | None:
    """Find the value a source's word stands for: our own name first, then a known synonym."""
    if not stated:
        return None
    key = folded(stated)
    found = _own_names(kind).get(key) or synonyms.get(key)
    if found is None:
        drift.note(field, stated)
    return found  # type: ignore[return-value]


@lru_cache(maxsize=64)
def _own_names(kind: type[StrEnum]) -> Mapping[str, StrEnum]:
    return {folded(value.name): value for value in kind}
