"""Which operation a request means: the document it brings, or one that was registered."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable

from isthmus.errors import ErrorCode
from isthmus.graph.answer import Operation
from isthmus.web.decoding import Asked, BadRequest

Find = Callable[[str], Awaitable[str | None]]
MOST = 4_000_000
"""Characters of registered documents remembered."""


class TrustedDocuments:
    """The registered documents, those used last in memory; what is not there is not remembered.

    With `only` nothing but registered documents is let through, on whatever transport asks.
    """

    def __init__(self, find: Find, *, only: bool = False, most: int = MOST) -> None:
        self._find = find
        self._only = only
        self._most = most
        self._size = 0
        self._held: OrderedDict[str, str] = OrderedDict()

    async def operation(self, asked: Asked) -> Operation:
        """Give the operation a request means; raise `BadRequest` where it may not run."""
        if asked.document is not None and not self._only:
            return Operation(asked.document, asked.name, asked.variables)
        if asked.document_id is None:
            message = "Only registered documents run here: send a `documentId`."
            raise BadRequest(400, message, ErrorCode.PERSISTED_ONLY)
        document = await self._document(asked.document_id)
        if document is None:
            # Apollo's clients know this very answer, and send the document with their next try
            status, message = 400, "There is no such document."
            if asked.is_apollo:
                status, message = 200, "PersistedQueryNotFound"
            raise BadRequest(status, message, ErrorCode.PERSISTED_NOT_FOUND)
        return Operation(document, asked.name, asked.variables)

    async def _document(self, id_: str) -> str | None:
        found = self._held.get(id_)
        if found is not None:
            self._held.move_to_end(id_)
            return found
        found = await self._find(id_)
        if found is not None:
            self._remember(id_, found)
        return found

    def _remember(self, id_: str, document: str) -> None:
        if id_ not in self._held:
            self._held[id_] = document
            self._size += len(document)
        while self._size > self._most:
            _, gone = self._held.popitem(last=False)
            self._size -= len(gone)
