"""The application: routes, health, and what happens at start and stop."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib import resources

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from isthmus.graph.executing import Graph
from isthmus.hub import Hub
from isthmus.settings import Settings
from isthmus.web.endpoint import GraphEndpoint
from isthmus.web.explorer import STATIC, Explorer
from isthmus.web.negotiating import prefers_html

INDEX = """isthmus: one graph over qualifications and vacancies.

/graphql   the graph (POST or GET; a browser gets GraphiQL)
/ready     200 once queries are served
/health    200 while the process is alive
"""


def examples() -> list[str]:
    """Give the example operations, in their order."""
    folder = resources.files("isthmus.graph") / "examples"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".graphql")), key=str)
    return [file.read_text(encoding="utf-8") for file in files]


def create_app(
    hub: Hub, settings: Settings, *, on_start: Callable[[], None] = lambda: None
) -> Starlette:
    """Make the application over an open hub; it closes the hub when it stops."""
    graph = Graph(hub.database, introspection=settings.introspection)
    explorer = (
        Explorer(examples(), endpoint="/graphql", static="/static") if settings.explorer else None
    )
    endpoint = GraphEndpoint(
        graph,
        body_limit=settings.body_max_bytes,
        languages=settings.languages,
        page=explorer,
    )

    async def index(request: Request) -> Response:
        if explorer is not None and prefers_html(request.headers.get("accept", "")):
            headers = {"content-security-policy": explorer.policy}
            return Response(explorer.page, media_type="text/html", headers=headers)
        return PlainTextResponse(INDEX)

    async def ready(_: Request) -> Response:
        if await hub.database.ping():
            return JSONResponse({"ready": True})
        return JSONResponse({"ready": False}, status_code=503, headers={"retry-after": "1"})

    async def health(_: Request) -> Response:
        return JSONResponse({"alive": True})

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        on_start()
        try:
            yield
        finally:
            await hub.close()

    return Starlette(
        routes=[
            Route("/", index),
            Route("/graphql", endpoint=endpoint),
            Route("/ready", ready),
            Route("/health", health),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        lifespan=lifespan,
    )
