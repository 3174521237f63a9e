"""Which media type an answer has, and which status, as GraphQL over HTTP lays down."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from isthmus.errors import ErrorCode
from isthmus.graph.answer import GraphAnswer

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
HTML = "text/html"
EVENTS = "text/event-stream"

_OFFERED = {GRAPHQL: GRAPHQL, JSON: JSON, "application/*": JSON, "*/*": JSON}
_STATUS: Mapping[str, int] = {
    ErrorCode.UNAUTHENTICATED: 401,
    ErrorCode.FORBIDDEN: 403,
    ErrorCode.BODY_TOO_LARGE: 413,
    ErrorCode.RATE_LIMITED: 429,
    ErrorCode.OVERLOADED: 503,
    ErrorCode.INTERNAL: 500,
}


class Wish(NamedTuple):
    """What an Accept header asks for."""

    media: str | None
    """The media type of an answer; None where the caller takes none of ours."""
    wants_page: bool
    wants_events: bool


@lru_cache(maxsize=512)
def wish_of(accept: bytes) -> Wish:
    """Read an Accept header.

    A caller that says nothing, or anything goes, gets JSON, which every tool reads.
    """
    text = accept.decode("latin-1")
    if not text.strip():
        return Wish(JSON, wants_page=False, wants_events=False)
    weights: dict[str, float] = {}
    best, most = None, 0.0
    for part in text.split(","):
        name, quality = _quality(part)
        weights[name] = quality
        offered = _OFFERED.get(name)
        if offered is not None and quality > most:
            best, most = offered, quality
    named = max(weights.get(JSON, 0.0), weights.get(GRAPHQL, 0.0))
    return Wish(best, weights.get(HTML, 0.0) > named, weights.get(EVENTS, 0.0) > named)


def status_of(answer: GraphAnswer, media: str) -> int:
    """Give the status: 200 once anything ran, else that of the first error.

    Under application/json an answer is 200 even then, since old clients read nothing else.
    """
    if answer.executed or media == JSON:
        return 200
    code = answer.codes[0] if answer.codes else ErrorCode.INTERNAL
    return _STATUS.get(code, 400)


def _quality(part: str) -> tuple[str, float]:
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return name, float(parameter[2:])
            except ValueError:
                return name, 0.0
    return name, 1.0
