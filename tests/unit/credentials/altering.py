"""Alters documents in one place, so that what they claim is another."""

from __future__ import annotations

import base64
import copy
import json
import random
from collections.abc import Iterator
from typing import Any

UNSIGNED = frozenset({"@context", "proof", "signature", "sec:signature", "ocd:signature"})
"""Parts that are no claims: what they say is not altered here."""
Place = tuple[Any, ...]


def places(value: Any, path: Place = ()) -> Iterator[Place]:
    """Give the place of every claim of a document."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key not in UNSIGNED:
                yield from places(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from places(item, (*path, number))
    elif value is not None:
        yield path


def altered(document: Any, place: Place, chance: random.Random) -> Any:
    """Give a copy with one claim altered."""
    made = copy.deepcopy(document)
    inside = made
    for step in place[:-1]:
        inside = inside[step]
    inside[place[-1]] = _other(inside[place[-1]], chance)
    return made


def _other(value: Any, chance: random.Random) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if not value:
        return "x"
    at = chance.randrange(len(value))
    return value[:at] + ("x" if value[at] != "x" else "y") + value[at + 1 :]


def some(document: Any, most: int, chance: random.Random) -> list[Any]:
    """Give a document altered in as many places, chosen at random."""
    found = list(places(document))
    chosen = chance.sample(found, min(most, len(found)))
    return [altered(document, place, chance) for place in chosen]


def of_json(body: bytes, most: int, chance: random.Random) -> list[bytes]:
    """Alter a JSON document, or the payload of a seal in JSON."""
    document = json.loads(body)
    payload = document.get("payload")
    if not isinstance(payload, str):
        return [json.dumps(one).encode() for one in some(document, most, chance)]
    inside = some(json.loads(payload), most, chance)
    return [
        json.dumps(document | {"payload": json.dumps(one, ensure_ascii=False)}).encode()
        for one in inside
    ]


def of_token(body: bytes, most: int, chance: random.Random) -> list[bytes]:
    """Alter the claims of a compact token; what follows its signature stays."""
    header, payload, rest = body.decode().strip().split(".", 2)
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return [f"{header}.{_coded(one)}.{rest}".encode() for one in some(claims, most, chance)]


def _coded(claims: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")


def of_text(body: bytes, most: int, chance: random.Random) -> list[bytes]:
    """Alter letters of the text between the tags of XML, before any signature."""
    end = body.find(b"Signature")
    found = []
    inside = False
    for at in range(end if end > 0 else len(body)):
        char = body[at : at + 1]
        inside = char == b">" or (inside and char != b"<")
        if inside and char.isalpha():
            found.append(at)
    chosen = chance.sample(found, min(most, len(found)))
    return [body[:at] + (b"x" if body[at : at + 1] != b"x" else b"y") + body[at + 1 :]
            for at in chosen]  # fmt: skip


def bytes_altered(body: bytes, chance: random.Random) -> bytes:
    """Alter, leave out, double or insert bytes anywhere, a few times."""
    made = bytearray(body)
    for _ in range(chance.randint(1, 8)):
        at, length = chance.randrange(len(made) + 1), chance.randint(1, 40)
        what = chance.randrange(4)
        if what == 0 and at < len(made):
            made[at] = chance.randrange(256)
        elif what == 1:
            del made[at : at + length]
        elif what == 2:
            made[at:at] = made[at : at + length] * chance.randint(1, 20)
        else:
            made[at:at] = bytes(chance.randrange(256) for _ in range(length))
    return bytes(made)
