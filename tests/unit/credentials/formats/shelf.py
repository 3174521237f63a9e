"""Samples of our own, and surroundings in which chosen addresses answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from isthmus.credentials.contract import Document, Fetched, Reading, Surroundings
from isthmus.credentials.proofs.contexts import Contexts
from isthmus.credentials.reading import check_format, read
from isthmus.model.verification import Check, CheckKind, CheckResult

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class Shelf:
    """A fetcher that answers from a map of addresses, and is silent otherwise."""

    def __init__(self, pages: Mapping[str, Any] | None = None) -> None:
        self._pages = {
            url: page if isinstance(page, bytes) else json.dumps(page).encode()
            for url, page in (pages or {}).items()
        }

    async def fetch(self, url: str) -> Fetched:
        body = self._pages.get(url)
        return Fetched(url, body, NOW, 0, None if body is not None else "silent")


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def sample_json(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(sample(name))
    return found


def read_sample(name: str, **known: Any) -> Reading:
    return read(Document(sample(name), **known))


def read_json(claims: Mapping[str, Any]) -> Reading:
    return read(Document(json.dumps(claims).encode()))


def around(pages: Mapping[str, Any] | None = None, contexts: Path | None = None) -> Surroundings:
    folder = contexts if contexts is not None else SAMPLES / "none"
    return Surroundings(NOW, Shelf(pages), Contexts.of_folder(folder))


async def checks_of(claims: Mapping[str, Any], surroundings: Surroundings) -> list[Check]:
    return await check_format(read_json(claims), surroundings)


def failed(rows: list[Check], kind: CheckKind) -> list[str]:
    """Give the paths at which checks of a kind failed."""
    return [row.path or "" for row in rows if row.kind is kind and row.result is CheckResult.FAIL]


def results(rows: list[Check], kind: CheckKind) -> set[CheckResult]:
    return {row.result for row in rows if row.kind is kind}
