"""From a row of a partner's table to a qualification."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .cells import Cells

STATUS = {"active": "active", "closed": "closed", "draft": "draft"}
SIZE = {"micro": "micro", "macro": "macro"}
KIND = {"formal": "formal", "non-formal": "non_formal", "informal": "informal", "mixed": "mixed"}
MODE = {
    "online": "online",
    "in person": "face to face",
    "blended": "blended",
    "at work": "work based",
}
ASSESSMENT = {
    "exam": "exam", "practical": "practical", "project": "project", "portfolio": "portfolio",
    "observation": "observation", "automated": "automated", "rpl": "rpl", "none": "none",
}  # fmt: skip
_QP = re.compile(r"^[A-Z]{2,6}(?:/[A-Z]{2,6})*/Q\d{4,5}$")
_NOS = re.compile(r"^([A-Z]{2,6}(?:/[A-Z]{2,6})*/N\d{4,5})(?:\s*:\s*(.+))?$")
_TOP = {"NSQF-2013": 10, "NSQF-2023": 8}
_GENERATIONS = "NSQF has had two scales; write NSQF-2013 (1 to 10) or NSQF-2023 (1 to 8)"


def courses(row: Mapping[str, Any]) -> dict[str, Any]:
    """Map one row; raise naming line and column of everything that is wrong with it."""
    cells = Cells(row)
    language = cells.language("language")
    made = _told(cells, language) | _measured(cells) | _placed(cells)
    qp = cells.coded("qp_code", _QP, "AGR/Q4101")
    made |= {
        "code": qp or cells.must("code"),
        "identifiers": [{"scheme": "qp-code", "value": qp}] if qp else [],
        "outcomes": [*_standards(cells), *({"text": t} for t in cells.several("outcomes"))],
        "skills": [
            *({"text": text} for text in cells.several("skills")),
            *({"uri": uri} for uri in cells.addresses("skill_uris")),
        ],
        "parts": [{"id": code} for code in cells.several("parts")],
        "part_of": [{"id": code} for code in cells.several("part_of")],
        "language": language,
    }
    cells.raise_faults()
    return {name: value for name, value in made.items() if value not in (None, [], {})}


def _told(cells: Cells, language: str) -> dict[str, Any]:
    """Take what it is called and who stands behind it."""
    title = {language: cells.must("title")} | cells.in_languages("title")
    summary = cells.in_languages("summary")
    own = cells.text("summary")
    body = cells.text("awarding_body")
    return {
        "title": title,
        "summary": ({language: own} if own else {}) | summary,
        "url": cells.address("url"),
        "provider": _body(cells.must("provider"), cells.coded(
            "provider_country", re.compile(r"^[A-Z]{2}$"), "the two letters of its country, as IN"
        )),
        "awarding_bodies": [{"name": body}] if body else [],
        "register_status": cells.choice("status", STATUS),
        "scale": cells.choice("size", SIZE),
        "learning_type": cells.choice("kind", KIND),
        "assessment": cells.choice("assessment", ASSESSMENT),
        "programmes": cells.several("programmes"),
        "valid_for": cells.period("valid_for"),
        "valid_until": cells.date("valid_until"),
        "updated_at": cells.date("updated"),
    }  # fmt: skip


def _measured(cells: Cells) -> dict[str, Any]:
    """Take level, work, credits and price; a half of a pair says nothing."""
    framework, level = _pair(cells, "level_framework", "level", cells.text("level"))
    _check_level(cells, framework, level)
    credit, points = _pair(cells, "credit_framework", "credits", cells.number("credits"))
    currency, cost = _pair(cells, "currency", "cost", cells.number("cost"))
    if currency and not re.match(r"^[A-Z]{3}$", currency):
        cells.fault("currency", "write the three letters of ISO 4217, as INR")
    return {
        "level": {"framework": framework, "notation": level} if framework and level else None,
        "workload": _work(cells.number("hours"), cells.text("duration")),
        "credits": [{"framework": credit, "points": points}] if credit and points else [],
        "cost": {"amount": cost, "currency": currency} if currency and cost else None,
    }


def _check_level(cells: Cells, framework: str | None, level: str | None) -> None:
    """Refuse a level of no scale: a level of NSQF without its generation could be either's."""
    if framework == "NSQF":
        cells.fault("level_framework", _GENERATIONS)
    top = _TOP.get(framework or "")
    if top and level and not (re.match(r"^\d+(\.5)?$", level) and 1 <= float(level) <= top):
        cells.fault("level", f"{level[:40]!r} is not a level of {framework}; write 1 to {top}")


def _pair(cells: Cells, name: str, amount: str, found: str | None) -> tuple[str | None, str | None]:
    stated = cells.text(name)
    if (stated is None) != (found is None):
        blank, other = (name, amount) if stated is None else (amount, name)
        cells.fault(blank, f"may not be blank where {other} is not")
    return stated, found


def _work(hours: str | None, words: str | None) -> dict[str, Any]:
    stated = {"hours": hours, "stated_as": words}
    return {name: value for name, value in stated.items() if value}


def _placed(cells: Cells) -> dict[str, Any]:
    parts = {
        "country": cells.text("country"),
        "region": cells.text("region"),
        "municipality": cells.text("city"),
    }
    place = {name: value for name, value in parts.items() if value}
    return {
        "delivery": cells.choices("mode", MODE),
        "locations": [place] if place else [],
        "languages": cells.several("teaching_languages"),
    }


def _body(name: str, country: str | None) -> dict[str, str]:
    return {"name": name} | ({"country": country} if country else {})


def _standards(cells: Cells) -> list[dict[str, Any]]:
    """Take national occupational standards as outcomes, each with its code as a skill."""
    found = []
    for stated in cells.several("nos"):
        parts = _NOS.match(stated)
        if parts is None:
            cells.fault("nos", f"{stated[:40]!r} does not read; write AGR/N1203: Prepare the land")
            continue
        code, text = parts[1], parts[2] or parts[1]
        found.append({"text": text, "skills": [{"scheme": "nos", "code": code, "text": text}]})
    return found
