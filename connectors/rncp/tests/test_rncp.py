"""What the samples of rncp cannot show: every spelling of a level, archives that are not whole."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from isthmus.errors import SourceGarbled
from isthmus.trials.mapping import ReadStream
from tests.bench.rncp_export import peak, peak_mb
from tests.connectors.samples import answers_of, load, samples
from tests.support.replay import Replay, Reply

CONFIG = {"archive": "fiches.zip"}
CSV, XML = (sample for sample in samples() if sample.connector == "rncp")
HEADER = (
    '"Numero_Fiche";"Intitule";"Nomenclature_Europe_Niveau";"Nomenclature_Europe_Intitule";"Actif"'
)
EMPTY = {
    "Certificateurs": '"Numero_Fiche";"Siret_Certificateur";"Nom_Certificateur"',
    "Nsf": '"Numero_Fiche";"Nsf_Code";"Nsf_Intitule"',
    "Formacode": '"Numero_Fiche";"Formacode_Code";"Formacode_Libelle"',
    "Ancienne_Nouvelle_Certification": (
        '"Numero_Fiche";"Ancienne_Certification";"Nouvelle_Certification"'
    ),
}


def packed(**tables: str) -> Reply:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in tables.items():
            archive.writestr(f"export_fiches_CSV_{name}_2026_10_01.csv", text)
    return Reply(data.getvalue())


@pytest.mark.parametrize(
    ("code", "words", "level"),
    [
        ("NIV3", "", "3"), ("", "Niveau 3", "3"), ("niveau3", "", "3"), ("Niv. 3", "", "3"),
        ("NIV3", "Niveau 3", "3"), ("REPRISE", "Sans niveau", None), ("NIV9", "", None),
        ("", "", None),
    ],
)  # fmt: skip
async def test_a_level_is_one_however_it_is_spelt(
    replay: Replay, read_stream: ReadStream, code: str, words: str, level: str | None
) -> None:
    row = f'"RNCP1";"Tisserand";"{code}";"{words}";"ACTIVE"'
    replay.answers = {"/": packed(Standard=f"{HEADER}\n{row}\n", **EMPTY)}
    result = await read_stream(load("rncp"), "certifications", CONFIG)
    stated = result.records["RNCP1"].get("level")
    assert stated == (level and {"framework": "RNCP", "notation": level})


async def test_what_replaced_a_certification_may_be_said_by_either(
    replay: Replay, read_stream: ReadStream
) -> None:
    rows = "\n".join(f'"RNCP{n}";"Tisserand";;;"INACTIVE"' for n in range(1, 5))
    follows = ['"RNCP1";;"RNCP2"', '"RNCP3";"RNCP2";', '"RNCP3";"RNCP2";"RS4"']
    tables = EMPTY | {
        "Standard": f"{HEADER}\n{rows}\n",
        "Ancienne_Nouvelle_Certification": "\n".join(
            [EMPTY["Ancienne_Nouvelle_Certification"], *follows]
        ),
    }
    replay.answers = {"/": packed(**tables)}
    result = await read_stream(load("rncp"), "certifications", CONFIG)
    chain = {key: (r.get("replaced_by") or {}).get("id") for key, r in result.records.items()}
    assert chain == {"RNCP1": "RNCP2", "RNCP2": "RNCP3", "RNCP3": "RS4", "RNCP4": None}


async def test_both_forms_come_to_the_same_certification(
    replay: Replay, read_stream: ReadStream
) -> None:
    found: list[dict[str, Any]] = []
    for sample in (CSV, XML):
        replay.answers = answers_of(sample)
        result = await read_stream(load("rncp"), "certifications", sample.config)
        found.append(result.records["RNCP90001"])
        (kept,) = [record for key, record in result.records.items() if key == "RS9001"]
        assert kept["valid_until"] == "2027-05-24"
    same = ("title", "level", "awarding_bodies", "replaced_by", "valid_until", "register_status")
    assert all(found[0][name] == found[1][name] for name in same)


async def test_a_reading_that_was_cut_off_goes_on_where_it_was(
    replay: Replay, read_stream: ReadStream
) -> None:
    replay.answers = answers_of(CSV)
    result = await read_stream(load("rncp"), "certifications", CONFIG, cursor="3")
    assert list(result.records) == ["RNCP90003", "RS9001"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Reply(b"no zip"), "is not a whole zip file"),
        (packed(Standard=HEADER), "holds no files like"),
        (packed(Standard='"Numero";"Intitule"', **EMPTY), "the column 'Numero_Fiche' is missing"),
    ],
)
async def test_an_archive_that_is_not_whole_is_told_of(
    replay: Replay, read_stream: ReadStream, answer: Reply, said: str
) -> None:
    replay.answers = {"/": answer}
    with pytest.raises(SourceGarbled, match=said):
        await read_stream(load("rncp"), "certifications", CONFIG)


def test_memory_does_not_grow_with_the_export() -> None:
    (short, _), (long, _) = peak(2), peak(20)
    assert "certifications=1" in long
    assert peak_mb(long) - peak_mb(short) < 5
