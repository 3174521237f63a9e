"""No text of the hub promises anybody a job."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROMISES = re.compile(
    r"\b(?:guarantee[sd]?|assure[sd]?|ensure[sd]?|secure[sd]?|promise[sd]?(?!:)|certain of)\b"
    r"[^.|]{0,60}"
    r"\b(?:jobs?|employment|hired|placement|interviews?|career|salary|wages?)\b"
    r"|\b(?:you|they|learners?) (?:will|shall) (?:surely |certainly )?(?:get|find|land|be) "
    r"(?:a |your |the )?(?:dream )?(?:job|hired|employed|placed|work)\b"
    r"|\bjob[- ](?:guarantee|ready|assured)\b|\b100 ?% (?:placement|employment)\b"
    r"|\b(?:dream|well-paid) jobs?\b|\bland (?:a|your) job\b",
    re.IGNORECASE,
)
DENIED = re.compile(r"\b(?:no|none|never|nobody|not)\b[^.|]{0,60}$", re.IGNORECASE)
"""What denies a promise a few words before it."""
TEXTS = [
    file
    for pattern in (
        "schema.graphql", "*.md", "src/**/*.md", "src/**/*.py", "src/**/*.graphql",
        "connectors/**/*.md", "connectors/**/*.yaml",
    )
    for file in ROOT.glob(pattern)
]  # fmt: skip


def promises(text: str) -> list[str]:
    """List what a text promises."""
    flat = " ".join(text.split())
    found = PROMISES.finditer(flat)
    return [
        one[0] for one in found if not DENIED.search(flat[max(0, one.start() - 80) : one.start()])
    ]


@pytest.mark.mission("M85")
def test_no_text_promises_a_job() -> None:
    found = {str(file.relative_to(ROOT)): promises(file.read_text("utf-8")) for file in TEXTS}
    assert len(found) > 300
    assert {name: said for name, said in found.items() if said} == {}


@pytest.mark.parametrize(
    "text",
    [
        "This certificate guarantees a job.",
        "Our courses ensure that learners are hired.",
        "You will get a job within weeks.",
        "Job-ready in ten hours, with 100 % placement",
        "Land your job with one badge",
    ],
)
def test_a_promise_is_found(text: str) -> None:
    assert promises(text)


@pytest.mark.parametrize(
    "text",
    ["No text promises a job.", "The job is guaranteed to end.", "It ensures that pages end."],
)
def test_what_promises_no_job_is_let_be(text: str) -> None:
    assert promises(text) == []
