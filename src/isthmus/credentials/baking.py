"""Badges baked into images: a PNG's `iTXt` chunk `openbadges`, an SVG's element or attribute."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from lxml import etree

from isthmus.credentials.contract import DocumentUnreadable
from isthmus.credentials.formats.decoding import xml_root

PNG_START = b"\x89PNG\r\n\x1a\n"
_KEYS = (b"openbadgecredential", b"clrcredential", b"openbadges")
_NAMES = {"credential", "assertion"}
_NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
_MAX_TEXT = 10 * 1024 * 1024
_LENGTH = struct.Struct(">I")


def unbake_png(image: bytes) -> bytes:
    """Give the badge inside a PNG."""
    for kind, data in _chunks(image):
        key, found, rest = data.partition(b"\0")
        if found and key in _KEYS and kind in (b"iTXt", b"tEXt", b"zTXt"):
            return _text(kind, rest)
    raise DocumentUnreadable("the image is a PNG with no badge in it")


def bake_png(image: bytes, badge: bytes, *, key: bytes = b"openbadges") -> bytes:
    """Put a badge into a PNG, in place of the one it may hold already."""
    data = key + b"\0\0\0\0\0" + badge
    kept = [
        _chunk(kind, chunk)
        for kind, chunk in _chunks(image)
        if chunk.partition(b"\0")[0] not in _KEYS
    ]
    return PNG_START + kept[0] + _chunk(b"iTXt", data) + b"".join(kept[1:])


def _chunks(image: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not image.startswith(PNG_START):
        raise DocumentUnreadable("the image is no PNG")
    at = len(PNG_START)
    while at + 12 <= len(image):
        (length,) = _LENGTH.unpack_from(image, at)
        kind, data = image[at + 4 : at + 8], image[at + 8 : at + 8 + length]
        if len(data) < length:
            break
        yield kind, data
        at += 12 + length
    if at == len(PNG_START):
        raise DocumentUnreadable("the image is a damaged PNG")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return _LENGTH.pack(len(data)) + kind + data + _LENGTH.pack(zlib.crc32(kind + data))


def _text(kind: bytes, rest: bytes) -> bytes:
    if kind == b"tEXt":
        return rest
    if kind == b"zTXt":
        return _inflated(rest[1:])
    compressed, rest = rest[:1] == b"\1", rest[2:]
    _language, _, rest = rest.partition(b"\0")
    _translated, _, rest = rest.partition(b"\0")
    return _inflated(rest) if compressed else rest


def _inflated(data: bytes) -> bytes:
    reader = zlib.decompressobj()
    try:
        found = reader.decompress(data, _MAX_TEXT)
    except zlib.error as fault:
        raise DocumentUnreadable("the badge in the image is damaged") from fault
    if reader.unconsumed_tail:
        raise DocumentUnreadable("the badge in the image is too large")
    return found


def unbake_svg(root: etree._Element) -> bytes:
    """Give the badge inside an SVG: a token in `verify`, or the text of the element."""
    for element in root.iter(etree.Element):
        name = etree.QName(element)
        if name.localname in _NAMES and _is_badge_namespace(name.namespace):
            found = _own_text(element) or element.get("verify") or ""
            if found.strip():
                return found.strip().encode()
    raise DocumentUnreadable("the image is an SVG with no badge in it")


def _own_text(element: etree._Element) -> str:
    return "".join(str(part) for part in element.itertext()).strip()


def _is_badge_namespace(namespace: str | None) -> bool:
    found = namespace or ""
    return "openbadges" in found or "imsglobal.org/ob" in found or "imsglobal.org/clr" in found


def bake_svg(image: bytes, badge: bytes, *, namespace: str = _NAMESPACE) -> bytes:
    """Put a badge into an SVG: a token as the attribute `verify`, JSON as text."""
    root = xml_root(image, is_image=True)
    element = etree.SubElement(root, f"{{{namespace}}}credential", nsmap={"openbadges": namespace})
    if badge.lstrip().startswith(b"{"):
        element.text = etree.CDATA(badge.decode())
    else:
        element.set("verify", badge.decode())
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
