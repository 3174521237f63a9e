"""Writes one advert as the HTML an employer would have typed into its job board."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from isthmus.playground.draw import Draw
from isthmus.playground.employers import Board, Department, Phrases, Role
from isthmus.playground.taxonomy import Skill

# ESCO has no Hindi: adverts in Hindi name skills in English, as people do
REFERENCE_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Advert:
    """The text of a vacancy and the skills it names on purpose."""

    html: str
    skills: tuple[Skill, ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """What an advert is written from."""

    board: Board
    role: Role
    department: Department
    phrases: Phrases
    core: tuple[Skill, ...]
    plus: tuple[Skill, ...]


def write_advert(brief: Brief, draw: Draw) -> Advert:
    """Compose the advert; every skill it lists stands in its text by label or alias."""
    core = tuple(draw.some(brief.core, draw.number(4, 6)))
    plus = tuple(draw.some(brief.plus, draw.number(2, 4)))
    heading = brief.phrases.headings
    sections = [
        f"<p>{_plain(brief.board.about, brief)}</p>",
        *_purpose(brief),
        _section(heading["duties"], draw.some(_duties(brief), 3)),
        _section(heading["requirements"], _requirements(brief.phrases, core, draw)),
        _section(heading["plus"], [_plus(brief.phrases, skill, draw) for skill in plus]),
        _section(heading["offer"], draw.some(brief.phrases.offers, 3)),
        f"<h3>{heading['apply']}</h3>",
        f"<p>{escape(draw.one(brief.phrases.apply), quote=False)}</p>",
    ]
    return Advert(html="\n".join(sections), skills=core + plus)


def _purpose(brief: Brief) -> list[str]:
    if brief.phrases.language not in brief.role.purpose:
        return []
    return [f"<p><strong>{_plain(brief.role.purpose, brief)}</strong></p>"]


def _plain(texts: dict[str, str], brief: Brief) -> str:
    return escape(texts[brief.phrases.language], quote=False)


def _duties(brief: Brief) -> tuple[str, ...]:
    return brief.department.duties[brief.phrases.language]


def _section(heading: str, lines: Iterable[str]) -> str:
    items = "\n".join(f"<li>{escape(_capital(line), quote=False)}</li>" for line in lines)
    return f"<h3>{heading}</h3>\n<ul>\n{items}\n</ul>"


def _capital(line: str) -> str:
    return line[:1].upper() + line[1:]


def _requirements(phrases: Phrases, core: tuple[Skill, ...], draw: Draw) -> list[str]:
    lines = [_requirement(phrases, skill, draw) for skill in core]
    lines.insert(draw.number(0, len(lines)), draw.one(phrases.unmatched))
    return lines


def _requirement(phrases: Phrases, skill: Skill, draw: Draw) -> str:
    aliases = skill.aliases.get(_naming(phrases, skill), ())
    if aliases and draw.chance(25):
        # an alias may be a noun or a gerund, so its sentence must suit both
        return draw.one(phrases.practice).format(skill=draw.one(aliases))
    frames = phrases.knowledge if skill.is_knowledge else phrases.skill
    label = skill.label(phrases.language)
    return draw.one(frames).format(skill=_as_typed(label, skill, phrases, draw)) + _ending(draw)


def _plus(phrases: Phrases, skill: Skill, draw: Draw) -> str:
    return draw.one(phrases.plus).format(skill=skill.label(phrases.language)) + _ending(draw)


def _naming(phrases: Phrases, skill: Skill) -> str:
    return phrases.language if phrases.language in skill.labels else REFERENCE_LANGUAGE


def _as_typed(label: str, skill: Skill, phrases: Phrases, draw: Draw) -> str:
    """People shout, quote and form plurals; a label in an advert is rarely clean."""
    if draw.chance(10):
        return label.upper()
    if skill.is_knowledge and draw.chance(15):
        return f'"{label}"'
    return phrases.plurals.get(label, label) if draw.chance(50) else label


def _ending(draw: Draw) -> str:
    return draw.one(("", "", "", "", "", "", ".", ";", " (*)"))
