"""The tables, flat and without relations: SQLModel declares them, nothing reads through it."""

from sqlmodel import SQLModel

from isthmus.store.tables import (
    callbacks,
    changes,
    concepts,
    connectors,
    frameworks,
    organizations,
    people,
    sources,
    supply,
    vacancies,
)

metadata = SQLModel.metadata
"""Every table of the store, as Alembic compares it with the database."""

__all__ = [
    "callbacks",
    "changes",
    "concepts",
    "connectors",
    "frameworks",
    "metadata",
    "organizations",
    "people",
    "sources",
    "supply",
    "vacancies",
]
