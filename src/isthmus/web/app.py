"""The application: routes, health, and what happens at start and stop."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from importlib import resources

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from isthmus.graph.executing import Graph
from isthmus.hub import Hub
from isthmus.identity.desk import Desk
from isthmus.settings import Settings
from isthmus.web.asgi import Handler, Routes
from isthmus.web.authenticating import Authenticating
from isthmus.web.calling_back import create_calling_back
from isthmus.web.explorer import STATIC, Explorer
from isthmus.web.guarding import Guarded
from isthmus.web.lasting import create_lasting
from isthmus.web.metrics import Metrics
from isthmus.web.pages import Pages
from isthmus.web.parts import create_budgets, create_endpoint, create_graph
from isthmus.web.presenting import create_presenting
from isthmus.web.signing_in import create_signing_in
from isthmus.web.tracing import Tracing, export_to


def examples() -> list[str]:
    """Give the example operations, in their order."""
    folder = resources.files("isthmus.graph") / "examples"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".graphql")), key=str)
    return [file.read_text(encoding="utf-8") for file in files]


def create_app(
    hub: Hub,
    settings: Settings,
    *,
    on_start: Callable[[], None] = lambda: None,
    graph: Graph | None = None,
    further: Sequence[str] = (),
) -> Handler:
    """Make the application over an open hub; it closes the hub when it stops.

    `further` operations stand in tabs of the explorer, after the examples.
    """
    if settings.traces_endpoint:
        export_to(settings.traces_endpoint)
    metrics, tracing = Metrics(), Tracing()
    graph = graph or create_graph(hub, settings, tracing)
    explorer = (
        Explorer([*examples(), *further], endpoint="/graphql", static="/static")
        if settings.explorer
        else None
    )
    desk = hub.identity()
    authenticating = Authenticating(desk.gate, desk.names.address)
    budgets = create_budgets(settings)
    lasting = create_lasting(hub, settings, graph, authenticating, metrics, tracing, budgets)
    endpoint = create_endpoint(
        hub,
        settings,
        graph,
        authenticating,
        metrics,
        tracing,
        budgets,
        explorer,
        lasting.streams,
    )
    pages = Pages(hub.database, metrics, explorer)
    rest = Guarded(_pages(hub, settings, desk, pages, metrics, on_start))
    table: dict[tuple[str, str], Handler] = {
        ("http", "/graphql"): endpoint,
        ("websocket", "/graphql"): lasting.sockets,
    }
    return Routes(table, rest)


def _pages(
    hub: Hub,
    settings: Settings,
    desk: Desk,
    pages: Pages,
    metrics: Metrics,
    on_start: Callable[[], None],
) -> Starlette:
    calling_back = create_calling_back(hub, settings, metrics)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await hub.listener.start()
        hub.sweeper.start()
        hub.connectors.begin()
        on_start()
        try:
            yield
        finally:
            await calling_back.close()
            await hub.close()

    routes: list[BaseRoute] = [
        Route("/", pages.index),
        Route("/ready", pages.ready),
        Route("/health", pages.health),
        Mount("/static", StaticFiles(directory=STATIC)),
        *create_signing_in(desk, settings).routes(),
    ]
    routes += create_presenting(hub, settings).routes()
    routes += calling_back.routes()
    if settings.metrics:
        routes.append(Route("/metrics", pages.figures))
    return Starlette(routes=routes, lifespan=lifespan)
