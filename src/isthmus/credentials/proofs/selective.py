"""ecdsa-sd-2023: each statement signed by itself, so that a holder may show some of them.

An issuer signs the statements that must always be shown as one hash, and every other by a key made
for this credential alone, which the signature over the hash vouches for. A base proof, as issued,
renames blank nodes by a secret; a derived one, as shown, says which names they were given.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from isthmus.credentials.proofs import cbor
from isthmus.credentials.proofs.keys import Key, key_of_multikey
from isthmus.credentials.proofs.multikey import KeyUnreadable, decode_multibase
from isthmus.credentials.proofs.nquads import line_of, parse_nquads
from isthmus.credentials.proofs.suites import ProofMalformed, Secured

BASE, DERIVED = b"\xd9\x5d\x00", b"\xd9\x5d\x01"
MOST_STATEMENTS = 2000
_PARTS = 5
_DAMAGED = "its proofValue is no proof of this suite"


@dataclass(frozen=True, slots=True)
class _Proof:
    """A proof unpacked; `mandatory` is None in a base proof, which does not say which they are."""

    signature: bytes
    public_key: bytes
    signatures: Sequence[bytes]
    name_of: Callable[[str], str]
    mandatory: Sequence[int] | None


def is_disclosed(secured: Secured, proof: Mapping[str, Any], key: Key, context: Any) -> bool:
    """Tell whether every statement of a document is signed; raise `ProofMalformed`."""
    read = _unpacked(proof.get("proofValue"))
    statements = _renamed(secured.canonical().text, read.name_of)
    if len(statements) > MOST_STATEMENTS:
        raise ProofMalformed(f"more than {MOST_STATEMENTS} statements")
    own = _own_key(read.public_key)
    shown, others = _grouped(statements, read, own)
    if others is None:
        return False
    digest = hashlib.sha256("".join(shown).encode()).digest()
    options = secured.options_hash(proof, "sha256", context=context)
    return key.verifies(read.signature, options + read.public_key + digest) and all(
        own.verifies(signature, line.encode())
        for line, signature in zip(others, read.signatures, strict=True)
    )


def _grouped(statements: list[str], read: _Proof, own: Key) -> tuple[list[str], list[str] | None]:
    """Part the statements into those hashed together and those signed alone; None: it cannot be."""
    if read.mandatory is None:
        return _by_signature(statements, read.signatures, own)
    chosen = set(read.mandatory)
    if len(chosen) != len(read.mandatory) or any(not 0 <= n < len(statements) for n in chosen):
        raise ProofMalformed("it names statements that are not there")
    shown = [line for number, line in enumerate(statements) if number in chosen]
    others = [line for number, line in enumerate(statements) if number not in chosen]
    return shown, others if len(others) == len(read.signatures) else None


def _by_signature(
    statements: list[str], signatures: Sequence[bytes], own: Key
) -> tuple[list[str], list[str] | None]:
    """Tell the statements signed alone by their signatures, which stand in the same order."""
    shown: list[str] = []
    others: list[str] = []
    for line in statements:
        at = len(others)
        if at < len(signatures) and own.verifies(signatures[at], line.encode()):
            others.append(line)
        else:
            shown.append(line)
    return shown, others if len(others) == len(signatures) else None


def _renamed(canonical: str, name_of: Callable[[str], str]) -> list[str]:
    """Give the statements with their blank nodes under the names they were signed with."""

    def named(term: str) -> str:
        return f"_:{name_of(term[2:])}" if term.startswith("_:") else term

    return sorted(
        line_of((named(s), p, named(o), named(g))) for s, p, o, g in parse_nquads(canonical)
    )


def _unpacked(stated: Any) -> _Proof:
    try:
        body = decode_multibase(stated) if isinstance(stated, str) else b""
        parts, end = cbor.read(body, 3)
    except (KeyUnreadable, ValueError):
        raise ProofMalformed(_DAMAGED) from None
    kind = body[:3]
    if kind not in (BASE, DERIVED) or end != len(body) or not _is_list(parts, _PARTS):
        raise ProofMalformed(_DAMAGED)
    return _base(parts) if kind == BASE else _derived(parts)


def _base(parts: list[Any]) -> _Proof:
    signature, public_key, secret, signatures, _pointers = parts
    if not (_are_bytes([signature, public_key, secret]) and _are_bytes(signatures)):
        raise ProofMalformed(_DAMAGED)

    def name_of(label: str) -> str:
        return _label(hmac.new(secret, label.encode(), hashlib.sha256).digest())

    return _Proof(signature, public_key, signatures, name_of, None)


def _derived(parts: list[Any]) -> _Proof:
    signature, public_key, signatures, labels, mandatory = parts
    if not (_are_bytes([signature, public_key]) and _are_bytes(signatures)):
        raise ProofMalformed(_DAMAGED)
    if not (_are_numbers(mandatory) and _are_labels(labels)):
        raise ProofMalformed(_DAMAGED)
    names = {f"c14n{number}": _label(made) for number, made in labels}
    if len(set(names.values())) != len(labels):  # two nodes under one name would become one
        raise ProofMalformed("it gives two nodes one name")

    def name_of(label: str) -> str:
        if label not in names:
            raise ProofMalformed("it names fewer nodes than the document has")
        return names[label]

    return _Proof(signature, public_key, signatures, name_of, mandatory)


def _label(made: bytes) -> str:
    return "u" + urlsafe_b64encode(made).decode().rstrip("=")


def _own_key(body: bytes) -> Key:
    try:
        key = key_of_multikey("u" + urlsafe_b64encode(body).decode().rstrip("="))
    except KeyUnreadable:
        raise ProofMalformed(_DAMAGED) from None
    if key.kind != "P-256":
        raise ProofMalformed("the key of its statements is of another kind")
    return key


def _is_list(value: Any, length: int | None = None) -> bool:
    return isinstance(value, list) and length in (None, len(value))


def _are_bytes(value: Any) -> bool:
    return _is_list(value) and all(isinstance(one, bytes) for one in value)


def _are_numbers(value: Any) -> bool:
    return _is_list(value) and all(isinstance(one, int) for one in value)


def _are_labels(value: Any) -> bool:
    return _is_list(value) and all(
        _is_list(pair, 2) and isinstance(pair[0], int) and isinstance(pair[1], bytes)
        for pair in value
    )
