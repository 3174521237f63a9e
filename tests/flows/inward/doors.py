"""Every way by which an address comes to a hub, each through a real reading."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from isthmus.errors import Misconfigured
from isthmus.hub import Hub
from tests.support.inward import PUBLIC
from tests.support.replay import Asked, Replay, Reply, json_reply

MANIFEST = """\
isthmus: 1
id: ID
version: 1.0.0
title: Trial
maintainers: [isthmus]
transport: rest
modes: [synced]
config: CONFIG
http: {base_url: BASE, auth: AUTH}
streams:
  jobs:
    produces: Vacancy@1
    request: {path: PATH}
    page: PAGE
    records: jobs
    id: id
    deletes: snapshot
    map: {title: title, language: "'en'"}
"""
Said = tuple[str, str]
"""The code of a refusal, and its sentence."""


class Doors:
    """A hub as in production, and every way by which an address comes to it."""

    def __init__(self, hub: Hub, board: Replay, folder: Path) -> None:
        self.hub = hub
        self.board = board
        self.folder = folder
        self.numbers = itertools.count(1)
        self.outside = f"http://{PUBLIC}:{urlsplit(board.url).port}"

    def connector(self, base: str, path: str = "/jobs", **words: str) -> str:
        """Write a manifest; give its name."""
        folder = self.folder / "trial"
        folder.mkdir(exist_ok=True)
        known = {"CONFIG": "{}", "AUTH": "none", "PAGE": "none", **words}
        text = MANIFEST.replace("ID", "trial")
        for word, value in {**known, "BASE": json.dumps(base), "PATH": json.dumps(path)}.items():
            text = text.replace(word, value)
        (folder / "connector.yaml").write_text(text, "utf-8")
        return "trial"

    async def read(
        self, connector: str, base: str | None = None, config: dict[str, Any] | None = None
    ) -> Said:
        """Add a source, and read it; give what became of it."""
        name = f"source-{next(self.numbers)}"
        try:
            await self.hub.add_source(name, connector, config or {}, base_url=base)
            (report,) = await self.hub.sync([name])
        except Misconfigured as error:
            return error.code, str(error)
        (stream, *_) = report.streams
        return str(stream.fault_code or stream.state), str(stream.fault)

    async def manifest(self, url: str) -> Said:
        """The address that a manifest gives for its system."""
        return await self.read(self.connector(url))

    async def path(self, url: str) -> Said:
        """An address in the place of a path."""
        return await self.read(self.connector(self.outside, path=url))

    async def source(self, url: str) -> Said:
        """The address that a source gives in place of its manifest's."""
        return await self.read(self.connector(self.outside), url)

    async def redirect(self, url: str) -> Said:
        """Where a system's answer leads."""
        return await self._redirected(url, 1)

    async def third_redirect(self, url: str) -> Said:
        """Where the third answer leads."""
        return await self._redirected(url, 3)

    async def _redirected(self, url: str, hops: int) -> Said:
        def answer(asked: Asked) -> Reply:
            at = int(asked.query.get("hop", "1"))
            target = url if at == hops else f"/jobs?hop={at + 1}"
            return Reply(b"", 307, {"location": _in_a_header(target)})

        self.board.answers["/jobs"] = answer
        return await self.read(self.connector(self.outside))

    async def next_in_the_body(self, url: str) -> Said:
        """The next page's address, in an answer."""
        self.board.answers["/jobs"] = json_reply({"jobs": [], "next": url})
        return await self.read(self.connector(self.outside, PAGE="{style: link, next: next}"))

    async def next_in_a_header(self, url: str) -> Said:
        """The next page's address, in a header."""
        link = f'<{_in_a_header(url)}>; rel="next"'
        self.board.answers["/jobs"] = json_reply({"jobs": []}, link=link)
        return await self.read(self.connector(self.outside, PAGE="{style: link}"))

    async def tokens(self, url: str) -> Said:
        """Where a source's config says that tokens are given: a secret would go there."""
        self.board.answers["/jobs"] = json_reply({"jobs": []})
        connector = self.connector(self.outside, CONFIG=SECRETS, AUTH=TOKENS)
        return await self.read(connector, config={"at": url, "id": "a", "secret": "s3cret"})


SECRETS = """{required: [at, id, secret], properties: {
  at: {type: string}, id: {type: string}, secret: {type: string, secret: true}}}"""
TOKENS = "{client_credentials: {token: '{config.at}', id: id, secret: secret}}"


def _in_a_header(url: str) -> str:
    """Write an address as a header can hold it, byte for byte; a line break would end it."""
    return url.replace("\r\n", "\t").encode().decode("latin-1")
