"""From an item of a catalogue, with the provider it hangs on, to a course or a job.

An item names its places, categories and ways of fulfilment by ids of its provider's; the rest of
what is said of it stands in tags, in groups with a code, as values that are no more than text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Payload = dict[str, Any]
REQUIRED = frozenset({"req-skills", "technical_skills"})
"""Groups of tags that list the skills a job asks for."""
FAR = frozenset({"remote", "online", "virtual"})
_HOURS = re.compile(r"P(\d+H)")


def courses(payload: Payload) -> dict[str, Any]:
    """Give the course that an item is."""
    duration = next(_tags(payload, "course-duration"), None)
    languages = list(_tags(payload, "lang-code"))
    found = {
        "title": _text(payload, "descriptor", "name"),
        "url": _page(payload),
        "summary": _text(payload, "descriptor", "short_desc"),
        "summary_html": _text(payload, "descriptor", "long_desc"),
        "provider": _organization(payload),
        "workload": _workload(duration),
        "cost": _cost(payload),
        "languages": languages,
        "outcomes": [{"text": text} for text in _tags(payload, "learning-objective")],
        "locations": _places(payload),
        "delivery": list(_ways(payload)),
        "language": languages[0] if len(languages) == 1 else None,
    }
    return _stated(found)


def jobs(payload: Payload) -> dict[str, Any]:
    """Give the vacancy that an item is."""
    ways = {way.lower() for way in _ways(payload)}
    found = {
        "title": _text(payload, "descriptor", "name"),
        "url": _page(payload),
        "description_html": _text(payload, "descriptor", "long_desc")
        or _text(payload, "descriptor", "short_desc"),
        "employer": _organization(payload),
        "locations": _places(payload),
        "remote": True if ways and ways <= FAR else None,
        "employment_type": next(_tags(payload, "emp-duration-type"), None),
        "skills": [{"text": text, "must": True} for text in _in_groups(payload, REQUIRED)],
        "categories": list(_categories(payload)),
        "published_at": _text(payload, "time", "range", "start"),
        "closes_at": _text(payload, "time", "range", "end"),
    }
    return _stated(found)


def _stated(found: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is not said."""
    return {name: value for name, value in found.items() if value not in (None, [], {})}


def _at(value: Any, *steps: str) -> Any:
    for step in steps:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _text(value: Any, *steps: str) -> str | None:
    found = _at(value, *steps)
    return found if isinstance(found, str) and found.strip() else None


def _list(value: Any, *steps: str) -> list[Any]:
    found = _at(value, *steps)
    return found if isinstance(found, list) else []


def _groups(payload: Payload) -> Iterator[tuple[str | None, list[Any]]]:
    for group in _list(payload, "tags"):
        yield _text(group, "descriptor", "code"), _list(group, "list")


def _tags(payload: Payload, code: str) -> Iterator[str]:
    """List the values of the tags of a code, in whatever group."""
    for _, listed in _groups(payload):
        for tag in listed:
            value = _text(tag, "value")
            if value is not None and _text(tag, "descriptor", "code") == code:
                yield value


def _in_groups(payload: Payload, codes: frozenset[str]) -> Iterator[str]:
    """List the values of the groups of some codes."""
    for code, listed in _groups(payload):
        if code in codes:
            yield from (value for tag in listed if (value := _text(tag, "value")))


def _named(payload: Payload, ids: str, where: str) -> Iterator[Any]:
    """List what an item names by ids among the lists of its provider."""
    known = {_at(one, "id"): one for one in _list(payload, "provider", where)}
    wanted = (one for one in _list(payload, ids) if isinstance(one, str))
    yield from (known[one] for one in wanted if one in known)


def _ways(payload: Payload) -> Iterator[str]:
    found = (_text(one, "type") for one in _named(payload, "fulfillment_ids", "fulfillments"))
    yield from filter(None, found)


def _categories(payload: Payload) -> Iterator[str]:
    found = _named(payload, "category_ids", "categories")
    yield from filter(None, (_text(one, "descriptor", "name") for one in found))


def _places(payload: Payload) -> list[dict[str, str]]:
    found = _named(payload, "location_ids", "locations")
    return [place for one in found if (place := _place(one))]


def _place(one: Any) -> dict[str, str]:
    place = {
        "municipality": _text(one, "city", "name"),
        "region": _text(one, "state", "name"),
        "country": _text(one, "country", "code"),
    }
    return {name: value for name, value in place.items() if value is not None}


def _organization(payload: Payload) -> dict[str, str] | None:
    name = _text(payload, "provider", "descriptor", "name")
    return None if name is None else {"name": name}


def _page(payload: Payload) -> str | None:
    for found in (
        _text(payload, "descriptor", "additional_desc", "url"),
        *(_text(one, "url") for one in _list(payload, "descriptor", "media")),
    ):
        if found is not None and found.startswith(("https://", "http://")):
            return found
    return None


def _workload(stated: str | None) -> dict[str, str] | None:
    """Read a duration; hours are written without the T that ISO 8601 wants before them."""
    if stated is None:
        return None
    hours = _HOURS.fullmatch(stated)
    duration = f"PT{hours[1]}" if hours else stated
    return {"duration_min": duration, "duration_max": duration, "stated_as": stated}


def _cost(payload: Payload) -> dict[str, str] | None:
    amount, currency = _text(payload, "price", "value"), _text(payload, "price", "currency")
    return {"amount": amount, "currency": currency} if amount and currency else None
