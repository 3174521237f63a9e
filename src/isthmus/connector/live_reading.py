"""Reads a live stream for one learner: what their store lists, and each document.

A record that does not read is counted and left out; it never stops the others.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from typing import Any

import msgspec
from jmespath.exceptions import JMESPathError

from isthmus.connector import template
from isthmus.connector.expression import compile_expression, compile_map
from isthmus.connector.functions import ConnectorFunctions
from isthmus.connector.installed import InstalledConnector
from isthmus.connector.original import Listed, Original
from isthmus.connector.part import LiveContext, fetchers
from isthmus.connector.pull import StreamReader
from isthmus.connector.records import CredentialRecord
from isthmus.errors import SourceGarbled

MOST_RECORDS = 500
"""Records of one learner at one store that are looked at; a store that lists more is lying."""
_UNREADABLE = (JMESPathError, TypeError, ValueError, KeyError, AttributeError, IndexError)


class LiveReader:
    """One stream of one source, for one learner, once."""

    def __init__(self, connector: InstalledConnector, name: str, context: LiveContext) -> None:
        self._connector = connector
        self._name = name
        self._context = context
        self._words = connector.manifest.streams[name]
        functions = ConnectorFunctions(connector.tables)
        self._pages = StreamReader(connector, name, context, functions)
        self._key = compile_expression(self._words.id, functions)
        where = self._words.where
        self._where = compile_expression(where, functions) if where else None
        self._map: Callable[[Any], Any] = (
            connector.mappings[name]
            if self._words.map is None
            else compile_map(self._words.map, functions)
        )
        self.rejected = 0
        """Records that did not read."""

    async def listed(self) -> AsyncIterator[Listed]:
        """Yield what the store lists."""
        seen: set[str] = set()
        before: Sequence[Any] = ()
        async with aclosing(self._pages.pages(None)) as pages:  # type: ignore[type-var]
            async for page in pages:
                if page.records and page.records == before:
                    raise SourceGarbled("gives the same page twice, so its list cannot be whole")
                before = page.records
                self.rejected += len(page.rejected)
                for raw in page.records:
                    found = self._read(raw)
                    if found is not None and found.key not in seen:
                        seen.add(found.key)
                        yield found
                    if len(seen) >= MOST_RECORDS:
                        return

    async def original(self, listed: Listed) -> Original:
        """Fetch the document of one record."""
        part = self._connector.part
        method = fetchers(part).get(self._name) if part else None
        if part is not None and method is not None:
            found: Original = await getattr(part(), method)(self._context, listed)
            return found
        return await self._detail(listed)

    async def _detail(self, listed: Listed) -> Original:
        detail = self._words.detail
        if detail is None:  # the loader has checked that there is one way or the other
            raise TypeError(self._name)
        values = {**msgspec.to_builtins(listed.record), "id": listed.key}
        path = template.fill(detail.path, {"record": values}, encode=True)
        if path is None:
            raise SourceGarbled("lists a document without what its address is made of")
        answer = await self._context.http.get(path)
        media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        issuer = listed.record.issuer
        return Original(
            answer.body, media_type or None, issuer=issuer.id if issuer is not None else None
        )

    def _read(self, raw: Any) -> Listed | None:
        try:
            if self._where is not None and not self._where(raw):
                return None
            key = self._key(raw)
            record = msgspec.convert(self._map(raw), CredentialRecord, strict=False)
        except (*_UNREADABLE, msgspec.ValidationError):
            self.rejected += 1
            return None
        if not isinstance(key, str | int) or isinstance(key, bool) or key == "":
            self.rejected += 1
            return None
        return Listed(str(key), record, raw)
