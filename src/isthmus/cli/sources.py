"""`isthmus source add | mode | list | status`."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer
from rich.console import Console
from rich.table import Table

from isthmus.cli.surroundings import loaded, open_hub, run
from isthmus.connector.config import typed
from isthmus.connector.manifest import Manifest, seconds
from isthmus.errors import Misconfigured
from isthmus.hub import Hub
from isthmus.model.run import SourceMode
from isthmus.registering.applicant import Applicant
from isthmus.registering.sourcing import SourceDesk, Wanted
from isthmus.settings import SECRET_PREFIX
from isthmus.store import sources
from isthmus.store.database import Row
from isthmus.store.sources import StoredSource

MODES = "Read by schedule, asked when a question needs it, or both."
_ODD = re.compile(r"[^A-Za-z0-9]")

app = typer.Typer(help="Add sources and see how they do.", no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(help="The source's name.")]


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="A name of your choice.")],
    connector: Annotated[
        str | None,
        typer.Option(help="The kind of source: a name, a manifest's file, or a feed's address."),
    ] = None,
    setting: Annotated[
        list[str] | None, typer.Option("--set", help="KEY=VALUE of its config.")
    ] = None,
    base_url: Annotated[
        str | None, typer.Option(help="Its address, in place of the connector's own.")
    ] = None,
    every: Annotated[str | None, typer.Option(help="How often it is read, such as 6h.")] = None,
    mode: Annotated[
        SourceMode | None, typer.Option(help=MODES, case_sensitive=False, show_choices=True)
    ] = None,
    replace: Annotated[bool, typer.Option(help="Change it, if it is there already.")] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Approve of a connector that is taken in with it.")
    ] = False,
) -> None:
    """Add a source; NAME alone may be the address of a feed, which names itself."""
    run(_add(name, connector, setting or [], base_url, every, mode, replace=replace, yes=yes))


async def _add(
    name: str,
    connector: str | None,
    stated: list[str],
    base_url: str | None,
    every: str | None,
    mode: SourceMode | None,
    *,
    replace: bool,
    yes: bool,
) -> None:
    from isthmus.cli.bringing import (  # noqa: PLC0415 - it adds to the other commands
        declining,
        is_address,
        stands_in_files,
        take_in,
    )

    wanted = connector or name
    if connector is None and not is_address(name):
        raise Misconfigured("CONFIG_INVALID", "--connector says what kind of source it is.")
    with declining():
        async with open_hub(loaded().settings) as hub:
            await hub.connectors.in_force.refresh()
            is_file = wanted.endswith(".yaml") or "/" in wanted  # and no name of a connector
            is_taken_in = connector is not None and is_file and stands_in_files(wanted)
            if is_address(wanted) or is_taken_in:
                wanted = await take_in(hub, wanted, yes=yes)
            name = wanted if connector is None else name
            await _add_one(hub, name, wanted, stated, base_url, every, mode, replace=replace)


async def _add_one(
    hub: Hub,
    name: str,
    connector: str,
    stated: list[str],
    base_url: str | None,
    every: str | None,
    mode: SourceMode | None,
    *,
    replace: bool,
) -> None:
    manifest = hub.connector(connector).manifest
    config = config_of(manifest, stated) | secrets_of(manifest, name, os.environ)
    source = await hub.add_source(
        name,
        connector,
        config,
        base_url=address_of(base_url),
        every=every,
        mode=mode,
        replace=replace,
    )
    print(f"{source.name}: added ({connector}). {source.advice or ''}".strip())


@app.command("mode")
def mode_(
    name: Annotated[str, typer.Argument(help="A source of public records.")],
    mode: Annotated[SourceMode, typer.Argument(help=MODES, case_sensitive=False)],
    every: Annotated[
        str | None, typer.Option(help="How often it is synced, such as 6h; unsaid: as usual.")
    ] = None,
) -> None:
    """Change how the records of a source reach an answer; queries stay as they are."""
    run(_set_mode(name, mode, every))


async def _set_mode(name: str, mode: SourceMode, every: str | None) -> None:
    async with open_hub(loaded().settings) as hub:
        source = await hub.connectors.set_mode(name, mode, every=every)
    print(f"{source.name}: {source.mode.lower()}.")


def config_of(manifest: Manifest, stated: list[str]) -> dict[str, Any]:
    """Read KEY=VALUE pairs as the connector's config types them; lists are parted by commas."""
    config: dict[str, Any] = {}
    for pair in stated:
        key, separator, value = pair.partition("=")
        if not separator:
            raise Misconfigured("CONFIG_INVALID", f"--set takes KEY=VALUE, not {pair}.")
        if key in manifest.secrets:  # other users of the machine can read a command line
            message = f"{key} is a secret: give it in ISTHMUS_SECRET_SOURCE_<NAME>_{key.upper()}."
            raise Misconfigured("CONFIG_INVALID", message)
        config |= typed({key: value}, manifest.config)
    return config


def secrets_of(manifest: Manifest, name: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Read the secrets of a source from the environment, those that stand there."""
    found = {}
    for key in manifest.secrets:
        stated = environment.get(secret_name(name, key))
        if stated:
            found[key] = stated
    return found


def secret_name(source: str, key: str) -> str:
    """Name the variable that holds a secret of a source."""
    return f"{SECRET_PREFIX}SOURCE_{_ODD.sub('_', f'{source}_{key}').upper()}"


def address_of(stated: str | None) -> str | None:
    """Take a folder of this machine as a file address."""
    if stated is None or urlsplit(stated).scheme:
        return stated
    folder = Path(stated).expanduser().resolve()
    if not folder.is_dir():
        raise Misconfigured("CONFIG_INVALID", f"There is no folder {stated}.")
    return folder.as_uri()


@app.command()
def update(
    name: NameArgument,
    setting: Annotated[
        list[str] | None,
        typer.Option("--set", help="KEY=VALUE of its config; given once, all but secrets are."),
    ] = None,
    base_url: Annotated[str | None, typer.Option(help="Another address.")] = None,
    every: Annotated[str | None, typer.Option(help="How often it is read, such as 6h.")] = None,
) -> None:
    """Change the config, address or schedule of a source."""
    pairs = [pair.partition("=") for pair in setting or ()]
    config = {key: value for key, _, value in pairs} if setting else None
    wanted = Wanted(
        config=config,
        base_url=address_of(base_url),
        every_seconds=None if every is None else _seconds(every),
    )
    run(_at_desk(name, lambda desk, who, key: desk.update(who, key, wanted), "changed"))


@app.command("set-secret")
def set_secret(
    name: NameArgument, key: Annotated[str, typer.Argument(help="The secret's name.")]
) -> None:
    """Seal a secret into a source's config; it is asked for, or read from standard input."""
    value = os.environ.get(secret_name(name, key)) or _asked(key)
    said = f"{key} is sealed"
    run(_at_desk(name, lambda desk, who, at: desk.set_secret(who, at, key, value), said))


@app.command()
def pause(
    name: NameArgument,
    reason: Annotated[str | None, typer.Option(help="Why; everyone can read it.")] = None,
) -> None:
    """Read a source no more until it is resumed; what is held of it stays."""
    run(_at_desk(name, lambda desk, who, key: desk.pause(who, key, reason), "paused"))


@app.command()
def resume(name: NameArgument) -> None:
    """Read a source again."""
    run(_at_desk(name, lambda desk, who, key: desk.resume(who, key), "resumed"))


@app.command()
def replay(name: NameArgument) -> None:
    """Read the rejected records of a source again, for example after its connector was mended."""
    from isthmus.cli.syncing import replay_source  # noqa: PLC0415 - others need no engine

    if not run(replay_source(loaded().settings, name)):
        raise typer.Exit(1)


async def _at_desk(
    name: str, work: Callable[[SourceDesk, Applicant, int], Awaitable[None]], said: str
) -> None:
    from isthmus.cli.bringing import declining, the_operator  # noqa: PLC0415 - as above

    with declining():
        async with open_hub(loaded().settings) as hub:
            desk = hub.connectors.source_desk
            await work(desk, the_operator(), await desk.key_of(name))
    print(f"{name}: {said}.")


def _asked(key: str) -> str:
    """Ask for a secret without showing it; where nobody is there, take a line of what is piped."""
    if sys.stdin.isatty():
        return str(typer.prompt(key, hide_input=True))
    return sys.stdin.readline().rstrip("\n")


def _seconds(every: str) -> int:
    if not re.fullmatch(r"[1-9]\d{0,5}[smhd]", every):
        raise Misconfigured("CONFIG_INVALID", "--every is such as 15m, 6h or 1d.")
    return seconds(every)


@app.command("list")
def list_() -> None:
    """List the sources."""
    run(_list())


async def _list() -> None:
    async with open_hub(loaded().settings) as hub:
        found = await sources.list_sources(hub.database)
    table = Table("name", "connector", "state", "last good run", "what to do", box=None)
    for source in found:
        last = source.last_success.isoformat(timespec="seconds") if source.last_success else "-"
        table.add_row(source.name, source.connector, source.state, last, source.advice or "-")
    _console().print(table)


@app.command()
def status(
    name: Annotated[str | None, typer.Argument(help="A source; all when none.")] = None,
) -> None:
    """Show what became of the records of a source."""
    run(_status(name))


async def _status(name: str | None) -> None:
    async with open_hub(loaded().settings) as hub:
        database = hub.database
        wanted = [await sources.get_source(database, name)] if name else None
        for source in wanted or await sources.list_sources(database):
            counts = await sources.counts_by_noun(database, source.id)
            runs = await sources.last_runs(database, source.id)
            rejected = await sources.newest_rejections(database, source.id)
            _print_status(source, counts, runs, rejected)


def _print_status(
    source: StoredSource, counts: dict[str, int], runs: list[Row], rejected: list[Row]
) -> None:
    console = _console()
    held = ", ".join(f"{count:,} {noun.lower()}" for noun, count in counts.items()) or "nothing"
    console.print(
        f"[bold]{source.name}[/bold] ({source.connector}) is {source.state}; holds {held}"
    )
    if source.advice:
        console.print(f"  to do: {source.advice}")
    for row in runs:
        console.print(
            f"  {row['stream']}: {row['state']} at {row['heartbeat_at']:%Y-%m-%d %H:%M:%S}:"
            f" {row['seen']:,} seen, {row['added']:,} added, {row['changed']:,} changed,"
            f" {row['unchanged']:,} unchanged, {row['removed']:,} removed,"
            f" {row['rejected']:,} rejected, {row['removals_held']:,} removals held"
        )
        if row["fault"]:
            console.print(f"    {row['fault']} [{row['fault_code']}]", markup=False)
        if row["statements"]:
            console.print(
                f"    skill statements: {row['statements']:,}, matched {row['matched']:,}"
            )
        for line in row["drift"]:
            console.print(f"    drift: {line}", markup=False)
    for row in rejected:
        field = f" ({row['field']})" if row["field"] else ""
        console.print(
            f"  rejected {row['source_key']}: {row['message']}{field} [{row['reason']}]",
            markup=False,
        )


def _console() -> Console:
    console = Console(soft_wrap=True)
    if not console.is_terminal:
        console.width = 200
    return console
