"""How a question to a live source of public records becomes a request, as words of the manifest."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

Parameter = Annotated[str, Meta(min_length=1, max_length=200)]
Span = Annotated[str, Meta(pattern=r"^[1-9]\d{0,5}[smhd]$")]


class Live(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Parameters that take what a question says, and how long its answer holds.

    `search` takes the words searched for, `since` the moment from which records are wanted, `first`
    how many are. Where none is named, the list is read, `pages` pages of it at most. An answer
    younger than `keep` is not asked for again; one older than `stale` may not be kept where the
    licence forbids it, nor what a search brought and none has brought since.
    """

    search: Parameter | None = None
    since: Parameter | None = None
    first: Parameter | None = None
    pages: Annotated[int, Meta(ge=1, le=100)] = 10
    keep: Span = "60s"
    stale: Span = "24h"

    @property
    def parameters(self) -> dict[str, str]:
        """Name the parameters, by the word that names each."""
        named = {"search": self.search, "since": self.since, "first": self.first}
        return {word: name for word, name in named.items() if name is not None}
