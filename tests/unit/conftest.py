"""Unit tests touch no network at all."""

from __future__ import annotations

import pytest

from tests.support import sockets


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    sockets.block(monkeypatch)
