"""Runs operations: parses and validates once a document, executes, and codes the failures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from isthmus.graph.context import RequestContext
from isthmus.graph.failures import published
from isthmus.graph.loading import Loaders
from isthmus.graph.rows import SHAPES
from isthmus.graph.schema import build_schema, plans
from isthmus.query.reading import Reader, columns_by_type
from isthmus.store.database import Database


@dataclass(frozen=True, slots=True)
class Operation:
    """What a caller asks: a document, which of its operations, and its variables."""

    document: str
    name: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GraphAnswer:
    """What came of an operation; without `data` nothing of it ran."""

    data: Mapping[str, Any] | None
    errors: Sequence[Mapping[str, Any]] = ()
    executed: bool = True

    def body(self) -> dict[str, Any]:
        """Give the answer as GraphQL's specification writes it."""
        body: dict[str, Any] = {"data": self.data} if self.executed else {}
        return body | ({"errors": list(self.errors)} if self.errors else {})


class Graph:
    """The graph over one database."""

    def __init__(self, database: Database, *, suggestions: bool = True) -> None:
        self._database = database
        self._schema = build_schema(suggestions=suggestions)
        self._reader = Reader(database, SHAPES, columns_by_type(plans()))

    async def run(
        self, operation: Operation, languages: Sequence[str] = (), *, now: datetime | None = None
    ) -> GraphAnswer:
        """Run one operation; failures are in the answer, each with its code."""
        context = RequestContext(
            now=now or datetime.now(UTC),
            languages=languages,
            loaders=Loaders(self._reader),
        )
        result = await self._schema.execute(
            operation.document,
            variable_values=dict(operation.variables),
            operation_name=operation.name,
            context_value=context,
        )
        errors = published(result.errors)
        executed = result.data is not None or any("path" in error for error in errors)
        return GraphAnswer(result.data, errors, executed)
