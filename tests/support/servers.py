"""PostgreSQL servers of a test's own, each in a folder that goes when it stops."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from isthmus.store.embedded import EmbeddedServer


@contextmanager
def a_server(purpose: str) -> Iterator[EmbeddedServer]:
    """Run a server in a new folder; `purpose` is in the folder's name."""
    with tempfile.TemporaryDirectory(prefix=f"isthmus-{purpose}-") as home, up(Path(home)) as made:
        yield made


@contextmanager
def up(home: Path) -> Iterator[EmbeddedServer]:
    """Keep the server of a home up."""
    server = EmbeddedServer(home)
    server.start()
    try:
        yield server
    finally:
        server.stop()
