"""`isthmus connector register | approve | diff | shadow | switch | rollback | retire | ...`."""

from __future__ import annotations

import asyncio
import getpass
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TypeVar
from urllib.parse import urlsplit

import typer

from isthmus.cli.connectors import app
from isthmus.cli.surroundings import loaded, open_hub, run, say
from isthmus.connector import installed
from isthmus.connector.differences import Difference, differences
from isthmus.errors import Misconfigured
from isthmus.hub import Hub
from isthmus.model.connector import ConnectorStatus
from isthmus.registering.applicant import Applicant, Declined, operator
from isthmus.registering.differing import differences_of
from isthmus.registering.submission import Submission, of_folder, of_version
from isthmus.store import connectors
from isthmus.store.connectors import StoredConnector, StoredVersion

__all__ = ["app", "declining", "is_address", "stands_in_files", "take_in", "the_operator"]

T = TypeVar("T")
StatedArgument = Annotated[
    str, typer.Argument(help="A connector's folder or manifest, or the address of a feed.")
]
NameArgument = Annotated[str, typer.Argument(help="The connector's name.")]
VersionOption = Annotated[
    str | None, typer.Option("--version", help="Which version; the newest when none.")
]
YesOption = Annotated[bool, typer.Option("--yes", help="Ask nothing: approve.")]


@app.command()
def register(stated: StatedArgument, yes: YesOption = False) -> None:
    """Take a connector in: try it, show what it does, and approve of it."""
    run(_with_hub(lambda hub: take_in(hub, stated, yes=yes)))


@app.command()
def approve(name: NameArgument, version: VersionOption = None, yes: YesOption = False) -> None:
    """Show what a version changes, and approve of it."""

    async def work(hub: Hub) -> None:
        connector, held = await _version_of(hub, name, version)
        await _approve(hub, connector, await _checked(hub, held), yes=yes)

    run(_with_hub(work))


@app.command()
def diff(stated: StatedArgument, version: VersionOption = None) -> None:
    """Show what a version, or a manifest that is not sent in yet, changes of the one in force."""
    run(_with_hub(lambda hub: _diff(hub, stated, version)))


@app.command()
def shadow(name: NameArgument, version: VersionOption = None) -> None:
    """Read the sources of a connector by another version too, write nothing, and compare."""

    async def work(hub: Hub) -> None:
        connector, held = await _version_of(hub, name, version)
        found = await hub.connectors.approvals.shadow(the_operator(), connector.id, held.version)
        print(
            f"{name} {held.version}: {found.same:,} records the same, {found.changed:,} changed,"
            f" {found.only_old:,} only in the old version, {found.only_new:,} only in the new;"
            f" rejected {found.rejected_old:,} before, {found.rejected_new:,} now"
        )
        for field, count in found.fields.most_common(10):
            print(f"  {field} differs in {count:,}")
        for line in (*found.examples, *found.faults):
            print(f"  {line}")

    run(_with_hub(work))


@app.command()
def switch(name: NameArgument, version: VersionOption = None) -> None:
    """Put an approved version in force for every source; the one before is kept."""

    async def work(hub: Hub) -> None:
        connector, held = await _version_of(hub, name, version)
        made = await hub.connectors.approvals.switch(the_operator(), connector.id, held.version)
        print(f"{name}: {made.version} is in force; `isthmus connector rollback {name}` goes back.")

    run(_with_hub(work))


@app.command()
def rollback(name: NameArgument) -> None:
    """Put the version before in force again."""
    run(_with_hub(lambda hub: _done(hub, name, hub.connectors.approvals.rollback)))


@app.command()
def retire(name: NameArgument) -> None:
    """End a connector: nothing is read by it any more; what its sources brought stays."""
    run(_with_hub(lambda hub: _done(hub, name, hub.connectors.approvals.retire)))


@app.command()
def quarantine(
    name: NameArgument, reason: Annotated[str, typer.Option(help="Why; everyone can read it.")]
) -> None:
    """Stop every source of a connector until it is released."""

    async def work(hub: Hub) -> None:
        async def stop(applicant: Applicant, key: int) -> StoredConnector:
            return await hub.connectors.approvals.quarantine(applicant, key, reason)

        await _done(hub, name, stop)

    run(_with_hub(work))


@app.command()
def release(name: NameArgument) -> None:
    """Let the sources of a connector in quarantine be read again."""
    run(_with_hub(lambda hub: _done(hub, name, hub.connectors.approvals.release)))


async def take_in(hub: Hub, stated: str, *, yes: bool) -> str:
    """Take in what was stated, approved of; gives the connector's name."""
    sent = await submission_of(hub, stated)
    say("trying it, which takes some seconds")
    made = await hub.connectors.registry.register(the_operator(), sent)
    if made.connector_id is None:
        raise Declined(*made.refusals)
    connector = await connectors.find_connector_by_key(hub.database, made.connector_id)
    if connector is None:
        raise Misconfigured("CONNECTOR_UNKNOWN", "It went away while it was taken in.")
    _, held = await _version_of(hub, connector.name, made.version)
    await _approve(hub, connector, await _checked(hub, held), yes=yes)
    return connector.name


async def submission_of(hub: Hub, stated: str) -> Submission:
    """Read what was stated: a feed's address, a folder, or a manifest."""
    if is_address(stated):
        return await hub.connectors.registry.sent_by_feed(stated)
    if not stands_in_files(stated):
        message = f"{stated} is no folder of a connector, no manifest, and no address of a feed."
        raise Misconfigured("CONNECTOR_UNKNOWN", message)
    return await asyncio.to_thread(of_folder, Path(stated))


def stands_in_files(stated: str) -> bool:
    """Tell a folder of a connector, or a manifest, from a name."""
    place = Path(stated)
    return place.is_file() or (place / installed.FILE).is_file()


def is_address(stated: str) -> bool:
    """Tell the address of a feed from a name or a file."""
    return urlsplit(stated).scheme in {"http", "https"}


async def _checked(hub: Hub, held: StoredVersion) -> StoredVersion:
    """Wait for the end of a check; raise with its findings where it found faults."""
    if held.status is ConnectorStatus.SUBMITTED:
        await hub.connectors.registry.check_left()
    found = await connectors.find_version(hub.database, held.id)
    if found is None:
        raise Misconfigured("CONNECTOR_UNKNOWN", "The version went away while it was checked.")
    if found.status is ConnectorStatus.REJECTED:
        lines = [f"{f['file']}: line {f['line']}: {f['message']}" for f in found.findings]
        raise Misconfigured("MANIFEST_INVALID", "\n".join(lines))
    return found


async def _approve(hub: Hub, connector: StoredConnector, held: StoredVersion, *, yes: bool) -> None:
    if held.status is not ConnectorStatus.CHECKED:
        print(f"{connector.name} {held.version} is {held.status.value} already.")
        return
    _print(connector.name, held.version, await differences_of(hub.database, held))
    if not yes and not _agreed():
        message = f"{connector.name} {held.version} waits for an approval; nothing uses it."
        raise Misconfigured("NOT_APPROVED", message)
    made = await hub.connectors.approvals.approve(the_operator(), connector.id, held.version)
    print(f"{connector.name} {made.version}: {_next(connector.name, made)}")


def _next(name: str, made: StoredVersion) -> str:
    if made.status is ConnectorStatus.ACTIVE:
        return "approved, and in force."
    if made.status is ConnectorStatus.APPROVED:
        return (
            f"approved. Next: `isthmus connector shadow {name}`, then"
            f" `isthmus connector switch {name}`."
        )
    return "one of two approvals; it is asked live, so somebody else must approve too."


def _agreed() -> bool:
    if not sys.stdin.isatty():
        message = "Nobody is there to be asked: --yes approves."
        raise Misconfigured("NOT_APPROVED", message)
    return typer.confirm("Approve?", default=False)


async def _diff(hub: Hub, stated: str, number: str | None) -> None:
    if is_address(stated) or stands_in_files(stated):
        sent = await submission_of(hub, stated)
        after = sent.ready().manifest
        held = await connectors.find_connector(hub.database, after.id)
        current = await connectors.find_version(hub.database, (held and held.current_id) or 0)
        before = of_version(current).ready().manifest if current else None
        _print(after.id, after.version, differences(before, after))
        return
    _, version = await _version_of(hub, stated, number)
    _print(stated, version.version, await differences_of(hub.database, version))


def _print(name: str, version: str, found: Sequence[Difference]) -> None:
    print(f"{name} {version}:" if found else f"{name} {version}: nothing is different")
    for one in found:
        print(f"  {one}")


async def _version_of(
    hub: Hub, name: str, number: str | None
) -> tuple[StoredConnector, StoredVersion]:
    connector = await connectors.get_connector(hub.database, name)
    versions = await connectors.versions_of(hub.database, connector.id)
    found = next((v for v in versions if number is None or v.version == number), None)
    if found is None:
        message = f"{name} has no version{f' {number}' if number else ' that was registered'}."
        raise Misconfigured("CONNECTOR_UNKNOWN", message)
    return connector, found


async def _done(
    hub: Hub, name: str, work: Callable[[Applicant, int], Awaitable[StoredConnector]]
) -> None:
    connector = await connectors.get_connector(hub.database, name)
    made = await work(the_operator(), connector.id)
    print(f"{name}: {made.version} is {made.status.value}.")


async def _with_hub(work: Callable[[Hub], Awaitable[T]]) -> T:
    with declining():
        async with open_hub(loaded().settings) as hub:
            await hub.connectors.in_force.refresh()
            return await work(hub)


@contextmanager
def declining() -> Iterator[None]:
    """Say what is to be put right as a command says what is wrong."""
    try:
        yield
    except Declined as declined:
        code = declined.refusals[0].code if declined.refusals else "INVALID"
        message = "\n".join(refusal.message for refusal in declined.refusals)
        raise Misconfigured(code, message) from None


def the_operator() -> Applicant:
    """Give who types the command, as far as the system knows."""
    return operator(getpass.getuser())
