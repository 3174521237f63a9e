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
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from isthmus.errors import IsthmusError, Misconfigured

FILE = "keys"
"""The file of the master keys under the home, where the operator states none."""
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
    keys: Mapping[str, bytes] = field(repr=False)

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

    def with_new(self) -> Keyring:
        """Draw a key that is current from now on; the others stay, to open what they sealed.

        Its number is one above all others', so that no name is ever given twice.
        """
        numbers = [int(name[1:]) for name in self.keys if re.fullmatch(r"k[1-9]\d*", name)]
        name = f"k{max(numbers, default=0) + 1}"
        return Keyring(name, {name: new_key(), **self.keys})

    def without(self, name: str) -> Keyring:
        """Leave a key out; raise `Misconfigured` for the current one."""
        if name == self.current:
            raise Misconfigured("KEY_IN_USE", f"The master key {name!r} is the current one.")
        return Keyring(self.current, {n: key for n, key in self.keys.items() if n != name})

    @classmethod
    def of_home(cls, home: Path) -> Keyring:
        """Read the keys kept beside the embedded database; the first start draws one."""
        file = home / FILE
        if not file.exists():
            home.mkdir(parents=True, exist_ok=True)
            fresh = _written_beside(file, {"k1": new_key()})
            try:
                os.link(fresh, file)  # whoever comes second takes what the first has drawn
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return cls.of_text(file.read_text(encoding="ascii"))

    def keep(self, home: Path) -> None:
        """Keep the keys beside the embedded database, in place of those that are there."""
        _written_beside(home / FILE, self.keys).replace(home / FILE)


def _written_beside(file: Path, keys: Mapping[str, bytes]) -> Path:
    lines = [f"{name}:{base64.b64encode(key).decode()}\n" for name, key in keys.items()]
    fresh = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.writelines(lines)
        out.flush()
        os.fsync(out.fileno())  # what is sealed under a key must not outlive it
    return fresh


def _key(name: str, stated: str) -> bytes:
    try:
        key = base64.b64decode(stated, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise Misconfigured("KEY_INVALID", f"The master key {name!r} is not 32 bytes of base64.")
    return key
