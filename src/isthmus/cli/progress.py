"""Progress of long work: bars in a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from isthmus.store.entries import Counts
from isthmus.sync import SourceReport

LINE_SECONDS = 5.0


class SyncProgress:
    """Told by the sync engine how far it is, and by the command what came of it.

    `plain`: lines only, also in a terminal.
    """

    def __init__(self, *, plain: bool = False) -> None:
        console = Console(file=sys.stderr)
        self._bars = (
            Progress(
                TextColumn("{task.description}"),
                BarColumn(bar_width=24),
                TextColumn("{task.completed:,} records  {task.fields[rate]}"),
                TimeElapsedColumn(),
                console=console,
                transient=True,
            )
            if console.is_terminal and not plain
            else None
        )
        self._tasks: dict[str, TaskID] = {}
        self._began = time.monotonic()
        self._said = self._began

    def __enter__(self) -> Self:
        if self._bars is not None:
            self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bars is not None:
            self._bars.stop()

    def __call__(self, source: str, stream: str, counts: Counts, total: int | None) -> None:
        """Draw how far a run is."""
        name = f"{source} {stream}"
        if self._bars is not None:
            task = self._tasks.get(name)
            if task is None:
                task = self._tasks[name] = self._bars.add_task(name, total=total, rate="")
            rejected = f"{counts.rejected} rejected" if counts.rejected else ""
            self._bars.update(task, completed=counts.seen, total=total, rate=rejected)
        elif time.monotonic() - self._said > LINE_SECONDS:
            self._said = time.monotonic()
            print(f"{name}: {counts.seen:,} records so far", file=sys.stderr, flush=True)

    def report(self, report: SourceReport) -> None:
        """Say what became of a source."""
        if self._bars is not None:
            for task in self._tasks.values():
                self._bars.remove_task(task)
            self._tasks.clear()
        for stream in report.streams:
            print(f"{report.source} {stream.sentence()}", flush=True)
            for line in stream.drift[:5]:
                print(f"  drift: {line.partition(': ')[2]}", flush=True)
        if report.advice:
            print(f"{report.source} is {report.state.value}: {report.advice}", flush=True)
