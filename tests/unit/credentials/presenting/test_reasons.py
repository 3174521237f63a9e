from __future__ import annotations

import re
from pathlib import Path

import pytest

from isthmus.credentials.presenting.refusals import PresentationRefused, Reason

ERRORS = Path(__file__).resolve().parents[4] / "src" / "docs" / "errors.md"


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_is_told_in_a_sentence_and_stands_under_its_code_in_the_docs(
    reason: Reason,
) -> None:
    refused = PresentationRefused(reason)
    assert str(refused).endswith(".")
    lines = ERRORS.read_text("utf-8").split("## Of a presentation")[1].split("##")[0].splitlines()
    (line,) = [line for line in lines if line.startswith(f"| {refused.code} |")]
    assert reason.value in re.findall(r"[A-Z_]+", line)
