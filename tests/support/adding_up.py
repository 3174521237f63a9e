"""Each record read is stored, unchanged, or rejected with its reason: nothing falls between.

The records are counted twice: as they come off the pages, before anything is made of them, and by
the database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from isthmus.connector.expression import compile_expression
from isthmus.connector.functions import ConnectorFunctions
from isthmus.connector.part import Context, LiveContext
from isthmus.connector.pull import StreamReader
from isthmus.hub import Hub
from isthmus.outbound import Outbound, SourceClient, Terms
from isthmus.store.entries import Counts
from isthmus.trials.living import TOKEN, read_live
from tests.connectors.samples import Sample, load

TERMS = Terms(timeout=20.0, attempts=1)


async def off_the_pages(
    name: str, config: Mapping[str, Any], base: str, folder: Path
) -> dict[str, int]:
    """Count the records of each stream as they come, with those a file could not even give."""
    connector = load(name)
    functions = ConnectorFunctions(connector.tables, config)
    found: dict[str, int] = Counter()
    open_config = {k: v for k, v in config.items() if k not in connector.manifest.secrets}
    async with Outbound(allow_private=True).client("counted", base, TERMS) as client:
        for stream, words in connector.manifest.streams.items():
            belongs = compile_expression(words.where or "`true`", functions)
            reader = StreamReader(
                connector, stream, Context(open_config, client, folder), functions
            )
            found[stream] = 0
            async for page in reader.pages(None):
                found[stream] += len(page.rejected) + sum(map(bool, map(belongs, page.records)))
    return found


async def read(hub: Hub, name: str) -> dict[str, Counts]:
    (report,) = await hub.sync([name])
    assert report.ok, report
    return {stream.stream: stream.counts for stream in report.streams}


async def adds_up(
    hub: Hub, connector: str, config: dict[str, Any], base: str, home: Path
) -> dict[str, Counts]:
    """Read a source twice, and hold that no record is missing from what is told of them.

    Give what the first reading came to, by stream.
    """
    await hub.add_source("s", connector, config, base_url=base)
    first = await read(hub, "s")
    came = await off_the_pages(connector, config, base, home)
    assert {stream: counts.seen for stream, counts in first.items()} == came
    for counts in first.values():
        assert counts.added + counts.changed + counts.unchanged + counts.rejected == counts.seen
    stored = await hub.database.value(
        "SELECT count(*) FROM record WHERE gone_at IS NULL AND stream NOT LIKE '%#%'"
    )
    told = await hub.database.fetch("SELECT reason, message FROM rejected_record")
    assert stored == sum(counts.added for counts in first.values())
    assert len(told) == sum(counts.rejected for counts in first.values())
    assert all(row["reason"] and row["message"] for row in told)
    again = await read(hub, "s")
    for stream, counts in again.items():
        before = first[stream]
        assert (counts.seen, counts.rejected) == (before.seen, before.rejected)
        assert counts.unchanged == before.added + before.changed + before.unchanged
        assert (counts.added, counts.changed, counts.removed) == (0, 0, 0)
    return first


async def _listed(
    name: str, config: Mapping[str, Any], client: SourceClient, addresses: tuple[str, ...]
) -> int:
    """Count what a store lists for a learner."""
    connector = load(name)
    functions = ConnectorFunctions(connector.tables, config)
    context = LiveContext(config, client.bearing(TOKEN), addresses)
    found = 0
    for stream, words in connector.manifest.streams.items():
        belongs = compile_expression(words.where or "`true`", functions)
        async for page in StreamReader(connector, stream, context, functions).pages(None):
            found += sum(map(bool, map(belongs, page.records)))
    return found


async def live_adds_up(sample: Sample, base: str) -> None:
    """Read a live sample, and hold that what a store lists is shown, refused or counted."""
    stated = sample.expected().get("addresses", ())
    addresses = tuple(one.replace("{base}", base) for one in stated)
    async with Outbound(allow_private=True).client("store", base, TERMS) as client:
        shown = await read_live(load(sample.connector), sample, client)
        came = await _listed(sample.connector, sample.config, client, addresses)
    streams = shown.values()
    documents = sum(len(one.documents) for one in streams)
    faults = [code for one in streams for code in one.faults.values()]
    assert documents + len(faults) + sum(one.rejected for one in streams) == came > 0
    assert all(faults)
