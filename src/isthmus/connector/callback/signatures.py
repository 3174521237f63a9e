"""Signatures of Beckn over HTTP: Ed25519 over the time and the BLAKE2b-512 digest of the body.

The form is that of BECKN-006 (after draft-cavage-http-signatures): what is signed is

    (created): 1641287875
    (expires): 1641291475
    digest: BLAKE-512=<base64>
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from isthmus.connector.callback.refusals import CallbackRefused, Reason
from isthmus.errors import Misconfigured

ALGORITHM = "ed25519"
COVERED = "(created) (expires) digest"
SKEW = 30
"""Seconds by which another clock may be ahead of ours."""
LONGEST = 86_400
"""Seconds that a signature may hold at most."""
LONGEST_HEADER = 2000
_SEED = 32
_PAIR = 64
_DER_HEAD = bytes.fromhex("302a300506032b6570032100")
_PART = re.compile(r'\s*([A-Za-z]+)\s*=\s*(?:"([^"]*)"|(\d+))\s*(?:,|$)')
_PARTS = frozenset({"keyId", "algorithm", "created", "expires", "headers", "signature"})
_MOMENT = re.compile(r"\d{1,12}")


@dataclass(frozen=True, slots=True)
class Stated:
    """What the header of a signature says."""

    subscriber: str
    key_id: str
    created: int
    expires: int
    signature: bytes

    def check_time(self, now: float) -> None:
        """Raise where the signature does not hold now."""
        ahead = self.created > now + SKEW
        if ahead or self.expires <= now or self.expires - self.created > LONGEST:
            raise CallbackRefused(Reason.OUT_OF_TIME)

    def check(self, body: bytes, key: Ed25519PublicKey) -> None:
        """Raise where the signature is not that key's over this body."""
        try:
            key.verify(self.signature, signed_text(self.created, self.expires, body))
        except InvalidSignature:
            raise CallbackRefused(Reason.BROKEN) from None


def read(header: str) -> Stated:
    """Read the header of a signature; raises where it is none that is known here."""
    scheme, _, rest = header.strip().partition(" ")
    if scheme.lower() != "signature" or len(header) > LONGEST_HEADER:
        raise CallbackRefused(Reason.UNSIGNED)
    parts = _parts(rest)
    names = parts["keyId"].split("|")
    moments = (parts["created"], parts["expires"])
    # keyId repeats the algorithm, and the two must agree
    known = names[2:] == [ALGORITHM] and parts["algorithm"] == ALGORITHM
    if not known or parts["headers"] != COVERED or not all(names):
        raise CallbackRefused(Reason.UNSIGNED)
    if not all(_MOMENT.fullmatch(moment) for moment in moments):
        raise CallbackRefused(Reason.UNSIGNED)
    created, expires = map(int, moments)
    return Stated(names[0], names[1], created, expires, _decoded(parts["signature"]))


def _parts(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        part = _PART.match(text, at)
        if part is None or part[1] in found:  # of two values nobody could say which was meant
            raise CallbackRefused(Reason.UNSIGNED)
        found[part[1]] = part[2] if part[2] is not None else part[3]
        at = part.end()
    if found.keys() != _PARTS:
        raise CallbackRefused(Reason.UNSIGNED)
    return found


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise CallbackRefused(Reason.UNSIGNED) from None


def signed_text(created: int, expires: int, body: bytes) -> bytes:
    """Give what is signed."""
    digest = base64.b64encode(hashlib.blake2b(body, digest_size=64).digest()).decode()
    return f"(created): {created}\n(expires): {expires}\ndigest: BLAKE-512={digest}".encode()


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs what the hub sends."""

    subscriber: str
    key_id: str
    _key: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def of(cls, subscriber: str, key_id: str, key: str, word: str) -> Signer:
        """Read the key: base64 of 32 bytes, or of the 64 that libsodium writes."""
        try:
            raw = base64.b64decode(key, validate=True)
        except (binascii.Error, ValueError):
            raw = b""
        if len(raw) not in {_SEED, _PAIR} or not key_id.isprintable() or "|" in subscriber + key_id:
            raise Misconfigured("CONFIG_INVALID", f"{word}: is no Ed25519 key in base64")
        return cls(subscriber, key_id, Ed25519PrivateKey.from_private_bytes(raw[:_SEED]))

    @property
    def public(self) -> str:
        """The public key, in base64."""
        return base64.b64encode(self._key.public_key().public_bytes_raw()).decode()

    def header(self, body: bytes, now: float, seconds: float) -> str:
        """Give the header that signs a body, from now on for so long."""
        created = int(now)
        expires = created + max(1, round(seconds))
        made = base64.b64encode(self._key.sign(signed_text(created, expires, body))).decode()
        return (
            f'Signature keyId="{self.subscriber}|{self.key_id}|{ALGORITHM}",'
            f'algorithm="{ALGORITHM}",created="{created}",expires="{expires}",'
            f'headers="{COVERED}",signature="{made}"'
        )


def public_key(text: Any) -> Ed25519PublicKey | None:
    """Read a sender's key: base64 of its 32 bytes, bare or as DER writes them; None if neither."""
    try:
        raw = base64.b64decode(text, validate=True)
        return Ed25519PublicKey.from_public_bytes(raw.removeprefix(_DER_HEAD))
    except (binascii.Error, ValueError, TypeError):
        return None
