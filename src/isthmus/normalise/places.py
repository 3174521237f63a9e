"""Places out of their parts, or out of a label such as `Lyon, France`."""

from __future__ import annotations

import re
from functools import lru_cache

from isthmus.connector.records import Place as StatedPlace
from isthmus.model.place import Place
from isthmus.normalise.countries import CODES, CODES_OF_THREE, NAMES

_ALSO_A_STATE = frozenset({"georgia"})
"""Names that a part of another country bears too; in a label they tell nothing."""

_PUNCTUATION = re.compile(r"[()\[\]|/\u2013-]+")
_REMOTE = re.compile(r"\bremote\b|\btélétravail\b|\bteletrabajo\b|\bremoto\b", re.IGNORECASE)


def place_of(stated: StatedPlace) -> Place:
    """Read a place; a country is taken from a label only where its last part names one."""
    if stated.label and stated.country is None and stated.region is None and stated.lat is None:
        return _from_label(stated.label)
    return Place(
        country=country_code(stated.country),
        region=stated.region,
        municipality=stated.municipality,
        label=stated.label,
        lat=stated.lat,
        lon=stated.lon,
    )


@lru_cache(maxsize=8192)
def _from_label(label: str) -> Place:
    label = label.strip()
    last = label.replace(";", ",").rsplit(",", 1)[-1]
    bare = _fold(_PUNCTUATION.sub(" ", _REMOTE.sub(" ", last)))  # Remote (Poland)
    country = next((NAMES[name] for name in (_fold(last), bare) if name in NAMES), None)
    return Place(label=label or None, country=None if bare in _ALSO_A_STATE else country)


@lru_cache(maxsize=8192)
def country_code(stated: str | None) -> str | None:
    """Read a country's code of ISO 3166-1, or one of its usual names; None where it is none."""
    if not stated:
        return None
    code = stated.strip().upper()
    if code in CODES:
        return code
    return CODES_OF_THREE.get(code) or NAMES.get(_fold(stated))


def names_remote_work(label: str | None) -> bool:
    """Tell whether a place's label says that the work is done from afar."""
    return label is not None and _is_remote(label)


@lru_cache(maxsize=8192)
def _is_remote(label: str) -> bool:
    return _REMOTE.search(label) is not None


def _fold(name: str) -> str:
    return " ".join(name.replace(".", "").lower().split())
