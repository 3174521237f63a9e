"""Results of signatures, kept by the hash of the bytes they are of: the same document costs once.

What is kept is what follows from the bytes, the key and the contexts alone. Keys are looked up,
times and status lists looked at and registries asked at every verification; nothing of a document
is kept but its digest and the rows of its checks, which hold no personal data.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from isthmus.credentials.contract import Document
from isthmus.credentials.proofs.contexts import Contexts
from isthmus.model.verification import Check

MOST_RESULTS = 4096
MOST_BYTES = 4 * 1024 * 1024
_ROW_BYTES = 256
"""What a row takes besides its words."""


class Remembered:
    """The results that a verifier keeps; the least lately used go first."""

    def __init__(self, *, most: int = MOST_RESULTS, most_bytes: int = MOST_BYTES) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._kept: OrderedDict[bytes, tuple[Check, ...]] = OrderedDict()
        self.size = 0
        """Bytes of what is kept, about."""

    def __len__(self) -> int:
        return len(self._kept)

    def of(self, document: Document, contexts: Contexts) -> Memory:
        """Give the part of one document under one set of contexts."""
        head = json.dumps([document.media_type, document.format, contexts.version])
        digest = hashlib.sha256(head.encode() + b"\0" + hashlib.sha256(document.body).digest())
        return Memory(self, digest.digest())

    def get(self, key: bytes) -> tuple[Check, ...] | None:
        """Give a result, and mark it as used."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def keep(self, key: bytes, rows: tuple[Check, ...]) -> None:
        """Keep a result, and let go of the oldest beyond the limits."""
        if key in self._kept:
            return
        self._kept[key] = rows
        self.size += _size(rows)
        while self._kept and (len(self._kept) > self._most or self.size > self._most_bytes):
            self.size -= _size(self._kept.popitem(last=False)[1])


@dataclass(frozen=True, slots=True)
class Memory:
    """The results of one document."""

    kept: Remembered
    digest: bytes

    def rows(self, of: Sequence[object], make: Callable[[], list[Check]]) -> list[Check]:
        """Give the rows that follow from these parts, kept or made.

        `of` is all that they follow from besides the document: the part of it that is signed,
        the proof, the key. Lists of status, which change, have keys of their own by it.
        """
        try:
            text = json.dumps(of, default=_written)
        except RecursionError:  # nested beyond anything lawful: its fault is found elsewhere
            return make()
        key = hashlib.sha256(self.digest + text.encode()).digest()
        found = self.kept.get(key)
        if found is None:
            found = tuple(make())
            self.kept.keep(key, found)
        return list(found)


def _written(value: object) -> object:
    return value.hex() if isinstance(value, bytes) else str(value)


def _size(rows: tuple[Check, ...]) -> int:
    return sum(_ROW_BYTES + len(row.detail) + len(row.path or "") for row in rows)
