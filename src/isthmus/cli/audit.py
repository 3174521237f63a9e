"""`isthmus audit anchor | check`."""

from __future__ import annotations

import typer

from isthmus.cli.surroundings import loaded, open_hub, run
from isthmus.settings import Settings
from isthmus.store.people import anchoring
from isthmus.store.people.anchoring import Tampering

app = typer.Typer(
    help="The audit log: who read what of whom, and what was agreed to.", no_args_is_help=True
)

_SENTENCES = {
    Tampering.ALTERED: "line {} of the log is not as it was written",
    Tampering.MISSING: "line {} of the log is missing",
    Tampering.TRUNCATED: "the log was anchored at line {}, which is cut off",
    Tampering.ANCHOR_ALTERED: "line {} of the file of anchors is not as it was written",
    Tampering.ANCHOR_MISSING: "line {} of the log was anchored, and the anchor is not in the file",
}


@app.command("anchor")
def anchor_() -> None:
    """Write the head of the log to `audit.anchors` in the home, and print it.

    Keep a copy of the file, or of what is printed, where who keeps the database cannot reach it.
    """
    run(_anchor(loaded().settings))


async def _anchor(settings: Settings) -> None:
    async with open_hub(settings) as hub:
        made = await anchoring.anchor(await hub.vault(), settings.home / anchoring.FILE)
    print(f"{made.number} {made.at} line {made.id} {made.digest}")


@app.command()
def check() -> None:
    """Check every line of the log and every anchor; exits 1 where anything is wrong."""
    if run(_check(loaded().settings)):
        raise typer.Exit(1)


async def _check(settings: Settings) -> int:
    async with open_hub(settings) as hub:
        findings = await anchoring.check(await hub.vault(), settings.home / anchoring.FILE)
    for finding in findings:
        print(_SENTENCES[finding.kind].format(finding.line))
    if not findings:
        print("every line and every anchor is as it was written")
    return len(findings)
