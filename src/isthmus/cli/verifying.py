"""`isthmus verify` and `isthmus contexts fetch`. Neither needs a database."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console
from rich.table import Table
from rich.text import Text

from isthmus import __version__
from isthmus.credentials.contract import Document, DocumentUnreadable, Reading
from isthmus.credentials.proofs.contexts import fetch_contexts
from isthmus.errors import ErrorCode, Misconfigured
from isthmus.hub import contexts_folder, create_verifier
from isthmus.model.verification import Verification
from isthmus.outbound import Outbound, Terms
from isthmus.settings import Settings

ACCEPT = "application/ld+json, application/json;q=0.9"
TERMS = Terms(timeout=30.0, max_bytes=4 * 1024 * 1024, attempts=2)
COLOURS = {"PASS": "green", "WARN": "yellow", "FAIL": "red", "UNREACHABLE": "magenta"}
WIDTH = 160


def verify_file(
    settings: Settings, file: Path, *, as_json: bool, presented_by: str | None, offline: bool
) -> None:
    """Verify a file and print what came of it; raise where it is of no known format."""
    document = Document(_body(file), presented_by=presented_by)
    verifier = create_verifier(settings, offline=offline)
    reading, made = asyncio.run(verifier.verify(document, now=datetime.now(UTC)))
    if reading is None:
        raise DocumentUnreadable(f"{file.name}: {made.checks[0].detail}")
    if as_json:
        print(orjson.dumps(report_of(reading, made), option=orjson.OPT_INDENT_2).decode())
    else:
        _print_table(reading, made)


async def bring_contexts(settings: Settings) -> bool:
    """Bring the pinned contexts that are missing from their publishers; say which could not be."""
    folder = contexts_folder(settings)
    outbound = Outbound(user_agent=f"isthmus/{__version__}")

    async def get(url: str) -> bytes:
        async with outbound.client("contexts", url, TERMS) as client:
            answer = await client.get(url, headers={"accept": ACCEPT})
            return answer.body

    came = await fetch_contexts(get, folder)
    for url, why in came.refused.items():
        print(f"{url}: {why}")
    print(f"{len(came.kept)} contexts brought to {folder}; {len(came.refused)} not.")
    return not came.refused


def report_of(reading: Reading, made: Verification) -> Mapping[str, Any]:
    """Give a verification as the JSON that `--json` prints."""
    return {
        "level": made.level.value,
        "outcome": made.outcome.value,
        "reason": made.reason,
        "format": reading.format.value,
        "offline": made.offline,
        "validAsOf": made.valid_as_of.isoformat() if made.valid_as_of else None,
        "checks": [
            {
                "kind": check.kind.value,
                "result": check.result.value,
                "detail": check.detail,
                "path": check.path or None,
                "source": check.source,
                "at": check.at.isoformat() if check.at else None,
                "ageSeconds": check.age_seconds,
            }
            for check in made.checks
        ],
    }


def _body(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        message = f"{file} cannot be read ({type(error).__name__})."
        raise Misconfigured(ErrorCode.ARGUMENT_INVALID, message) from None


def _print_table(reading: Reading, made: Verification) -> None:
    console = Console()
    if not console.is_terminal:
        console.width = WIDTH
    table = Table("check", "result", "detail", "part", box=None, pad_edge=False)
    for check in made.checks:
        result = Text(check.result.value, style=COLOURS.get(check.result.value, "dim"))
        table.add_row(check.kind.value, result, Text(check.detail), Text(check.path or ""))
    console.print(table)
    print(
        f"\n{reading.format.value}: {made.outcome.value}, level {made.level.value}. {made.reason}"
    )
