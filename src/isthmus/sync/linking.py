"""The linker for the schemes that the store holds."""

from __future__ import annotations

import asyncio
import gc

from isthmus.skills import ConceptLabels, Linker
from isthmus.store.database import Database
from isthmus.store.labels import concept_rows, label_generation, scheme_names


class CurrentLinker:
    """Gives the linker for the schemes as they stand, built anew only when they changed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._built: Linker | None = None
        self._lock = asyncio.Lock()

    async def __call__(self) -> Linker:
        """Give it; it bears the generation of the schemes it was built from."""
        async with self._lock:
            generation = await label_generation(self._database)
            if self._built is None or self._built.generation != generation:
                self._built = await self._build(generation)
            return self._built

    async def _build(self, generation: str) -> Linker:
        database = self._database
        skills = [ConceptLabels(**row) async for row in concept_rows(database, "skill")]
        occupations = [ConceptLabels(**row) async for row in concept_rows(database, "occupation")]
        schemes = await scheme_names(database)
        linker = await asyncio.to_thread(
            Linker, skills, occupations, schemes=schemes, generation=generation
        )
        # hundreds of thousands of small objects that live as long as the process: without this
        # the collector walks them all again and again
        gc.collect()
        gc.freeze()
        return linker
