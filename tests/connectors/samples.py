"""The samples of every connector here, as the kit reads them, for the replay to serve."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from isthmus.connector import installed
from isthmus.connector.installed import InstalledConnector
from isthmus.connector.kit.samples import Sample, samples_of
from tests.support.replay import Answer, Reply

CONNECTORS = Path(__file__).resolve().parents[2] / "connectors"
NAMES = installed.names([CONNECTORS])


@cache
def load(name: str) -> InstalledConnector:
    """Get a connector of this checkout ready."""
    return installed.load(name, [CONNECTORS])


LIVE = [name for name in NAMES if load(name).manifest.personal]
CALLED_BACK = [name for name in NAMES if load(name).manifest.is_called_back]
"""What answers later needs a database to be read: the kit and the flows do."""
SYNCED = [name for name in NAMES if name not in LIVE and name not in CALLED_BACK]


def samples() -> list[Sample]:
    """List the samples of every connector."""
    return [
        sample
        for name in NAMES
        for sample in samples_of(
            CONNECTORS / name, is_live=name in LIVE, is_called_back=name in CALLED_BACK
        )
    ]


LIVE_SAMPLES = [sample for sample in samples() if sample.is_live]
SYNCED_SAMPLES = [sample for sample in samples() if sample.connector in SYNCED]


def answers_of(sample: Sample, base: str = "") -> dict[str, Answer]:
    """Give the answers of a sample's system by path; `base` is a live store's own address."""
    stated = sample.answers(base).items()
    return {path: Reply(reply.body, reply.status, reply.headers) for path, reply in stated}


def sample_id(sample: Sample) -> str:
    """Name a sample in a test's id."""
    return f"{sample.connector}-{sample.situation}"
