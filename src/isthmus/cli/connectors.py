"""`isthmus connector list | new | test | schema`."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.table import Table

from isthmus.cli.surroundings import loaded, run, say
from isthmus.connector import feed, installed
from isthmus.connector.kit.beginning import Kind, begin
from isthmus.connector.kit.verdicts import as_junit, as_text, tier_of
from isthmus.connector.records import TYPES
from isthmus.connector.records import schema as schema_of
from isthmus.errors import Misconfigured

app = typer.Typer(help="Kinds of sources: write, test and list them.", no_args_is_help=True)

FolderArgument = Annotated[
    str, typer.Argument(help="The connector's folder, or the address of a feed.")
]


@app.command("list")
def list_() -> None:
    """List the connectors at hand."""
    from isthmus.connector.kit.static import static_tier  # noqa: PLC0415 - others need no kit

    places = installed.folders(loaded().settings.connectors_dir, Path.cwd())
    table = Table("name", "version", "transport", "modes", "tier", "of", box=None)
    for name in installed.names(places):
        folder = installed.find_folder(name, places)
        if folder is None:  # gone since its name was read
            continue
        report = static_tier(folder)
        manifest = report.manifest
        if manifest is None:
            table.add_row(name, "-", "-", "-", "none", "its manifest does not read")
            continue
        produced = ", ".join(sorted({stream.produces for stream in manifest.streams.values()}))
        modes = ", ".join(manifest.modes)
        tier = tier_of(report)[0]
        table.add_row(name, manifest.version, manifest.transport, modes, tier, produced)
    _console().print(table)
    say("the tier is that of the static stage; `isthmus connector test` finds the whole of it")


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="Its id, and the name of its folder.")],
    kind: Annotated[Kind, typer.Option(help="How the system speaks.")],
    into: Annotated[Path, typer.Option(help="Where the folder is made.")] = Path("connectors"),
) -> None:
    """Write a connector that passes its own tests as it stands, to be changed from there."""
    folder = begin(name, kind, into)
    for file in sorted(part for part in folder.rglob("*") if part.is_file()):
        print(file)
    print(f"Next: change {folder / installed.FILE}, then `isthmus connector test {folder}`.")


@app.command("test")
def conform(
    folder: FolderArgument,
    junit: Annotated[Path | None, typer.Option(help="Write JUnit XML to this file.")] = None,
    short: Annotated[bool, typer.Option(help="Eight faults in place of all.")] = False,
    live: Annotated[bool, typer.Option("--live", help="Ask the real service, once.")] = False,
    bench: Annotated[bool, typer.Option("--bench", help="Measure records a second.")] = False,
    write: Annotated[
        bool, typer.Option("--write", help="Write what each sample comes to beside it.")
    ] = False,
    setting: Annotated[
        list[str] | None,
        typer.Option("--set", help="KEY=VALUE of the config for --live and --write."),
    ] = None,
    base_url: Annotated[str | None, typer.Option(help="The address for --live.")] = None,
) -> None:
    """Try a connector: what it says, its samples, every fault; and say which tier it is of."""
    from isthmus.cli.trying import measured, try_stated, visited, written  # noqa: PLC0415 - as above

    settings = loaded().settings
    logging.getLogger("isthmus").setLevel(logging.CRITICAL)  # a fault is in the report, once
    if live:
        ok = run(visited(settings, Path(folder), setting or [], base_url))
    elif write:
        ok = run(written(Path(folder), setting or []))
    elif bench:
        ok = run(measured(Path(folder)))
    else:
        report = run(try_stated(settings, folder, is_short=short))
        for line in as_text(report):
            print(line)
        if junit is not None:
            _write(junit, as_junit(report))
        ok = report.ok
    if not ok:
        raise typer.Exit(1)


@app.command()
def schema(
    produces: Annotated[str, typer.Argument(help="A canonical type, such as Vacancy@1.")],
) -> None:
    """Print a canonical type as JSON Schema, or the wire of a feed: Feed@1."""
    if produces not in {*TYPES, feed.NAME}:
        message = f"There is no type {produces}; there are: {', '.join((*TYPES, feed.NAME))}."
        raise Misconfigured("TYPE_UNKNOWN", message)
    made = feed.schema() if produces == feed.NAME else schema_of(produces)
    sys.stdout.write(orjson.dumps(made, option=orjson.OPT_INDENT_2).decode() + "\n")


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        message = f"{file} cannot be written ({type(error).__name__})."
        raise Misconfigured("FILE_UNWRITABLE", message) from None


def _console() -> Console:
    console = Console(soft_wrap=True)
    if not console.is_terminal:
        console.width = 200
    return console
