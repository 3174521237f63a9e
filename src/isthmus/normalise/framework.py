"""Frameworks and their levels."""

from __future__ import annotations

from isthmus.connector.records import FrameworkRecord
from isthmus.model.framework import Framework, FrameworkKind, Level, LevelEquivalent
from isthmus.model.organization import OrganizationRole
from isthmus.model.outcome import LevelMark
from isthmus.model.text import UNDETERMINED
from isthmus.normalise.drift import Drift
from isthmus.normalise.languages import language_tag
from isthmus.normalise.organization import organization_link
from isthmus.normalise.texts import text_of
from isthmus.normalise.words import word


class FrameworkUnreadable(ValueError):
    """A framework without a name, or of no kind the hub knows."""


def framework(record: FrameworkRecord, drift: Drift) -> Framework:
    """Read a framework with its levels, bottom first."""
    own = language_tag(record.language) or UNDETERMINED
    name = text_of(record.name, own)
    kind = word(record.kind, FrameworkKind, {}, "kind", drift)
    if name is None or kind is None:
        raise FrameworkUnreadable
    levels = (
        Level(
            notation=stated.notation,
            rank=stated.rank,
            title=text_of(stated.title, own),
            equivalents=tuple(
                LevelEquivalent(LevelMark(e.framework, e.notation), e.basis)
                for e in stated.equivalents
            ),
        )
        for stated in record.levels
    )
    return Framework(
        code=record.code,
        name=name,
        kind=kind,
        version=record.version,
        authority=organization_link(record.authority, OrganizationRole.REGULATOR, own, drift),
        levels=tuple(sorted(levels, key=lambda level: level.rank)),
    )
