"""Puts the graph's endpoint together from the settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from isthmus.graph.executing import Graph, Limits
from isthmus.hub import Hub
from isthmus.settings import Settings
from isthmus.store.database import Database
from isthmus.store.documents import find_document
from isthmus.web.admitting import Admission
from isthmus.web.asgi import Handler
from isthmus.web.authenticating import Authenticating
from isthmus.web.bodies import BodyReader
from isthmus.web.budgets import Budgets
from isthmus.web.documents import TrustedDocuments
from isthmus.web.endpoint import GraphEndpoint
from isthmus.web.explorer import Explorer
from isthmus.web.guard import DocumentGuard, GuardLimits
from isthmus.web.metrics import Metrics
from isthmus.web.origins import Origins
from isthmus.web.replies import Replies
from isthmus.web.tracing import Tracing


def create_graph(hub: Hub, settings: Settings, tracing: Tracing) -> Graph:
    """Make the graph, guarded."""
    return Graph(
        hub.database,
        limits=Limits(
            max_tokens=settings.max_tokens,
            max_cost=settings.max_cost,
            seconds=settings.request_timeout,
        ),
        guard=create_guard(settings),
        introspection=settings.introspection,
        security=settings.subgraph_security,
        compiling=settings.plans,
        remembered_bytes=settings.remembered_bytes,
        watch=tracing.watch,
        generations=lambda: hub.listener.generations,
        verifier=hub.verifier,
        people=hub.people,
        readings=hub.readings(),
    )


def create_guard(settings: Settings) -> DocumentGuard:
    """Make the document guard."""
    return DocumentGuard(
        GuardLimits(
            depth=settings.max_depth,
            introspection_depth=settings.max_introspection_depth,
            aliases=settings.max_aliases,
            root_fields=settings.max_root_fields,
            selections=settings.max_selections,
            repeats=settings.max_repeats,
            directives=settings.max_directives,
            operations=settings.max_operations,
            fragments=settings.max_fragments,
            variables=settings.max_variables,
        )
    )


def create_budgets(settings: Settings) -> Budgets:
    """Make the count of what callers ask for, by their roles."""
    points, costs = _by_role(settings.role_points), _by_role(settings.role_costs)
    return Budgets(
        lambda role: points.get(role, settings.rate_points),
        costs=costs.get,
        trusted_proxies=settings.trusted_proxies,
    )


def _by_role(stated: Sequence[str]) -> dict[str, int]:
    """Read `role=number`."""
    parted = (entry.partition("=") for entry in stated)
    return {role: int(number) for role, _, number in parted}


def create_documents(hub: Hub, settings: Settings) -> TrustedDocuments:
    """Make the look-up of registered documents; every transport asks it."""
    return TrustedDocuments(partial(find_document, hub.database), only=settings.trusted_only)


def create_endpoint(
    hub: Hub,
    settings: Settings,
    graph: Graph,
    authenticating: Authenticating,
    metrics: Metrics,
    tracing: Tracing,
    budgets: Budgets,
    explorer: Explorer | None,
    stream: Handler | None = None,
) -> GraphEndpoint:
    """Make the endpoint, and let the metrics see its parts."""
    replies = Replies(settings.answer_cache_bytes)
    metrics.watch(lambda: {"answer_cache_bytes": replies.bytes})
    metrics.watch(partial(_connections, hub.database))
    metrics.watch_generation(lambda: graph.generation)
    return GraphEndpoint(
        graph,
        authenticating=authenticating,
        bodies=BodyReader(most=settings.body_max_bytes, seconds=settings.request_timeout),
        documents=create_documents(hub, settings),
        admission=Admission(settings.max_concurrent, metrics),
        budgets=budgets,
        replies=replies,
        origins=Origins(settings.cors_origins),
        metrics=metrics,
        tracing=tracing,
        languages=settings.languages,
        page=explorer,
        stream=stream,
    )


def _connections(database: Database) -> Mapping[str, float]:
    open_, idle = database.connections()
    return {"database_connections_open": open_, "database_connections_in_use": open_ - idle}
