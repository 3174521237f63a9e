"""The skills a credential shows, linked from what its document states, with what each rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from isthmus.model.alignment import Alignment
from isthmus.model.credential import Credential, StatedOutcome, StatedSkill
from isthmus.model.text import UNDETERMINED, Text
from isthmus.skills import Linker


def skills_of(linker: Linker, credential: Credential) -> list[Alignment]:
    """Link what a credential, its outcomes and its parts state; its title where they are silent.

    A skill stands once, by what it rests on best; what was not linked is kept.
    """
    found = list(_stated(linker, credential))
    if not any(one.skill for one in found) and credential.title is not None:
        found += _mentions(linker, credential.title)
    return _once(found)


def skills_of_outcome(linker: Linker, outcome: StatedOutcome) -> list[Alignment]:
    """Link what one outcome states, and what its words name."""
    found = [_statement(linker, skill) for skill in outcome.skills]
    return _once([*found, *_mentions(linker, outcome.text)])


def row_of(alignment: Alignment) -> dict[str, Any]:
    """Give an alignment as the graph's type has it."""
    return {
        "skill_id": alignment.skill,
        "stated_as": alignment.stated_as,
        "language": alignment.language,
        "method": alignment.method.value,
        "confidence": alignment.confidence,
        "span_start": alignment.start,
        "span_end": alignment.end,
        "reviewed": False,
        "alternatives": [
            {"skill": one.skill, "confidence": one.confidence} for one in alignment.alternatives
        ],
    }


def _stated(linker: Linker, credential: Credential) -> Iterator[Alignment]:
    for skill in credential.skills:
        yield _statement(linker, skill)
    for outcome in credential.outcomes:
        yield from skills_of_outcome(linker, outcome)
    for part in credential.parts:
        yield from _stated(linker, part)


def _statement(linker: Linker, stated: StatedSkill) -> Alignment:
    return linker.statement(
        stated.text,
        uri=stated.uri,
        scheme=stated.scheme,
        code=stated.code,
        language=stated.language or UNDETERMINED,
    )


def _mentions(linker: Linker, text: Text) -> list[Alignment]:
    return linker.mentions(text.value, text.language)


def _once(found: Iterable[Alignment]) -> list[Alignment]:
    best: dict[object, Alignment] = {}
    for one in found:
        key = one.skill or ("unmatched", one.stated_as)
        if key not in best or one.confidence > best[key].confidence:
            best[key] = one
    return list(best.values())
