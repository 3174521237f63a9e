"""What the stages came to: case by case, as text and as JUnit, and the tier that follows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from xml.etree import ElementTree as ET

from isthmus.connector.manifest import Manifest

STAGES = ("static", "replay", "faults", "consent")
PLACEHOLDER = "your-name"
"""Who maintains a connector that was just begun."""
_CONTROL = {number: " " for number in range(32) if number not in {9, 10, 13}}


class Verdict(StrEnum):
    """What a case came to; one that does not apply says why, and is neither good nor bad."""

    OK = "ok"
    NOT_OK = "not ok"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that was tried."""

    stage: str
    name: str
    verdict: Verdict
    said: str = ""
    seconds: float = 0.0

    def lines(self) -> list[str]:
        """Show it: a line, and further ones for what was found."""
        first, *more = self.said.splitlines() or [""]
        head = f"  {self.verdict.value:8}{self.name:28} {first}".rstrip()
        return [head, *(f"{'':39}{line}" for line in more)]


@dataclass(slots=True)
class Report:
    """All cases of one connector."""

    connector: str
    manifest: Manifest | None = None
    cases: list[Case] = field(default_factory=list)
    is_short: bool = False

    @property
    def ok(self) -> bool:
        """Whether nothing that was tried went wrong."""
        return all(case.verdict is not Verdict.NOT_OK for case in self.cases)

    def add(
        self, stage: str, name: str, verdict: Verdict, said: str = "", spent: float = 0
    ) -> None:
        """Take down a case."""
        self.cases.append(Case(stage, name, verdict, said, spent))

    def judge(self, stage: str, name: str, faults: list[str], said: str = "") -> None:
        """Take down a case that is good where there are no faults."""
        verdict = Verdict.NOT_OK if faults else Verdict.OK
        self.add(stage, name, verdict, "\n".join(faults) or said)

    def is_good(self, stage: str) -> bool:
        """Whether a stage was run and nothing in it went wrong."""
        found = [case.verdict for case in self.cases if case.stage == stage]
        return Verdict.NOT_OK not in found and Verdict.OK in found


@contextmanager
def timed() -> Iterator[list[float]]:
    """Measure a block; the list holds its seconds afterwards."""
    found: list[float] = []
    began = time.monotonic()
    yield found
    found.append(time.monotonic() - began)


def tier_of(report: Report) -> tuple[str, str]:
    """Give the tier that a report carries, and what stands between it and the next."""
    if not report.is_good("static"):
        return "none", "the static stage must pass first"
    lacking = [stage for stage in ("replay", "faults") if not report.is_good(stage)]
    manifest = report.manifest
    if manifest is not None and manifest.personal and not report.is_good("consent"):
        lacking.append("consent")
    if report.is_short:
        lacking.append("all faults (this was the short form)")
    if manifest is None or PLACEHOLDER in manifest.maintainers:
        lacking.append("an owner named in `maintainers`")
    if lacking:
        return "Draft", f"Bronze needs: {', '.join(lacking)}"
    return "Bronze", "Silver and Gold need a history of runs, which no test has"


def as_text(report: Report) -> Iterator[str]:
    """Write a report for people."""
    for stage in STAGES:
        found = [case for case in report.cases if case.stage == stage]
        if found:
            yield stage
        for case in found:
            yield from case.lines()
    counts = [sum(c.verdict is verdict for c in report.cases) for verdict in Verdict]
    tier, because = tier_of(report)
    yield f"{report.connector}: {counts[0]} ok, {counts[1]} not ok, {counts[2]} skipped"
    yield f"tier: {tier} ({because})"


def as_junit(report: Report) -> bytes:
    """Write a report as JUnit XML, a suite for each stage."""
    root = ET.Element("testsuites", name=report.connector)
    for stage in STAGES:
        found = [case for case in report.cases if case.stage == stage]
        suite = ET.SubElement(
            root, "testsuite", name=f"{report.connector}.{stage}", tests=str(len(found)),
            failures=str(sum(c.verdict is Verdict.NOT_OK for c in found)), errors="0",
            skipped=str(sum(c.verdict is Verdict.SKIPPED for c in found)),
            time=f"{sum(c.seconds for c in found):.3f}",
        )  # fmt: skip
        for case in found:
            _case(suite, report.connector, case)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _case(suite: ET.Element, connector: str, case: Case) -> None:
    said = case.said.translate(_CONTROL)
    element = ET.SubElement(
        suite, "testcase", classname=f"{connector}.{case.stage}", name=case.name,
        time=f"{case.seconds:.3f}",
    )  # fmt: skip
    if case.verdict is Verdict.NOT_OK:
        ET.SubElement(element, "failure", message=said.partition("\n")[0]).text = said
    elif case.verdict is Verdict.SKIPPED:
        ET.SubElement(element, "skipped", message=said)
    elif said:
        ET.SubElement(element, "system-out").text = said
