"""The CSV set: one table of certifications, and others that name them by number.

The other tables are laid on disk and asked for the rows of a portion of certifications, so that
memory holds a portion and never a table.
"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from isthmus.connector.form_words import Csv
from isthmus.connector.forms.members import opened
from isthmus.connector.forms.rows import rows
from isthmus.errors import SourceGarbled
from isthmus.model.run import Rejection

from .fields import day_of, level_of, number_of, status_of

PORTION = 200
MAIN = "*CSV_Standard_*.csv"
BLOCKS = "*CSV_Blocs_De_Comp*.csv"
BESIDE = {
    "body": ("*CSV_Certificateurs_*.csv", "Siret_Certificateur", "Nom_Certificateur"),
    "nsf": ("*CSV_Nsf_*.csv", "Nsf_Code", "Nsf_Intitule"),
    "formacode": ("*CSV_Formacode_*.csv", "Formacode_Code", "Formacode_Libelle"),
    "follows": (
        "*CSV_Ancienne_Nouvelle_Certification_*.csv",
        "Ancienne_Certification",
        "Nouvelle_Certification",
    ),
}
"""The tables that are joined: by pattern, with the two columns that are kept of each."""
Beside = dict[str, dict[str, list[tuple[str, str]]]]


class TableSet:
    """The tables of one archive."""

    def __init__(self, file: Path, folder: Path) -> None:
        self._file = file
        self._index = folder / "rncp-tables.sqlite"

    def blocks(self) -> Iterator[Any]:
        """Yield every block."""
        for row in self._rows(BLOCKS, "Numero_Fiche", "Bloc_Competences_Code"):
            if isinstance(row, Rejection):
                yield row
                continue
            yield number_of(row["Numero_Fiche"]) | {
                "code": row["Bloc_Competences_Code"].strip() or None,
                "title": row.get("Bloc_Competences_Libelle", "").strip() or None,
            }

    def certifications(self) -> Iterator[Any]:
        """Yield every certification with what the other tables say of it."""
        self._index.unlink(missing_ok=True)
        with closing(sqlite3.connect(self._index, check_same_thread=False)) as index:
            yield from self._lay(index)
            main = self._rows(MAIN, "Numero_Fiche", "Intitule")
            while portion := list(itertools.islice(main, PORTION)):
                yield from _joined(index, portion)

    def _lay(self, index: sqlite3.Connection) -> Iterator[Rejection]:
        """Lay the other tables on disk; yield what of them does not read."""
        index.execute("PRAGMA journal_mode = OFF")
        index.execute("PRAGMA cache_size = -4096")
        index.execute("CREATE TABLE beside (place TEXT, number TEXT, one TEXT, other TEXT)")
        for place, (pattern, one, other) in BESIDE.items():
            table = self._rows(pattern, "Numero_Fiche", one, other)
            while portion := list(itertools.islice(table, PORTION * 10)):
                yield from (row for row in portion if isinstance(row, Rejection))
                index.executemany(
                    "INSERT INTO beside VALUES (?, ?, ?, ?)",
                    [
                        (place, row["Numero_Fiche"].strip(), row[one].strip(), row[other].strip())
                        for row in portion
                        if not isinstance(row, Rejection)
                    ],
                )
        # a certification may be said to follow another by the one, by the other, or by both
        index.execute(
            "INSERT INTO beside SELECT place, one, '', number FROM beside"
            " WHERE place = 'follows' AND one <> ''"
        )
        index.execute("CREATE INDEX by_number ON beside (number)")

    def _rows(self, pattern: str, *needed: str) -> Iterator[Any]:
        """Yield the rows of a table; a rejection names it."""
        words = Csv(delimiter=";", needs=list(needed))
        with opened(self._file, pattern) as raw:
            for row in rows(raw, words):
                if isinstance(row, Rejection):
                    key = f"{row.source_key} of {pattern.strip('*')}"
                    yield Rejection(key, row.reason, f"{pattern.strip('*')}: {row.message}")
                else:
                    yield row


def _joined(index: sqlite3.Connection, portion: list[Any]) -> Iterator[Any]:
    read = [row for row in portion if not isinstance(row, Rejection)]
    beside = _beside(index, [row["Numero_Fiche"].strip() for row in read])
    yield from (row for row in portion if isinstance(row, Rejection))
    for row in read:
        yield _certification(row, beside.get(row["Numero_Fiche"].strip(), {}))


def _beside(index: sqlite3.Connection, numbers: list[str]) -> Beside:
    marks = ", ".join("?" * len(numbers))
    try:
        asked = index.execute(
            "SELECT number, place, one, other FROM beside"
            f" WHERE number IN ({marks}) ORDER BY rowid",
            numbers,
        )
    except sqlite3.Error:
        raise SourceGarbled("its tables could not be laid on disk") from None
    found: Beside = {}
    for number, place, one, other in asked:
        found.setdefault(number, {}).setdefault(place, []).append((one, other))
    return found


def _certification(row: dict[str, str], beside: dict[str, list[tuple[str, str]]]) -> dict[str, Any]:
    subjects = [
        {"scheme": scheme, "value": code} for scheme in ("nsf", "formacode")
        for code, _ in beside.get(scheme, []) if code
    ]  # fmt: skip
    follow = [after for _, after in beside.get("follows", []) if after]
    return number_of(row["Numero_Fiche"]) | {
        "title": row["Intitule"].strip() or None,
        "level": level_of(
            row.get("Nomenclature_Europe_Niveau"), row.get("Nomenclature_Europe_Intitule")
        ),
        "status": status_of(row.get("Actif")),
        "ends": day_of(row.get("Date_Fin_Enregistrement")),
        "bodies": [{"siret": siret, "name": name} for siret, name in beside.get("body", [])],
        "subjects": subjects,
        "replaced_by": follow[0] if follow else None,
    }
