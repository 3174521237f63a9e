"""The open internet, and what stands behind this machine's own addresses, as hostile trials need.

`Trap` listens where a hub must never go and counts who came. `Internet` gives names and public
addresses; it stands below everything of ours, at the sockets and the resolver, and takes down
every address that is dialled.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import pytest

PUBLIC = "93.184.215.14"
"""An address of the open internet, behind which a replay of the test stands."""
OWN = socket.AF_INET, socket.AF_INET6
_REAL_CONNECT = socket.socket.connect
_REAL_GETADDRINFO = socket.getaddrinfo
Answers = Sequence[Sequence[str]]


def own_addresses() -> list[str]:
    """Give the machine's own address on its network; loopback where it has no other."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, suppress(OSError):
        _REAL_CONNECT(probe, (PUBLIC, 9))  # a datagram socket asks the routes, and sends nothing
        return [str(probe.getsockname()[0])]
    return ["127.0.0.1"]


class Trap:
    """Listens on every address of this machine, on several ports; `hits` are the connections."""

    def __init__(self) -> None:
        self.hits: list[str] = []
        self._stopped = threading.Event()
        self._listening = [self._listener() for _ in range(2)]
        self.ports = [int(one.getsockname()[1]) for one in self._listening]

    @staticmethod
    def _listener() -> socket.socket:
        found = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True)
        found.settimeout(0.05)
        return found

    @contextmanager
    def listening(self) -> Iterator[Trap]:
        """Listen until the end."""
        threads = [threading.Thread(target=self._take, args=(one,)) for one in self._listening]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self._stopped.set()
            for thread in threads:
                thread.join()

    def _take(self, listener: socket.socket) -> None:
        with listener:
            while not self._stopped.is_set():
                with suppress(TimeoutError):
                    caller, address = listener.accept()
                    self.hits.append(str(address))
                    with caller:
                        caller.sendall(_SECRET)


_SECRET = (
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 13\r\n"
    b'connection: close\r\n\r\n{"jobs": [1]}'
)


class Internet:
    """Names and public addresses; every address dialled is taken down in `dialled`.

    A name has one or several answers, given in turn; the last one stays. An address that is
    spelled in numbers is read by the machine's own resolver, as it is in production.
    """

    def __init__(self, names: Mapping[str, Answers], port: int) -> None:
        self.port = port
        self.names: dict[str, list[Sequence[str]]] = {
            name: list(answers) for name, answers in names.items()
        }
        self.dialled: list[tuple[str, int]] = []
        self.asked: list[str] = []

    def strangers(self) -> list[tuple[str, int]]:
        """Give what was dialled that is none of the open internet."""
        return [address for address in self.dialled if address[0] != PUBLIC]

    def installed(self, monkeypatch: pytest.MonkeyPatch) -> Internet:
        """Put it in the place of the real one."""
        monkeypatch.setattr(socket, "getaddrinfo", self._resolve)
        internet = self

        def connect(self: socket.socket, address: Any) -> None:
            if self.family not in OWN:
                return _REAL_CONNECT(self, address)
            internet.dialled.append(address[:2])
            if address[0] != PUBLIC:
                return _REAL_CONNECT(self, address)
            if address[1] != internet.port:
                raise ConnectionRefusedError
            return _REAL_CONNECT(self, ("127.0.0.1", internet.port))

        monkeypatch.setattr(socket.socket, "connect", connect)
        return self

    def _resolve(self, host: Any, port: Any, *args: Any, **options: Any) -> Any:
        name = (host.decode() if isinstance(host, bytes) else str(host)).lower()
        self.asked.append(name)
        if (answers := self.names.get(name)) is not None:
            found = answers.pop(0) if len(answers) > 1 else answers[0]
            return [_entry(address, port) for address in found]
        if name.strip("0123456789abcdefx.:%[]l") and "localhost" not in name:
            raise socket.gaierror(socket.EAI_NONAME, "there is no such name")
        return _REAL_GETADDRINFO(host, port, *args, **options)


def _entry(address: str, port: Any) -> tuple[Any, ...]:
    if ":" in address:
        return (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, port or 0, 0, 0))
    return (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port or 0))
