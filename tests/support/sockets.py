"""Keeps tests on this machine: unit tests off the network, all others on loopback."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest


def allow_loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves the machine."""
    _guard(monkeypatch, _is_loopback)


def block(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection but those to a socket file."""
    _guard(monkeypatch, lambda _: False)


def _guard(monkeypatch: pytest.MonkeyPatch, allowed: Any) -> None:
    def guarded(real: Any) -> Any:
        def connect(self: socket.socket, address: Any) -> Any:
            if self.family != socket.AF_UNIX and not allowed(address):
                message = f"a test tried to connect to {address}"
                raise RuntimeError(message)
            return real(self, address)

        return connect

    monkeypatch.setattr(socket.socket, "connect", guarded(_REAL_CONNECT))
    monkeypatch.setattr(socket.socket, "connect_ex", guarded(_REAL_CONNECT_EX))


def _is_loopback(address: Any) -> bool:
    try:
        return ipaddress.ip_address(address[0]).is_loopback
    except ValueError:
        return address[0] == "localhost"


_REAL_CONNECT = socket.socket.connect
_REAL_CONNECT_EX = socket.socket.connect_ex
