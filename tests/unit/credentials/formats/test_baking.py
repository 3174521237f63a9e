"""Badges baked into images come out as they went in."""

from __future__ import annotations

import struct
import zlib

import pytest

from isthmus.credentials import baking
from isthmus.credentials.contract import Document, DocumentUnreadable
from isthmus.credentials.reading import read
from isthmus.model.credential import CredentialFormat
from tests.unit.credentials.formats.shelf import sample

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><rect/></svg>'
DOCTYPE = (
    b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN"'
    b' "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
)


def chunk(kind: bytes, data: bytes) -> bytes:
    length, checksum = struct.pack(">I", len(data)), struct.pack(">I", zlib.crc32(kind + data))
    return length + kind + data + checksum


def a_png(*extra: bytes) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(b"\0\0"))
    return baking.PNG_START + header + b"".join(extra) + pixels + chunk(b"IEND", b"")


def test_a_badge_comes_out_of_a_png_as_it_went_in() -> None:
    baked = baking.bake_png(a_png(), sample("open-badges-2.json"))
    assert baking.unbake_png(baked) == sample("open-badges-2.json")
    assert read(Document(baked)).format is CredentialFormat.OPEN_BADGES_2


def test_baking_again_replaces_the_badge() -> None:
    once = baking.bake_png(a_png(), b"{}")
    assert baking.unbake_png(baking.bake_png(once, b'{"a": 1}')) == b'{"a": 1}'


def test_a_compressed_badge_is_read() -> None:
    data = b"openbadges\0\1\0\0\0" + zlib.compress(sample("open-badges-3.json"))
    assert read(Document(a_png(chunk(b"iTXt", data)))).format is CredentialFormat.OPEN_BADGES_3


def test_a_badge_that_swells_beyond_all_bounds_is_refused() -> None:
    data = b"openbadges\0\1\0\0\0" + zlib.compress(b" " * 11 * 1024 * 1024)
    with pytest.raises(DocumentUnreadable, match="too large"):
        read(Document(a_png(chunk(b"iTXt", data))))


def test_a_png_without_a_badge_says_so() -> None:
    with pytest.raises(DocumentUnreadable, match="no badge in it"):
        read(Document(a_png()))


def test_an_old_image_that_holds_only_an_address_is_a_hosted_badge() -> None:
    baked = baking.bake_png(a_png(), b"https://bees.example/assertions/9")
    found = read(Document(baked)).credential
    assert found.format is CredentialFormat.OPEN_BADGES_2
    assert found.uri == "https://bees.example/assertions/9"


@pytest.mark.parametrize("start", [b"", DOCTYPE])
def test_a_badge_comes_out_of_an_svg_as_it_went_in(start: bytes) -> None:
    baked = baking.bake_svg(start + SVG, sample("open-badges-3.json"))
    assert read(Document(baked)).format is CredentialFormat.OPEN_BADGES_3


def test_an_svg_without_a_badge_says_so() -> None:
    with pytest.raises(DocumentUnreadable, match="SVG with no badge"):
        read(Document(SVG))
