"""How many records a second a connector brings into the store, its sample made larger."""

from __future__ import annotations

import time
from collections.abc import Sequence
from urllib.parse import parse_qs

from isthmus.connector.kit.replies import Asked
from isthmus.connector.kit.samples import Sample, reply_of
from isthmus.connector.kit.spoiling import EMPTIED, grown
from isthmus.connector.manifest import Manifest
from isthmus.connector.paging_words import Number, Offset
from isthmus.trials.faulting import records_in
from isthmus.trials.ground import Ground

COPIES = 500


async def measure(ground: Ground, samples: Sequence[Sample]) -> list[str]:
    """Read the largest sample, and again; give the figures, which are of this machine alone."""
    sample = max(samples, key=records_in)
    manifest, good = ground.connector.manifest, sample.answers()
    answers = {path: grown(reply, manifest, COPIES) or reply for path, reply in good.items()}
    emptied = {path: EMPTIED.spoil(reply, manifest) or reply for path, reply in good.items()}
    ground.upstream.answer = lambda asked: (
        reply_of(emptied, asked) if is_onward(asked, manifest) else reply_of(answers, asked)
    )
    source = await ground.add(sample.config)
    lines = []
    for name in ("first run", "unchanged"):
        began, spent = time.monotonic(), time.process_time()
        run = await ground.sync(source, patience=60.0)
        seconds, cpu = time.monotonic() - began, time.process_time() - spent
        seen = sum(stream.counts.seen for stream in run.streams)
        said = f"{seen} records in {seconds:.2f} s, {seen / seconds:,.0f} a second"
        lines.append(f"{name}: {said}, {cpu:.2f} s of CPU")
        lines += [f"  {stream.sentence()}" for stream in run.streams if stream.fault_code]
    return lines


def is_onward(asked: Asked, manifest: Manifest) -> bool:
    """Tell whether a call asks for a page after the first, where pages are counted."""
    query = parse_qs(asked.query)
    for stream in manifest.streams.values():
        page = stream.page
        if isinstance(page, Number | Offset) and page.param in query:
            first = page.start if isinstance(page, Number) else 0
            return query[page.param][0] != str(first)
    return False
