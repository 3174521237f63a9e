"""Where something takes place, as far as the source says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A place; every part is None when not stated. `country` is ISO 3166-1 alpha-2."""

    country: str | None = None
    region: str | None = None
    municipality: str | None = None
    label: str | None = None
    lat: float | None = None
    lon: float | None = None
