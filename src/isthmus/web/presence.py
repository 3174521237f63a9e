"""Stops the work for a caller that has left: nobody would read the answer."""

from __future__ import annotations

import asyncio
from typing import Self

from isthmus.web.asgi import Receive

AFTER_SECONDS = 0.05
"""What is done by then is not worth a look; most answers are."""


class CallerGone(Exception):
    """The caller has left."""


class Presence:
    """Around the work for one request, whose body was read: raises `CallerGone` inside."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._loop = asyncio.get_running_loop()
        self._work = asyncio.current_task()
        self._watcher: asyncio.Task[None] | None = None
        self._is_gone = False

    def __enter__(self) -> Self:
        self._timer = self._loop.call_later(AFTER_SECONDS, self._begin)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._timer.cancel()
        if self._watcher is not None:
            self._watcher.cancel()
        if self._is_gone and self._work is not None:
            self._work.uncancel()
            if kind is asyncio.CancelledError:
                raise CallerGone from None

    def _begin(self) -> None:
        self._watcher = self._loop.create_task(self._watch())

    async def _watch(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        if self._work is not None:
            self._is_gone = True
            self._work.cancel()
