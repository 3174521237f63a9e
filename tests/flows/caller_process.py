"""A process that calls one source, again and again, through the gate that all processes share.

    python -m tests.flows.caller_process DATABASE SOURCE ADDRESS CALLS SECONDS AT_ONCE UNTIL

It prints a line for each call: how it ended.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from isthmus.errors import SourceFault
from isthmus.outbound import Outbound, Terms
from isthmus.store.database import Database
from isthmus.store.traffic import SharedGate


async def call(url: str, source: int, address: str, terms: Terms, at_once: int, until: int) -> None:
    """Call until so many seconds have passed, or so many calls have failed."""
    async with await Database.open(url=url, home=Path(), size=4) as database:
        gate = SharedGate(database, source, "board", terms)
        async with Outbound(allow_private=True).client("board", address, terms, gate=gate) as http:
            end = time.monotonic() + until

            async def one() -> None:
                while time.monotonic() < end:
                    try:
                        await http.get("/jobs")
                        print("GOOD", flush=True)
                    except SourceFault as fault:
                        print(fault.code, fault.retry_after, fault, flush=True)
                        await asyncio.sleep(0.05)

            await asyncio.gather(*(one() for _ in range(at_once)))


if __name__ == "__main__":
    _, url_, source_, address_, calls_, seconds_, at_once_, until_ = sys.argv
    terms_ = Terms(timeout=5, attempts=1, calls=int(calls_), per_seconds=float(seconds_))
    asyncio.run(call(url_, int(source_), address_, terms_, int(at_once_), int(until_)))
