"""Runs operations: the compiled part by its plan, the rest by Strawberry's executor.

A compiled part that meets something irregular (an argument out of range, a null where none may
stand, a database that fails) is run again by the executor, which knows what the specification
wants of errors; that way there is one place where failures become answers.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from time import time
from typing import Any

import orjson
from graphql import DocumentNode, ExecutionResult, execute

from isthmus.credentials.verifier import Verifier
from isthmus.errors import ErrorCode, Refused
from isthmus.graph.allowance import Allowance
from isthmus.graph.answer import GraphAnswer, Operation, codes_of, failed
from isthmus.graph.context import RequestContext
from isthmus.graph.failures import published
from isthmus.graph.loading import Loaders
from isthmus.graph.people import GivePeople
from isthmus.graph.releasing import beside, denied, name_of, withheld
from isthmus.graph.rows import GUARDED, SHAPES, WEIGHTS, types_by_prefix
from isthmus.graph.schema import build_schema, plans
from isthmus.graph.seeing import Seeing
from isthmus.model.viewer import ANONYMOUS, Viewer
from isthmus.query.arguments import Irregular, Variables
from isthmus.query.calling import Request, Unplanned
from isthmus.query.compiled import Depends
from isthmus.query.compiling import Graph as GraphOfPlans
from isthmus.query.explaining import explain
from isthmus.query.planning import OperationPlan, plan_of
from isthmus.query.preparing import Documents, Guard, NotPrepared, Prepared, refusal
from isthmus.query.reading import Reader, columns_by_type
from isthmus.query.remembering import Memory
from isthmus.query.running import depends_on, run_plan
from isthmus.query.statements import Watch
from isthmus.query.stitching import as_json
from isthmus.query.variables import VariablesInvalid
from isthmus.store.database import FAILURES, Database
from isthmus.sync.readings import Readings

__all__ = ["Graph", "GraphAnswer", "Limits", "Operation"]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one operation may take."""

    max_tokens: int | None = None
    max_cost: int | None = None
    seconds: float = 20.0
    documents: int = 1000


@dataclass(frozen=True, slots=True)
class Ready:
    """An operation that may run, with its plan and its variables."""

    prepared: Prepared
    plan: OperationPlan
    variables: Variables
    cost: int
    allowance: Allowance | None = None
    """What its caller has left, now that the cost is taken from it."""


def this_minute() -> datetime:
    """Give the moment of a request, in whole minutes.

    Ages are told by it, so that an answer holds still for a minute and can be told unchanged.
    """
    return datetime.now(UTC).replace(second=0, microsecond=0)


class Graph:
    """The graph over one database."""

    def __init__(
        self,
        database: Database | None,
        *,
        limits: Limits | None = None,
        guard: Guard | None = None,
        introspection: bool = True,
        security: bool = False,
        compiling: bool = True,
        watch: Watch | None = None,
        generations: Callable[[], tuple[str, str] | None] = lambda: None,
        remembered_bytes: int = 0,
        verifier: Callable[[], Verifier] | None = None,
        people: GivePeople | None = None,
        readings: Readings | None = None,
    ) -> None:
        """Make the graph; without a database it can only be asked for plans.

        `security` tells routers which fields need a token. `generations` gives those of the
        records and of the sources, or None while unknown; `remembered_bytes` bounds what is
        remembered of catalogues between changes. Without a `verifier` no credential can be
        verified, without `people` nobody is known, without `readings` no source is read.
        """
        store: Any = database
        self._database: Database = store
        self.limits = limits or Limits()
        self.schema = build_schema(suggestions=introspection, security=security)._schema  # noqa: SLF001
        self.reader = Reader(self._database, SHAPES, columns_by_type(plans()), watch)
        self._memory = Memory(remembered_bytes) if remembered_bytes else None
        remembering = self._memory is not None
        self._plans = GraphOfPlans(self.schema, plans(), SHAPES, remembering, WEIGHTS, GUARDED)
        self._types = types_by_prefix()
        self._compiling = compiling
        self._watch = watch
        self._generations = generations
        self._verifier = verifier
        self._people = people
        self._readings = readings
        self.documents = Documents(
            self.schema,
            guard=guard,
            max_tokens=self.limits.max_tokens,
            introspection=introspection,
            most=self.limits.documents,
        )

    async def run(
        self,
        operation: Operation,
        languages: Sequence[str] = (),
        *,
        now: datetime | None = None,
        viewer: Viewer = ANONYMOUS,
        allowance: Allowance | None = None,
    ) -> GraphAnswer:
        """Run one operation for a caller; failures are in the answer, each with its code.

        Raise `Overspent` where it costs more than the caller's allowance has left.
        """
        try:
            ready = self.ready(operation, languages, allowance)
        except (NotPrepared, VariablesInvalid) as invalid:
            return failed(published(invalid.errors))
        kind = ready.prepared.kind
        if kind == "subscription":
            message = "A subscription needs a connection that stays open."
            error = refusal(Refused(ErrorCode.ARGUMENT_INVALID, message))
            return failed(published([error]), operation_type=kind)
        generations = self._generations()
        request = Request(
            ready.variables,
            languages,
            now or this_minute(),
            self._watch,
            self._memory,
            None if generations is None else generations[0],
        )
        try:
            async with asyncio.timeout(self.limits.seconds):
                return await self._answer(operation, ready, request, viewer)
        except TimeoutError:
            message = "The request ran past its deadline."
            error = refusal(Refused(ErrorCode.DEADLINE_EXCEEDED, message))
            return _with_nothing(published([error]), kind, ready.cost)

    @property
    def generation(self) -> str | None:
        """Name the state of all data; None while it is not known."""
        found = self._generations()
        # minutes since 1970: those of a day would come again tomorrow
        return None if found is None else ".".join((*found, str(int(time() // 60))))

    def etag(self, operation: Operation, languages: Sequence[str] = ()) -> str | None:
        """Name the answer that an operation has now, without running it; None where it cannot."""
        if self._generations() is None:
            return None
        try:
            ready = self.ready(operation, languages)
            depends = depends_on(ready.plan, self._types, ready.variables)
        except (NotPrepared, VariablesInvalid, Irregular, Refused, Unplanned):
            return None
        return self._etag(operation, ready.variables, languages, depends)

    def explain(self, operation: Operation, languages: Sequence[str] = ()) -> str:
        """Write the plan of an operation; raise `NotPrepared` where it is not valid."""
        ready = self.ready(operation, languages)
        request = Request(ready.variables, languages, this_minute())
        return explain(ready.plan, self._types, request)

    def ready(
        self,
        operation: Operation,
        languages: Sequence[str] = (),
        allowance: Allowance | None = None,
    ) -> Ready:
        """Check an operation, and have its caller pay for it.

        Raise `NotPrepared`, `VariablesInvalid` or `Overspent` where it may not run.
        """
        prepared = self.documents.prepare(operation.document, operation.name)
        variables = prepared.coerce(operation.variables)
        flags = {name: bool(variables.coerced.get(name)) for name in prepared.flags}
        choosing = bool(languages)
        plan = plan_of(self._plans, prepared, flags, compiling=self._compiling, choosing=choosing)
        cost = plan.cost(variables)
        most = self._most(allowance)
        if most is not None and cost > most:
            message = f"The estimate is {cost}; {most} is allowed. Ask for smaller pages."
            raise NotPrepared([refusal(Refused(ErrorCode.COST_EXCEEDED, message))])
        if allowance is not None:
            allowance.spend(cost)
        return Ready(prepared, plan, variables, cost, allowance)

    async def _answer(
        self, operation: Operation, ready: Ready, request: Request, viewer: Viewer
    ) -> GraphAnswer:
        plan, generations = ready.plan, self._generations()
        if plan.compiled is not None or plan.nodes:
            try:
                async with self._database.reading() as connection:
                    data = await run_plan(plan, self._types, request, connection)
            except (Irregular, Refused, Unplanned):
                return await self._executed(ready, operation, request, viewer)
            except FAILURES as error:
                log.warning("a plan failed: %s", type(error).__name__)
                return await self._executed(ready, operation, request, viewer)
            if plan.executed is None:
                return self._compiled_answer(operation, ready, request, data, generations)
            rest = await self._execute(ready, plan.executed, operation, request, viewer)
            return _joined(plan, data, rest, ready, self._extensions(ready))
        return await self._executed(ready, operation, request, viewer)

    def _compiled_answer(
        self,
        operation: Operation,
        ready: Ready,
        request: Request,
        data: Mapping[str, Any],
        generations: tuple[str, str] | None,
    ) -> GraphAnswer:
        plan = ready.plan
        if not plan.is_whole:
            data = {key: data[key] for key in plan.keys}
        body = b'{"data":' + as_json(data) + self._extensions(ready) + b"}"
        etag = None
        if generations is not None and generations == self._generations():
            depends = depends_on(plan, self._types, ready.variables)
            etag = self._etag(operation, ready.variables, request.languages, depends)
        return GraphAnswer(body, cost=ready.cost, etag=etag)

    def _etag(
        self,
        operation: Operation,
        variables: Variables,
        languages: Sequence[str],
        depends: Depends,
    ) -> str | None:
        generations = self._generations()
        if generations is None or depends is Depends.NOTHING_SAID:
            return None
        told = (
            (*generations, this_minute().isoformat())[: depends.value],
            operation.document,
            operation.name,
            variables.coerced,
            languages,
        )
        data = orjson.dumps(told, default=str, option=orjson.OPT_SORT_KEYS)
        return hashlib.blake2b(data, digest_size=12).hexdigest()

    async def _executed(
        self, ready: Ready, operation: Operation, request: Request, viewer: Viewer
    ) -> GraphAnswer:
        document = ready.prepared.document
        result = await self._execute(ready, document, operation, request, viewer)
        errors = published(result.errors)
        if result.data is None and not any("path" in error for error in errors):
            return failed(errors, operation_type=ready.prepared.kind, cost=ready.cost)
        return _written(as_json(result.data), errors, ready, self._extensions(ready))

    async def _execute(
        self,
        ready: Ready,
        document: DocumentNode,
        operation: Operation,
        request: Request,
        viewer: Viewer,
    ) -> ExecutionResult:
        """Execute, and let go of nothing that a consent no longer covers.

        Where one ended while the answer was made, what only reads is executed once more with
        what holds now; what was done is never done twice, and shows nothing of it.
        """
        name = name_of(ready.prepared.definition)
        for _ in range(2):
            seeing = await self.seeing(viewer, request.now)
            result = await self._execute_once(document, ready, operation, request, seeing)
            if await seeing.permits.release(name):
                return beside(result, seeing.faults)
            if ready.prepared.kind == "mutation":
                return withheld(result)
        return denied(result)

    async def seeing(self, viewer: Viewer, now: datetime) -> Seeing:
        """Give what one request may see of people, with nothing read yet."""
        known = self._people is not None and not viewer.is_anonymous
        people = await self._people() if self._people is not None and known else None
        return Seeing(viewer, people, now)

    async def _execute_once(
        self,
        document: DocumentNode,
        ready: Ready,
        operation: Operation,
        request: Request,
        seeing: Seeing,
    ) -> ExecutionResult:
        context = RequestContext(
            now=request.now,
            languages=request.languages,
            loaders=Loaders(self.reader),
            verifier=self._verifier,
            viewer=seeing.viewer,
            allowance=ready.allowance,
            seeing=seeing,
            readings=self._readings,
        )
        made = execute(
            self.schema,
            document,
            variable_values=dict(operation.variables),
            operation_name=operation.name,
            context_value=context,
        )
        return made if isinstance(made, ExecutionResult) else await made

    def _most(self, allowance: Allowance | None) -> int | None:
        """Give how much one operation may cost: by its caller's role, else anyone's."""
        own = allowance.most if allowance is not None else None
        return self.limits.max_cost if own is None else own

    def _extensions(self, ready: Ready) -> bytes:
        most = self._most(ready.allowance)
        if most is None:
            return b""
        return b',"extensions":{"cost":{"estimated":%d,"limit":%d}}' % (ready.cost, most)


def _joined(
    plan: OperationPlan,
    data: Mapping[str, Any],
    rest: ExecutionResult,
    ready: Ready,
    extensions: bytes,
) -> GraphAnswer:
    """Join what was compiled and what was executed, in the order asked."""
    errors = published(rest.errors)
    if rest.data is None:
        return _written(b"null", errors, ready, extensions)
    parts = [
        as_json(key) + b":" + as_json(data[key] if key in data else rest.data[key])
        for key in plan.keys
    ]
    return _written(b"{" + b",".join(parts) + b"}", errors, ready, extensions)


def _written(
    data: bytes, errors: Sequence[Mapping[str, Any]], ready: Ready, extensions: bytes
) -> GraphAnswer:
    body = b'{"data":' + data
    if errors:
        body += b',"errors":' + orjson.dumps(errors)
    return GraphAnswer(
        body + extensions + b"}",
        codes=codes_of(errors),
        operation_type=ready.prepared.kind,
        cost=ready.cost,
    )


def _with_nothing(errors: Sequence[Mapping[str, Any]], kind: str, cost: int) -> GraphAnswer:
    """Give the answer of an operation that ran and came to nothing."""
    body = orjson.dumps({"data": None, "errors": errors})
    return GraphAnswer(body, codes=codes_of(errors), operation_type=kind, cost=cost)
