"""A made-up XML export of the French register, as long as is wanted, and what reading it takes."""

from __future__ import annotations

import asyncio
import random
import resource
import sys
import zipfile
from pathlib import Path

from isthmus.connector.part import Context
from isthmus.connector.pull import StreamReader
from isthmus.outbound import Outbound, SourceClient, Terms
from isthmus.trials.mapping import Mapped, Mapper
from tests.connectors.samples import load

NAME = "fiches.zip"
MEGABYTE = 1_000_000
_WORDS = "planter baliser mesurer tisser souder classer accueillir réparer lire écrire".split()


def write(folder: Path, megabytes: int) -> int:
    """Write an export of so many megabytes of XML; give the number of its certifications."""
    said, number, written = random.Random(megabytes), 0, 0
    with (
        zipfile.ZipFile(folder / NAME, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("export_fiches_RNCP_V4_1.xml", "w", force_zip64=True) as file,
    ):
        file.write(b'<?xml version="1.0" encoding="UTF-8"?>\n<FICHES>')
        while written < megabytes * MEGABYTE:
            number += 1
            written += file.write(_certification(number, said).encode())
        file.write(b"</FICHES>")
    return number


def _certification(number: int, said: random.Random) -> str:
    blocks = "".join(
        f"<BLOC_COMPETENCES><CODE>RNCP{number}BC{block:02}</CODE>"
        f"<LIBELLE>{_text(said, 6)}</LIBELLE>"
        f"<LISTE_COMPETENCES>&lt;p&gt;{_text(said, 150)}&lt;/p&gt;</LISTE_COMPETENCES>"
        "</BLOC_COMPETENCES>"
        for block in range(1, 5)
    )
    return (
        f"<FICHE><NUMERO_FICHE>RNCP{number}</NUMERO_FICHE><INTITULE>{_text(said, 5)}</INTITULE>"
        "<NOMENCLATURE_EUROPE><NIVEAU>NIV5</NIVEAU></NOMENCLATURE_EUROPE>"
        f"<ACTIVITES_VISEES>&lt;p&gt;{_text(said, 600)}&lt;/p&gt;</ACTIVITES_VISEES>"
        f"<BLOCS_COMPETENCES>{blocks}</BLOCS_COMPETENCES><ACTIF>Oui</ACTIF></FICHE>\n"
    )


def _text(said: random.Random, words: int) -> str:
    return " ".join(said.choices(_WORDS, k=words))


async def read(folder: Path) -> dict[str, int]:
    """Read both streams as a sync does, up to entities; count them, and the peak of memory."""
    connector, found = load("rncp"), {}
    outbound = Outbound()
    async with outbound.client("rncp", folder.as_uri(), Terms()) as http:
        for stream in connector.manifest.streams:
            found[stream] = await _count(stream, http, folder)
    return found | {"peak_kb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}


async def _count(stream: str, http: SourceClient, folder: Path) -> int:
    connector, count = load("rncp"), 0
    mapper = Mapper(connector, stream)
    context = Context({"archive": NAME}, http, folder)
    async for page in StreamReader(connector, stream, context, mapper.functions).pages(None):
        mapper.take(page.records, page.rejected)
        count += len(mapper.result.records)
        mapper.result = Mapped()
    return count


if __name__ == "__main__":
    found = asyncio.run(read(Path(sys.argv[1])))
    print(" ".join(f"{name}={count}" for name, count in found.items()))
