"""The records of a catalogue in the style of Microsoft Learn, one function for each kind.

Kept on purpose: modules and learning paths count minutes, courses hours, certifications and
exams nothing; subjects stand on three kinds only; summaries are HTML; a retirement is told only
in a banner inside a summary.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from html import escape
from typing import Any

from isthmus.playground.catalogue import LearnItem
from isthmus.playground.draw import Draw
from isthmus.playground.taxonomy import Skill
from isthmus.playground.world import World

Json = dict[str, Any]
SITE = "https://learn.harbourlight.example"
LOCALES = {"en-us": "en", "fr-fr": "fr", "es-es": "es"}
_OPENING = {"en": "In this part you practise:", "fr": "Au programme :", "es": "En esta parte:"}
_RETIRING = {"en": "This credential retires on {day}.", "fr": "Retrait prévu le {day}.",
             "es": "Se retira el {day}."}  # fmt: skip
_FIRST_UNIT = {"en": "Introduction", "fr": "Introduction", "es": "Introducción"}
_LAST_UNIT = {"en": "Summary", "fr": "Résumé", "es": "Resumen"}


@dataclass(frozen=True, slots=True)
class Shelf:
    """The items of the catalogue in one locale."""

    world: World
    locale: str
    items: Mapping[str, LearnItem]

    @property
    def language(self) -> str:
        """The language the locale is written in."""
        return LOCALES[self.locale]

    def of_kind(self, kind: str) -> list[LearnItem]:
        """Return the items of one kind, in the order of the catalogue."""
        return [each for each in self.items.values() if each.kind == kind]


def shelf_in(world: World, locale: str) -> Shelf:
    """Return the shelf in that locale, or in English where the catalogue has no such locale."""
    known = locale if locale in LOCALES else "en-us"
    return Shelf(world=world, locale=known, items={each.key: each for each in world.learn})


def module(shelf: Shelf, item: LearnItem) -> Json:
    """Return a module; its units are listed by uid and come as records of their own."""
    units = [each["uid"] for each in units_of(shelf, item)]
    url = f"{SITE}/{shelf.locale}/training/modules/{item.key}/"
    return {
        **_trainable(shelf, item, minutes=item.minutes or 0, url=url),
        "firstUnitUrl": f"{url}1-introduction/",
        "units": units,
        "number_of_children": len(units),
    }


def units_of(shelf: Shelf, item: LearnItem) -> list[Json]:
    """Return the units of a module: an introduction, one for each skill, a summary."""
    middle = [_capital(skill.label(shelf.language)) for skill in _skills(shelf, item)]
    slugs = ["introduction", *(_slug(name) for name in item.skills), "summary"]
    titles = [_FIRST_UNIT[shelf.language], *middle, _LAST_UNIT[shelf.language]]
    minutes = max((item.minutes or 0) // len(titles), 1)
    return [
        {
            "uid": f"{_uid(item)}.{number}-{slug}",
            "type": "unit",
            "title": title,
            "duration_in_minutes": minutes,
            "locale": shelf.locale,
            "last_modified": _last_modified(shelf, item),
        }
        for number, (slug, title) in enumerate(zip(slugs, titles, strict=True), start=1)
    ]


def learning_path(shelf: Shelf, item: LearnItem) -> Json:
    """Return a learning path, as long as its modules together."""
    modules = [shelf.items[key] for key in item.modules]
    url = f"{SITE}/{shelf.locale}/training/paths/{item.key}/"
    minutes = sum(each.minutes or 0 for each in modules)
    return {
        **_trainable(shelf, item, minutes=minutes, url=url),
        "firstModuleUrl": f"{SITE}/{shelf.locale}/training/modules/{modules[0].key}/",
        "modules": [_uid(each) for each in modules],
        "number_of_children": len(modules),
    }


def certification(shelf: Shelf, item: LearnItem) -> Json:
    """Return a certification; it states neither length nor subject."""
    return {
        "uid": _uid(item),
        "title": _title(shelf, item),
        "subtitle": _summary(shelf, item),
        "url": f"{SITE}/{shelf.locale}/credentials/certifications/{item.key}/",
        "icon_url": _icon("certification", item.key),
        "type": "cert",
        "certification_type": item.certification_type,
        "exams": [f"exam.{key}" for key in item.exams],
        "levels": [item.level],
        "roles": list(item.roles),
        "study_guide": _study_guide(shelf, item),
    }


def merged_certification(shelf: Shelf, item: LearnItem) -> Json:
    """Return the newer form of a certification: the only one that lists skills."""
    return {
        "uid": _uid(item),
        "title": _title(shelf, item),
        "summary": _summary(shelf, item),
        "url": f"{SITE}/{shelf.locale}/credentials/certifications/{item.key}/",
        "icon_url": _icon("certification", item.key),
        "last_modified": _last_modified(shelf, item),
        "type": "cert",
        "certification_type": item.certification_type,
        "products": list(item.products),
        "levels": [item.level],
        "roles": list(item.roles),
        "subjects": [],
        "renewal_frequency_in_days": 0,
        "prerequisites": [],
        "skills": [_capital(skill.label(shelf.language)) for skill in _skills(shelf, item)],
        "recommendation_list": [],
        "study_guide": _study_guide(shelf, item),
        "exam_duration_in_minutes": 65,
        "locales": ["en", "fr", "es"],
        "providers": [],
        "career_paths": [],
    }


def exam(shelf: Shelf, item: LearnItem) -> Json:
    """Return an exam."""
    url = f"{SITE}/{shelf.locale}/credentials/certifications/exams/{item.key}/"
    return {
        "uid": _uid(item),
        "title": _title(shelf, item),
        "subtitle": _summary(shelf, item),
        "display_name": item.key.upper(),
        "url": url,
        "icon_url": _icon("certification", "exam"),
        "pdf_download_url": f"{url}skills-measured.pdf",
        "practice_test_url": f"{url}practice/",
        "locales": ["en", "fr", "es"],
        "type": "exam",
        "courses": [f"course.{key}" for key in item.courses],
        "levels": [item.level],
        "roles": list(item.roles),
        "products": list(item.products),
        "providers": [],
        "study_guide": _study_guide(shelf, item),
    }


def course(shelf: Shelf, item: LearnItem) -> Json:
    """Return a course with a teacher; it counts hours."""
    return {
        "uid": _uid(item),
        "course_number": item.key.upper(),
        "title": _title(shelf, item),
        "summary": _summary(shelf, item),
        "duration_in_hours": item.hours,
        "url": f"{SITE}/{shelf.locale}/training/courses/{item.key}/",
        "icon_url": _icon("certification", "course"),
        "locales": ["en"],
        "type": "course",
        "certification": f"certification.{item.certification}",
        "exam": f"exam.{item.exam}",
        "levels": [item.level],
        "roles": list(item.roles),
        "products": list(item.products),
        "study_guide": _study_guide(shelf, item),
    }


def applied_skill(shelf: Shelf, item: LearnItem) -> Json:
    """Return an applied skill; where it retires, a banner opens its summary."""
    return {
        "uid": _uid(item),
        "title": _title(shelf, item),
        "summary": _banner(shelf, item) + _summary(shelf, item),
        "url": f"{SITE}/{shelf.locale}/credentials/applied-skills/{item.key}/",
        "icon_url": _icon("applied-skills", item.key),
        "type": "appliedSkill",
        "levels": [item.level],
        "roles": list(item.roles),
        "products": list(item.products),
        "subjects": list(item.subjects),
        "study_guide": _study_guide(shelf, item),
        "last_modified": _last_modified(shelf, item),
        "locale": shelf.locale,
    }


def _trainable(shelf: Shelf, item: LearnItem, *, minutes: int, url: str) -> Json:
    draw = Draw(f"rating:{item.key}")
    return {
        "summary": _summary(shelf, item),
        "levels": [item.level],
        "roles": list(item.roles),
        "products": list(item.products),
        "subjects": list(item.subjects),
        "uid": _uid(item),
        "type": item.kind,
        "title": _title(shelf, item),
        "duration_in_minutes": minutes,
        "rating": {"count": draw.number(12, 900), "average": draw.number(390, 490) / 100},
        "popularity": draw.number(5, 99) / 100,
        "icon_url": _icon("achievements", item.key),
        "social_image_url": f"{SITE}/media/achievements/{item.key}-social.png",
        "locale": shelf.locale,
        "last_modified": _last_modified(shelf, item),
        "url": url,
    }


_UID_PREFIX = {
    "module": "learn", "learningPath": "learn.path", "certification": "certification",
    "exam": "exam", "course": "course", "appliedSkill": "applied-skill",
}  # fmt: skip


def _uid(item: LearnItem) -> str:
    return f"{_UID_PREFIX[item.kind]}.{item.key}"


def _title(shelf: Shelf, item: LearnItem) -> str:
    return item.titles[shelf.language]


def _skills(shelf: Shelf, item: LearnItem) -> list[Skill]:
    names = item.skills or [
        name for key in item.modules for name in shelf.items[key].skills
    ]  # a path has the skills of its modules
    return [shelf.world.taxonomy.by_name[name] for name in dict.fromkeys(names)]


def _summary(shelf: Shelf, item: LearnItem) -> str:
    labels = [escape(skill.label(shelf.language)) for skill in _skills(shelf, item)]
    return f"<p>{_OPENING[shelf.language]} {'; '.join(labels)}.</p>"


def _banner(shelf: Shelf, item: LearnItem) -> str:
    if item.retires_in_days is None:
        return ""
    day = shelf.world.today + timedelta(days=item.retires_in_days)
    text = _RETIRING[shelf.language].format(day=day.isoformat())
    return f'<div class="alert is-warning"><p>{text}</p></div>'


def _study_guide(shelf: Shelf, item: LearnItem) -> list[Json]:
    items = [shelf.items[key] for key in item.guide]
    return [{"uid": _uid(each), "type": each.kind} for each in items]


def _last_modified(shelf: Shelf, item: LearnItem) -> str:
    draw = Draw(f"modified:{item.key}")
    day = shelf.world.today - timedelta(days=draw.number(3, 400))
    moment = datetime.combine(day, time(draw.number(0, 23), draw.number(0, 59)), tzinfo=UTC)
    return moment.isoformat()


def _icon(folder: str, name: str) -> str:
    return f"{SITE}/media/{folder}/{name}.svg"


def _slug(name: str) -> str:
    words = "".join(each if each.isalnum() else " " for each in name.lower()).split()
    return "-".join(words)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
