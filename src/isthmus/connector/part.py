"""The Python part of a connector, for what a manifest cannot say.

A connector's `client.py` holds one subclass of `Connector`, with a method for each stream that
has no `request` in the manifest. It reads through `Context.http` and nothing else, and yields
pages; deletions, cursors, retries and health stay with the engine.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from isthmus.connector.page import Page
from isthmus.outbound import SourceClient

Pull = Callable[..., AsyncIterator[Page]]
F = TypeVar("F", bound=Pull)


@dataclass(frozen=True, slots=True)
class Context:
    """What a Python part is given: its source's config, the guarded client, a folder of its own.

    `folder` lives as long as one sync of the source, so that its streams can share a download.
    """

    config: Mapping[str, Any]
    http: SourceClient
    folder: Path


class Connector:
    """Base of every Python part; methods marked by `stream` yield pages."""


def stream(name: str) -> Callable[[F], F]:
    """Mark a method as the reader of the manifest's stream `name`."""

    def mark(method: F) -> F:
        method.stream_name = name  # type: ignore[attr-defined]
        return method

    return mark


def readers(part: type[Connector]) -> dict[str, str]:
    """Map each stream a Python part reads to its method's name."""
    found = {}
    for attribute, method in vars(part).items():
        name = getattr(method, "stream_name", None)
        if name is not None:
            found[str(name)] = attribute
    return found
