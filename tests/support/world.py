"""Fills a database with the playground, as `isthmus demo` does."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from isthmus.cli.demonstrating import fill
from isthmus.hub import Hub
from isthmus.settings import Settings
from isthmus.store.database import Database

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 11, 24)


async def fill_world(url: str) -> None:
    """Read every simulated source into the database at `url`."""
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home), allow_loopback=True)
        async with await Database.open(url=url, home=Path(home)) as database:
            if not await fill(Hub(settings, database, ROOT), TODAY):
                message = "the playground did not load"
                raise RuntimeError(message)
            await database.execute("ANALYZE")
