"""What is asked of the graph, and what comes back: bytes, with what a transport must know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from isthmus.errors import ErrorCode


@dataclass(frozen=True, slots=True)
class Operation:
    """What a caller asks: a document, which of its operations, and its variables."""

    document: str
    name: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GraphAnswer:
    """What came of an operation; not `executed` when nothing of it ran.

    `etag` stands on answers that are the same until the data changes; `codes` are those of the
    errors, in order; `cost` is the estimate made before it ran.
    """

    body: bytes
    executed: bool = True
    codes: Sequence[str] = ()
    operation_type: str = "query"
    cost: int | None = None
    etag: str | None = None

    def read(self) -> dict[str, Any]:
        """Give the answer as values."""
        found: dict[str, Any] = orjson.loads(self.body)
        return found

    @property
    def data(self) -> dict[str, Any] | None:
        """Give the data, as values."""
        return self.read().get("data")

    @property
    def errors(self) -> list[dict[str, Any]]:
        """Give the errors, as values."""
        return list(self.read().get("errors", ()))


def failed(
    errors: Sequence[Mapping[str, Any]], *, operation_type: str = "query", cost: int | None = None
) -> GraphAnswer:
    """Give the answer to an operation of which nothing ran."""
    return GraphAnswer(
        orjson.dumps({"errors": errors}),
        executed=False,
        codes=codes_of(errors),
        operation_type=operation_type,
        cost=cost,
    )


def codes_of(errors: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Give the codes of published errors."""
    return tuple(str(e.get("extensions", {}).get("code", ErrorCode.INTERNAL)) for e in errors)
