"""`isthmus contexts fetch`: brings the JSON-LD contexts that verifications need."""

from __future__ import annotations

import typer

from isthmus.cli.surroundings import loaded, log_to_stderr, run

app = typer.Typer(help="Pinned JSON-LD contexts.", no_args_is_help=True)


@app.callback()
def contexts() -> None:
    """Keep `fetch` a command of its own."""


@app.command()
def fetch() -> None:
    """Bring missing contexts from their publishers; bytes that no pin knows are refused."""
    from isthmus.cli.verifying import bring_contexts  # noqa: PLC0415 - others need none of it

    settings = loaded().settings
    log_to_stderr(settings.log_level)
    if not run(bring_contexts(settings)):
        raise typer.Exit(1)
