"""The XML export: one FICHE a certification, read one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from isthmus.connector.forms import elements
from isthmus.connector.forms.members import opened

from .fields import day_of, level_of, number_of, status_of

RECORD = "FICHES/FICHE"


class XmlExport:
    """The one XML file of an archive."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def certifications(self) -> Iterator[Any]:
        """Yield every certification."""
        for record in self._records():
            yield _certification(record)

    def blocks(self) -> Iterator[Any]:
        """Yield every block, with what is learnt in it."""
        for record in self._records():
            number = number_of(record.get("NUMERO_FICHE"))
            for block in _several(record, "BLOCS_COMPETENCES", "BLOC_COMPETENCES"):
                yield number | {
                    "code": _text(block.get("CODE")),
                    "title": _text(block.get("LIBELLE")),
                    "outcomes": _text(block.get("LISTE_COMPETENCES")),
                }

    def _records(self) -> Iterator[dict[str, Any]]:
        with opened(self._file, "*.xml") as raw:
            for record in elements.each(raw, RECORD):
                yield record if isinstance(record, dict) else {}


def _certification(record: dict[str, Any]) -> dict[str, Any]:
    level = record.get("NOMENCLATURE_EUROPE")
    level = level if isinstance(level, dict) else {}
    follow = _listed(record.get("NOUVELLE_CERTIFICATION"))
    subjects = [
        *({"scheme": "nsf", "value": _text(one.get("CODE"))}
          for one in _several(record, "CODES_NSF", "NSF")),
        *({"scheme": "formacode", "value": _text(one.get("CODE"))}
          for one in _several(record, "FORMACODES", "FORMACODE")),
    ]  # fmt: skip
    return number_of(record.get("NUMERO_FICHE")) | {
        "title": _text(record.get("INTITULE")),
        "level": level_of(_text(level.get("NIVEAU")), _text(level.get("INTITULE"))),
        "status": status_of(_text(record.get("ACTIF"))),
        "ends": day_of(_text(record.get("DATE_FIN_ENREGISTREMENT"))),
        "activities": _text(record.get("ACTIVITES_VISEES")),
        "bodies": [
            {
                "siret": _text(body.get("SIRET_CERTIFICATEUR")),
                "name": _text(body.get("NOM_CERTIFICATEUR")),
            }
            for body in _several(record, "CERTIFICATEURS", "CERTIFICATEUR")
        ],
        "subjects": [subject for subject in subjects if subject["value"]],
        "replaced_by": next(filter(None, map(_text, follow)), None),
    }


def _several(record: dict[str, Any], name: str, one: str) -> list[dict[str, Any]]:
    """Give the maps inside a list element, be they none, one or many."""
    held = record.get(name)
    found = held.get(one) if isinstance(held, dict) else None
    return [item for item in _listed(found) if isinstance(item, dict)]


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _text(value: Any) -> str | None:
    """Give an element's text, whether or not it bears attributes."""
    found = value.get("#text") if isinstance(value, dict) else value
    return (found.strip() or None) if isinstance(found, str) else None
