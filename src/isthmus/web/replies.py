"""Answers as they go out, and a memory of those that stay the same until the data changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field

from isthmus.web.asgi import Header
from isthmus.web.compressing import compress

OVERHEAD = 600
"""Bytes of a held answer beside its body: key, headers, objects."""

LARGEST_SHARE = 8
"""No answer may take more than this part of the memory."""


@dataclass(slots=True)
class Reply:
    """One answer, with what the figures and the next caller must know of it."""

    status: int
    headers: list[Header]
    body: bytes
    kind: str = "none"
    outcome: str = "ok"
    etag: bytes | None = None
    coded: dict[str, Reply] = field(default_factory=dict)
    """The same in other content codings, as far as they were asked for."""
    key: Hashable = None
    """Under which it is remembered, if it is."""

    def in_coding(self, coding: str) -> Reply:
        """Give the answer in a content coding."""
        body = compress(self.body, coding)
        headers = [pair for pair in self.headers if pair[0] != b"content-length"]
        headers.append((b"content-length", b"%d" % len(body)))
        headers.append((b"content-encoding", coding.encode()))
        found = Reply(self.status, headers, body, self.kind, self.outcome, self.etag)
        self.coded[coding] = found
        return found

    @property
    def weight(self) -> int:
        """Bytes it holds, codings included."""
        return OVERHEAD + len(self.body) + sum(len(reply.body) for reply in self.coded.values())


class Replies:
    """Answers of one generation of the data, those asked for last, of at most `most` bytes.

    Only ever given public answers: the endpoint neither asks nor tells it anything about a
    request that carries a token.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: OrderedDict[Hashable, tuple[Reply, int]] = OrderedDict()
        self._generation: str | None = None
        self.bytes = 0

    def find(self, key: Hashable, generation: str | None) -> Reply | None:
        """Find an answer given at this very generation."""
        if generation != self._generation or generation is None:
            return None
        found = self._held.get(key)
        if found is None:
            return None
        self._held.move_to_end(key)
        return found[0]

    def hold(self, key: Hashable, generation: str | None, reply: Reply) -> None:
        """Remember an answer."""
        if generation is None or not self._most:
            return
        if generation != self._generation:
            self._forget(generation)
        reply.key = key
        self._put(key, reply)

    def weigh(self, reply: Reply) -> None:
        """Weigh a remembered answer anew, since it now stands in a further coding."""
        held = self._held.get(reply.key)
        if held is not None and held[0] is reply:
            self._put(reply.key, reply)

    def _put(self, key: Hashable, reply: Reply) -> None:
        self._drop(key)
        weight = reply.weight
        if weight > self._most // LARGEST_SHARE:
            return
        self._held[key] = (reply, weight)
        self.bytes += weight
        while self.bytes > self._most:
            self._drop(next(iter(self._held)))

    def _drop(self, key: Hashable) -> None:
        _, weight = self._held.pop(key, (None, 0))
        self.bytes -= weight

    def _forget(self, generation: str) -> None:
        self._held.clear()
        self.bytes = 0
        self._generation = generation
