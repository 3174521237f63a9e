"""Writes answers as bytes: what was compiled and what was executed, with errors beside the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import orjson
from graphql import ExecutionResult

from isthmus.graph.answer import GraphAnswer, codes_of
from isthmus.graph.failures import published
from isthmus.query.planning import OperationPlan
from isthmus.query.preparing import Prepared
from isthmus.query.stitching import as_json


class Answered(Protocol):
    """What is told of an operation with its answer."""

    @property
    def prepared(self) -> Prepared:
        """The operation."""
        ...

    @property
    def cost(self) -> int:
        """What it was estimated to cost."""
        ...


def joined(
    plan: OperationPlan,
    data: Mapping[str, Any],
    rest: ExecutionResult,
    ready: Answered,
    extensions: bytes,
    faults: Sequence[Mapping[str, Any]],
) -> GraphAnswer:
    """Join what was compiled and what was executed, in the order asked."""
    errors = [*published(rest.errors), *faults]
    if rest.data is None:
        return written(b"null", errors, ready, extensions)
    parts = [
        as_json(key) + b":" + as_json(data[key] if key in data else rest.data[key])
        for key in plan.keys
    ]
    return written(b"{" + b",".join(parts) + b"}", errors, ready, extensions)


def written(
    data: bytes, errors: Sequence[Mapping[str, Any]], ready: Answered, extensions: bytes
) -> GraphAnswer:
    """Write an answer of data with its errors."""
    body = b'{"data":' + data
    if errors:
        body += b',"errors":' + orjson.dumps(errors)
    return GraphAnswer(
        body + extensions + b"}",
        codes=codes_of(errors),
        operation_type=ready.prepared.kind,
        cost=ready.cost,
    )


def with_nothing(errors: Sequence[Mapping[str, Any]], kind: str, cost: int) -> GraphAnswer:
    """Give the answer of an operation that ran and came to nothing."""
    body = orjson.dumps({"data": None, "errors": errors})
    return GraphAnswer(body, codes=codes_of(errors), operation_type=kind, cost=cost)
