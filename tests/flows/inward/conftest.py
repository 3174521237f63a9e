"""A hub as in production, the internet around it, and a trap behind the machine's own addresses."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from isthmus.hub import Hub
from isthmus.settings import Settings
from isthmus.store.database import Database
from tests.conftest import ROOT
from tests.flows.inward.doors import Doors
from tests.support.inward import Internet, Trap
from tests.support.inward_addresses import NAMES
from tests.support.replay import Replay


@pytest.fixture
def trap() -> Iterator[Trap]:
    """Whoever comes here should not have."""
    with Trap().listening() as listening:
        yield listening


@pytest.fixture
def internet(replay: Replay, monkeypatch: pytest.MonkeyPatch) -> Internet:
    """The open internet, with the replay at its one address."""
    port = urlsplit(replay.url).port
    assert port is not None
    roots = ssl.create_default_context()  # read once for some hundred readings, not at each
    monkeypatch.setattr(ssl, "create_default_context", lambda: roots)
    return Internet(NAMES, port).installed(monkeypatch)


def hub_of(database: Database, home: Path, *, allow_loopback: bool = False) -> Hub:
    """Give a hub with the connectors of a trial."""
    settings = Settings(
        home=home, allow_loopback=allow_loopback, source_timeout=5.0, source_attempts=1,
        connectors_dir=str(home / "connectors"),
    )  # fmt: skip
    return Hub(settings, database, ROOT)


@pytest.fixture
def doors(database: Database, tmp_path: Path, replay: Replay, internet: Internet) -> Doors:
    """Every way in."""
    (tmp_path / "connectors").mkdir()
    return Doors(hub_of(database, tmp_path), replay, tmp_path / "connectors")
