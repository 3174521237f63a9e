"""Puts together what serves connections that stay open: sockets and streams of events."""

from __future__ import annotations

from dataclasses import dataclass

from isthmus.graph.executing import Graph
from isthmus.graph.subscribing import Subscriptions
from isthmus.hub import Hub
from isthmus.settings import Settings
from isthmus.web.admitting import Admission
from isthmus.web.authenticating import Authenticating
from isthmus.web.bodies import BodyReader
from isthmus.web.budgets import Budgets
from isthmus.web.metrics import Metrics
from isthmus.web.operating import Operating
from isthmus.web.origins import Origins
from isthmus.web.parts import create_documents
from isthmus.web.sockets import SocketEndpoint, SocketLimits
from isthmus.web.staying import Staying
from isthmus.web.streaming import StreamEndpoint
from isthmus.web.tracing import Tracing


@dataclass(frozen=True, slots=True)
class Lasting:
    """What serves them; one count bounds both."""

    sockets: SocketEndpoint
    streams: StreamEndpoint


def create_lasting(
    hub: Hub,
    settings: Settings,
    graph: Graph,
    authenticating: Authenticating,
    metrics: Metrics,
    tracing: Tracing,
    budgets: Budgets,
) -> Lasting:
    """Make both, and let the metrics see how many stay."""
    operating = Operating(
        graph,
        Subscriptions(graph, hub.database, hub.listener),
        create_documents(hub, settings),
        Admission(settings.max_concurrent, metrics),
        authenticating,
        budgets,
        metrics,
        tracing,
        settings.languages,
        most_followed=settings.max_subscriptions,
    )
    staying, origins = Staying(settings.max_sockets), Origins(settings.cors_origins)
    metrics.watch(
        lambda: {"connections_staying": staying.open, "subscriptions_open": operating.followed}
    )
    limits = SocketLimits(settings.body_max_bytes, settings.socket_operations)
    bodies = BodyReader(most=settings.body_max_bytes, seconds=settings.request_timeout)
    return Lasting(
        SocketEndpoint(operating, authenticating, staying, origins, limits),
        StreamEndpoint(operating, authenticating, staying, origins, bodies, hub.stopping),
    )
