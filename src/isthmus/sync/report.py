"""What became of a pass over a source, in figures counted by the store."""

from __future__ import annotations

from dataclasses import dataclass, field

from isthmus.model.run import HealthState, RunState
from isthmus.store.entries import Counts

ALL_STREAMS = "all streams"
"""What stands for a stream where a source cannot be read at all."""


@dataclass(frozen=True, slots=True)
class StreamReport:
    """One stream's run: its end, its counts, and what was met on the way."""

    stream: str
    state: RunState
    counts: Counts
    fault_code: str | None = None
    fault: str | None = None
    drift: tuple[str, ...] = ()
    resumed: bool = False
    not_modified: bool = False

    def sentence(self) -> str:
        """Say in one line what became of the run."""
        c = self.counts
        if self.state is not RunState.DONE:
            return f"{self.stream}: {self.state.value.lower()}: {self.fault} ({self.fault_code})"
        if self.not_modified:
            return f"{self.stream}: nothing changed at the source; nothing was written"
        parts = [
            f"{count} {word}"
            for count, word in (
                (c.added, "added"), (c.changed, "changed"), (c.removed, "removed"),
                (c.unchanged, "unchanged"), (c.rejected, "rejected"),
            )
            if count
        ]  # fmt: skip
        said = ", ".join(parts) or "no records"
        if not (c.added or c.changed or c.removed):
            said += "; nothing was written"
        if c.removals_held:
            said += f"; {c.removals_held} removals held back"
        return f"{self.stream}: {c.seen} seen: {said}"


@dataclass(frozen=True, slots=True)
class SourceReport:
    """A pass over all streams of a source."""

    source: str
    state: HealthState
    advice: str | None
    streams: tuple[StreamReport, ...] = field(default_factory=tuple)

    @property
    def ok(self) -> bool:
        """Whether every stream was read to its end."""
        return all(stream.state is RunState.DONE for stream in self.streams)
