"""One verifier for a process: the contexts, registries and earlier answers it works with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from isthmus.credentials.contract import Document, Fetched, Fetcher, Reading, Surroundings
from isthmus.credentials.proofs.contexts import Contexts
from isthmus.credentials.registries import Registry
from isthmus.credentials.verifying import Kinds, verify
from isthmus.model.verification import Verification


@dataclass(frozen=True, slots=True)
class Verifier:
    """Verifies documents, and stores nothing of them."""

    contexts: Contexts
    fetcher: Fetcher
    registries: Sequence[Registry] = ()

    async def verify(
        self, document: Document, *, now: datetime, kinds: Kinds = ()
    ) -> tuple[Reading | None, Verification]:
        """Verify a document at one moment."""
        surroundings = Surroundings(
            now=now, fetcher=self.fetcher, contexts=self.contexts, registries=self.registries
        )
        return await verify(document, surroundings, kinds)

    async def fetch(self, url: str) -> Fetched:
        """Get a badge that is hosted somewhere; without a body where it does not answer."""
        return await self.fetcher.fetch(url)
