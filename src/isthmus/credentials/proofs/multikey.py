"""Multibase and multicodec: the short text a public key is written as."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

import base58

from isthmus.errors import IsthmusError

LONGEST = 4096


class KeyUnreadable(IsthmusError):
    """A key or text in a form that is not known here."""

    code = "KEY_UNREADABLE"


@dataclass(frozen=True, slots=True)
class Coded:
    """Bytes with the kind that their multicodec prefix names."""

    kind: str
    body: bytes


_CODECS = {
    0xED: "Ed25519",
    0xEC: "X25519",
    0xE7: "secp256k1",
    0x1200: "P-256",
    0x1201: "P-384",
    0x1202: "P-521",
    0x1205: "RSA",
    0xEA: "BLS12-381-G1",
    0xEB: "BLS12-381-G2",
    0xEE: "BLS12-381-G1G2",
    0xEB51: "JWK",
}


def decode_multibase(text: str) -> bytes:
    """Read base58btc (`z`) or base64url without padding (`u`); raise `KeyUnreadable`."""
    if len(text) > LONGEST:
        raise KeyUnreadable("text too long for a key or a signature")
    base, rest = text[:1], text[1:]
    try:
        if base == "z":
            return bytes(base58.b58decode(rest.encode("ascii")))
        if base == "u":
            return decode_base64url(rest)
    except (ValueError, UnicodeEncodeError):
        pass
    raise KeyUnreadable("text that is neither base58btc nor base64url")


def decode_base64url(text: str) -> bytes:
    """Read base64url without padding, strictly; raise `ValueError`."""
    body = text.encode("ascii")
    if b"=" in body or not _URL_SAFE.issuperset(body):
        raise ValueError
    try:
        return base64.b64decode(body + b"=" * (-len(body) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise ValueError from None


_URL_SAFE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def decode_multikey(text: str) -> Coded:
    """Read a multibase key with its multicodec prefix; raise `KeyUnreadable`."""
    body = decode_multibase(text)
    code, used = _varint(body)
    kind = _CODECS.get(code)
    if kind is None:
        raise KeyUnreadable("a kind of key that is not known here")
    return Coded(kind, body[used:])


def encode_multikey(coded: Coded) -> str:
    """Write a key as multibase text with its multicodec prefix; raise `KeyUnreadable`."""
    code = next((code for code, kind in _CODECS.items() if kind == coded.kind), None)
    if code is None:
        raise KeyUnreadable("a kind of key that has no multicodec")
    prefix = bytes([code & 0x7F | 0x80, code >> 7])  # all known codes take two bytes
    return encode_multibase(prefix + coded.body)


def encode_multibase(body: bytes) -> str:
    """Write bytes as base58btc."""
    return f"z{base58.b58encode(body).decode()}"


def _varint(body: bytes) -> tuple[int, int]:
    code = 0
    for place, byte in enumerate(body[:4]):
        code |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:  # noqa: PLR2004 - the bit that says another byte follows
            return code, place + 1
    raise KeyUnreadable("a key without a kind")
