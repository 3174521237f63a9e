"""Tests that stand beside a connector ask for the same things as those under tests/connectors."""

from __future__ import annotations

from tests.conftest import _loopback_only, fixtures, shared
from tests.connectors.conftest import http, read_stream, replay

__all__ = ["_loopback_only", "fixtures", "http", "read_stream", "replay", "shared"]
