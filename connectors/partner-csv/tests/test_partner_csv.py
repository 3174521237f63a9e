"""The template reads as it stands, and every fault is told by line and column."""

from __future__ import annotations

import csv
import re
from fnmatch import fnmatchcase

import pytest

from isthmus.connector.form_words import Csv
from isthmus.errors import SourceGarbled
from isthmus.trials.mapping import Mapped, ReadStream
from tests.connectors.samples import CONNECTORS, load
from tests.support.replay import Replay, Reply

FOLDER = CONNECTORS / "partner-csv"
CONFIG = {"file": "courses.csv"}
FAULTY = (FOLDER / "samples" / "rows-that-do-not-read.csv").read_bytes()


@pytest.fixture
def read(replay: Replay, read_stream: ReadStream):
    """Read a file of courses."""

    async def read_file(body: bytes) -> Mapped:
        replay.answers = {"/courses.csv": Reply(body)}
        return await read_stream(load("partner-csv"), "courses", CONFIG)

    return read_file


def words() -> Csv:
    form = load("partner-csv").manifest.streams["courses"].read
    assert isinstance(form, Csv)
    return form


async def test_the_template_reads_as_it_stands(read) -> None:
    result = await read((FOLDER / "courses.csv").read_bytes())
    assert (len(result.records), result.rejections, result.drift) == (2, [], [])


def test_the_template_has_every_column() -> None:
    with (FOLDER / "courses.csv").open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    told = [pattern for pattern in words().columns if pattern != "summary_*"]
    assert [p for p in told if not any(fnmatchcase(name, p) for name in header)] == []


def test_the_readme_tells_of_every_column_and_of_no_other() -> None:
    table = (
        (FOLDER / "README.md").read_text("utf-8").partition("| Column |")[2].partition("\n\n")[0]
    )
    named = {
        name for row in table.splitlines() for name in re.findall(r"`([^`]+)`", row.split("|")[1])
    }
    assert named == set(words().columns)


@pytest.mark.parametrize(
    "said",
    [
        "line 3: column language: 'hindi' is not a language; write hi, en or pt-BR",
        "column title: may not be blank",
        "column hours: 'three weeks' is not a number; write 1200 or 36.5",
        "column level_framework: NSQF has had two scales; write NSQF-2013",
        "column qp_code: 'AGR-Q4101' does not read; write AGR/Q4101",
        "column nos: 'AGR/1203' does not read; write AGR/N1203: Prepare the land",
        "column mode: 'distance' is not known; write online, in person, blended, at work",
        "column currency: may not be blank where cost is not",
        "column valid_for: '2 years' is not a length of time; write P2Y or P18M",
        "column valid_until: '31/12/2026' is not a date; write 2026-03-31",
        "column url: 'training.example' is not an address; begin it with https://",
        "column provider: may not be blank",
        "line 4: column title_xx1: title_ is followed by a language, as in title_hi",
        "column hours: '1,200' is not a number",
        "column level: '9' is not a level of NSQF-2023; write 1 to 8",
        "line 5: column code: may not be blank",
        "line 6: 3 cells under",
        "line 9: column hours: 'x'",
    ],
)
async def test_a_fault_is_told_by_line_and_column_with_what_would_be_right(read, said: str) -> None:
    result = await read(FAULTY)
    assert any(said in rejection.message for rejection in result.rejections)


async def test_a_misspelt_column_ends_the_reading(read) -> None:
    with pytest.raises(SourceGarbled, match="no column 'hour', did you mean 'hours'"):
        await read(b"code,title,language,provider,hour\n1,Bread,en,School,3\n")


async def test_a_file_of_another_encoding_is_told_where(read) -> None:
    body = "code,title,language,provider\n1,Ofimática,es,Escuela\n".encode("latin-1")
    with pytest.raises(SourceGarbled, match="is not utf-8 after line 1"):
        await read(body)


async def test_the_same_rows_read_alike_whatever_parts_them(read) -> None:
    plain = "code,title,language,provider\n1,Pan,es,Escuela\n"
    forms = [plain, plain.replace(",", ";"), plain.replace(",", "\t"), f"\ufeff{plain}"]
    results = [(await read(form.encode())).records for form in forms]
    assert all(result == results[0] != {} for result in results)
