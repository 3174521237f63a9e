"""Reads the frameworks that stand in this folder; nothing is fetched."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

from isthmus.connector.page import Page
from isthmus.connector.part import Connector, Context, stream

FOLDER = Path(__file__).parent / "data"


class Frameworks(Connector):
    """One file a framework: a new country is one more file."""

    @stream("frameworks")
    async def frameworks(self, context: Context, cursor: str | None) -> AsyncIterator[Page]:
        """Give every file of the folder as one page."""
        del context, cursor
        yield Page([json.loads(file.read_bytes()) for file in sorted(FOLDER.glob("*.json"))])
