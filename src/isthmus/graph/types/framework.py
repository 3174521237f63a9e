"""Frameworks, their levels, and credit values."""

from __future__ import annotations

import strawberry

from isthmus.graph.enums import FrameworkKind
from isthmus.graph.fields import column, many, one, text
from isthmus.graph.localized_text import LocalizedText
from isthmus.graph.node import Node
from isthmus.graph.references import FrameworkRef, LevelRef, OrganizationRef
from isthmus.graph.rows import Entity, from_rows
from isthmus.graph.scalars import URI
from isthmus.query.vocabulary import Link, Shape


@from_rows(Shape("LevelEquivalent", "level_equivalent", columns={"id": "{t}.equivalent_id"}))
@strawberry.type(description="A level that a referencing document puts beside another.")
class LevelEquivalent(Entity):
    """An equivalent level."""

    level: LevelRef = one("Level", "equivalent_id", "The other level.")
    basis: URI = column("basis", "The referencing document.")


@from_rows(Shape("Level", "level", in_catalogue=True, prefix="lvl"))
@strawberry.federation.type(description="One rung of a framework.", keys=["id"])
class Level(Entity, Node):
    """A level."""

    framework: FrameworkRef = one("Framework", "framework_id", "The framework.")
    notation: str = column("notation", "What the framework calls it, such as `5`.")
    rank: int = column("rank", "Its place from the bottom, from 1.")
    title: LocalizedText | None = text("title", "Its name in words.")
    equivalents: list[LevelEquivalent] = many(
        "LevelEquivalent",
        Link("level_equivalent", owner="level_id"),
        "{t}.equivalent_id",
        "Levels of other frameworks: only those with a referencing document.",
    )


@from_rows(Shape("Framework", "framework", in_catalogue=True, prefix="frm", noun="FRAMEWORK"))
@strawberry.federation.type(description="A ladder in one version, and its rungs.", keys=["id"])
class Framework(Entity, Node):
    """A framework."""

    code: str = column("code", "What records name it by.")
    name: LocalizedText | None = text("name", "What it is called.")
    authority: OrganizationRef | None = one(
        "Organization", "authority_id", "Who is responsible for it."
    )
    kind: FrameworkKind = column("kind", "What it orders.")
    version: str | None = column("version", "Which version.")
    levels: list[Level] = many(
        "Level", Link("level", owner="framework_id"), "{t}.rank", "Its levels, bottom first."
    )


@from_rows(Shape("CreditValue", ""))
@strawberry.type(description="Points of a credit system, as the source states them.")
class CreditValue(Entity):
    """Credits held as JSON."""

    system: str = column("framework", "The code of the credit system, such as `ECTS`.")
    points: float = column("points", "How many points.")
    hours_per_point: float | None = column("hours_per_point", "Hours of work for one point.")
