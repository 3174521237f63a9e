"""Reads an import file: qualifications, with the organisations that they name by id."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

from isthmus.connector.page import Page
from isthmus.connector.part import Connector, Context, stream
from isthmus.errors import SourceGarbled

PAGE = 200
_LEVEL = re.compile(r"^level-([0-9]{1,2})$")
Node = dict[str, Any]


class Acqf(Connector):
    """One file, in the short names of the published JSON-LD contexts."""

    @stream("qualifications")
    async def qualifications(self, context: Context, cursor: str | None) -> AsyncIterator[Page]:
        """Give every qualification."""
        del cursor
        answer = await context.http.get(quote(str(context.config["file"])))
        data = answer.json()
        if not isinstance(data, dict) or not isinstance(data.get("qualifications"), list | dict):
            raise SourceGarbled("expected a map with qualifications")
        bodies = {
            str(body["id"]): body
            for body in _several(data.get("organisations"))
            if isinstance(body, dict) and "id" in body
        }
        found = [_joined(one, bodies) for one in _several(data["qualifications"])]
        for start in range(0, max(len(found), 1), PAGE):
            yield Page(found[start : start + PAGE])


def _joined(stated: Any, bodies: dict[str, Node]) -> Any:
    """Put the organisations in the place of their ids, and read the level's code."""
    if not isinstance(stated, dict):
        return stated
    offers = [o for o in _several(stated.get("learningOpportunity")) if isinstance(o, dict)]
    awards = [a for a in _several(stated.get("awardingOpportunity")) if isinstance(a, dict)]
    levels = map(_LEVEL.match, map(str, _several(stated.get("educationLevelAcqf"))))
    title = stated.get("title")
    return stated | {
        "learningOpportunity": [
            offer | {"defaultLanguage": _several(offer.get("defaultLanguage"))} for offer in offers
        ],
        "awarding": _named([a.get("awardingBody") for a in awards], bodies),
        "providers": _named([offer.get("providedBy") for offer in offers], bodies),
        "level": next((level[1] for level in levels if level), None),
        "language": next(iter(title), None) if isinstance(title, dict) else None,
    }


def _named(stated: list[Any], bodies: dict[str, Node]) -> list[Node]:
    ids = [str(one) for held in stated for one in _several(held)]
    return [bodies[one] for one in dict.fromkeys(ids) if one in bodies]


def _several(value: Any) -> list[Any]:
    """Give a list as it is, one value as a list of it: the contexts allow both."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
