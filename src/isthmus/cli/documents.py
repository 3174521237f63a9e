"""`isthmus documents add`: registers operations, which `trusted_only` then runs alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from isthmus.cli.surroundings import loaded, run

app = typer.Typer(help="Register operations that clients name by their hash.", no_args_is_help=True)


@app.callback()
def documents() -> None:
    """Keep `add` a command of its own."""


@app.command()
def add(
    files: Annotated[
        list[Path], typer.Argument(help="GraphQL files, or a JSON manifest of a client's build.")
    ],
) -> None:
    """Register documents; each is checked against the schema and the limits first."""
    from isthmus.cli.registering import register  # noqa: PLC0415 - other commands need no graph

    run(register(loaded().settings, files))
