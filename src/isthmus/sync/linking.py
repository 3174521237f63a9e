"""Builds the linker from the schemes that the store holds."""

from __future__ import annotations

import asyncio
import gc

from isthmus.skills import ConceptLabels, Linker
from isthmus.store.database import Database
from isthmus.store.labels import concept_rows, scheme_names


async def build_linker(database: Database, generation: str) -> Linker:
    """Build a linker, which bears the generation of the schemes it was built from."""
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
