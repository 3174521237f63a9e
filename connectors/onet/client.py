"""Reads the text files of the O*NET database: occupations, and the technologies used in them."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from isthmus.connector.form_words import Csv
from isthmus.connector.forms.rows import rows
from isthmus.connector.page import Page
from isthmus.connector.part import Connector, Context, stream
from isthmus.model.run import Rejection

OCCUPATIONS = ("Occupation Data.txt", "O*NET-SOC Code", "Title", "Description")
TECHNOLOGIES = ("Technology Skills.txt", "O*NET-SOC Code", "Example", "Commodity Title")
SITE = "https://www.onetonline.org"
PAGE = 1000
Row = dict[str, str]


class Onet(Connector):
    """One version of the database."""

    @stream("technologies")
    async def technologies(self, context: Context, cursor: str | None) -> AsyncIterator[Page]:
        """Give every technology once, however many occupations use it."""
        del cursor
        table, rejected = await _table(context, TECHNOLOGIES)
        found = {
            row["Example"]: {
                "uri": _technology(row["Example"]),
                "name": row["Example"],
                "kind": row["Commodity Title"],
            }
            for row in table
        }
        for page in _pages(list(found.values()), rejected):
            yield page

    @stream("occupations")
    async def occupations(self, context: Context, cursor: str | None) -> AsyncIterator[Page]:
        """Give every occupation with its technologies; those of none are told of."""
        del cursor
        used: dict[str, dict[str, None]] = defaultdict(dict)
        for row in (await _table(context, TECHNOLOGIES))[0]:
            used[row["O*NET-SOC Code"]][_technology(row["Example"])] = None
        table, rejected = await _table(context, OCCUPATIONS)
        found = [
            {
                "code": row["O*NET-SOC Code"],
                "uri": f"{SITE}/link/summary/{quote(row['O*NET-SOC Code'], safe='')}",
                "title": row["Title"],
                "description": row["Description"],
                "technologies": list(used.pop(row["O*NET-SOC Code"], {})),
            }
            for row in table
        ]
        for page in _pages(found, [*rejected, *map(_of_nothing, used)]):
            yield page


async def _table(context: Context, table: tuple[str, ...]) -> tuple[list[Row], list[Rejection]]:
    """Fetch a file once a sync, and read it."""
    name, *columns = table
    kept = context.folder / name.replace(" ", "-")
    if not kept.is_file():
        file = await context.http.file(quote(name), context.folder)
        # a file that stands at the source's own place is read there, and never moved
        kept = file.rename(kept) if file.parent == context.folder else file
    return await asyncio.to_thread(_read, kept, columns)


def _read(file: Path, columns: list[str]) -> tuple[list[Row], list[Rejection]]:
    found: list[Row] = []
    rejected: list[Rejection] = []
    with file.open("rb") as raw:
        # the files quote nothing: a quotation mark is an inch
        for row in rows(raw, Csv(delimiter="\t", quote="none", needs=columns)):
            if isinstance(row, Rejection):
                rejected.append(row)
            else:
                found.append({column: row[column].strip() for column in columns})
    return found, rejected


def _technology(name: str) -> str:
    return f"{SITE}/search/tech/example?e={quote(name, safe='')}"


def _of_nothing(code: str) -> Rejection:
    message = "technologies are listed for an occupation that the files lack"
    return Rejection(f"{code} technologies", "REFERENCE_DANGLING", message, "O*NET-SOC Code")


def _pages(records: list[dict[str, Any]], rejected: list[Rejection]) -> list[Page]:
    starts = range(0, max(len(records), 1), PAGE)
    pages = [Page(records[start : start + PAGE]) for start in starts]
    return [*pages, Page([], rejected=rejected)] if rejected else pages
