"""Reads a package: its items, each with what the package's associations say of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

from isthmus.connector.page import Page
from isthmus.connector.part import Connector, Context, stream
from isthmus.errors import SourceGarbled

KINDS = {"isChildOf": "broader", "replacedBy": "replaced_by", "exactMatchOf": "exact"}
PAGE = 500


class Case(Connector):
    """One framework, which comes in one answer."""

    @stream("competencies")
    async def competencies(self, context: Context, cursor: str | None) -> AsyncIterator[Page]:
        """Give every item of the framework."""
        del cursor
        answer = await context.http.get(f"/CFPackages/{quote(str(context.config['package']))}")
        package = answer.json()
        document = package.get("CFDocument") if isinstance(package, dict) else None
        if not isinstance(document, dict):
            raise SourceGarbled("expected a CFPackage with its CFDocument")
        items = _joined(package, document)
        for start in range(0, max(len(items), 1), PAGE):
            yield Page(items[start : start + PAGE])


def _joined(package: dict[str, Any], document: dict[str, Any]) -> list[Any]:
    said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    root = document.get("identifier")
    for association in filter(_is_map, package.get("CFAssociations") or []):
        origin = _node(association, "originNodeURI")
        target = _node(association, "destinationNodeURI")
        kind = KINDS.get(str(association.get("associationType")))
        is_whole = kind and origin.get("identifier") and target.get("uri")
        # the document itself is the parent of what stands at the top, and no competency
        if is_whole and target.get("identifier") != root:
            said[origin["identifier"]][str(kind)].append(target["uri"])
    about = {"uri": document.get("uri"), "language": document.get("language")}
    return [
        {**item, "document": about, **said.get(str(item.get("identifier")), {})}
        if isinstance(item, dict)
        else item
        for item in package.get("CFItems") or []
    ]


def _is_map(value: Any) -> bool:
    return isinstance(value, dict)


def _node(association: dict[str, Any], name: str) -> dict[str, Any]:
    found = association.get(name)
    return found if isinstance(found, dict) else {}
