"""Pinned JSON-LD contexts: by address and sha256, from a folder, never from the network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from isthmus.errors import IsthmusError


class ContextUnknown(IsthmusError):
    """A context that is not at hand; `url` says which."""

    code = "CONTEXT_UNKNOWN"

    def __init__(self, url: str) -> None:
        super().__init__(f"the context {url} is not among the pinned contexts at hand")
        self.url = url


class Contexts:
    """The contexts at hand; what no pin covers is refused."""

    @classmethod
    def of_folder(cls, folder: Path) -> Contexts:
        """Read a folder; a missing folder gives no contexts."""
        raise NotImplementedError

    def document(self, url: str) -> Mapping[str, Any]:
        """Give a context document; raise `ContextUnknown` where it is not at hand."""
        raise NotImplementedError

    def missing(self) -> list[str]:
        """Name the pinned addresses without a document at hand."""
        raise NotImplementedError
