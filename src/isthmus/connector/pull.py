"""Reads a stream page by page, as its manifest says; the author of a connector writes none of it.

A page that comes twice, or a cursor that does not move, ends the reading with a fault: a
source that loops must neither run for ever nor pass for complete.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from jmespath.exceptions import JMESPathError

from isthmus.connector import template
from isthmus.connector.expression import Compiled, compile_expression
from isthmus.connector.functions import ConnectorFunctions
from isthmus.connector.installed import InstalledConnector
from isthmus.connector.manifest import Request, Stream
from isthmus.connector.page import Page
from isthmus.connector.paging_words import Cursor, Link, Number, Offset
from isthmus.connector.part import Context, LiveContext, readers
from isthmus.errors import Misconfigured, SourceGarbled
from isthmus.outbound import Answer

MAX_PAGES = 100_000
NOT_MODIFIED = 304


class NotModified(Exception):
    """The source says that nothing changed since the last complete run."""


class StreamReader:
    """Reads one stream of one source."""

    def __init__(
        self,
        connector: InstalledConnector,
        name: str,
        context: Context | LiveContext,
        functions: ConnectorFunctions,
    ) -> None:
        self._connector = connector
        self._name = name
        self._stream: Stream = connector.manifest.streams[name]
        self._context = context
        self._records = compile_expression(self._stream.records, functions)
        self._next = _expression_of(self._stream, functions)

    def pages(
        self, cursor: str | None, *, watermark: str | None = None, etag: str | None = None
    ) -> AsyncIterator[Page]:
        """Yield pages from `cursor` on (None: from the start)."""
        if self._stream.request is None:
            part = self._connector.part
            if part is None:  # the loader has checked that there is one
                raise TypeError(self._name)
            method = getattr(part(), readers(part)[self._name])
            pages: AsyncIterator[Page] = method(self._context, cursor)
            return pages
        return self._requested(self._stream.request, cursor, watermark, etag)

    async def _requested(
        self, request: Request, cursor: str | None, watermark: str | None, etag: str | None
    ) -> AsyncIterator[Page]:
        for _ in range(MAX_PAGES):
            answer = await self._ask(request, cursor, watermark, etag)
            page = self._read(answer, cursor)
            yield page
            if page.cursor is None:
                return
            if page.cursor == cursor:
                raise SourceGarbled("gives the same page as the next one, again and again")
            cursor = page.cursor
        raise SourceGarbled(f"has not ended after {MAX_PAGES} pages")

    async def _ask(
        self, request: Request, cursor: str | None, watermark: str | None, etag: str | None
    ) -> Answer:
        values = {"config": self._context.config, "watermark": watermark}
        path = template.fill(request.path, values, encode=True)
        if path is None:
            message = f"the config lacks a value used in the path {request.path}"
            raise Misconfigured("CONFIG_INVALID", message)
        filled = {k: template.fill(v, values, encode=False) for k, v in request.query.items()}
        query = {k: v for k, v in filled.items() if v is not None}
        page = self._stream.page
        if isinstance(page, Link) and cursor is not None:
            path, query = self._same_host(cursor), {}
        else:
            query |= _paging_query(page, cursor)
        headers = {"accept": "application/json"}
        if etag is not None and self._stream.page == "none":
            headers["if-none-match"] = etag
        answer = await self._context.http.get(path, query=query, headers=headers)
        if answer.status == NOT_MODIFIED:
            raise NotModified
        return answer

    def _read(self, answer: Answer, cursor: str | None) -> Page:
        body = answer.json()
        records = _evaluated(self._records, body, self._stream.records)
        if not isinstance(records, list):
            found = "nothing" if records is None else f"a {_kind(records)}"
            message = f"expected a list at `{self._stream.records}`, found {found}"
            raise SourceGarbled(f"{message} (a body of keys {_keys(body)})")
        following = self._following(answer, body, records, cursor)
        return Page(records, following, etag=answer.headers.get("etag"))

    def _following(
        self, answer: Answer, body: Any, records: list[Any], cursor: str | None
    ) -> str | None:
        page = self._stream.page
        if isinstance(page, Cursor):
            token = _evaluated(self._next, body, page.next) if self._next else None
            return None if token in (None, "") else str(token)
        if isinstance(page, Link):
            found = self._next_address(answer, body, page)
            return urljoin(answer.url, found) if found else None
        if isinstance(page, Number):
            number = page.start if cursor is None else _counted(cursor)
            return str(number + 1) if self._more(page, body, records, number) else None
        if isinstance(page, Offset):
            full = len(records) >= page.size
            return str(_counted(cursor or "0") + len(records)) if full else None
        return None

    def _next_address(self, answer: Answer, body: Any, page: Link) -> str | None:
        if self._next is None or page.next is None:
            return _link_header(answer)
        found = _evaluated(self._next, body, page.next)
        return str(found) if found else None

    def _more(self, page: Number, body: Any, records: list[Any], number: int) -> bool:
        if page.total is not None and self._next is not None:
            total = _evaluated(self._next, body, page.total)
            if isinstance(total, int):
                return bool(records) and (number - page.start + 1) * page.size < total
        return len(records) >= page.size

    def _same_host(self, address: str) -> str:
        url = self._context.http.url(address)
        if urlsplit(url).netloc != urlsplit(self._context.http.base_url).netloc:
            raise SourceGarbled("names a next page on another host")
        return url


def _expression_of(stream: Stream, functions: ConnectorFunctions) -> Compiled | None:
    page = stream.page
    text = None
    if isinstance(page, Cursor | Link):
        text = page.next
    elif isinstance(page, Number):
        text = page.total
    return None if text is None else compile_expression(text, functions)


def _paging_query(page: Any, cursor: str | None) -> Mapping[str, str]:
    if page == "none":
        return {}
    size = {page.size_param: str(page.size)} if page.size_param else {}
    if isinstance(page, Number):
        return size | {page.param: cursor or str(page.start)}
    if isinstance(page, Offset):
        return size | {page.param: cursor or "0"}
    if isinstance(page, Cursor) and cursor is not None:
        return size | {page.param: cursor}
    return size


_LINK = re.compile(r"<([^>]*)>([^<]*)")
_REL = re.compile(r'\brel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))', re.IGNORECASE)


def _link_header(answer: Answer) -> str | None:
    """Find the next page's address; addresses may hold commas, and a link several relations."""
    for address, parameters in _LINK.findall(answer.headers.get("link", "")):
        relation = _REL.search(parameters)
        if relation and "next" in (relation[1] or relation[2] or "").lower().split():
            return str(address).strip()
    return None


def _counted(cursor: str) -> int:
    """Read a cursor that counts; one of another kind of paging ends the run, which begins anew."""
    try:
        return int(cursor)
    except ValueError:
        raise SourceGarbled("was read up to a page that no longer counts as one") from None


def _evaluated(expression: Compiled, body: Any, text: str) -> Any:
    """Apply an expression to an answer; where it does not apply, the answer is not as it was."""
    try:
        return expression(body)
    except (JMESPathError, TypeError, ValueError):
        message = f"`{text}` does not apply to the answer (a body of keys {_keys(body)})"
        raise SourceGarbled(message) from None


def _kind(value: Any) -> str:
    return {dict: "map", str: "text", bool: "truth value"}.get(type(value), "number")


def _keys(body: Any) -> str:
    if not isinstance(body, dict):
        return f"none: it is a {'list' if isinstance(body, list) else _kind(body)}"
    shown = ", ".join(sorted(map(str, body))[:6])
    return shown[:120] or "none"
