"""Notes of values that could not be read, counted by kind, never holding the value of a person."""

from __future__ import annotations

from collections import Counter

SHOWN = 40


class Drift:
    """What a run met that its connector did not expect."""

    def __init__(self) -> None:
        self.notes: Counter[str] = Counter()

    def note(self, field: str, value: object) -> None:
        """Count one unreadable value of `field`."""
        self.notes[f"{field}: {_short(value)} does not read"] += 1

    def lines(self, most: int = 20) -> list[str]:
        """List the notes, most frequent first."""
        return [f"{text} ({count}x)" for text, count in self.notes.most_common(most)]


def _short(value: object) -> str:
    text = " ".join(str(value).split())
    return repr(text if len(text) <= SHOWN else text[: SHOWN - 1] + "…")
