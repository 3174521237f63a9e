"""Merkle proofs of Blockcerts: that a document's hash is in the tree whose root was anchored."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import base58

from isthmus.credentials.formats import stated
from isthmus.credentials.proofs import cbor

_HEX = set("0123456789abcdef")
_ROOT = ("merkleRoot", "targetHash", "anchors", "path")
_STEP = ("left", "right")
_LONGEST = 10_000


@dataclass(frozen=True, slots=True)
class MerkleProof:
    """A path from the hash of a document to the root of a tree, and where that was anchored."""

    target: str
    root: str
    path: tuple[tuple[str, str], ...]
    anchors: tuple[str, ...]

    def leads_to_root(self) -> bool:
        """Hash upwards from the target."""
        found = bytes.fromhex(self.target)
        for side, other in self.path:
            pair = (
                (bytes.fromhex(other), found) if side == "left" else (found, bytes.fromhex(other))
            )
            found = hashlib.sha256(b"".join(pair)).digest()
        return found.hex() == self.root


def of_signature(value: Mapping[str, Any]) -> MerkleProof | None:
    """Read the proof in plain JSON (2017, and chainpoint receipts); None where it is damaged."""
    steps = value.get("proof", value.get("path"))
    path = []
    for step in stated.many(steps):
        if not isinstance(step, dict) or len(step) != 1:
            return None
        side, other = next(iter(step.items()))
        if side not in _STEP or not _is_hash(other):
            return None
        path.append((side, other))
    target, root = value.get("targetHash"), value.get("merkleRoot")
    if not (_is_hash(target) and _is_hash(root)):
        return None
    return MerkleProof(str(target), str(root), tuple(path), tuple(_anchors(value.get("anchors"))))


def _is_hash(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 64 and set(value) <= _HEX  # noqa: PLR2004


def _anchors(value: Any) -> list[str]:
    found = []
    for item in stated.many(value):
        if isinstance(item, dict):
            found.append(stated.word(item.get("sourceId")) or "")
        elif isinstance(item, str):
            found.append(item)
    return [anchor for anchor in found if anchor]


def of_proof_value(value: Any) -> MerkleProof | None:
    """Read the proof of 2019, packed as CBOR in base58; None where it is damaged."""
    if not isinstance(value, str) or not value.startswith("z") or len(value) > _LONGEST:
        return None
    try:
        return _of_packed(base58.b58decode(value[1:]))
    except ValueError:
        return None


def _of_packed(data: bytes) -> MerkleProof | None:
    packed, _ = cbor.read(data, 0, 0)
    named = _named(packed, _ROOT)
    if named is None:
        return None
    steps = [_step(step) for step in stated.many(named.get("path"))]
    return of_signature({**named, "path": steps, "anchors": _spelled(named.get("anchors"))})


def _step(packed: Any) -> dict[str, Any] | None:
    """Read a step, packed as one pair or as a list of one pair."""
    is_pair = isinstance(packed, list) and bool(packed) and isinstance(packed[0], int)
    return _named([packed] if is_pair else packed, _STEP)


def _named(packed: Any, names: tuple[str, ...]) -> dict[str, Any] | None:
    """Give the keys, packed as numbers, their names back."""
    pairs = packed if isinstance(packed, list) else []
    found = {}
    for pair in pairs:
        if not isinstance(pair, list) or len(pair) != 2:  # noqa: PLR2004
            return None
        at, value = pair
        if not isinstance(at, int) or not 0 <= at < len(names):
            return None
        found[names[at]] = _unpacked(value)
    return found


def _unpacked(value: Any) -> Any:
    """Give a hash or text as text, also where it was packed a second time inside bytes."""
    if not isinstance(value, bytes):
        return value
    if value[:1] and 2 <= value[0] >> 5 <= 3:  # noqa: PLR2004 - bytes or text, by their head
        found, end = cbor.read(value, 0, 1)
        if end == len(value):
            return found if isinstance(found, str) else found.hex()
    return value.hex()


def _spelled(anchors: Any) -> list[str]:
    """Give the transactions of anchors; the chain is packed as numbers beside them."""
    pairs = [
        pair
        for anchor in stated.many(anchors)
        for pair in stated.many(anchor)
        if isinstance(pair, list) and len(pair) == 2  # noqa: PLR2004
    ]
    return [found for _, value in pairs if isinstance(found := _unpacked(value), str)]
