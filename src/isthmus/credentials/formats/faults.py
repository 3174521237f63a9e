"""Broken rules as checks: one row a fault, each with the path of what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from isthmus.model.verification import Check, CheckKind, CheckResult

MAX_ROWS = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """One broken rule: where (a JSON pointer), and what the rule asks, without the value."""

    path: str
    sentence: str
    result: CheckResult = CheckResult.FAIL


def rows(kind: CheckKind, faults: Iterable[Fault], passed: str) -> list[Check]:
    """Give a row for each fault, or one that passes; at most `MAX_ROWS`."""
    found = [Check(kind, fault.result, fault.sentence, path=fault.path) for fault in faults]
    return found[:MAX_ROWS] or [Check(kind, CheckResult.PASS, passed)]


def pointer(path: str, *parts: str | int) -> str:
    """Extend a JSON pointer."""
    escaped = (str(part).replace("~", "~0").replace("/", "~1") for part in parts)
    return "/".join((path, *escaped))


def failed(checks: Sequence[Check], kind: CheckKind) -> bool:
    """Tell whether a check of a kind failed."""
    return any(check.kind is kind and check.result is CheckResult.FAIL for check in checks)
