"""The fault stage: each fault before the connector's own answers, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from isthmus.connector.kit.calling import CALL_FAULTS, SHORT_CALLS, CallFault
from isthmus.connector.kit.faults import Fault
from isthmus.connector.kit.outcomes import Came, Right, is_right
from isthmus.connector.kit.replies import Asked, Reply
from isthmus.connector.kit.samples import Answers, Sample, reply_of
from isthmus.connector.kit.spoiling import AGAIN, family_of
from isthmus.connector.kit.verdicts import Report, Verdict, timed
from isthmus.store.sources import StoredSource
from isthmus.sync import SourceReport
from isthmus.trials.calling_back import Callers
from isthmus.trials.ground import Ground, Held


async def fault_stage(
    ground: Ground, samples: Sequence[Sample], faults: Iterable[Fault], report: Report
) -> None:
    """Put every fault before the sample that shows most records."""
    sample = max(samples, key=records_in)
    answers = sample.answers()
    asked = len(ground.upstream.asked)
    trial = await _begun(ground, sample, answers)
    if isinstance(trial, str):
        report.add("faults", "before any fault", Verdict.NOT_OK, trial)
        return
    if len(ground.upstream.asked) == asked:
        report.add("faults", "all", Verdict.OK, "it asks nobody over HTTP, so nothing can fail")
        return
    for fault in faults:
        if fault.before is None:
            await trial.run(fault, report)
            continue
        good = made_before(fault, ground, answers)
        other = await _begun(ground, sample, good) if good else "its ids are computed"
        right = fault.right_for(family_of(ground.connector.manifest))
        if isinstance(other, str) and right is Right.GARBLED:
            await trial.run(fault, report)  # a body that shows its own end needs no length
        elif isinstance(other, str):
            said = f"the sample cannot be made large enough: {other}"
            report.add("faults", fault.name, Verdict.SKIPPED, said)
        else:
            await other.run(fault, report)


async def _begun(ground: Ground, sample: Sample, answers: Answers) -> _Trial | str:
    """Read a new source while all is well; say why where even that fails."""
    ground.serve(answers)
    source = await ground.add(ground.config_of(sample))
    first = await ground.sync(source)
    if first.ok:
        return _Trial(ground, source, answers, await ground.held(source))
    return "\n".join(stream.sentence() for stream in first.streams if stream.fault_code)


async def call_fault_stage(ground: Ground, samples: Sequence[Sample], report: Report) -> None:
    """Let those who call back do it in every false way, where a connector is called back."""
    callers = ground.callers
    if callers is None:
        return
    sample = max(samples, key=records_in)
    trial = await _begun(ground, sample, sample.answers())
    if isinstance(trial, str):
        report.add("faults", "before any callback", Verdict.NOT_OK, trial)
        return
    for fault in CALL_FAULTS:
        if not report.is_short or fault.name in SHORT_CALLS:
            await trial.run_call(fault, callers, report)


def made_before(fault: Fault, ground: Ground, answers: Answers) -> Answers | None:
    """Make good answers into those a fault needs; None where they cannot be."""
    if fault.before is None:
        return answers
    made = {path: fault.before(reply, ground.connector.manifest) for path, reply in answers.items()}
    if not any(made.values()):
        return None
    return {path: made[path] or reply for path, reply in answers.items()}


def records_in(sample: Sample) -> int:
    """Count the records a sample shows."""
    streams = sample.expected()["streams"].values()
    return sum(len(stream.get("records", ())) for stream in streams)


def can_show(fault: Fault, ground: Ground, answers: Answers) -> bool:
    """Tell whether a fault finds anything to spoil in a sample."""
    manifest = ground.connector.manifest
    return any(fault.spoil(reply, manifest) is not None for reply in answers.values())


def under(fault: Fault, ground: Ground, answers: Answers) -> Callable[[Asked], Reply]:
    """Give the answers of an upstream with a fault."""
    manifest, inward = ground.connector.manifest, ground.upstream.inward_url
    calls, last = 0, "/"

    def answer(asked: Asked) -> Reply:
        nonlocal calls, last
        calls += 1
        last = last if asked.path == AGAIN else asked.path
        asked = replace(asked, path=last)
        good = reply_of(answers, asked)
        if fault.calls and calls > fault.calls:
            return good
        spoilt = fault.spoil(good, manifest) or good
        headers = {name: v.replace("{inward}", inward) for name, v in spoilt.headers.items()}
        return replace(spoilt, headers=headers)

    return answer


@dataclass(frozen=True, slots=True)
class _Trial:
    """One source under one fault after the other."""

    ground: Ground
    source: StoredSource
    answers: Answers
    before: Held

    async def run(self, fault: Fault, report: Report) -> None:
        """Read under a fault, then without it: nothing may be lost, and all must come back."""
        ground = self.ground
        if not can_show(fault, ground, self.answers):
            nothing = "the sample has nothing that it could spoil"
            report.add("faults", fault.name, Verdict.SKIPPED, nothing)
            return
        right = fault.right_for(family_of(ground.connector.manifest))
        inward = ground.upstream.inward
        with timed() as spent:
            ground.answer(under(fault, ground, self.answers))
            run = await ground.sync(self.source, patience=fault.patience, attempts=fault.attempts)
        held = await ground.held(self.source)
        came = replace(
            came_of(run, self.before, held),
            inward=ground.upstream.inward - inward,
            seconds=spent[0],
        )
        faults = judged(fault, came, right) + await self._recovered()
        verdict = Verdict.NOT_OK if faults else Verdict.OK
        said = [came.sentence(), *faults] if faults else [came.sentence()]
        report.add("faults", fault.name, verdict, "\n".join(said), spent[0])

    async def run_call(self, fault: CallFault, callers: Callers, report: Report) -> None:
        """Read while everyone calls back falsely, then as they should."""
        self.ground.serve(self.answers)
        callers.fault = fault
        with timed() as spent:
            run = await self.ground.sync(self.source)
        callers.fault = None
        came = came_of(run, self.before, await self.ground.held(self.source))
        faults = [] if is_right(came, fault.right) else [f"right would be: {fault.right.value}"]
        faults += await self._recovered()
        verdict = Verdict.NOT_OK if faults else Verdict.OK
        report.add("faults", fault.name, verdict, "\n".join([came.sentence(), *faults]), spent[0])

    async def _recovered(self) -> list[str]:
        self.ground.serve(self.answers)
        run = await self.ground.sync(self.source)
        if not run.ok:
            said = "; ".join(stream.sentence() for stream in run.streams if stream.fault_code)
            return [f"the run after it failed too: {said}"]
        if await self.ground.held(self.source) != self.before:
            return ["the run after it did not bring the records back to what they were"]
        return []


def judged(fault: Fault, came: Came, right: Right) -> list[str]:
    """List what is not right about a run."""
    faults = [] if is_right(came, right) else [f"right would be: {right.value}"]
    if fault.within is not None and came.seconds > fault.within:
        faults.append(f"took {came.seconds:.1f} s; it must not wait for so long")
    return faults


def came_of(run: SourceReport, before: Held, held: Held) -> Came:
    """Say what a run did to the records that were held before it."""
    counts = [stream.counts for stream in run.streams]
    return Came(
        codes=tuple(stream.fault_code for stream in run.streams if stream.fault_code),
        changed=sum(1 for key, says in held.items() if before.get(key) != says),
        removed=sum(one.removed for one in counts),
        lost=len(set(before) - set(held)),
        rejected=sum(one.rejected for one in counts),
        removals_held=sum(one.removals_held for one in counts),
    )
