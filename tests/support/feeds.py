"""A partner's feed on loopback, in the wire form that `src/docs/partners.md` describes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from tests.support.replay import Asked, Replay, Reply, json_reply

ROOT = "/isthmus/v1"


def a_line(key: str, title: str | None, **said: Any) -> dict[str, Any]:
    """Give the line of a course."""
    record = {} if title is None else {"title": title}
    return {"id": key, "record": {**record, "provider": {"name": "Quay School"}, **said}}


def page(
    lines: Iterable[dict[str, Any]], *, cursor: str | None = None, complete: bool = True
) -> bytes:
    """Write a page with the line that ends it."""
    end = {"cursor": cursor} if cursor else {"complete": complete}
    return b"".join(orjson.dumps(line) + b"\n" for line in (*lines, {"end": end}))


@dataclass
class Feed:
    """What a feed says; change `pages` and `complete` at any time."""

    replay: Replay
    deletes: str = "no"
    pages: Sequence[Sequence[dict[str, Any]]] = ()
    complete: bool = True
    cut_off: bool = False
    words: dict[str, Any] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where it is."""
        return self.replay.url

    def manifest(self) -> dict[str, Any]:
        """Say what it is."""
        return {
            "isthmus_feed": 1, "id": "quay-school", "version": "1.0.0", "title": "Quay School",
            "maintainers": ["office@quay.example"], "deletes": self.deletes,
            "streams": {"courses": {"produces": "Qualification@1"}}, **self.words,
        }  # fmt: skip

    def serve(self) -> Feed:
        """Answer."""
        self.replay.answers[f"{ROOT}/manifest"] = lambda _: json_reply(self.manifest())
        self.replay.answers[f"{ROOT}/health"] = json_reply({"status": "ok"})
        self.replay.answers[f"{ROOT}/streams/courses"] = self._page
        return self

    def _page(self, asked: Asked) -> Reply:
        at = int(asked.query.get("cursor", "0"))
        is_last = at + 1 >= len(self.pages)
        cursor = None if is_last else str(at + 1)
        body = page(self.pages[at] if self.pages else [], cursor=cursor, complete=self.complete)
        if self.cut_off:
            body = body[: body.rstrip().rindex(b"\n") + 1]
        return Reply(body, headers={"content-type": "application/x-ndjson"})
