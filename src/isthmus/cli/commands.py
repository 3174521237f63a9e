"""The commands, each a few lines over the hub."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from isthmus import __version__
from isthmus.cli.audit import app as audit_app
from isthmus.cli.checking import print_settings
from isthmus.cli.clients import app as clients_app
from isthmus.cli.connectors import app as connectors_app
from isthmus.cli.contexts import app as contexts_app
from isthmus.cli.documents import app as documents_app
from isthmus.cli.keys import app as keys_app
from isthmus.cli.sources import app as sources_app
from isthmus.cli.surroundings import loaded, log_to_stderr, run
from isthmus.cli.tokens import app as tokens_app

app = typer.Typer(
    name="isthmus",
    help="One graph over qualifications and vacancies.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(sources_app, name="source")
app.add_typer(connectors_app, name="connector")
app.add_typer(documents_app, name="documents")
app.add_typer(contexts_app, name="contexts")
app.add_typer(keys_app, name="keys")
app.add_typer(audit_app, name="audit")
app.add_typer(clients_app, name="client")
app.add_typer(tokens_app, name="token")

Port = Annotated[int | None, typer.Option(help="Port; 0 for any free one.")]
Host = Annotated[str | None, typer.Option(help="Address to listen on.")]


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Begin."""
    if version:
        print(__version__)
        raise typer.Exit


@app.command()
def check() -> None:
    """Print the settings in force, each with where it came from."""
    print_settings(loaded())


@app.command()
def schema() -> None:
    """Print the graph's schema."""
    from isthmus.graph.schema import sdl  # noqa: PLC0415 - the other commands need no graph

    sys.stdout.write(sdl())


@app.command()
def serve(host: Host = None, port: Port = None) -> None:
    """Serve the graph."""
    from isthmus.cli.serving import serve as serve_hub  # noqa: PLC0415 - as above

    settings = loaded(host=host, port=port).settings
    log_to_stderr(settings.log_level)
    serve_hub(settings)


@app.command()
def sync(
    names: Annotated[list[str] | None, typer.Argument(help="Sources; all when none.")] = None,
    full: Annotated[bool, typer.Option(help="Read every record anew.")] = False,
    confirm_removals: Annotated[
        bool, typer.Option(help="Let go of however many records vanished.")
    ] = False,
    queue: Annotated[bool, typer.Option("--queue", help="Leave it to a worker.")] = False,
) -> None:
    """Read sources into the store."""
    from isthmus.cli.syncing import sync_sources  # noqa: PLC0415 - as above
    from isthmus.cli.working import queue_sources  # noqa: PLC0415 - as above

    settings = loaded().settings
    log_to_stderr(settings.log_level)
    begin = queue_sources if queue else sync_sources
    if not run(begin(settings, names or [], full=full, confirm_removals=confirm_removals)):
        raise typer.Exit(1)


@app.command()
def worker(
    at_once: Annotated[
        int, typer.Option("--at-once", help="Sources read at once.", min=1, max=64)
    ] = 1,
    every: Annotated[float, typer.Option(help="Seconds between looks for what is due.")] = 5.0,
) -> None:
    """Read what is asked for and what is due, on as many machines as wanted, until stopped."""
    from isthmus.cli.working import work  # noqa: PLC0415 - as above

    settings = loaded().settings
    log_to_stderr(settings.log_level)
    run(work(settings, at_once, every))


@app.command()
def plan(
    file: Annotated[Path, typer.Argument(help="A document of one operation.", exists=True)],
    variables: Annotated[str, typer.Option(help="Its variables, as JSON.")] = "{}",
) -> None:
    """Print how an operation is answered: the statements of each level."""
    from isthmus.cli.planning import print_plan  # noqa: PLC0415 - as above

    print_plan(file, variables)


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="A credential, in any format known here.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    presented_by: Annotated[
        str | None, typer.Option(help="DID of the one who proved to present it.")
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask nobody; what was not asked says so.")
    ] = False,
) -> None:
    """Verify a credential, and print every check."""
    from isthmus.cli.verifying import verify_file  # noqa: PLC0415 - as above

    settings = loaded().settings
    log_to_stderr(settings.log_level)
    verify_file(settings, file, as_json=as_json, presented_by=presented_by, offline=offline)


@app.command()
def demo(
    port: Port = None,
    check: Annotated[
        bool, typer.Option(help="Run the example operations, print the answers, and end.")
    ] = False,
) -> None:
    """Start the hub with invented data from simulated sources."""
    from isthmus.cli.demonstrating import demonstrate  # noqa: PLC0415 - as above

    settings = loaded(port=port).settings
    log_to_stderr(settings.log_level)
    if not demonstrate(settings, check=check):
        raise typer.Exit(1)
