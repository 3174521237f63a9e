"""Runs subscriptions: one stream of events, and for each of them one answer.

Every event is executed as a request of its own, with its own moment, loaders and deadline, so
that nothing read for one event is given with the next.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any, cast

import orjson
from graphql import (
    ExecutionResult,
    GraphQLError,
    create_source_event_stream,
    execute_subscription_event,
)
from graphql.execution import Executor

from isthmus.errors import ErrorCode, Refused
from isthmus.graph.allowance import Allowance
from isthmus.graph.answer import GraphAnswer, Operation, codes_of, failed
from isthmus.graph.context import StreamContext
from isthmus.graph.executing import Graph
from isthmus.graph.failures import published
from isthmus.graph.loading import Loaders
from isthmus.graph.releasing import beside, denied, name_of
from isthmus.model.viewer import ANONYMOUS, Viewer
from isthmus.query.preparing import NotPrepared, refusal
from isthmus.query.stitching import as_json
from isthmus.query.variables import VariablesInvalid
from isthmus.store.database import Database
from isthmus.store.feed import Feed
from isthmus.store.listening import Listener

KIND = "subscription"
AT_ONCE = 4
"""Events answered at one time, so that a crowd of subscribers leaves room for everyone else."""


class Subscriptions:
    """The subscriptions of one graph."""

    def __init__(self, graph: Graph, database: Database, listener: Listener) -> None:
        self._graph = graph
        self._feed = Feed(database)
        self._listener = listener
        self._turns = asyncio.Semaphore(AT_ONCE)

    def is_subscription(self, operation: Operation) -> bool:
        """Tell whether an operation is one; false too for what cannot run at all."""
        if KIND not in operation.document:
            return False
        try:
            return self._graph.documents.prepare(operation.document, operation.name).kind == KIND
        except NotPrepared:
            return False

    async def run(
        self,
        operation: Operation,
        languages: Sequence[str] = (),
        *,
        viewer: Viewer = ANONYMOUS,
        allowance: Allowance | None = None,
    ) -> AsyncGenerator[GraphAnswer, None]:
        """Give an answer for each event; one that is not `executed` is the only and last.

        Closing the generator ends the subscription and whatever it was doing. It is paid for
        once, when it begins; raise `Overspent` where there is too little for that.
        """
        try:
            executor = await self._executor(operation, languages, viewer, allowance)
            source = create_source_event_stream(executor)
            stream = await source if isinstance(source, Awaitable) else source
        except (NotPrepared, VariablesInvalid) as invalid:
            yield failed(published(invalid.errors), operation_type=KIND)
            return
        if isinstance(stream, ExecutionResult):
            yield failed(published(stream.errors), operation_type=KIND)
            return
        events = cast("AsyncGenerator[Any, None]", stream)
        async with aclosing(events):
            async for answer in self._answers(executor, events, languages, viewer):
                yield answer

    async def _answers(
        self,
        executor: Executor[Any],
        events: AsyncIterator[Any],
        languages: Sequence[str],
        viewer: Viewer,
    ) -> AsyncIterator[GraphAnswer]:
        try:
            async for event in events:
                yield await self._answer(executor, event, languages, viewer)
        except Exception as error:  # noqa: BLE001 - whatever ends the stream, the caller is told
            cause = error if isinstance(error, GraphQLError) else _located(error)
            yield failed(published([cause]), operation_type=KIND)

    async def _answer(
        self, executor: Executor[Any], event: Any, languages: Sequence[str], viewer: Viewer
    ) -> GraphAnswer:
        """Execute one event within its deadline, by what the consents are at its moment."""
        try:
            async with self._turns, asyncio.timeout(self._graph.limits.seconds):
                result = await self._released(executor, event, languages, viewer)
        except TimeoutError:
            message = "The event's answer ran past its deadline."
            late = refusal(Refused(ErrorCode.DEADLINE_EXCEEDED, message))
            result = ExecutionResult(None, [late])
        errors = published(result.errors)
        body = b'{"data":' + as_json(result.data)
        if errors:
            body += b',"errors":' + orjson.dumps(errors)
        return GraphAnswer(body + b"}", codes=codes_of(errors), operation_type=KIND)

    async def _released(
        self, executor: Executor[Any], event: Any, languages: Sequence[str], viewer: Viewer
    ) -> ExecutionResult:
        """Execute one event, once more where a consent ended meanwhile."""
        for _ in range(2):
            one = executor.build_per_event_executor(event)
            context = one.context_value = await self._context(languages, viewer)
            made = execute_subscription_event(one)
            result = made if isinstance(made, ExecutionResult) else await made
            if await context.seeing.permits.release(name_of(executor.operation)):
                return beside(result, context.seeing.faults)
        return denied(result)

    async def _executor(
        self,
        operation: Operation,
        languages: Sequence[str],
        viewer: Viewer,
        allowance: Allowance | None,
    ) -> Executor[Any]:
        """Check an operation as any other, cost included, and make what runs it."""
        ready = self._graph.ready(operation, allowance=allowance)
        if ready.prepared.kind != KIND:
            message = "Only a subscription can be followed."
            raise NotPrepared([refusal(Refused(ErrorCode.ARGUMENT_INVALID, message))])
        built = Executor.build(
            self._graph.schema,
            ready.prepared.document,
            context_value=await self._context(languages, viewer),
            raw_variable_values=dict(operation.variables),
            operation_name=operation.name,
        )
        if isinstance(built, list):
            raise NotPrepared(built)
        return built

    async def _context(self, languages: Sequence[str], viewer: Viewer) -> StreamContext:
        reader, now = self._graph.reader, datetime.now(UTC)
        return StreamContext(
            now=now,
            languages=languages,
            loaders=Loaders(reader),
            viewer=viewer,
            seeing=await self._graph.seeing(viewer, now),
            feed=self._feed,
            listener=self._listener,
            reader=reader,
            look=lambda: self._graph.seeing(viewer, datetime.now(UTC)),
        )


def _located(error: Exception) -> GraphQLError:
    return GraphQLError(str(error), original_error=error)
