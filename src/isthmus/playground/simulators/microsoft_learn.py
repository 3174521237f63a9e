"""A catalogue in the style of Microsoft Learn: everything in one body, filtered by parameters.

The vendor, its products and its titles are invented; the form is the original's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from isthmus.playground.simulators.learn_records import (
    Json,
    Shelf,
    applied_skill,
    certification,
    course,
    exam,
    learning_path,
    merged_certification,
    module,
    shelf_in,
    units_of,
)
from isthmus.playground.world import World

_PRODUCTS: list[Json] = [
    {"id": "harbour-base", "name": "Harbour Base"},
    {"id": "harbour-cloud", "name": "Harbour Cloud"},
    {"id": "harbour-code", "name": "Harbour Code"},
    {"id": "harbour-desk", "name": "Harbour Desk",
     "children": [{"id": "harbour-sheets", "name": "Harbour Sheets"}]},
    {"id": "harbour-market", "name": "Harbour Market"},
]  # fmt: skip


class UnknownType(ValueError):
    """A `type` that the catalogue does not have."""


def catalogue(world: World, *, locale: str = "en-us", types: frozenset[str] = frozenset()) -> Json:
    """Return the parts of the catalogue asked for, or all; raise `UnknownType` for no such part."""
    unknown = types - set(PARTS)
    if unknown:
        raise UnknownType(", ".join(sorted(unknown)))
    shelf = shelf_in(world, locale)
    return {name: write(shelf) for name, write in PARTS.items() if not types or name in types}


def refusal(problem: UnknownType) -> Json:
    """Return the body of a 400."""
    return {"errorCode": "4000", "message": f"Invalid value for type: {problem}."}


def _all(kind: str, write: Callable[..., Json]) -> Callable[[Shelf], list[Json]]:
    return lambda shelf: [write(shelf, item) for item in shelf.of_kind(kind)]


def _units(shelf: Shelf) -> list[Json]:
    return [unit for item in shelf.of_kind("module") for unit in units_of(shelf, item)]


def _named(ids: set[str]) -> list[Json]:
    return [{"id": each, "name": each.replace("-", " ").capitalize()} for each in sorted(ids)]


def _levels(_: Shelf) -> list[Json]:
    return [{"id": each, "name": each.capitalize()} for each in
            ("beginner", "intermediate", "advanced")]  # fmt: skip


def _roles(shelf: Shelf) -> list[Json]:
    return _named({role for item in shelf.items.values() for role in item.roles})


def _subjects(shelf: Shelf) -> list[Json]:
    return _named({subject for item in shelf.items.values() for subject in item.subjects})


def _products(_: Shelf) -> list[Json]:
    return list(_PRODUCTS)


PARTS: Mapping[str, Callable[[Shelf], list[Json]]] = {
    "modules": _all("module", module),
    "units": _units,
    "learningPaths": _all("learningPath", learning_path),
    "certifications": _all("certification", certification),
    "mergedCertifications": _all("certification", merged_certification),
    "exams": _all("exam", exam),
    "courses": _all("course", course),
    "appliedSkills": _all("appliedSkill", applied_skill),
    "levels": _levels,
    "roles": _roles,
    "products": _products,
    "subjects": _subjects,
}
