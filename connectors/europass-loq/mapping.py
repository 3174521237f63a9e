"""From the parts of a LOQ file to qualifications; controlled words are read by their address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .parts import Node, several

MODES = {
    "729f3bed4b": "work based", "9191af2ed9": "face to face", "920fbb3cbe": "online",
    "e92d221e4d": "blended",
}  # fmt: skip
CREDITS = {"6fcec5c5af": "ECTS", "60b314e826": "ECVET"}


def qualifications(node: Node) -> dict[str, Any]:
    """Map a qualification, with the provider, places and price of what leads to it."""
    leads = node["leads"]
    levels = [_last(one) for one in several(node.get("EQFLevel"))]
    partial = _plain(node.get("isPartialQualification"))
    made = _told(node) | {
        "identifiers": list(_identifiers(node)),
        "partial": {"true": True, "1": True, "false": False, "0": False}.get(partial or ""),
        "provider": next((_body(b) for lead in leads for b in lead["providers"]), None),
        "awarding_bodies": [_body(body) for body in node["awarding"]],
        "level": {"framework": "EQF", "notation": levels[0]} if levels and levels[0] else None,
        "credits": list(_credits(node)),
        "workload": _work(_plain(node.get("volumeOfLearning"))),
        "delivery": [*_modes(node), *(mode for lead in leads for mode in _modes(lead))],
        "locations": [_place(place) for lead in leads for place in lead["places"]],
        "languages": [code for one in several(node.get("language")) if (code := _last(one))],
        "fields_of_study": [
            {"scheme": "isced-f", "value": code}
            for one in several(node.get("ISCEDFCode"))
            if (code := _last(one))
        ],
        "cost": _cost([price for lead in leads for price in several(lead.get("priceDetail"))]),
        "outcomes": [_outcome(outcome) for outcome in node["outcomes"]],
        "parts": node["parts"],
        "part_of": node["wholes"],
    }
    return _stated(made)


def opportunities(node: Node) -> dict[str, Any]:
    """Map a course that leads to no qualification of the file."""
    made = _told(node) | {
        "identifiers": list(_identifiers(node)),
        "provider": next((_body(body) for body in node["providers"]), None),
        "workload": _work(_plain(node.get("duration"))),
        "delivery": _modes(node),
        "locations": [_place(place) for place in node["places"]],
        "cost": _cost(several(node.get("priceDetail"))),
        "language": _last(node.get("defaultLanguage")),
    }
    return _stated(made)


def _told(node: Node) -> dict[str, Any]:
    pages = [p for p in several(node.get("homepage")) if isinstance(p, dict)]
    return {
        "title": _texts(node.get("title")),
        "uri": node.get("@id"),
        "url": next((url for page in pages if (url := _plain(page.get("contentUrl")))), None),
        "summary": _texts(node.get("description")),
        "updated_at": _plain(node.get("modified")),
    }


def _stated(made: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in made.items() if value not in (None, [], {}, "")}


def _texts(value: Any) -> dict[str, str] | None:
    """Give texts by language; the first of a language counts."""
    found: dict[str, str] = {}
    for one in several(value):
        text = _plain(one)
        tag = one.get("@language", "und") if isinstance(one, dict) else "und"
        if text:
            found.setdefault(tag, text)
    return found or None


def _plain(value: Any) -> str | None:
    found = value.get("#text") if isinstance(value, dict) else value
    return (found.strip() or None) if isinstance(found, str) else None


def _last(concept: Any) -> str | None:
    """Give the code of a controlled word: the last part of its address."""
    uri = concept.get("@uri") if isinstance(concept, dict) else None
    return uri.rstrip("/").rpartition("/")[2] or None if isinstance(uri, str) else None


def _identifiers(node: Node) -> Iterator[dict[str, str]]:
    for one in several(node.get("identifier")):
        if isinstance(one, dict):
            value, scheme = _plain(one.get("notation")), _plain(one.get("schemeName"))
            if value and scheme:
                yield {"scheme": scheme, "value": value}


def _body(node: Node) -> dict[str, Any]:
    """Map a body; one that the file does not hold is told by its address."""
    names = _texts(node.get("legalName")) or _texts(node.get("prefLabel"))
    country = next((c for p in node.get("places", []) if (c := _place(p).get("country"))), None)
    return _stated({"name": names, "uri": node.get("@id"), "country": country})


def _place(node: Node) -> dict[str, Any]:
    names = _texts(node.get("geographicName"))
    addresses = [a for a in several(node.get("address")) if isinstance(a, dict)]
    country = next((c for a in addresses if (c := _last(a.get("countryCode")))), None)
    label = next(iter(names.values())) if names else None
    return _stated({"label": label, "country": country})


def _credits(node: Node) -> Iterator[dict[str, str]]:
    for one in several(node.get("creditPoint")):
        if isinstance(one, dict):
            framework, points = _last(one.get("framework")), _plain(one.get("point"))
            if framework and points:
                yield {"framework": CREDITS.get(framework, framework), "points": points}


def _work(duration: str | None) -> dict[str, str] | None:
    return {"duration_min": duration, "duration_max": duration} if duration else None


def _modes(node: Node) -> list[str]:
    found = (MODES.get(_last(one) or "") for one in several(node.get("mode")))
    return [mode for mode in found if mode]


def _cost(prices: list[Any]) -> dict[str, str] | None:
    """Take a price only where one is stated: of several nobody says which is whose."""
    amounts = [
        amount
        for price in prices
        if isinstance(price, dict)
        for amount in several(price.get("amount"))
        if isinstance(amount, dict)
    ]
    if len(amounts) != 1:
        return None
    value, unit = _plain(amounts[0].get("value")), _last(amounts[0].get("unit"))
    return {"amount": value, "currency": unit} if value and unit else None


def _outcome(node: Node) -> dict[str, Any]:
    if node.get("absent"):
        return {"uri": node["@id"]}
    skills = [*several(node.get("relatedESCOSkill")), *several(node.get("relatedSkill"))]
    return _stated(
        {
            "text": _texts(node.get("title")),
            "uri": node.get("@id"),
            "domain": _last(node.get("type")),
            "skills": [
                _stated({"uri": s.get("@uri"), "text": _first(s.get("prefLabel"))})
                for s in skills
                if isinstance(s, dict) and s.get("@uri")
            ],
        }
    )


def _first(value: Any) -> str | None:
    texts = _texts(value)
    return next(iter(texts.values())) if texts else None
