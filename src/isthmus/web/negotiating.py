"""Which media type an answer has, and which status, as GraphQL over HTTP lays down."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from isthmus.errors import ErrorCode
from isthmus.graph.answer import GraphAnswer

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
HTML = "text/html"

_STATUS: Mapping[str, int] = {
    ErrorCode.UNAUTHENTICATED: 401,
    ErrorCode.FORBIDDEN: 403,
    ErrorCode.BODY_TOO_LARGE: 413,
    ErrorCode.RATE_LIMITED: 429,
    ErrorCode.OVERLOADED: 503,
    ErrorCode.INTERNAL: 500,
}


@lru_cache(maxsize=512)
def media_type(accept: str) -> str | None:
    """Choose the answer's media type; None where the caller takes none of ours.

    A caller that says nothing, or anything goes, gets JSON, which every tool reads.
    """
    best, weight = None, 0.0
    for part in accept.split(","):
        name, quality = _quality(part)
        offered = {GRAPHQL: GRAPHQL, JSON: JSON, "application/*": JSON, "*/*": JSON}.get(name)
        if offered is not None and quality > weight:
            best, weight = offered, quality
    return best if accept.strip() else JSON


def prefers_html(accept: str) -> bool:
    """Tell whether a browser asks for a page."""
    weights = dict(_quality(part) for part in accept.split(","))
    return weights.get(HTML, 0.0) > max(weights.get(JSON, 0.0), weights.get(GRAPHQL, 0.0))


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
