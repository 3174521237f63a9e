"""The kit at work for the hub: what was sent is tried, and what came of it is told by line."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from isthmus.connector.kit.samples import samples_of
from isthmus.connector.kit.verdicts import Report, Verdict, tier_of
from isthmus.connector.manifest import Finding
from isthmus.errors import IsthmusError
from isthmus.model.connector import ConnectorForm, ConnectorTier
from isthmus.outbound import Outbound
from isthmus.registering.previewing import Preview, whole
from isthmus.registering.submission import Submission
from isthmus.trials.bench import Bench
from isthmus.trials.feeding import try_feed
from isthmus.trials.trial import ground_of, try_connector

_PLACED = re.compile(r"^([\w./-]{1,200}): line (\d+): (.*)$", re.DOTALL)
_TIERS = {"Bronze": ConnectorTier.BRONZE}
MOST = 40


@dataclass(slots=True)
class Checked:
    """What the kit found; `seen` is what the samples came to."""

    ok: bool
    tier: ConnectorTier
    findings: list[Finding] = field(default_factory=list)
    seen: Preview | None = None

    def as_json(self) -> list[Mapping[str, Any]]:
        """Give the findings as they are kept."""
        return [asdict(finding) for finding in self.findings]


class Checker:
    """Tries what was sent."""

    def __init__(self, bench: Bench, outbound: Outbound, *, allow_private: bool) -> None:
        self.bench = bench
        self._outbound = outbound
        self._allow_private = allow_private

    async def check(self, sent: Submission, name: str, *, is_short: bool = False) -> Checked:
        """Run the kit over a submission of which the manifest reads."""
        is_short = is_short or self.bench.is_short
        return await self.bench.run(lambda: self._checked(sent, name, is_short=is_short))

    async def _checked(self, sent: Submission, name: str, *, is_short: bool) -> Checked:
        if sent.form is ConnectorForm.FEED:
            return _judged(
                await try_feed(
                    sent.ready(), {}, self._outbound, self.bench.database, is_short=is_short
                )
            )
        with tempfile.TemporaryDirectory(prefix="isthmus-registering-") as work:
            folder = Path(work) / name
            sent.lay_out(folder)
            report = await try_connector(
                folder,
                self.bench.database,
                is_short=is_short,
                is_data=True,
                allow_private=self._allow_private,
            )
            found = _judged(report)
            if found.ok:
                found.seen = await self._seen(sent, folder)
        return found

    async def _seen(self, sent: Submission, folder: Path) -> Preview | None:
        """Count what the samples come to; None of a live connector's, which nobody consented to."""
        connector = sent.ready()
        if "live" in connector.manifest.modes:
            return None
        found = Preview()
        nowhere: Any = None  # nothing of this touches a database
        async with ground_of(connector, nowhere) as ground:
            for sample in samples_of(folder):
                ground.serve(sample.answers())
                async with ground.client() as client:
                    came = await whole(connector, sample.config, client, ground.work)
                found.fetched += came.fetched
                found.accepted += came.accepted
                found.rejected += came.rejected
                found.sample += came.sample
        return found


def _judged(report: Report) -> Checked:
    findings = [
        _finding(case.stage, case.name, line)
        for case in report.cases
        if case.verdict is Verdict.NOT_OK
        for line in case.said.splitlines()
    ]
    tier = _TIERS.get(tier_of(report)[0], ConnectorTier.DRAFT)
    return Checked(report.ok, tier, findings[:MOST])


def _finding(stage: str, name: str, line: str) -> Finding:
    """Read a line of a report; line 0 of a stage is what stands on no line of what was sent."""
    placed = _PLACED.match(line)
    if placed:
        return Finding(placed[1], int(placed[2]), placed[3])
    return Finding(f"{stage}/{name}", 0, line)


async def tried(checker: Checker, sent: Submission, name: str, *, is_short: bool) -> Checked:
    """Check, and say so in a finding where the kit itself came to grief."""
    try:
        return await checker.check(sent, name, is_short=is_short)
    except (IsthmusError, OSError, UnicodeError) as error:
        said = str(error) if isinstance(error, IsthmusError) else type(error).__name__
        return Checked(ok=False, tier=ConnectorTier.DRAFT, findings=[Finding("kit", 0, said)])


def with_finding(checked: Checked, finding: Finding) -> Checked:
    """Add what the kit does not look at."""
    return replace(checked, ok=False, findings=[finding, *checked.findings])
