"""The Python part of a connector, for what a manifest cannot say.

A connector's `client.py` holds one subclass of `Connector`, with a method for each stream that
has no `request` in the manifest. It reads through `Context.http` and nothing else, and yields
pages; deletions, cursors, retries and health stay with the engine.

Of a live stream a method marked by `document` fetches the document of one record.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from isthmus.connector.callback.contract import CallbackDesk
from isthmus.connector.original import Original
from isthmus.connector.page import Page
from isthmus.outbound import SourceClient

Pull = Callable[..., AsyncIterator[Page]]
F = TypeVar("F", bound=Pull)
D = TypeVar("D", bound=Callable[..., Awaitable[Original]])


@dataclass(frozen=True, slots=True)
class Context:
    """What a Python part is given: its source's config, the guarded client, a folder of its own.

    `folder` lives as long as one sync of the source, so that its streams can share a download.
    `callbacks` is there where the source answers at an address of the hub's own.
    """

    config: Mapping[str, Any]
    http: SourceClient
    folder: Path
    callbacks: CallbackDesk | None = None


@dataclass(frozen=True, slots=True)
class LiveContext:
    """What a live stream is given: for one learner, for one fetch, and with nothing to write on.

    `http` bears the learner's token, to the source's own host only. `addresses` are those the
    learner gave; `shared` is what one fetch of the stream notes for itself.
    """

    config: Mapping[str, Any] = field(repr=False)
    http: SourceClient
    addresses: tuple[str, ...] = ()
    shared: dict[str, Any] = field(default_factory=dict)


class Connector:
    """Base of every Python part; methods marked by `stream` yield pages."""


def stream(name: str) -> Callable[[F], F]:
    """Mark a method as the reader of the manifest's stream `name`."""

    def mark(method: F) -> F:
        method.stream_name = name  # type: ignore[attr-defined]
        return method

    return mark


def document(name: str) -> Callable[[D], D]:
    """Mark a method that fetches the document of one record of the stream `name`."""

    def mark(method: D) -> D:
        method.document_of = name  # type: ignore[attr-defined]
        return method

    return mark


def fetchers(part: type[Connector]) -> dict[str, str]:
    """Map each stream whose documents a Python part fetches to its method's name."""
    return _marked(part, "document_of")


def readers(part: type[Connector]) -> dict[str, str]:
    """Map each stream a Python part reads to its method's name."""
    return _marked(part, "stream_name")


def _marked(part: type[Connector], mark: str) -> dict[str, str]:
    found = {}
    for attribute, method in vars(part).items():
        name = getattr(method, mark, None)
        if name is not None:
            found[str(name)] = attribute
    return found
