"""Skills, occupations and the schemes they are published in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from isthmus.store.tables import columns as c

WORDS = (
    "setweight(to_tsvector(isthmus_stemmer(label_lang), label), 'A')"
    " || setweight(to_tsvector('simple', label), 'A')"
    " || setweight(to_tsvector('simple', coalesce(label_i18n, '{}'::jsonb)), 'A')"
    " || setweight(to_tsvector('simple', coalesce(alt_labels, '{}'::jsonb)), 'B')"
)


class ConceptScheme(SQLModel, table=True):
    """A published list of concepts, in one version."""

    __tablename__ = "concept_scheme"
    __table_args__ = (sa.UniqueConstraint("uri", "version", name="concept_scheme_identity"),)

    id: int | None = c.key()
    uri: str = c.text(required=True)
    name: str = c.text(required=True)
    version: str = c.text(required=True)
    languages: list[str] = c.texts()


class Skill(SQLModel, table=True):
    """A skill of a scheme, or a heading that gathers skills."""

    __tablename__ = "skill"
    __table_args__ = (
        sa.Index("skill_search", "search", postgresql_using="gin"),
        sa.Index("skill_scheme", "scheme_id", "is_group", "id"),
        sa.Index("skill_kind", "kind", "id"),
        sa.Index("skill_changed", "changed_at", "id"),
        sa.Index("skill_source", "source_id", "id"),
    )

    id: int | None = c.key()
    source_id: int | None = c.link("source")
    uri: str = c.text(required=True, unique=True)
    scheme_id: int = c.link("concept_scheme", required=True)
    code: str | None = c.text()
    label: str = c.text(required=True)
    label_lang: str = c.text(required=True)
    label_i18n: Any = c.document()
    alt_labels: Any = c.document()
    description: str | None = c.text()
    description_lang: str | None = c.text()
    description_i18n: Any = c.document()
    kind: str = c.text(required=True)
    reuse: str = c.text(required=True)
    is_group: bool = c.flag(default="false")
    deprecated: bool = c.flag(default="false")
    changed_at: datetime = c.moment(required=True)
    search: Any = c.search(WORDS)


class SkillBroader(SQLModel, table=True):
    """A skill and the one above it."""

    __tablename__ = "skill_broader"
    __table_args__ = (sa.Index("skill_broader_up", "broader_id", "skill_id"),)

    skill_id: int = c.link("skill", ondelete="CASCADE", primary_key=True)
    broader_id: int = c.link("skill", ondelete="CASCADE", primary_key=True)


class SkillReplacement(SQLModel, table=True):
    """A skill that left its scheme and the one that took its place."""

    __tablename__ = "skill_replacement"

    skill_id: int = c.link("skill", ondelete="CASCADE", primary_key=True)
    replacement_id: int = c.link("skill", ondelete="CASCADE", primary_key=True)


class SkillMapping(SQLModel, table=True):
    """A stated relation from one skill to another, with who stated it."""

    __tablename__ = "skill_mapping"
    __table_args__ = (
        sa.UniqueConstraint(
            "skill_id", "target_id", "relation", "source_id", name="skill_mapping_identity"
        ),
        sa.Index("skill_mapping_target", "target_id"),
    )

    id: int | None = c.key()
    skill_id: int = c.link("skill", ondelete="CASCADE", required=True)
    target_id: int = c.link("skill", ondelete="CASCADE", required=True)
    relation: str = c.text(required=True)
    source_id: int = c.link("source", ondelete="CASCADE", required=True)
    source_version: str | None = c.text()
    confidence: float | None = c.real()
    reviewed: bool = c.flag(default="false")


class Occupation(SQLModel, table=True):
    """An occupation of a scheme, or a heading such as an ISCO group."""

    __tablename__ = "occupation"
    __table_args__ = (
        sa.Index("occupation_search", "search", postgresql_using="gin"),
        sa.Index("occupation_scheme", "scheme_id", "is_group", "id"),
        sa.Index("occupation_isco", "isco_group", "id"),
        sa.Index("occupation_changed", "changed_at", "id"),
        sa.Index("occupation_source", "source_id", "id"),
    )

    id: int | None = c.key()
    source_id: int | None = c.link("source")
    uri: str = c.text(required=True, unique=True)
    scheme_id: int = c.link("concept_scheme", required=True)
    code: str | None = c.text()
    isco_group: str | None = c.text()
    label: str = c.text(required=True)
    label_lang: str = c.text(required=True)
    label_i18n: Any = c.document()
    alt_labels: Any = c.document()
    description: str | None = c.text()
    description_lang: str | None = c.text()
    description_i18n: Any = c.document()
    is_group: bool = c.flag(default="false")
    deprecated: bool = c.flag(default="false")
    changed_at: datetime = c.moment(required=True)
    search: Any = c.search(WORDS)


class OccupationBroader(SQLModel, table=True):
    """An occupation and the group above it."""

    __tablename__ = "occupation_broader"
    __table_args__ = (sa.Index("occupation_broader_up", "broader_id", "occupation_id"),)

    occupation_id: int = c.link("occupation", ondelete="CASCADE", primary_key=True)
    broader_id: int = c.link("occupation", ondelete="CASCADE", primary_key=True)


class OccupationReplacement(SQLModel, table=True):
    """An occupation that left its scheme and the one that took its place."""

    __tablename__ = "occupation_replacement"

    occupation_id: int = c.link("occupation", ondelete="CASCADE", primary_key=True)
    replacement_id: int = c.link("occupation", ondelete="CASCADE", primary_key=True)


class OccupationMapping(SQLModel, table=True):
    """A stated relation from one occupation to another, with who stated it."""

    __tablename__ = "occupation_mapping"
    __table_args__ = (
        sa.UniqueConstraint(
            "occupation_id",
            "target_id",
            "relation",
            "source_id",
            name="occupation_mapping_identity",
        ),
        sa.Index("occupation_mapping_target", "target_id"),
    )

    id: int | None = c.key()
    occupation_id: int = c.link("occupation", ondelete="CASCADE", required=True)
    target_id: int = c.link("occupation", ondelete="CASCADE", required=True)
    relation: str = c.text(required=True)
    source_id: int = c.link("source", ondelete="CASCADE", required=True)
    source_version: str | None = c.text()


class OccupationSkill(SQLModel, table=True):
    """A skill that an occupation needs or may ask for."""

    __tablename__ = "occupation_skill"
    __table_args__ = (sa.Index("occupation_skill_skill", "skill_id", "occupation_id"),)

    occupation_id: int = c.link("occupation", ondelete="CASCADE", primary_key=True)
    skill_id: int = c.link("skill", ondelete="CASCADE", primary_key=True)
    relation: str = c.text(required=True)
    importance: float | None = c.real()
