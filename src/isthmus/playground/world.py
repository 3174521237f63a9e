"""The whole playground as one value: build it for a day, and simulators serve it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from isthmus.playground.catalogue import (
    LearnItem,
    Provider,
    RegistryQualification,
    load_learn,
    load_providers,
    load_registry,
    load_registry_phrases,
)
from isthmus.playground.employers import Board, load_employers
from isthmus.playground.taxonomy import Taxonomy, load_taxonomy
from isthmus.playground.vacancies import Vacancy, compose_vacancies


@dataclass(frozen=True, slots=True)
class World:
    """Everything the simulators serve, as of one day."""

    today: date
    taxonomy: Taxonomy
    boards: Mapping[str, Board]
    vacancies: Mapping[str, tuple[Vacancy, ...]]
    providers: Mapping[str, Provider]
    registry: tuple[RegistryQualification, ...]
    registry_phrases: Mapping[str, Mapping[str, str]]
    learn: tuple[LearnItem, ...]


def build_world(today: date) -> World:
    """Build the world of that day; the same day gives an equal world."""
    taxonomy = load_taxonomy()
    employers = load_employers()
    return World(
        today=today,
        taxonomy=taxonomy,
        boards={board.token: board for board in employers.boards},
        vacancies={
            board.token: compose_vacancies(board, employers, taxonomy, today=today)
            for board in employers.boards
        },
        providers=load_providers(),
        registry=load_registry(),
        registry_phrases=load_registry_phrases(),
        learn=load_learn(),
    )
