"""The replay stage: each sample comes to exactly its records, and a second run changes nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from isthmus.connector.kit.samples import Sample
from isthmus.connector.kit.verdicts import Report, Verdict, timed
from isthmus.errors import IsthmusError
from isthmus.store.entries import Counts
from isthmus.sync import SourceReport
from isthmus.trials.ground import Ground
from isthmus.trials.mapping import reading

MOST = 12
"""Differences that are told of one sample."""


async def replay_stage(ground: Ground, samples: list[Sample], report: Report) -> None:
    """Replay every sample of a synced connector."""
    for sample in samples:
        with timed() as spent:
            try:
                faults = [*await _mapped(ground, sample), *await _synced(ground, sample)]
            except IsthmusError as error:
                faults = [f"{sample.name}: {error}"]
        verdict = Verdict.NOT_OK if faults else Verdict.OK
        said = "\n".join(faults[:MOST]) or "as expected; a second run changes nothing"
        report.add("replay", sample.situation, verdict, said, spent[0])


async def write_expectation(
    ground: Ground, sample: Sample, config: Mapping[str, Any]
) -> dict[str, tuple[int, int]]:
    """Write what a sample comes to beside it; give records and rejections by stream."""
    ground.connector.check_config(config)
    ground.serve(sample.answers())
    with tempfile.TemporaryDirectory(dir=ground.work) as folder:
        found = await _read(ground, dict(config), Path(folder))
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    sample.file.write_bytes(orjson.dumps({"config": config, "streams": found}, option=options))
    return {
        name: (len(stream.get("records", ())), len(stream.get("rejected", ())))
        for name, stream in found.items()
    }


async def _mapped(ground: Ground, sample: Sample) -> list[str]:
    """Compare the canonical records with those expected."""
    expected = sample.expected()
    config = ground.config_of(sample)
    ground.serve(sample.answers())
    # what one pass downloaded is no business of the next
    with tempfile.TemporaryDirectory(dir=ground.work) as folder:
        found = await _read(ground, config, Path(folder))
    said = differences(expected["streams"], found, ("streams",))
    return [f"{sample.name}: line {_line_of(sample, path)}: {text}" for path, text in said]


async def _read(ground: Ground, config: dict[str, Any], folder: Path) -> dict[str, Any]:
    found = {}
    async with ground.client() as client:
        callers = ground.callers
        desk = callers.desk("trial", config, ground.upstream.url) if callers else None
        read = reading(client, folder, desk)
        for stream in ground.connector.manifest.streams:
            mapped = await read(ground.connector, stream, config)
            if mapped.records or mapped.rejections:
                found[stream] = mapped.as_json()
    return found


async def _synced(ground: Ground, sample: Sample) -> Iterator[str]:
    """Sync twice, and compare what the store counted."""
    source = await ground.add(ground.config_of(sample))
    first, again = await ground.sync(source), await ground.sync(source)
    return _of_counts(sample, first, again)


def _of_counts(sample: Sample, first: SourceReport, again: SourceReport) -> Iterator[str]:
    streams = sample.expected()["streams"].values()
    for run in (first, again):
        failed = [stream.sentence() for stream in run.streams if stream.fault_code]
        if failed:
            yield from (f"{sample.name}: {said}" for said in failed)
            return
    one, two = _total(first), _total(again)
    wanted = sum(len(stream.get("records", ())) for stream in streams)
    if one.added != wanted:
        yield f"{sample.name}: the store added {one.added} records, expected were {wanted}"
    if (two.added, two.changed, two.removed, two.removals_held) != (0, 0, 0, 0):
        yield (
            f"{sample.name}: a second run over the same answers added {two.added}, changed"
            f" {two.changed} and removed {two.removed} records; it must change nothing"
        )


def _total(report: SourceReport) -> Counts:
    total = Counts()
    for stream in report.streams:
        total.add(stream.counts)
    return total


def differences(
    expected: Any, found: Any, at: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], str]]:
    """List where two values part, each with its path and what stands on either side."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for name in dict.fromkeys((*expected, *found)):
            inner = (*at, str(name))
            if name not in found:
                yield inner, f"{'.'.join(inner)} did not come"
            elif name not in expected:
                yield inner, f"{'.'.join(inner)} came, and is not expected: {_short(found[name])}"
            else:
                yield from differences(expected[name], found[name], inner)
    elif expected != found:
        yield at, f"{'.'.join(at)}: expected {_short(expected)}, came {_short(found)}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."  # noqa: PLR2004 - one line of a terminal


def _line_of(sample: Sample, path: tuple[str, ...]) -> int:
    """Give the line of an expectation on which the innermost known step of a path stands."""
    line, lines = 1, sample.file.read_text("utf-8").splitlines()
    for step in path:
        at = next((n for n in range(line, len(lines) + 1) if f'"{step}":' in lines[n - 1]), None)
        if at is None:
            break
        line = at
    return line
