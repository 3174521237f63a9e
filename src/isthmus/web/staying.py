"""How many connections may stay open: sockets and streams of events, counted together."""

from __future__ import annotations

from typing import Self


class NoRoom(Exception):
    """As many connections stay open as may."""


class Staying:
    """Counts connections while they stay; to be entered by each, and left when it goes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.open = 0

    def __enter__(self) -> Self:
        if self.open >= self._most:
            raise NoRoom
        self.open += 1
        return self

    def __exit__(self, *_: object) -> None:
        self.open -= 1
