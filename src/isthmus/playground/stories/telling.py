"""What is told of a story: its steps, each with whether it went as told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    """One step, and what came of it."""

    told: str
    went: bool
    found: str = ""

    def line(self) -> str:
        """Give it as one line to print."""
        return f"  {'as told ' if self.went else 'NOT SO  '} {self.told}" + (
            f": {self.found}" if self.found else ""
        )


@dataclass(slots=True)
class Telling:
    """The steps so far; `heard` is given each line as it comes."""

    heard: Callable[[str], None] = lambda _: None
    steps: list[Step] = field(default_factory=list)

    def begin(self, title: str) -> None:
        """Say which story it is."""
        self.heard(title)

    def expect(self, told: str, found: Any, wanted: Any) -> None:
        """Tell a step that went well where what was found is what was wanted."""
        went = found == wanted
        said = _said(found) if went else f"{_said(found)}, where it should be {_said(wanted)}"
        self.add(Step(told, went, said))

    def hold(self, told: str, found: object) -> None:
        """Tell a step that went well where there is something of it."""
        self.add(Step(told, bool(found), "" if found is True else _said(found)))

    def add(self, step: Step) -> None:
        """Tell a step."""
        self.steps.append(step)
        self.heard(step.line())

    @property
    def went(self) -> bool:
        """Whether every step went as told."""
        return bool(self.steps) and all(step.went for step in self.steps)

    @property
    def faults(self) -> list[str]:
        """The lines of the steps that did not."""
        return [step.line() for step in self.steps if not step.went]


def _said(found: object) -> str:
    if isinstance(found, list | tuple | set | frozenset):
        return ", ".join(sorted(map(_said, found))) or "nothing"
    return "nothing" if found is None or found == {} else str(found)
