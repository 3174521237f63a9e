"""`isthmus keys list | rotate | drop`."""

from __future__ import annotations

import os
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from isthmus.cli.surroundings import loaded, open_hub, run
from isthmus.errors import Misconfigured
from isthmus.hub import KEYS, Hub
from isthmus.settings import Settings
from isthmus.store.people.rotating import alone_with_keys, take_away
from isthmus.store.people.rotating import rotate as rotate_keys

app = typer.Typer(help="The master keys that people are sealed under.", no_args_is_help=True)


@app.command("list")
def list_() -> None:
    """Name the master keys and count what each of them seals; never prints a key."""
    run(_list())


async def _list() -> None:
    async with open_hub(loaded().settings) as hub:
        vault = await hub.vault()
        async with vault.on_errand() as connection:
            in_use = await vault.keys_in_use(connection)
    table = Table("key", "", "seals", box=None)
    for name in vault.keyring.keys:
        is_current = name == vault.keyring.current
        table.add_row(name, "current" if is_current else "", f"{in_use.get(name, 0):,}")
    Console(soft_wrap=True).print(table)


@app.command()
def rotate() -> None:
    """Seal everything anew under the current key, while the hub goes on serving.

    Keys kept in the home get a new one first. Keys of the environment are the operator's: the
    first of them is the current one.
    """
    run(_rotate(loaded().settings))


async def _rotate(settings: Settings) -> None:
    async with open_hub(settings) as hub:
        vault = await hub.vault()
        if _are_ours():
            async with alone_with_keys(vault):
                hub.master_keys().with_new().keep(settings.home)
        done = await rotate_keys(vault)
        old = [name for name in vault.keyring.keys if name != vault.keyring.current]
    print(
        f"sealed anew under {vault.keyring.current}: {done.learners:,} keys of learners,"
        f" {done.secrets:,} secrets of the hub"
    )
    if old:
        print(f"still at hand: {', '.join(old)}; `isthmus keys drop` takes one away for good")


@app.command()
def drop(name: Annotated[str, typer.Argument(help="The key to take away.")]) -> None:
    """Take away a master key that seals nothing any more; backups under it open no more."""
    run(_drop(loaded().settings, name))


async def _drop(settings: Settings, name: str) -> None:
    async with open_hub(settings) as hub:
        await take_away(await hub.vault(), name, lambda: _leave_out(hub, name))
    print(f"{name}: {_WHAT_NOW[_are_ours()]}")


def _leave_out(hub: Hub, name: str) -> None:
    held = hub.master_keys()
    if name not in held.keys:
        raise Misconfigured("KEY_MISSING", f"There is no master key {name!r}.")
    fewer = held.without(name)
    if _are_ours():
        fewer.keep(hub.settings.home)


def _are_ours() -> bool:
    return not os.environ.get(KEYS)


_WHAT_NOW = {
    True: "taken away",
    False: f"seals nothing any more; take it out of {KEYS} and start each process anew",
}
