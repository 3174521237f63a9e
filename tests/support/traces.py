"""Finds a text in files in whatever form it may have got there."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

HEADERS = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
ZIPPED = b"PK\x03\x04"
_MOST = 1 << 20


def forms(secret: str | bytes) -> Mapping[str, bytes]:
    """Give the ways a text or a key is written; base64 at each of its three places in a group."""
    plain = secret.encode() if isinstance(secret, str) else secret
    found = {"plain": plain, "hex": plain.hex().encode(), "HEX": plain.hex().upper().encode()}
    if isinstance(secret, str):
        found["utf-16-le"] = secret.encode("utf-16-le")
        found["utf-16-be"] = secret.encode("utf-16-be")
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + plain)
        whole = coded[4 if shift else 0 : (len(plain) + shift) // 3 * 4]
        found[f"base64+{shift}"] = whole
        found[f"base64url+{shift}"] = whole.translate(bytes.maketrans(b"+/", b"-_"))
    return found


def find(content: bytes, wanted: Mapping[str, bytes]) -> list[str]:
    """Name the forms that occur in bytes, and in what is deflated within them."""
    found = [name for name, form in wanted.items() if form in content]
    for inner in _inflated(content):
        found += [f"deflated {name}" for name, form in wanted.items() if form in inner]
    return found


def search(folder: Path, wanted: Mapping[str, bytes]) -> dict[str, list[str]]:
    """Search every file under a folder; gives what was found, by file."""
    found = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.is_symlink():
            hits = find(file.read_bytes(), wanted)
            if hits:
                found[str(file.relative_to(folder))] = hits
    return found


def _inflated(content: bytes) -> Iterator[bytes]:
    for header in HEADERS:
        for at in _places(content, header):
            yield _inflate(content[at : at + _MOST], zlib.MAX_WBITS)
    for at in _places(content, ZIPPED):
        name, extra = (int.from_bytes(content[at + n : at + n + 2], "little") for n in (26, 28))
        start = at + 30 + name + extra
        yield _inflate(content[start : start + _MOST], -zlib.MAX_WBITS)


def _places(content: bytes, wanted: bytes) -> Iterator[int]:
    at = content.find(wanted)
    while at >= 0:
        yield at
        at = content.find(wanted, at + 1)


def _inflate(content: bytes, bits: int) -> bytes:
    try:
        return zlib.decompressobj(bits).decompress(content, _MOST)
    except zlib.error:
        return b""
