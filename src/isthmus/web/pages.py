"""The pages beside the graph: what is here, whether it works, and its figures."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from isthmus.store.database import Database
from isthmus.web.explorer import Explorer
from isthmus.web.metrics import MEDIA, Metrics
from isthmus.web.negotiating import wish_of

INDEX = """isthmus: one graph over qualifications and vacancies.

/graphql   the graph, by POST or GET
/ready     200 once queries are served
/health    200 while the process is alive
/metrics   figures for Prometheus
"""


class Pages:
    """Answers each page over one database."""

    def __init__(self, database: Database, metrics: Metrics, explorer: Explorer | None) -> None:
        self._database = database
        self._metrics = metrics
        self._explorer = explorer

    async def index(self, request: Request) -> Response:
        """Say what is here; a browser gets the explorer."""
        accept = request.headers.get("accept", "").encode("latin-1")
        if self._explorer is not None and wish_of(accept).wants_page:
            headers = {"content-security-policy": self._explorer.policy, "vary": "accept"}
            return Response(self._explorer.page, media_type="text/html", headers=headers)
        return PlainTextResponse(INDEX, headers={"vary": "accept"})

    async def ready(self, _: Request) -> Response:
        """Say whether queries are answered."""
        if await self._database.ping():
            return JSONResponse({"ready": True})
        return JSONResponse({"ready": False}, status_code=503, headers={"retry-after": "1"})

    async def health(self, _: Request) -> Response:
        """Say that the process is alive."""
        return JSONResponse({"alive": True})

    async def figures(self, _: Request) -> Response:
        """Give the figures."""
        return Response(self._metrics.text(), media_type=MEDIA)
