"""One sentence on what to do about a source, and the state it is in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from isthmus.errors import ErrorCode
from isthmus.model.run import HealthState, RunState
from isthmus.sync.report import StreamReport

_BY_CODE: Mapping[str, str] = {
    ErrorCode.SOURCE_DOWN: "See whether the source is up; the next run tries again by itself.",
    ErrorCode.SOURCE_TIMEOUT: "See whether the source is slow, or raise source_timeout.",
    ErrorCode.SOURCE_RATE_LIMITED: "Wait, or lower `rate` in the connector's manifest.",
    ErrorCode.SOURCE_REFUSED: "Check the source's config and address.",
    ErrorCode.SOURCE_BAD_DATA: "Look at what the source answers; its format may have changed.",
    "CONFIG_INVALID": "Mend it with `isthmus source update` or `set-secret`, or with `updateSource`"
    " or `setSourceSecret`.",
}
OTHERWISE = "See `isthmus source status`, or `syncs` of the source."


def judge(
    name: str, reports: Sequence[StreamReport], max_rejected: float
) -> tuple[HealthState, str | None, str | None]:
    """Give a source's state after a pass, what to do about it, and the code of its fault."""
    for report in reports:
        if report.state is RunState.FAILED:
            todo = _BY_CODE.get(report.fault_code or "", OTHERWISE)
            return HealthState.DOWN, f"{report.stream}: {report.fault}. {todo}", report.fault_code
    if any(report.state is RunState.STOPPED for report in reports):
        advice = f"Run `isthmus sync {name}`, or `startSync`, to go on where it stopped."
        return HealthState.DEGRADED, advice, None
    held = sum(report.counts.removals_held for report in reports)
    spoilt = [r for r in reports if r.counts.rejected > max_rejected * max(r.counts.seen, 1)]
    if held:
        if spoilt:
            advice = (
                f"{held} records vanished while too many others did not read, so all were kept:"
                f" mend those first, or run `isthmus sync {name} --confirm-removals`, or"
                " `confirmRemovals`."
            )
            return HealthState.DEGRADED, advice, None
        advice = (
            f"{held} records vanished at once and were kept; if that is right, run"
            f" `isthmus sync {name} --confirm-removals`, or `confirmRemovals`."
        )
        return HealthState.DEGRADED, advice, None
    for report in spoilt[:1]:
        advice = (
            f"{report.stream}: {report.counts.rejected} of {report.counts.seen} records were"
            f" rejected; see `isthmus source status {name}`, or `rejected` of the source."
        )
        return HealthState.DEGRADED, advice, None
    return HealthState.UP, None, None
