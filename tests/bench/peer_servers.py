"""How the hub, the peers and the limits are started."""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import unquote

from tests.bench import shared_harness
from tests.bench.prepared import HOME, Prepared, say
from tests.bench.processes import Spec

PEERS = Path(__file__).parent / "peers"
UVICORN = ("-m", "uvicorn", "--port", "{port}", "--loop", "uvloop", "--http", "httptools",
           "--log-level", "warning", "--no-access-log")  # fmt: skip


NO_CACHES = {"answer_cache_bytes": "0", "remembered_bytes": "0"}
"""Peers have no caches of answers or of parts of them: without them is the comparison."""


MANY_POINTS = "1000000000"
"""Points are counted, but the one caller that all load comes from does not run out of them."""


def hub(url: str, key: str = "hub", name: str = "isthmus, no caches", **settings: str) -> Spec:
    """Start the hub as an operator does, over a filled database; caches only where asked for."""
    chosen = NO_CACHES | {"rate_points": MANY_POINTS} | settings
    environment = {f"ISTHMUS_{k.upper()}": v for k, v in chosen.items()}
    return Spec(
        key, name, (sys.executable, "-m", "isthmus", "serve"),
        {"ISTHMUS_DATABASE_URL": url, "ISTHMUS_PORT": "{port}", **environment}, HOME,
    )  # fmt: skip


def remembering_hub(url: str) -> Spec:
    """Give the hub with parts of answers remembered between changes, to be reported apart."""
    name = "isthmus, catalogue parts remembered"
    return hub(url, "hub+", name, remembered_bytes=str(32 * 1024 * 1024))


def _python(
    key: str,
    name: str,
    module: str,
    path: str = "/graphql",
    python: Path | str = sys.executable,
    **environment: str,
) -> Spec:
    return Spec(key, name, (str(python), *UVICORN, f"{module}:app"), environment, PEERS, path)


def strawberry_pg(url: str, python: Path) -> Spec:
    """Give (a-pg)."""
    database = url.replace("postgresql://", "postgresql+asyncpg://", 1)
    name = "Strawberry + aiodataloader + SQLModel, same PostgreSQL"
    return _python("a-pg", name, "strawberry_peer", "/graphql/", python, PEER_DATABASE=database)


def strawberry_sqlite(file: Path, python: Path) -> Spec:
    """Give (a)."""
    name = "Strawberry + aiodataloader + SQLModel, SQLite"
    database = f"sqlite+aiosqlite:///{file}"
    return _python("a", name, "strawberry_peer", "/graphql/", python, PEER_DATABASE=database)


def statement(url: str) -> Spec:
    """Give (L2p)."""
    name = "one json_agg statement, same PostgreSQL"
    return _python("L2p", name, "statement_peer", PEER_DATABASE=url)


def constant(answers: Path) -> Spec:
    """Give (L1) over a folder of answers."""
    return _python("L1", "constant bytes", "constant_peer", PEER_ANSWERS=str(answers))


def mercurius_pg(url: str, modules: Path) -> Spec:
    """Give (c-pg)."""
    database, _, host = url.rpartition("?host=")
    environment = {
        "PGUSER": "postgres",
        "PGHOST": unquote(host),
        "PGDATABASE": database.rpartition("/")[2],
    }
    return _mercurius("c-pg", "Mercurius JIT, same PostgreSQL", modules, environment)


def mercurius_sqlite(file: Path, modules: Path) -> Spec:
    """Give (c)."""
    return _mercurius("c", "Mercurius JIT, SQLite", modules, {"PEER_DATABASE": str(file)})


def _mercurius(key: str, name: str, modules: Path, environment: dict[str, str]) -> Spec:
    said = {"PEER_MODULES": str(modules), "PORT": "{port}", "NODE_ENV": "production"}
    return Spec(key, name, ("node", "mercurius_peer.mjs"), environment | said, PEERS)


def all_peers(prepared: Prepared, size: str) -> list[Spec]:
    """Give the peers that can run here."""
    url, file = prepared.hub(size), prepared.sqlite(size)
    python, modules = shared_harness.python(), shared_harness.node_modules()
    found = []
    if python is not None:
        found += [strawberry_pg(url, python), strawberry_sqlite(file, python)]
    if modules is not None:
        found += [mercurius_pg(url, modules), mercurius_sqlite(file, modules)]
    if python is None or modules is None:
        say("some peers are left out; `make bench-peers` installs what they need")
    return [*found, statement(url)]
