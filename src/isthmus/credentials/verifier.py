"""One verifier for a process: the contexts, registries and earlier answers it works with."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeVar

from isthmus.credentials.aside import Aside
from isthmus.credentials.contract import (
    Document,
    Fetched,
    Fetcher,
    Reading,
    Surroundings,
    fetch_unkept,
)
from isthmus.credentials.proofs.contexts import Contexts
from isthmus.credentials.registries import Registry
from isthmus.credentials.remembering import Remembered
from isthmus.credentials.verifying import Kinds, verify
from isthmus.model.verification import Verification

T = TypeVar("T")
NOTHING_KNOWN: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Verifier:
    """Verifies documents, and stores nothing of them."""

    contexts: Contexts
    fetcher: Fetcher
    registries: Sequence[Registry] = ()
    aside: Aside | None = None
    """Where documents are worked on; without it, in the loop of the one who asks."""
    remembered: Remembered | None = field(default_factory=Remembered)
    """Results of signatures so far; without it every verification works them out anew."""

    async def verify(
        self,
        document: Document,
        *,
        now: datetime,
        kinds: Kinds = (),
        known_digests: Mapping[str, str] = NOTHING_KNOWN,
    ) -> tuple[Reading | None, Verification]:
        """Verify a document at one moment; `known_digests` as `Surroundings` has them."""
        kept = self.remembered
        surroundings = Surroundings(
            now=now,
            fetcher=self.fetcher,
            contexts=self.contexts,
            registries=self.registries,
            known_digests=known_digests,
            memory=None if kept is None else kept.of(document, self.contexts),
        )
        return await self._run(verify(document, surroundings, kinds))

    async def within(
        self, work: Callable[[Surroundings], Coroutine[Any, Any, T]], *, now: datetime
    ) -> T:
        """Do other work that needs what a verification needs, where verifications are done."""
        surroundings = Surroundings(now=now, fetcher=self.fetcher, contexts=self.contexts)
        return await self._run(work(surroundings))

    async def fetch(self, url: str) -> Fetched:
        """Get a badge that is hosted somewhere; without a body where it does not answer."""
        return await self._run(fetch_unkept(self.fetcher, url))

    async def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return await (work if self.aside is None else self.aside.run(work))
