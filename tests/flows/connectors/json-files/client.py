"""Reads files one by one; one that is no JSON is rejected by its name, and the next one is read."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from isthmus.connector.page import Page
from isthmus.connector.part import Connector, Context, stream
from isthmus.model.run import Rejection


class JsonFiles(Connector):
    """The files of a folder, each of them a record."""

    @stream("files")
    async def files(self, context: Context, cursor: str | None) -> AsyncIterator[Page]:
        """Give every file."""
        del cursor
        found, rejected = [], []
        for name in context.config["files"]:
            file = await context.http.file(name, context.folder)
            try:
                json.loads(file.read_text("utf-8-sig"))
                found.append({"name": name})
            except json.JSONDecodeError as error:
                message = f"{name}: line {error.lineno} is no JSON"
                rejected.append(Rejection(name, "FILE_INVALID", message))
        yield Page(found, rejected=rejected)
