"""Limit (L1): the same bytes to every request, from Starlette: what HTTP alone costs here.

The bytes are an answer of the hub, from a file, with the headers a cacheable answer needs.
"""

from __future__ import annotations

import os
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

BODY = Path(os.environ["PEER_ANSWER"]).read_bytes()


async def answer(request: Request) -> Response:
    """Give the bytes."""
    await request.body()
    return Response(BODY, media_type="application/json")


app = Starlette(routes=[Route("/graphql", answer, methods=["GET", "POST"])])
