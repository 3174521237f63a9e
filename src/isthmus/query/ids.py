"""Opaque ids: a prefix that names the type, and the hub's key."""

from __future__ import annotations

from isthmus.errors import ErrorCode, Refused

LARGEST = 2**63 - 1
PREFIX = 3
MOST_IDS = 100
"""How many ids one field may be asked for."""


def encode_id(prefix: str, key: int) -> str:
    """Make the id of a row."""
    return f"{prefix}_{key}"


def decode_id(text: str) -> tuple[str, int]:
    """Part an id into prefix and key; raise ID_INVALID where it is none."""
    prefix, _, digits = text.rpartition("_")
    known = len(prefix) == PREFIX and prefix.isascii() and prefix.islower() and prefix.isalpha()
    if known and digits.isascii() and digits.isdigit() and str(int(digits[:20])) == digits:
        key = int(digits)
        if 0 < key <= LARGEST:
            return prefix, key
    raise Refused(ErrorCode.ID_INVALID, "This is not an id of this hub.")


def key_of(text: str, prefix: str) -> int:
    """Give the key of an id that must be of one type; raise ID_INVALID where it is not."""
    found, key = decode_id(text)
    if found != prefix:
        raise Refused(ErrorCode.ID_INVALID, f"An id of another type: expected {prefix}_...")
    return key
