"""The four operations, and the 64 bodies each is sent with in turn.

Cursors are the hub's own, asked of the hub. A peer's cursor names the same row in the peer's own
form: `moment~key` for vacancies, which go by moment, and `key` for qualifications.
"""

from __future__ import annotations

import json
import random
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

NAMES = ("Q1", "Q2", "Q3", "Q4")
ROTATION = 64
VACANCIES, QUALIFICATIONS = 50, 20
LARGEST = 100

AT_MOMENT = """query($moment: DateTime!) {
  vacancies(last: 1, filter: { publishedAfter: $moment }) {
    edges { cursor node { id publishedAt } }
  }
}"""
ALL_QUALIFICATIONS = """query($after: String) {
  qualifications(first: 100, after: $after) {
    edges { cursor node { id } } pageInfo { hasNextPage endCursor }
  }
}"""
RANGE = """{
  newest: vacancies(first: 1) { nodes { publishedAt } }
  oldest: vacancies(last: 1) { nodes { publishedAt } }
}"""


@dataclass(frozen=True)
class Place:
    """A row to begin after: its cursor at the hub, and at a peer."""

    hub: str
    peer: str


@dataclass(frozen=True)
class Bodies:
    """For each operation, the requests to the hub and the same requests to a peer."""

    hub: dict[str, list[bytes]]
    peer: dict[str, list[bytes]]


@cache
def document(name: str) -> str:
    """Read an operation."""
    return (Path(__file__).parent / "queries" / f"{name.lower()}.graphql").read_text()


def ask(url: str, body: bytes, timeout: float = 60) -> dict[str, Any]:
    """Send one request and read the answer."""
    headers = {"content-type": "application/json", "accept": "application/json"}
    request = urllib.request.Request(url, body, headers)  # noqa: S310 - our own server
    with urllib.request.urlopen(request, timeout=timeout) as answer:  # noqa: S310
        found: dict[str, Any] = json.loads(answer.read())
        return found


def get(port: int, path: str) -> bytes:
    """Fetch the bytes of an answer."""
    url = f"http://127.0.0.1:{port}{path}"
    request = urllib.request.Request(url, headers={"accept": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        found: bytes = answer.read()
        return found


def data_of(url: str, query: str, variables: dict[str, Any] | None = None) -> Any:
    """Ask the hub for what the benches need to know."""
    answer = ask(url, json.dumps({"query": query, "variables": variables or {}}).encode())
    if answer.get("errors"):
        raise RuntimeError(json.dumps(answer["errors"])[:500])
    return answer["data"]


def bodies(url: str) -> Bodies:
    """Ask the hub where its lists can be cut, and write all requests."""
    found = Bodies({}, {})
    qualifications = _qualifications(url)
    pages = {"Q1": _vacancies(url, "Q1"), "Q2": _vacancies(url, "Q2"),
             "Q3": _spread(qualifications[: -2 * QUALIFICATIONS], "Q3")}  # fmt: skip
    for name, places in pages.items():
        size = QUALIFICATIONS if name == "Q3" else VACANCIES
        found.hub[name] = [_body(name, first=size, after=place.hub) for place in places]
        found.peer[name] = [_body(name, first=size, after=place.peer) for place in places]
    ids = [f"qua_{place.peer}" for place in _spread(qualifications, "Q4")]
    found.hub["Q4"] = found.peer["Q4"] = [_body("Q4", id=one) for one in ids]
    return found


def _body(name: str, **variables: Any) -> bytes:
    body = {"query": document(name), "variables": variables, "operationName": name}
    return json.dumps(body).encode()


def _vacancies(url: str, seed: str) -> list[Place]:
    ends = data_of(url, RANGE)
    newest, oldest = (
        datetime.fromisoformat(ends[name]["nodes"][0]["publishedAt"]).astimezone(UTC)
        for name in ("newest", "oldest")
    )
    dice, span = random.Random(seed), (newest - oldest).total_seconds()
    found = []
    for _ in range(ROTATION):
        # the oldest tenth is left out, so that a whole page follows
        moment = newest - timedelta(seconds=60 + dice.random() * 0.9 * span)
        edge = data_of(url, AT_MOMENT, {"moment": moment.isoformat()})["vacancies"]["edges"][0]
        key = edge["node"]["id"].partition("_")[2]
        found.append(Place(edge["cursor"], f"{edge['node']['publishedAt']}~{key}"))
    return found


def _qualifications(url: str) -> list[Place]:
    found: list[Place] = []
    after = None
    while True:
        page = data_of(url, ALL_QUALIFICATIONS, {"after": after})["qualifications"]
        keys = [edge["node"]["id"].partition("_")[2] for edge in page["edges"]]
        found += [Place(e["cursor"], k) for e, k in zip(page["edges"], keys, strict=True)]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return found


def _spread(places: Sequence[Place], seed: str) -> list[Place]:
    return random.Random(seed).choices(places, k=ROTATION)


def without_cursors(value: Any) -> Any:
    """Give an answer without what each server may choose: the text of its cursors."""
    if isinstance(value, dict):
        return {k: without_cursors(v) for k, v in value.items() if k not in CURSORS}
    return [without_cursors(v) for v in value] if isinstance(value, list) else value


CURSORS = {"cursor", "endCursor"}


def objects_in(value: Any) -> int:
    """Count the objects of an answer."""
    if isinstance(value, dict):
        return 1 + sum(objects_in(v) for v in value.values())
    return sum(objects_in(v) for v in value) if isinstance(value, list) else 0
