"""Verifies a document: every kind of check has its row, and no row hides another.

    document ──> read ──> the format's own checks ─┐
                      ──> the checks of any format ├──> rows ──> outcome, level
                      ──> the credentials inside ──┘

What could not be checked says so; a fault of ours in one check is a row, never a crash.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from isthmus.credentials.circumstances import circumstances_of, holder_of, is_presentation
from isthmus.credentials.contract import Document, DocumentUnreadable, Reading, Surroundings
from isthmus.credentials.general import GENERAL, INSIDE, Case
from isthmus.credentials.inside import MOST_PARTS, Part, parts_of
from isthmus.credentials.levels import (
    NOT_ASKED,
    PROOFS,
    Judged,
    is_proved,
    least,
    level_of,
    outcome_of,
    refuted,
)
from isthmus.credentials.reading import check_format, complete, read
from isthmus.credentials.witness import Witness
from isthmus.model.verification import (
    Check,
    CheckKind,
    CheckResult,
    Verification,
    VerificationLevel,
    VerificationOutcome,
)

log = logging.getLogger(__name__)


Kinds = Collection[CheckKind]

SILENT = {
    CheckKind.SCHEMA: "No published schema of this format is at hand.",
    CheckKind.SIGNATURE: "Nothing is signed.",
    CheckKind.ISSUER_BINDING: "There is no good signature that an issuer could be bound to.",
    CheckKind.STATUS_LIST: "It names no list in which it could be revoked.",
    CheckKind.REGISTER_LOOKUP: "No register or chain was asked.",
}
"""Why a check of a kind that no part of the work gave a row for was not made."""


LONGEST = 300
"""Characters of a detail: it may name a term of the document, and no more of it."""
LAPSING = frozenset({CheckKind.EXPIRY, CheckKind.STATUS_LIST})


async def verify(
    document: Document, surroundings: Surroundings, kinds: Kinds = ()
) -> tuple[Reading | None, Verification]:
    """Read a document and check it; without a reading it is of no format known here.

    The reading is complete: what the document only points at, such as a hosted badge's class,
    stands in it where it could be fetched.

    `kinds` narrows the checks: others are shown as not asked for, and are evidence of nothing.
    """
    try:
        reading = read(document)
    except DocumentUnreadable as unreadable:
        return None, _unreadable(str(unreadable), surroundings.now)
    except Exception as error:  # noqa: BLE001 - whatever a document does to us is a row
        _broken(CheckKind.FORMAT, error)
        return None, _unreadable("The document could not be read.", surroundings.now)
    return await verify_reading(reading, surroundings, kinds)


async def verify_reading(
    reading: Reading, surroundings: Surroundings, kinds: Kinds = ()
) -> tuple[Reading, Verification]:
    """Complete what was read, and check it."""
    now, witness = surroundings.now, Witness(surroundings.fetcher)
    surroundings = replace(surroundings, fetcher=witness)
    reading = await _completed(reading, surroundings)
    own = _aged(await _rows_of(reading, surroundings, GENERAL), witness)
    own = _narrowed([*own, *_silent(reading, own)], kinds)
    checked = [replace(p, rows=_only(p.rows, kinds)) for p in await _inside(reading, surroundings)]
    inside = [row for part in checked for row in part.rows]
    judged = _judged(reading, own, checked)
    return reading, Verification(
        level=judged.level,
        outcome=outcome_of(_with_proofs(reading, own, checked), inside),
        reason=judged.reason,
        checks=tuple(_timed((*sorted(own, key=_place), *inside), now)),
        verified_at=now,
        valid_as_of=witness.valid_as_of(now),
        offline=witness.is_offline,
    )


@dataclass(frozen=True, slots=True)
class _Checked:
    """A credential inside a document, with its rows."""

    part: Part
    rows: list[Check]


def _judged(reading: Reading, own: list[Check], inside: Sequence[_Checked]) -> Judged:
    """Give the level; a presentation is no better than the credentials it shows."""
    if not is_presentation(reading):
        return level_of(own, circumstances_of(reading))
    holder = holder_of(reading)
    shown = [
        level_of(one.rows, circumstances_of(one.part.reading, holder))
        for one in inside
        if one.part.depth == 1
    ]
    nothing = Judged(VerificationLevel.SELF, "It shows no credential that could be read.")
    return refuted(own) or least(shown) or nothing


def _with_proofs(reading: Reading, own: list[Check], inside: Sequence[_Checked]) -> Sequence[Check]:
    """Give the rows by which a document is proved: what it shows, where it only shows."""
    if not is_presentation(reading):
        return own
    shown = [one.rows for one in inside if one.part.depth == 1]
    if shown and all(map(is_proved, shown)):
        return [*own, *(row for rows in shown for row in rows if row.kind in PROOFS)]
    return [row for row in own if row.kind not in PROOFS or row.result is not CheckResult.PASS]


async def _completed(reading: Reading, surroundings: Surroundings) -> Reading:
    try:
        return await complete(reading, surroundings)
    except Exception as error:  # noqa: BLE001 - what it points at stays unread
        log.error("a document could not be completed: %s", type(error).__name__)  # noqa: TRY400
        return reading


async def _inside(reading: Reading, surroundings: Surroundings) -> list[_Checked]:
    """Check the credentials inside, each row under its place in the document."""
    parts = list(parts_of(reading))
    checked = []
    for part in parts[:MOST_PARTS]:
        checked.append(_Checked(part, await _part_rows(part, surroundings)))
        await asyncio.sleep(0)  # other requests get their turn between two credentials
    if len(parts) > MOST_PARTS:
        detail = f"Only the first {MOST_PARTS} credentials inside it were checked."
        row = Check(CheckKind.FORMAT, CheckResult.WARN, detail)
        checked.append(_Checked(parts[-1], [row]))
    return checked


async def _part_rows(part: Part, surroundings: Surroundings) -> list[Check]:
    if part.is_too_deep:
        detail = "It stands too deep inside to be checked."
        return [Check(CheckKind.FORMAT, CheckResult.WARN, detail, path=part.path)]
    rows = await _rows_of(part.reading, surroundings, INSIDE)
    return [_about(part, row) for row in rows]


def _about(part: Part, row: Check) -> Check:
    """Put a row under its part; an opinion that lapsed does not fail the award it is about."""
    row = replace(row, path=part.path + (row.path or ""))
    lapsed = row.kind in LAPSING and row.result is CheckResult.FAIL
    return replace(row, result=CheckResult.WARN) if lapsed and part.is_endorsement else row


async def _rows_of(
    reading: Reading, surroundings: Surroundings, kinds: Iterable[CheckKind]
) -> list[Check]:
    """Make the checks of the format, then those of these kinds."""
    rows = list(reading.findings)
    try:
        rows += await check_format(reading, surroundings)
    except Exception as error:  # noqa: BLE001 - whatever a document does to us is a row
        rows.append(_broken(CheckKind.SIGNATURE, error))
    for kind in kinds:
        try:
            rows += GENERAL[kind](Case(reading, rows, surroundings))
        except Exception as error:  # noqa: BLE001 - as above
            rows.append(_broken(kind, error))
    return rows


def _broken(kind: CheckKind, error: Exception) -> Check:
    """Give the row of a check that a fault of ours stopped, and log it without content."""
    log.error("a check of %s could not be made: %s", kind.value, type(error).__name__)
    return Check(kind, CheckResult.FAIL, "It could not be checked.")


# ---- rows


def _silent(reading: Reading, rows: Iterable[Check]) -> Iterator[Check]:
    """Give a row for each kind that has none: only reading itself is a check that was made."""
    given = {row.kind for row in rows}
    if CheckKind.FORMAT not in given:
        detail = f"It reads as {reading.format.value}."
        yield Check(CheckKind.FORMAT, CheckResult.PASS, detail)
    for kind, detail in SILENT.items():
        if kind not in given:
            yield Check(kind, CheckResult.SKIPPED, detail)


def _aged(rows: list[Check], witness: Witness) -> list[Check]:
    """Warn where a good status rests on a list that could not be asked for anew."""
    return [
        replace(row, result=CheckResult.WARN, detail=f"{row.detail}; the list is an earlier one")
        if row.kind is CheckKind.STATUS_LIST
        and row.result is CheckResult.PASS
        and witness.is_old(row.source)
        else row
        for row in rows
    ]


def _narrowed(rows: list[Check], kinds: Kinds) -> list[Check]:
    if not kinds:
        return rows
    asked = {CheckKind.FORMAT, *kinds}
    return [row for row in rows if row.kind in asked] + [
        Check(kind, CheckResult.SKIPPED, NOT_ASKED) for kind in CheckKind if kind not in asked
    ]


def _only(rows: list[Check], kinds: Kinds) -> list[Check]:
    return [row for row in rows if not kinds or row.kind in {CheckKind.FORMAT, *kinds}]


_ORDER = {kind: number for number, kind in enumerate(CheckKind)}


def _place(row: Check) -> int:
    return _ORDER[row.kind]


def _timed(rows: Iterable[Check], now: datetime) -> Iterator[Check]:
    """State when each check was made, those that were, and write its detail as a sentence."""
    for row in rows:
        made = None if row.result is CheckResult.SKIPPED else row.at or now
        yield replace(row, at=made, detail=_sentence(row.detail))


def _sentence(detail: str) -> str:
    """Write a detail as a sentence of bounded length; a name at its beginning stays as it is."""
    text = detail if len(detail) <= LONGEST else f"{detail[:LONGEST]}..."
    first = text.partition(" ")[0].rstrip(":,;")
    if first.isalpha() and first.islower():
        text = text[0].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _unreadable(detail: str, now: datetime) -> Verification:
    rows = [Check(CheckKind.FORMAT, CheckResult.FAIL, detail, at=now)]
    rows += [
        Check(kind, CheckResult.SKIPPED, "The document was not read.")
        for kind in CheckKind
        if kind is not CheckKind.FORMAT
    ]
    return Verification(
        VerificationLevel.NONE,
        VerificationOutcome.FAILED,
        "The document was not read.",
        tuple(rows),
        now,
    )
