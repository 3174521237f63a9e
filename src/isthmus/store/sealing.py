"""Sealing: AES-256-GCM under keys with names, each text bound to the place it stands in.

    master keys (the operator's)  ──seal──>  a learner's own key  ──seal──>  what is theirs

A master key is replaced by sealing the learners' keys anew; a learner is forgotten by forgetting
their key. What is sealed for one place does not open in another: table, column, row and learner
are part of it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from isthmus.errors import IsthmusError, Misconfigured

KEY_BYTES = 32
_NONCE = 12


class SealBroken(IsthmusError):
    """Something sealed does not open: another key, another place, or altered bytes."""

    code = "SEAL_BROKEN"


def seal(key: bytes, text: bytes, place: str) -> bytes:
    """Seal a text for its place."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, text, place.encode())


def unseal(key: bytes, sealed: bytes, place: str) -> bytes:
    """Open what was sealed for a place; raise `SealBroken`."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], place.encode())
    except (InvalidTag, ValueError):
        raise SealBroken(
            f"what is sealed for {place.split('/', maxsplit=1)[0]} does not open"
        ) from None


def new_key() -> bytes:
    """Draw a key."""
    return secrets.token_bytes(KEY_BYTES)


def keyed_hash(key: bytes, *parts: str) -> bytes:
    """Hash parts under a key, so that equal ones can be found and none can be guessed."""
    text = "\0".join(f"{len(part)}:{part}" for part in parts)
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


@dataclass(frozen=True, slots=True)
class Keyring:
    """The master keys by their names; new things are sealed with the current one."""

    current: str
    keys: Mapping[str, bytes]

    def key(self, name: str) -> bytes:
        """Give a key; raise `Misconfigured` where the operator took it away too early."""
        found = self.keys.get(name)
        if found is None:
            message = f"The master key {name!r} is not at hand, and something is sealed with it."
            raise Misconfigured("KEY_MISSING", message)
        return found

    @classmethod
    def of_text(cls, text: str) -> Keyring:
        """Read `name:base64`, parted by commas or lines, the current one first."""
        keys: dict[str, bytes] = {}
        for entry in text.replace("\n", ",").split(","):
            name, _, stated = entry.strip().partition(":")
            if name:
                keys[name] = _key(name, stated)
        if not keys:
            raise Misconfigured("KEY_INVALID", "There is no master key in ISTHMUS_SECRET_KEYS.")
        return cls(next(iter(keys)), keys)

    @classmethod
    def of_home(cls, home: Path) -> Keyring:
        """Read the keys kept beside the embedded database; the first start draws one."""
        file = home / "keys"
        if not file.exists():
            home.mkdir(parents=True, exist_ok=True)
            drawn = f"k1:{base64.b64encode(new_key()).decode()}\n"
            fresh = file.with_name(f"keys.{secrets.token_hex(4)}")
            fresh.touch(mode=0o600)
            fresh.write_text(drawn, encoding="ascii")
            try:
                os.link(fresh, file)  # whoever comes second takes what the first has drawn
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return cls.of_text(file.read_text(encoding="ascii"))


def _key(name: str, stated: str) -> bytes:
    try:
        key = base64.b64decode(stated, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise Misconfigured("KEY_INVALID", f"The master key {name!r} is not 32 bytes of base64.")
    return key
