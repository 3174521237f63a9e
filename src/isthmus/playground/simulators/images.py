"""Badge images: a PNG of one point, with the award written into it as Open Badges bake it."""

from __future__ import annotations

import struct
import zlib

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEYWORD = b"openbadges"


def baked_png(award: bytes) -> bytes:
    """Return an image that carries an award in its `iTXt` part."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    text = _KEYWORD + b"\0\0\0\0\0" + award
    points = zlib.compress(b"\0\xff\xcc\x00")
    parts = [(b"IHDR", header), (b"iTXt", text), (b"IDAT", points), (b"IEND", b"")]
    return _SIGNATURE + b"".join(_part(name, content) for name, content in parts)


def _part(name: bytes, content: bytes) -> bytes:
    check = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)
