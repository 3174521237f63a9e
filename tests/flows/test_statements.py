"""No skill statement of a source is dropped, whether a skill was found for it or not."""

from __future__ import annotations

import pytest

from isthmus.store.database import Database

# an outcome that several qualifications state is one row, and was read with each of them
STORED = """
WITH statement AS (
    SELECT 'VACANCY' AS noun, vacancy_id AS owner, skill_id FROM requirement
    WHERE method IS NOT NULL
    UNION ALL SELECT 'QUALIFICATION', qualification_id, skill_id FROM qualification_skill
    UNION ALL SELECT 'QUALIFICATION', qualification_id, skill_id
    FROM qualification_outcome JOIN outcome_skill USING (outcome_id)
    UNION ALL SELECT 'LEARNING_OUTCOME', outcome_id, skill_id FROM outcome_skill
), own AS (
    SELECT DISTINCT source_id, noun, entity_id FROM record
    WHERE gone_at IS NULL AND stream NOT LIKE '%#%'
)
SELECT s.name, count(t.owner) FILTER (WHERE t.skill_id IS NOT NULL),
       count(t.owner) FILTER (WHERE t.skill_id IS NULL)
FROM source s LEFT JOIN own o ON o.source_id = s.id
LEFT JOIN statement t ON t.noun = o.noun AND t.owner = o.entity_id
GROUP BY s.name
"""
READ = (
    "SELECT s.name, coalesce(sum(r.statements), 0), coalesce(sum(r.matched), 0)"
    " FROM source s LEFT JOIN sync_run r ON r.source_id = s.id GROUP BY s.name"
)


@pytest.mark.mission("M34")
async def test_matched_and_unmatched_add_up_to_what_was_read_for_every_source(
    world: Database,
) -> None:
    read = {row[0]: (int(row[1]), int(row[2])) for row in await world.fetch(READ)}
    rows = await world.fetch(STORED)
    assert {row[0]: (row[1] + row[2], row[1]) for row in rows} == read
    assert sum(row[1] for row in rows) > 100
    assert sum(row[2] for row in rows) > 0
