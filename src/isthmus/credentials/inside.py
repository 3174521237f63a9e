"""The credentials inside a document: endorsements, and the parts of records such as a CLR."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from isthmus.credentials.circumstances import claims_of
from isthmus.credentials.contract import Reading

DEEPEST = 5
"""How many credentials may stand inside one another."""
MOST_PARTS = 64
"""How many credentials inside one document are checked."""
DEEPEST_PLACE = 24


class Part(NamedTuple):
    """A credential inside a document, and the JSON pointer of its place."""

    path: str
    reading: Reading
    depth: int = 1
    is_endorsement: bool = False
    """Whether it, or what it stands in, is somebody's opinion of the award."""

    @property
    def is_too_deep(self) -> bool:
        """Whether it stands deeper than is checked."""
        return self.depth > DEEPEST


def parts_of(reading: Reading) -> Iterator[Part]:
    """Give the credentials inside a reading, outermost first; at most one more than is checked."""
    return islice(_parts(reading, "", 1), MOST_PARTS + 1)


def _parts(reading: Reading, path: str, depth: int, *, said: bool = False) -> Iterator[Part]:
    for name in ("nested", "endorsements"):
        for number, child in enumerate(getattr(reading, name)):
            place = _place_of(claims_of(child), claims_of(reading))
            inner = path + (f"/{name}/{number}" if place is None else place)
            opinion = said or name == "endorsements"
            yield Part(inner, child, depth, opinion)
            if depth <= DEEPEST:
                yield from _parts(child, inner, depth + 1, said=opinion)


def _place_of(wanted: Any, inside: Any, depth: int = 0) -> str | None:
    """Find where a part of a JSON document stands in it, by what it is and not by what it says."""
    if not wanted or depth > DEEPEST_PLACE:
        return None
    if wanted is inside and depth:
        return ""
    if isinstance(inside, dict):
        steps = [(str(key), value) for key, value in inside.items()]
    elif isinstance(inside, list):
        steps = [(str(number), value) for number, value in enumerate(inside)]
    else:
        return None
    for step, value in steps:
        found = _place_of(wanted, value, depth + 1)
        if found is not None:
            return f"/{step.replace('~', '~0').replace('/', '~1')}{found}"
    return None
