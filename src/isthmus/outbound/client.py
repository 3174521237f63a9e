"""Calls to sources: one client a source, bounded in time, size and rate."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote, urljoin, urlsplit

import httpcore
import httpx
import stamina
from aiolimiter import AsyncLimiter

from isthmus.errors import (
    SourceFault,
    SourceGarbled,
    SourceRateLimited,
    SourceRefused,
    SourceTimedOut,
    SourceUnavailable,
)
from isthmus.outbound.answer import Answer
from isthmus.outbound.guard import GuardedBackend

REDIRECTS = 5
LONGEST_WAIT = 120.0
CHUNK = 1 << 16
SLOWEST = 4096
"""Bytes a second under which a download is given up."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What one source may take: seconds and bytes of one answer, calls in a period, attempts."""

    timeout: float = 30.0
    max_bytes: int = 64 * 1024 * 1024
    max_file_bytes: int = 4 * 1024 * 1024 * 1024
    attempts: int = 3
    calls: int = 0
    per_seconds: float = 1.0


class Outbound:
    """Opens clients for sources; `allow_private` lets them stand on loopback (development)."""

    def __init__(self, *, allow_private: bool = False, user_agent: str = "isthmus") -> None:
        self._allow_private = allow_private
        self._user_agent = user_agent
        self._tls = ssl.create_default_context()  # once: reading the root certificates takes 20 ms

    def client(
        self,
        source: str,
        base_url: str,
        terms: Terms,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> SourceClient:
        """Give the client of one source; close it with `async with`."""
        transport = httpx.AsyncHTTPTransport(retries=0, verify=self._tls)
        pool = transport._pool  # noqa: SLF001 - httpx has no public seam; held by a test
        pool._network_backend = GuardedBackend(  # noqa: SLF001
            pool._network_backend,  # noqa: SLF001
            allow_private=self._allow_private,
        )
        http = httpx.AsyncClient(
            transport=transport,
            follow_redirects=False,
            timeout=httpx.Timeout(terms.timeout),
            headers={"user-agent": self._user_agent, "accept-encoding": "gzip, deflate"}
            | dict(headers or {}),
            trust_env=False,
        )
        return SourceClient(source, base_url, terms, http)


class SourceClient:
    """The only way a connector reaches its source."""

    def __init__(self, source: str, base_url: str, terms: Terms, http: httpx.AsyncClient) -> None:
        self.source = source
        self.base_url = base_url.rstrip("/")
        self.terms = terms
        self._http = http
        calls = terms.calls
        self._limiter = AsyncLimiter(calls, terms.per_seconds) if calls else None

    async def __aenter__(self) -> Self:
        await self._http.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.__aexit__(kind, error, trace)

    def url(self, path: str) -> str:
        """Join a path to the source's address; an absolute address stays as it is."""
        if urlsplit(path).scheme:
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
        request = self._http.build_request(
            method,
            self.url(path),
            params=dict(query) if query else None,
            headers=dict(headers or {}),
            content=body,
        )
        async for attempt in stamina.retry_context(
            on=_delay_of, attempts=self.terms.attempts, timeout=self.terms.timeout * 3
        ):
            with attempt:
                return await self._attempt(request)
        raise AssertionError  # stamina raises the last fault itself

    async def file(
        self, path: str, folder: Path, *, query: Mapping[str, str] | None = None
    ) -> Path:
        """Fetch a file to disk in pieces; a `file:` address is read where it stands."""
        url = self.url(path)
        if url.startswith("file:"):
            return _local(url, self.base_url)
        url = str(httpx.URL(url, params=dict(query))) if query else url
        target = folder / f"download-{abs(hash(url)):x}"
        async for attempt in stamina.retry_context(on=_delay_of, attempts=self.terms.attempts):
            with attempt:
                await self._download(self._http.build_request("GET", url), target)
        return target

    async def _turn(self) -> None:
        """Wait until the source's rate allows one more call."""
        if self._limiter is not None:
            await self._limiter.acquire()

    async def _attempt(self, request: httpx.Request) -> Answer:
        await self._turn()  # our own limit's wait is none of the source's time
        with _faults(self.source):
            async with asyncio.timeout(self.terms.timeout), self._exchange(request) as response:
                body = await self._read(response)
                return _checked(response, body, self.source)

    async def _download(self, request: httpx.Request, target: Path) -> None:
        await self._turn()
        with _faults(self.source):
            async with self._exchange(request) as response:
                if response.status_code != httpx.codes.OK:
                    _checked(response, b"", self.source)
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
    async def _exchange(self, request: httpx.Request) -> AsyncIterator[httpx.Response]:
        """Send, following redirects one by one so that each hop is limited and vetted."""
        for _ in range(REDIRECTS + 1):
            response = await self._http.send(request, stream=True)
            if not response.has_redirect_location:
                try:
                    yield response
                finally:
                    await response.aclose()
                return
            await response.aclose()
            request = self._redirected(request, response)
            await self._turn()
        raise SourceRefused(f"more than {REDIRECTS} redirects", source=self.source)

    def _redirected(self, request: httpx.Request, response: httpx.Response) -> httpx.Request:
        target = urljoin(str(request.url), response.headers["location"])
        if urlsplit(target).scheme not in {"http", "https"}:
            raise SourceRefused("redirected to an address that is not http", source=self.source)
        same_host = urlsplit(target).netloc == request.url.netloc.decode()
        # credentials go to the host they were meant for, and to no other
        kept = {k: v for k, v in request.headers.items() if same_host or k in _SAFE_HEADERS}
        kept.pop("host", None)
        return self._http.build_request("GET", target, headers=kept)


_SAFE_HEADERS = {"user-agent", "accept", "accept-encoding", "accept-language"}


def _local(url: str, base_url: str) -> Path:
    path = Path(unquote(urlsplit(url).path)).resolve()
    folder = Path(unquote(urlsplit(base_url).path)).resolve()
    if not base_url.startswith("file:") or not path.is_relative_to(folder):
        raise SourceRefused(f"{path.name} is not inside the source's own folder")
    if not path.is_file():
        raise SourceUnavailable(f"there is no file {path.name}")
    return path


def _checked(response: httpx.Response, body: bytes, source: str) -> Answer:
    status = response.status_code
    if status == httpx.codes.TOO_MANY_REQUESTS:
        wait = _retry_after(response.headers)
        asked = f", asks to wait {wait:g} s" if wait is not None else ""
        raise SourceRateLimited(f"answered 429{asked}", source=source, retry_after=wait)
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        wait = _retry_after(response.headers)
        raise SourceUnavailable(f"answered {status}", source=source, retry_after=wait)
    if status >= httpx.codes.BAD_REQUEST:
        raise SourceRefused(f"answered {status} for {_path(response)}", source=source)
    headers = {k.lower(): v for k, v in response.headers.items()}
    return Answer(str(response.url), status, headers, body)


def _path(response: httpx.Response) -> str:
    """Name what was asked for without its query, which may carry a key."""
    return response.url.path


def _retry_after(headers: httpx.Headers) -> float | None:
    value = headers.get("retry-after", "").strip()
    if value.isdigit():
        return float(value)
    with contextlib.suppress(ValueError, TypeError):
        at, now = parsedate_to_datetime(value), parsedate_to_datetime(headers.get("date", ""))
        return max(0.0, (at - now).total_seconds())
    return None


def _delay_of(error: Exception) -> bool | float:
    """Tell stamina whether to try again, and after how many seconds if the source said so."""
    if not isinstance(error, SourceFault) or not error.retryable:
        return False
    if error.retry_after is None:
        return True
    return error.retry_after if error.retry_after <= LONGEST_WAIT else False


@contextlib.contextmanager
def _faults(source: str) -> Any:
    """Turn the client library's errors into ours, without its text."""
    try:
        yield
    except SourceFault as fault:
        fault.source = fault.source or source
        raise
    except (TimeoutError, httpx.TimeoutException, httpcore.TimeoutException):
        raise SourceTimedOut("gave no whole answer in time", source=source) from None
    except (httpx.ConnectError, httpcore.ConnectError):
        raise SourceUnavailable("cannot be reached", source=source) from None
    except httpx.DecodingError:
        raise SourceGarbled("the compressed answer does not decode", source=source) from None
    except (httpx.InvalidURL, httpx.UnsupportedProtocol):
        raise SourceRefused("has an address that is not http", source=source) from None
    except httpx.TransportError:
        raise SourceUnavailable("broke the connection off", source=source) from None
