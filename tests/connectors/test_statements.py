"""Every skill that a source states is kept, also where no scheme knows it."""

from __future__ import annotations

from typing import Any

import pytest

from isthmus.model.alignment import AlignmentMethod
from isthmus.sync.understanding import alignments_of
from isthmus.trials.mapping import ReadStream
from tests.connectors.samples import SYNCED_SAMPLES, Sample, answers_of, load, sample_id
from tests.support.replay import Replay

LINKED = {"Vacancy@1", "Qualification@1", "LearningOutcome@1"}


def statements(record: dict[str, Any]) -> int:
    """Count what a record states: its skills, those of its outcomes, and outcomes without any."""
    stated = len(record.get("skills", ())) + ("text" in record and "skills" not in record)
    return stated + sum(statements(outcome) for outcome in record.get("outcomes", ()))


@pytest.mark.mission("M34")
@pytest.mark.parametrize("sample", SYNCED_SAMPLES, ids=sample_id)
async def test_a_statement_that_no_scheme_knows_is_kept_as_unmatched(
    sample: Sample, replay: Replay, read_stream: ReadStream
) -> None:
    replay.answers = answers_of(sample)
    connector = load(sample.connector)
    for name, stream in connector.manifest.streams.items():
        if stream.produces in LINKED:
            mapped = await read_stream(connector, name, sample.config)
            for key, record in mapped.records.items():
                kept = alignments_of(mapped.entities[key])
                assert len(kept) == statements(record)
                assert {alignment.method for alignment in kept} <= {AlignmentMethod.UNMATCHED}


def test_the_samples_state_skills_and_outcomes_without_any() -> None:
    records = [
        record
        for sample in SYNCED_SAMPLES
        for stream in sample.expected()["streams"].values()
        for record in stream["records"].values()
    ]
    assert any(record.get("skills") for record in records)
    assert any("skills" not in o for record in records for o in record.get("outcomes", ()))
