"""CTDL as it comes: envelopes around graphs, graphs, or single resources, with blank nodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Node = Mapping[str, Any]


class Graph:
    """The nodes of one record; `about` is the node it is about."""

    def __init__(self, payload: Node) -> None:
        resource = payload.get("decoded_resource") or payload
        nodes = resource.get("@graph")
        self.nodes: list[Node] = [n for n in nodes if isinstance(n, dict)] if nodes else [resource]
        self.about: Node = self.nodes[0]
        self._by_id = {node["@id"]: node for node in self.nodes if "@id" in node}

    def follow(self, value: Any) -> Node | None:
        """Give the node a value points at, or describes in place."""
        if isinstance(value, str):
            return self._by_id.get(value)
        if isinstance(value, dict):
            if set(value) == {"@id"}:
                return self._by_id.get(value["@id"])
            return value
        return None


def several(value: Any) -> list[Any]:
    """Give one or many as many."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def address(value: Any) -> str | None:
    """Give the public address a value points at; blank nodes have none."""
    found = value.get("@id") if isinstance(value, dict) else value
    return found if isinstance(found, str) and found.startswith("http") else None


def text(value: Any) -> str | dict[str, str] | None:
    """Give a text or a language map; of several texts the first."""
    value = value[0] if isinstance(value, list) and value else value
    if isinstance(value, dict):
        found = {}
        for language, said in value.items():
            one = said[0] if isinstance(said, list) and said else said
            if isinstance(one, str) and one.strip() and not language.startswith("@"):
                found[language] = one
        return found or None
    return value if isinstance(value, str) and value.strip() else None


def plain(value: Any) -> str | None:
    """Give one string of a text in whatever language it has."""
    found = text(value)
    return next(iter(found.values())) if isinstance(found, dict) else found


def concepts(value: Any) -> Iterator[str]:
    """Yield the last part of controlled terms: `Active` of `credentialStat:Active`."""
    for alignment in several(value):
        target = alignment.get("ceterms:targetNode") if isinstance(alignment, dict) else alignment
        target = target.get("@id") if isinstance(target, dict) else target
        if isinstance(target, str):
            yield target.replace("/", ":").rsplit(":", 1)[-1]
