"""CTDL alignment objects: terms of vocabularies, and competencies.

Kept on purpose: a competency gives the address of an ESCO skill, or its label alone, or an alias,
or a text of the provider's own that ESCO does not know.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from isthmus.playground.draw import Draw
from isthmus.playground.taxonomy import Skill

Json = dict[str, Any]
TERMS = "https://credreg.net/ctdl/terms/"
ESCO_SKILLS = "http://data.europa.eu/esco/concept-scheme/skills"
_WAYS = ("address",) * 4 + ("label",) * 3 + ("alias",) * 3


def term(prefix: str, name: str, vocabulary: str) -> Json:
    """Return one term of a CTDL vocabulary."""
    return {
        "@type": "ceterms:CredentialAlignmentObject",
        "ceterms:framework": TERMS + vocabulary,
        "ceterms:frameworkName": {"en-US": _spaced(vocabulary)},
        "ceterms:targetNode": f"{prefix}:{name}",
        "ceterms:targetNodeName": {"en-US": _spaced(name)},
    }


def named(texts: dict[str, str]) -> Json:
    """Return a competency that is known by its words alone."""
    return {"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNodeName": texts}


def competency(key: str, skill: Skill, languages: Sequence[str]) -> Json:
    """Return the skill in one of the ways providers write it; the key decides which."""
    draw = Draw(f"competency:{key}:{skill.name}")
    by_label = named(label_map(skill.labels, languages))
    match draw.one(_WAYS):
        case "address":
            return by_label | {
                "ceterms:framework": ESCO_SKILLS,
                "ceterms:frameworkName": {"en": "ESCO"},
                "ceterms:targetNode": skill.uri,
            }
        case "alias":
            return _by_alias(skill, languages, draw) or by_label
        case _:
            return by_label


def label_map(labels: Mapping[str, str], languages: Iterable[str]) -> dict[str, str]:
    """Return the labels in those languages, or the English one where there is none."""
    found = {language: labels[language] for language in languages if language in labels}
    return found or {"en": labels["en"]}


def _by_alias(skill: Skill, languages: Iterable[str], draw: Draw) -> Json | None:
    aliases = {
        language: draw.one(skill.aliases[language])
        for language in languages
        if language in skill.aliases
    }
    return named(aliases) if aliases else None


def _spaced(name: str) -> str:
    return "".join(f" {each}" if each.isupper() else each for each in name).strip()
