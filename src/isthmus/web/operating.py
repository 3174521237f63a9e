"""Runs an operation for a connection that stays open: one answer, or one for each event."""

from __future__ import annotations

import logging
import secrets
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from time import perf_counter

from isthmus.errors import ErrorCode
from isthmus.graph.allowance import Allowance, Overspent
from isthmus.graph.answer import GraphAnswer, Operation, failed
from isthmus.graph.executing import Graph
from isthmus.graph.subscribing import Subscriptions
from isthmus.identity.gate import Admitted
from isthmus.query.languages import accepted
from isthmus.web.admitting import Admission
from isthmus.web.asgi import Scope
from isthmus.web.authenticating import ENDED, Authenticating
from isthmus.web.budgets import Budgets, too_many
from isthmus.web.decoding import Asked, BadRequest
from isthmus.web.documents import TrustedDocuments
from isthmus.web.metrics import Metrics
from isthmus.web.tracing import Tracing

log = logging.getLogger(__name__)


class Operating:
    """Answers operations of any kind; whatever goes wrong is an answer too."""

    def __init__(
        self,
        graph: Graph,
        subscriptions: Subscriptions,
        documents: TrustedDocuments,
        admission: Admission,
        authenticating: Authenticating,
        budgets: Budgets,
        metrics: Metrics,
        tracing: Tracing,
        languages: Sequence[str] = (),
        *,
        most_followed: int,
    ) -> None:
        self._graph = graph
        self._subscriptions = subscriptions
        self._documents = documents
        self._admission = admission
        self._authenticating = authenticating
        self._budgets = budgets
        self._metrics = metrics
        self._tracing = tracing
        self._languages = tuple(languages)
        self._most_followed = most_followed
        self.followed = 0
        """Subscriptions at this moment."""

    async def operation(self, asked: Asked) -> Operation:
        """Give the operation that is asked for; raise `BadRequest` where it may not run."""
        return await self._documents.operation(asked)

    async def answers(
        self, asked: Asked | Operation, scope: Scope, caller: Admitted
    ) -> AsyncGenerator[GraphAnswer, None]:
        """Give the answers; one that is not `executed` is the only and last."""
        try:
            await self._check(caller)
            allowance = self._budgets.of_caller(scope, caller.viewer)
            operation = asked if isinstance(asked, Operation) else await self.operation(asked)
            follows = self._subscriptions.is_subscription(operation)
            run = self._followed if follows else self._answered
            headers = dict(scope["headers"])
            async with aclosing(run(operation, headers, caller, allowance)) as answers:
                async for answer in answers:
                    yield answer
        except BadRequest as bad:
            yield refused(bad)
        except Overspent as spent:
            yield refused(too_many(spent))
        except Exception as error:  # noqa: BLE001 - one operation ends, and not its connection
            yield _masked(error)

    async def _check(self, caller: Admitted) -> None:
        """Raise `BadRequest` where a caller let in before no longer is one."""
        if not await self._authenticating.stands(caller):
            raise BadRequest(401, ENDED, ErrorCode.UNAUTHENTICATED)

    async def _followed(
        self,
        operation: Operation,
        headers: Mapping[bytes, bytes],
        caller: Admitted,
        allowance: Allowance,
    ) -> AsyncGenerator[GraphAnswer, None]:
        languages = self._languages_of(headers)
        if self.followed >= self._most_followed:
            message = "As many subscriptions are followed as may be; try again later."
            raise BadRequest(503, message, ErrorCode.OVERLOADED)
        self.followed += 1
        try:
            run = self._subscriptions.run(
                operation, languages, viewer=caller.viewer, allowance=allowance
            )
            async with aclosing(run) as answers:
                async for answer in answers:
                    await self._check(caller)  # each event is read anew, and so is who reads it
                    self._metrics.count("event", _outcome(answer), 0.0)
                    yield answer
        finally:
            self.followed -= 1

    async def _answered(
        self,
        operation: Operation,
        headers: Mapping[bytes, bytes],
        caller: Admitted,
        allowance: Allowance,
    ) -> AsyncGenerator[GraphAnswer, None]:
        began = perf_counter()
        with self._tracing.operation(headers) as span:
            with self._admission:
                languages = self._languages_of(headers)
                answer = await self._graph.run(
                    operation, languages, viewer=caller.viewer, allowance=allowance
                )
            span.done(operation, answer)
        self._metrics.count(answer.operation_type, _outcome(answer), perf_counter() - began)
        yield answer

    def _languages_of(self, headers: Mapping[bytes, bytes]) -> Sequence[str]:
        stated = headers.get(b"accept-language", b"").decode("latin-1")
        return accepted(stated) or self._languages


def refused(bad: BadRequest) -> GraphAnswer:
    """Give the answer that says why a request cannot be taken."""
    return failed([{"message": bad.message, "extensions": {"code": bad.code.value}}])


def _outcome(answer: GraphAnswer) -> str:
    return answer.codes[0] if answer.codes else "ok"


def _masked(error: Exception) -> GraphAnswer:
    name = secrets.token_hex(6)
    log.error("error %s", name, exc_info=error)
    told = {"code": ErrorCode.INTERNAL.value, "errorId": name}
    return failed([{"message": "Something went wrong in the hub.", "extensions": told}])
