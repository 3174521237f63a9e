"""Calls to sources: one client a source, bounded in time, size and rate."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import logging
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import SplitResult, unquote, urlencode, urljoin, urlsplit

import httpx
import orjson
import stamina

from isthmus.errors import (
    SourceGarbled,
    SourceRefused,
    SourceTimedOut,
    SourceUnavailable,
)
from isthmus.outbound.answer import Answer
from isthmus.outbound.authority import FORM, Authority
from isthmus.outbound.faults import UNREADABLE, as_faults, checked, delay_of
from isthmus.outbound.gate import Gate, OwnGate, Turn
from isthmus.outbound.guard import GuardedBackend
from isthmus.outbound.terms import Terms

REDIRECTS = 5
CHUNK = 1 << 16
SLOWEST = 4096
"""Bytes a second under which a download is given up."""
T = TypeVar("T")

for chatty in ("httpx", "httpcore"):  # their lines carry whole addresses, and headers
    logging.getLogger(chatty).setLevel(logging.WARNING)


class Outbound:
    """Opens clients for sources; `allow_private` lets them stand on loopback (development).

    `doors` names single hosts and ports that may be private, and no others.
    """

    def __init__(
        self,
        *,
        allow_private: bool = False,
        doors: Collection[tuple[str, int]] = (),
        user_agent: str = "isthmus",
    ) -> None:
        self._allow_private = allow_private
        self._doors = frozenset(doors)
        self._user_agent = user_agent
        self._tls = ssl.create_default_context()  # once: reading the root certificates takes 20 ms

    def client(
        self,
        source: str,
        base_url: str,
        terms: Terms,
        *,
        headers: Mapping[str, str] | None = None,
        gate: Gate | None = None,
    ) -> SourceClient:
        """Give the client of one source; close it with `async with`.

        It closes its gate, too; without one it keeps to its rate by itself.
        """
        transport = httpx.AsyncHTTPTransport(retries=0, verify=self._tls)
        pool = transport._pool  # noqa: SLF001 - httpx has no public seam; held by a test
        pool._network_backend = GuardedBackend(  # noqa: SLF001
            pool._network_backend,  # noqa: SLF001
            allow_private=self._allow_private,
            doors=self._doors,
        )
        http = httpx.AsyncClient(
            transport=transport,
            follow_redirects=False,
            timeout=httpx.Timeout(terms.timeout),
            headers={"user-agent": self._user_agent, "accept-encoding": "gzip, deflate"}
            | dict(headers or {}),
            trust_env=False,
            cookies=CookieJar(_NO_COOKIES),
        )
        return SourceClient(source, base_url, terms, http, gate or OwnGate(source, terms))


_NO_COOKIES = DefaultCookiePolicy(allowed_domains=[])
"""One client serves many learners: what a source sets for one must never be sent for another."""


class SourceClient:
    """The only way a connector reaches its source."""

    def __init__(
        self,
        source: str,
        base_url: str,
        terms: Terms,
        http: httpx.AsyncClient,
        gate: Gate,
    ) -> None:
        self.source = source
        self.base_url = base_url.rstrip("/")
        self.terms = terms
        self._http = http
        self._gate = gate
        self._bearer: str | None = None
        self._authority: Authority | None = None

    async def __aenter__(self) -> Self:
        await self._http.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            await self._http.__aexit__(kind, error, trace)
        finally:
            await self._gate.close()

    def bearing(self, token: str, base_url: str | None = None) -> Self:
        """Give this client with a learner's token, sent to its own host and to no other."""
        found = copy.copy(self)
        found._bearer = token  # noqa: SLF001 - of the same class
        found.base_url = (base_url or self.base_url).rstrip("/")
        return found

    def allowed_by(self, authority: Authority | None) -> Self:
        """Give this client with what lets it in, sent to the source's own host and to no other."""
        found = copy.copy(self)
        found._authority = authority  # noqa: SLF001 - of the same class
        return found

    def url(self, path: str) -> str:
        """Join a path to the source's address; an absolute address stays as it is."""
        if _parts(path).scheme:
            return path
        if not self.base_url:
            raise SourceRefused("has no address; give it one with --base-url", source=self.source)
        return f"{self.base_url}/{path.lstrip('/')}" if path else self.base_url

    async def get(
        self,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Fetch one answer into memory, trying again where that may help."""
        return await self.call("GET", path, query=query, headers=headers)

    async def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        """Make one call, trying again where that may help; faults name the source."""
        url = self.url(path)

        async def made() -> Answer:
            allowed = self._authorization(url) | await self._allowed(url)
            request = self._request(
                method,
                url,
                params=dict(query) if query else None,
                headers=dict(headers or {}) | allowed,
                content=body,
            )
            return await self._patiently(request)

        return await self._once_more(made)

    async def _patiently(self, request: httpx.Request) -> Answer:
        async for attempt in stamina.retry_context(
            on=delay_of, attempts=self.terms.attempts, timeout=self.terms.timeout * 3
        ):
            with attempt:
                return await self._attempt(request)
        raise AssertionError  # stamina raises the last fault itself

    async def _once_more(self, made: Callable[[], Awaitable[T]]) -> T:
        """Make a call; where what lets it in is refused and another may be had, make it again."""
        try:
            return await made()
        except SourceRefused as refused:
            is_key = refused.status == httpx.codes.UNAUTHORIZED and self._authority is not None
            if not is_key or not self._authority.forget():  # type: ignore[union-attr]
                raise
        return await made()

    async def _allowed(self, url: str) -> dict[str, str]:
        """Give the headers that let a call in, to the source's own host alone."""
        if self._authority is None or _origin(url) != _origin(self.base_url):
            return {}
        return await self._authority.headers(self.allowed_by(None))

    async def post_form(
        self, path: str, form: Mapping[str, str], *, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a form, once: what a form does may not bear being done twice."""
        sent = {"content-type": FORM, "accept": "application/json", **(headers or {})}
        return await self._once("POST", path, sent, urlencode(form).encode())

    async def post_json(
        self, path: str, data: Any, *, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send JSON, once."""
        sent = {"content-type": "application/json", "accept": "application/json", **(headers or {})}
        return await self._once("POST", path, sent, orjson.dumps(data))

    async def _once(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> Answer:
        url = self.url(path)
        sent = dict(headers) | self._authorization(url)
        return await self._attempt(self._request(method, url, headers=sent, content=body))

    def _request(self, method: str, url: str, **words: Any) -> httpx.Request:
        """Build a call; an address that the library does not read is a fault of the source."""
        with as_faults(self.source):
            return self._http.build_request(method, url, **words)

    def _authorization(self, url: str) -> dict[str, str]:
        if self._bearer is None or _origin(url) != _origin(self.base_url):
            return {}
        return {"authorization": f"Bearer {self._bearer}"}

    async def file(
        self, path: str, folder: Path, *, query: Mapping[str, str] | None = None
    ) -> Path:
        """Fetch a file to disk in pieces; a `file:` address is read where it stands."""
        url = self.url(path)
        if url.startswith("file:"):
            return _local(url, self.base_url)
        asked = self._request("GET", url, params=dict(query) if query else None)
        url = str(asked.url)
        target = folder / f"download-{abs(hash(url)):x}"

        async def fetched() -> Path:
            request = self._request("GET", url, headers=await self._allowed(url))
            async for attempt in stamina.retry_context(on=delay_of, attempts=self.terms.attempts):
                with attempt:
                    await self._download(request, target)
            return target

        return await self._once_more(fetched)

    async def _attempt(self, request: httpx.Request) -> Answer:
        # our own limit's wait is none of the source's time
        async with self._gate.passing() as turn:
            with as_faults(self.source):
                async with (
                    asyncio.timeout(self.terms.timeout),
                    self._exchange(request, turn) as response,
                ):
                    body = await self._read(response)
                    return self._checked(response, body)

    def _checked(self, response: httpx.Response, body: bytes) -> Answer:
        return checked(response, body, self.source, private=self.terms.private)

    async def _download(self, request: httpx.Request, target: Path) -> None:
        async with self._gate.passing() as turn:
            with as_faults(self.source):
                async with self._exchange(request, turn) as response:
                    if response.status_code != httpx.codes.OK:
                        self._checked(response, b"")
                        message = f"answered {response.status_code} in place of a file"
                        raise SourceGarbled(message, source=self.source)
                    await self._save(response, target)

    async def _save(self, response: httpx.Response, target: Path) -> None:
        size, limit = 0, self.terms.max_file_bytes
        clock = asyncio.get_running_loop().time
        since, least = clock(), 0
        with target.open("wb") as file:
            async for chunk in response.aiter_bytes():
                size += len(chunk)
                if size > limit:
                    raise SourceGarbled(f"the file is over {limit} bytes", source=self.source)
                file.write(chunk)
                # a large file may take its time, but a trickle would hold the run for ever
                if (spent := clock() - since) > self.terms.timeout:
                    if size - least < SLOWEST * spent:
                        raise SourceTimedOut("sends its file too slowly", source=self.source)
                    since, least = clock(), size

    async def _read(self, response: httpx.Response) -> bytes:
        limit = self.terms.max_bytes
        chunks, size = [], 0
        async for chunk in response.aiter_bytes(CHUNK):
            size += len(chunk)
            if size > limit:
                raise SourceGarbled(f"the answer is over {limit} bytes", source=self.source)
            chunks.append(chunk)
        return b"".join(chunks)

    @contextlib.asynccontextmanager
    async def _exchange(self, request: httpx.Request, turn: Turn) -> AsyncIterator[httpx.Response]:
        """Send, following redirects one by one so that each hop is limited and vetted."""
        for _ in range(REDIRECTS + 1):
            response = await self._http.send(request, stream=True)
            turn.arrived()
            if not response.has_redirect_location:
                try:
                    yield response
                finally:
                    await response.aclose()
                return
            await response.aclose()
            request = self._redirected(request, response)
            await turn.again()
        raise SourceRefused(f"more than {REDIRECTS} redirects", source=self.source)

    def _redirected(self, request: httpx.Request, response: httpx.Response) -> httpx.Request:
        target = _joined(str(request.url), response.headers["location"])
        if _parts(target).scheme not in {"http", "https"}:
            raise SourceRefused("redirected to an address that is not http", source=self.source)
        same_host = _origin(target) == _origin(str(request.url))
        # credentials go to the host they were meant for, and to no other
        kept = {k: v for k, v in request.headers.items() if same_host or k in _SAFE_HEADERS}
        for name in ("host", "content-length", "content-type"):
            kept.pop(name, None)
        return self._http.build_request("GET", target, headers=kept)


def _origin(url: str) -> tuple[str, str]:
    """Give scheme and host: the same host without TLS is another one."""
    parts = _parts(url)
    return parts.scheme, parts.netloc.lower()


def _parts(url: str) -> SplitResult:
    """Part an address; raise `SourceRefused` where it cannot be."""
    try:
        return urlsplit(url)
    except ValueError:
        raise SourceRefused(UNREADABLE) from None


def _joined(url: str, further: str) -> str:
    try:
        return urljoin(url, further)
    except ValueError:
        raise SourceRefused(UNREADABLE) from None


_SAFE_HEADERS = {"user-agent", "accept", "accept-encoding", "accept-language"}


def _local(url: str, base_url: str) -> Path:
    path = Path(unquote(urlsplit(url).path)).resolve()
    folder = Path(unquote(urlsplit(base_url).path)).resolve()
    if not base_url.startswith("file:") or not path.is_relative_to(folder):
        raise SourceRefused(f"{path.name} is not inside the source's own folder")
    if not path.is_file():
        raise SourceUnavailable(f"there is no file {path.name}")
    return path
