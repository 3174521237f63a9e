"""Limit (L1): bytes held in memory, one answer a path, from Starlette: what HTTP alone costs.

The bytes are answers of the hub, from the files of a folder.
"""

from __future__ import annotations

import os
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def route(file: Path) -> Route:
    """Serve one file's bytes under its name."""
    body = file.read_bytes()

    async def answer(_: Request) -> Response:
        return Response(body, media_type="application/json")

    return Route(f"/{file.stem}", answer)


app = Starlette(routes=[route(file) for file in sorted(Path(os.environ["PEER_ANSWERS"]).iterdir())])
