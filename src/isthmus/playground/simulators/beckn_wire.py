"""Signatures and contexts of Beckn, as its participants write and check them.

Written for itself, after BECKN-006, and not with the hub's own code: each finds the other's faults.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

Json = dict[str, Any]
ACK: Json = {"message": {"ack": {"status": "ACK"}}}
YEAR = timedelta(days=365)
_FIELD = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Participant:
    """One subscriber of the network, with its key."""

    subscriber: str
    key_id: str
    role: str
    key: Ed25519PrivateKey

    @classmethod
    def of(cls, subscriber: str, role: str, domain: str = "") -> Participant:
        """Make a participant whose key follows from its name, so that runs are alike."""
        seed = hashlib.sha256(f"beckn:{subscriber}:{domain}".encode()).digest()
        key_id = hashlib.sha256(seed).hexdigest()[:16]
        return cls(subscriber, key_id, role, Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def public(self) -> str:
        """The public key, as the registry shows it."""
        return base64.b64encode(self.key.public_key().public_bytes_raw()).decode()

    @property
    def secret(self) -> str:
        """The secret key, as a participant keeps it: seed and public key in one."""
        raw = self.key.private_bytes_raw() + self.key.public_key().public_bytes_raw()
        return base64.b64encode(raw).decode()

    def entry(self, now: datetime) -> Json:
        """Give the registry's entry."""
        return {
            "subscriber_id": self.subscriber,
            "type": self.role,
            "key_id": self.key_id,
            "signing_public_key": self.public,
            "encr_public_key": "",
            "valid_from": (now - YEAR).isoformat(),
            "valid_until": (now + YEAR).isoformat(),
            "status": "SUBSCRIBED",
            "created": now.isoformat(),
            "updated": now.isoformat(),
        }

    def sign(self, body: bytes, created: int, seconds: int = 60) -> str:
        """Write the header that signs a body."""
        expires = created + seconds
        made = base64.b64encode(self.key.sign(signing_string(created, expires, body))).decode()
        return (
            f'Signature keyId="{self.subscriber}|{self.key_id}|ed25519",algorithm="ed25519",'
            f'created="{created}",expires="{expires}",headers="(created) (expires) digest",'
            f'signature="{made}"'
        )


def signing_string(created: int, expires: int, body: bytes) -> bytes:
    """Give what is signed."""
    digest = base64.b64encode(hashlib.blake2b(body).digest()).decode()
    return "\n".join(
        (f"(created): {created}", f"(expires): {expires}", f"digest: BLAKE-512={digest}")
    ).encode()


def is_signed(header: str, body: bytes, known: dict[tuple[str, str], str], now: int) -> bool:
    """Tell whether a header is a signature over a body by a key of the registry, now."""
    found = dict(_FIELD.findall(header))
    subscriber, _, rest = found.get("keyId", "").partition("|")
    public = known.get((subscriber, rest.partition("|")[0]))
    if public is None or not header.startswith("Signature "):
        return False
    created, expires = int(found["created"]), int(found["expires"])
    if created > now or expires <= now:
        return False
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public))
    try:
        signature = base64.b64decode(found["signature"])
        key.verify(signature, signing_string(created, expires, body))
    except InvalidSignature:
        return False
    return True


def nack(kind: str, code: str, message: str) -> Json:
    """Refuse a message."""
    error = {"type": kind, "code": code, "message": message}
    return {"message": {"ack": {"status": "NACK"}}, "error": error}


def answer_to(context: Json, platform: Participant, address: str) -> Json:
    """Write the context of a callback to a call."""
    kept = ("domain", "version", "bap_id", "bap_uri", "transaction_id", "message_id", "location")
    return {
        **{name: context[name] for name in kept if name in context},
        "action": f"on_{context['action']}",
        "bpp_id": platform.subscriber,
        "bpp_uri": address,
        "ttl": "PT10M",
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }
