"""Reads a stream page by page, as its manifest says; the author of a connector writes none of it.

A page that comes twice, or a cursor that does not move, ends the reading with a fault: a
source that loops must neither run for ever nor pass for complete.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from jmespath.exceptions import JMESPathError

from isthmus.connector.asking import Asking, asking
from isthmus.connector.callback.reading import CallbackReader
from isthmus.connector.expression import Compiled, compile_expression
from isthmus.connector.files import file_pages
from isthmus.connector.form_words import JsonLd, Xml
from isthmus.connector.forms import elements
from isthmus.connector.forms.embedded import embedded
from isthmus.connector.functions import ConnectorFunctions
from isthmus.connector.installed import InstalledConnector
from isthmus.connector.manifest import Request, Stream
from isthmus.connector.page import Page
from isthmus.connector.paging.contract import PageAnswer
from isthmus.connector.paging.following import follower_of
from isthmus.connector.part import Context, LiveContext, readers
from isthmus.errors import SourceGarbled
from isthmus.outbound import Answer

MAX_PAGES = 100_000
NOT_MODIFIED = 304
DELETED = "deleted"


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
        *,
        further: Mapping[str, Any] | None = None,
    ) -> None:
        """Read the stream `name`; `further` parameters go with every call of it."""
        self._connector = connector
        self._name = name
        self._stream: Stream = connector.manifest.streams[name]
        self._context = context
        self._functions = functions
        self._further = dict(further or {})
        self._records = self._expression(self._stream.records)
        self._id = compile_expression(self._stream.id, functions)
        removed = self._stream.removed
        self._removed = compile_expression(removed, functions) if removed else None
        self._follower = follower_of(self._stream, self._expression)

    def pages(
        self, cursor: str | None, *, watermark: str | None = None, etag: str | None = None
    ) -> AsyncIterator[Page]:
        """Yield pages from `cursor` on (None: from the start)."""
        request = self._stream.request
        if request is None:
            part = self._connector.part
            if part is None:  # the loader has checked that there is one
                raise TypeError(self._name)
            method = getattr(part(), readers(part)[self._name])
            pages: AsyncIterator[Page] = method(self._context, cursor)
            return pages
        if self._stream.callback is not None:
            return self._called_back(request)
        if self._stream.is_file and isinstance(self._context, Context):
            return file_pages(self._context, self._stream, request, cursor)
        return self._requested(request, cursor, watermark, etag)

    def _called_back(self, request: Request) -> AsyncIterator[Page]:
        words, context = self._stream.callback, self._context
        if words is None:  # whoever calls has looked
            raise TypeError(self._name)
        desk = context.callbacks if isinstance(context, Context) else None
        reader = CallbackReader(self._name, words, self._records, self._expression, context.config)
        return reader.pages(request, context.http, desk)

    async def _requested(
        self, request: Request, cursor: str | None, watermark: str | None, etag: str | None
    ) -> AsyncIterator[Page]:
        for _ in range(MAX_PAGES):
            answer = await self._ask(request, cursor, watermark, etag)
            page, again = self._read(answer, cursor)
            if not again:
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
        parameters = {**self._further, **self._follower.parameters(cursor)}
        call = asking(request, self._stream.read, values, parameters)
        named = self._follower.address(cursor)
        if named is not None:
            call = Asking(self._same_host(named), headers=call.headers)
        headers = dict(call.headers)
        if etag is not None and self._stream.page == "none":
            headers["if-none-match"] = etag
        answer = await self._context.http.call(
            call.method, call.path, query=call.query, headers=headers, body=call.body
        )
        if answer.status == NOT_MODIFIED:
            raise NotModified
        return answer

    def _read(self, answer: Answer, cursor: str | None) -> tuple[Page, bool]:
        """Read one answer; tell too whether it was only asked to find the way."""
        body = self._value(answer)
        records = self._records(body)
        if records is None and self._follower.tolerates(body):
            records = []
        if not isinstance(records, list):
            found = "nothing" if records is None else f"a {_kind(records)}"
            message = f"expected a list at `{self._stream.records}`, found {found}"
            raise SourceGarbled(f"{message} (a body of keys {_keys(body)})")
        onward = self._follower.onward(PageAnswer(answer, body, records, cursor))
        kept, deleted = self._parted(records)
        page = Page(
            kept,
            onward.cursor,
            deleted=deleted,
            etag=answer.headers.get("etag"),
            missed=onward.warning,
        )
        return page, onward.again

    def _value(self, answer: Answer) -> Any:
        form = self._stream.read
        if isinstance(form, Xml):
            return elements.whole(answer.body)
        return embedded(answer.body) if isinstance(form, JsonLd) else answer.json()

    def _parted(self, records: Sequence[Any]) -> tuple[Sequence[Any], Sequence[str]]:
        """Part the records from the tombstones among them."""
        if self._removed is None:
            return records, ()
        kept, deleted = [], []
        for record in records:
            key = self._id(record) if self._removed(record) else None
            if key is None:
                kept.append(record)
            else:
                deleted.append(str(key).strip())
        return kept, deleted

    def _same_host(self, address: str) -> str:
        url = self._context.http.url(address)
        if urlsplit(url).netloc != urlsplit(self._context.http.base_url).netloc:
            raise SourceGarbled("names a next page on another host")
        return url

    def _expression(self, text: str) -> Callable[[Any], Any]:
        """Compile an expression over answers; where it does not apply, one is not as it was."""
        compiled: Compiled = compile_expression(text, self._functions)

        def evaluated(body: Any) -> Any:
            try:
                return compiled(body)
            except (JMESPathError, TypeError, ValueError):
                message = f"`{text}` does not apply to the answer (a body of keys {_keys(body)})"
                raise SourceGarbled(message) from None

        return evaluated


def _kind(value: Any) -> str:
    return {dict: "map", str: "text", bool: "truth value"}.get(type(value), "number")


def _keys(body: Any) -> str:
    if not isinstance(body, dict):
        return f"none: it is a {'list' if isinstance(body, list) else _kind(body)}"
    shown = ", ".join(sorted(map(str, body))[:6])
    return shown[:120] or "none"
