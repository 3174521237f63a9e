"""As much of a browser as a story needs: it keeps cookies and follows no redirect by itself."""

from __future__ import annotations

import asyncio
import http.client
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson

SECONDS = 30.0
_LINK = re.compile(r'<a href="([^"]+)">([^<]+)</a>')


@dataclass(frozen=True, slots=True)
class Page:
    """What an address answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def location(self) -> str:
        """Where it sends a browser on to; empty where it does not."""
        return self.headers.get("location", "")

    @property
    def links(self) -> dict[str, str]:
        """Map what its links are called to where they lead."""
        found = _LINK.findall(self.body.decode("utf-8", errors="replace"))
        return {unescape(name): unescape(address) for address, name in found}

    def json(self) -> Any:
        """Read it as JSON; None where it is not."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return None


class Browser:
    """One person's browser."""

    def __init__(self) -> None:
        self._cookies: dict[str, dict[str, str]] = {}

    async def get(self, address: str, headers: Mapping[str, str] | None = None) -> Page:
        """Ask for a page."""
        return await self._send("GET", address, dict(headers or {}), None)

    async def post_json(
        self, address: str, data: Any, headers: Mapping[str, str] | None = None
    ) -> Page:
        """Send JSON."""
        sent = {"content-type": "application/json", "accept": "application/json"}
        return await self._send("POST", address, sent | dict(headers or {}), orjson.dumps(data))

    async def post_form(self, address: str, form: Mapping[str, str]) -> Page:
        """Send a form."""
        sent = {"content-type": "application/x-www-form-urlencoded"}
        return await self._send("POST", address, sent, urlencode(form).encode())

    async def _send(
        self, method: str, address: str, headers: dict[str, str], body: bytes | None
    ) -> Page:
        host = urlsplit(address).netloc
        kept = self._cookies.setdefault(host, {})
        if kept:
            headers["cookie"] = "; ".join(f"{name}={value}" for name, value in kept.items())
        page, cookies = await asyncio.to_thread(_exchange, method, address, headers, body)
        kept |= cookies
        return page


def _exchange(
    method: str, address: str, headers: Mapping[str, str], body: bytes | None
) -> tuple[Page, dict[str, str]]:
    parts = urlsplit(address)
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    connection = http.client.HTTPConnection(parts.netloc, timeout=SECONDS)
    try:
        connection.request(method, target, body, dict(headers))
        answer = connection.getresponse()
        told = {name.lower(): value for name, value in answer.getheaders()}
        page = Page(answer.status, told, answer.read())
        return page, dict(map(_cookie, answer.headers.get_all("set-cookie") or ()))
    finally:
        connection.close()


def _cookie(header: str) -> tuple[str, str]:
    name, _, value = header.partition(";")[0].partition("=")
    return name.strip(), value.strip()
