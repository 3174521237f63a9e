"""What a run under a fault may come to, and the one that is right for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from isthmus.errors import ErrorCode


class Right(StrEnum):
    """The outcomes that can be asked of a run; under none of them is anything removed."""

    UNCHANGED = "DONE, and nothing changed"
    KEPT = "DONE, with what is not there or does not read told, and nothing removed"
    DOWN = "FAILED as SOURCE_DOWN"
    SPARED = "FAILED as SOURCE_DOWN, and not asked again before its time"
    TIMEOUT = "FAILED as SOURCE_TIMEOUT"
    LIMITED = "FAILED as SOURCE_RATE_LIMITED"
    REFUSED = "FAILED as SOURCE_REFUSED"
    GARBLED = "FAILED as SOURCE_BAD_DATA"
    SAFE = "FAILED as SOURCE_BAD_DATA, or DONE"
    """Only where the form itself cannot tell: half a table is a table."""


_CODES = {
    Right.DOWN: ErrorCode.SOURCE_DOWN,
    Right.SPARED: ErrorCode.SOURCE_DOWN,
    Right.TIMEOUT: ErrorCode.SOURCE_TIMEOUT,
    Right.LIMITED: ErrorCode.SOURCE_RATE_LIMITED,
    Right.REFUSED: ErrorCode.SOURCE_REFUSED,
    Right.GARBLED: ErrorCode.SOURCE_BAD_DATA,
    Right.SAFE: ErrorCode.SOURCE_BAD_DATA,
}
_AFTERWARDS = {
    Right.SPARED: ErrorCode.SOURCE_RATE_LIMITED,
    Right.TIMEOUT: ErrorCode.SOURCE_DOWN,
}
"""What streams after the first may end with: a source that was called in vain is left in peace."""


@dataclass(frozen=True, slots=True)
class Came:
    """What a run came to: the streams' codes in their order, and what became of the records."""

    codes: tuple[str, ...] = ()
    changed: int = 0
    removed: int = 0
    lost: int = 0
    rejected: int = 0
    removals_held: int = 0
    inward: int = 0
    seconds: float = 0.0

    def sentence(self) -> str:
        """Say it in a line."""
        said = [f"FAILED {' '.join(sorted(set(self.codes)))}" if self.codes else "DONE"]
        counts = (
            (self.changed, "changed"), (self.rejected, "rejected"),
            (self.removals_held, "removals held back"), (self.removed, "REMOVED"),
            (self.lost, "records LOST"), (self.inward, "calls INWARD"),
        )  # fmt: skip
        said += [f"{count} {word}" for count, word in counts if count]
        return ", ".join(said)


def is_right(came: Came, right: Right) -> bool:
    """Tell whether a run came to what it should."""
    if came.removed or came.lost or came.inward:
        return False
    if right is Right.UNCHANGED:
        return not (came.codes or came.changed or came.removals_held)
    if not came.codes:
        return right in {Right.KEPT, Right.SAFE}
    first = _CODES.get(right)
    return came.codes[0] == first and set(came.codes) <= {first, _AFTERWARDS.get(right)}
