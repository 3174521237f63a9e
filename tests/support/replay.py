"""A source on loopback: real HTTP, answers of the test's choosing."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson

PATIENCE = 60.0


@dataclass(slots=True)
class Reply:
    """One answer; `hang` keeps the caller waiting for so many seconds before it.

    `drip` sends it by a hundred bytes every so many seconds.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    hang: float = 0.0
    drip: float = 0.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What a caller asked for."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""


Answer = Reply | Callable[[Asked], Reply]


def json_reply(data: Any, status: int = 200, **headers: str) -> Reply:
    """Answer with JSON."""
    return Reply(orjson.dumps(data), status, {"content-type": "application/json", **headers})


class Replay:
    """Answers by path; change `answers` at any time, read `hits` and `asked` afterwards."""

    def __init__(self, answers: Mapping[str, Answer] | None = None) -> None:
        self.answers: dict[str, Answer] = dict(answers or {})
        self.hits: Counter[str] = Counter()
        self.asked: list[Asked] = []
        self.url = ""
        self._stopped = threading.Event()

    def answer(self, asked: Asked) -> Reply:
        """Give the answer of a path; the longest known beginning counts, `/` for all."""
        self.hits[asked.path] += 1
        self.asked.append(asked)
        known = [path for path in self.answers if asked.path.startswith(path)]
        if not known:
            return json_reply({"error": "not found"}, 404)
        found = self.answers[max(known, key=len)]
        return found(asked) if callable(found) else found

    def wait(self, seconds: float) -> bool:
        """Keep a caller waiting, but not past the end of the test; tell whether it has ended."""
        return self._stopped.wait(seconds)

    def until(self, path: str, hits: int) -> None:
        """Block until a path was asked for so often; run it beside the loop that asks."""
        given_up = time.monotonic() + PATIENCE
        while self.hits[path] < hits:
            if time.monotonic() > given_up:
                message = f"{path} was asked for {self.hits[path]} times"
                raise TimeoutError(message)
            time.sleep(0.01)

    @contextmanager
    def serving(self) -> Iterator[Replay]:
        """Serve on a free port."""
        replay = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                query = {k: v[-1] for k, v in parse_qs(parts.query, keep_blank_values=True).items()}
                headers = {k.lower(): v for k, v in self.headers.items()}
                body = self.rfile.read(int(headers.get("content-length", "0")))
                reply = replay.answer(Asked(parts.path, query, headers, body))
                if reply.hang:
                    replay.wait(reply.hang)
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if "content-length" not in {name.lower() for name in reply.headers}:
                    self.send_header("content-length", str(len(reply.body)))
                self.end_headers()
                step = 100 if reply.drip else max(len(reply.body), 1)
                for at in range(0, len(reply.body), step):
                    self.wfile.write(reply.body[at : at + step])
                    if reply.drip and replay.wait(reply.drip):
                        return

            do_POST = do_GET

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        server.handle_error = lambda *_: None  # callers that hang up are part of the trials
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield self
        finally:
            self._stopped.set()
            server.shutdown()
            server.server_close()
            thread.join()
