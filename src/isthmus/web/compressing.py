"""Content codings: which one a caller takes, and bodies in it. Speed counts before size."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from functools import lru_cache

import brotli
import zstandard

LEAST = 1000
"""Bytes from which a body is worth it: below, packets and headers outweigh the gain."""

LARGE = 200_000
"""Bytes from which it is done beside the event loop."""

# levels at which each takes a few milliseconds for a megabyte of JSON
_CODINGS: Mapping[str, Callable[[bytes], bytes]] = {
    "zstd": lambda body: zstandard.compress(body, 3),
    "br": lambda body: bytes(brotli.compress(body, quality=3)),
    "gzip": lambda body: gzip.compress(body, 2, mtime=0),
}


@lru_cache(maxsize=256)
def coding_for(accept: bytes) -> str | None:
    """Choose the coding a caller takes: by its weights, then ours."""
    weights: dict[str, float] = {}
    for part in accept.decode("latin-1").lower().split(","):
        name, _, parameter = part.strip().partition(";")
        weights[name.strip()] = _weight(parameter)
    best, most = None, 0.0
    for name in _CODINGS:
        weight = weights.get(name, weights.get("*", 0.0))
        if weight > most:
            best, most = name, weight
    return best


def compress(body: bytes, coding: str) -> bytes:
    """Give a body in a coding."""
    return _CODINGS[coding](body)


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
