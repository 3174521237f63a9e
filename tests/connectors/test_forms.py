"""Every form in which records are written: all of them come, and what is none is told."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from isthmus.connector import files
from isthmus.connector.form_words import Csv
from isthmus.connector.forms.rows import rows
from isthmus.connector.installed import InstalledConnector, load_folder
from isthmus.errors import SourceGarbled
from isthmus.trials.mapping import ReadStream
from tests.support.replay import Replay, Reply, json_reply

MANIFEST = """\
isthmus: 1
id: formed
version: 1.0.0
title: Formed
maintainers: [isthmus]
transport: rest
modes: [synced]
streams:
  jobs:
    produces: Vacancy@1
    request: {path: /jobs}
    read: READ
    records: RECORDS
    id: id
    deletes: snapshot
    map: {title: title, language: "'en'"}
"""
Connect = Callable[..., InstalledConnector]


@pytest.fixture
def connect(tmp_path: Path) -> Connect:
    """Make a connector that reads a given form."""

    def connected(read: str, records: str = "@", **words: str) -> InstalledConnector:
        folder = tmp_path / "formed"
        folder.mkdir()
        text = MANIFEST.replace("READ", read).replace("RECORDS", f'"{records}"')
        for old, new in words.items():
            text = text.replace(f"{old}: {old}", f"{old}: {new}")
        (folder / "connector.yaml").write_text(text)
        return load_folder(folder)

    return connected


def zipped(**members: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"inside/{name}.csv", content)
    return held.getvalue()


def titles(mapped: Any) -> dict[str, str]:
    return {key: record["title"] for key, record in mapped.records.items()}


CSVS = {
    "plain": ("{form: csv}", b"id,title\n1,Welder\n2,Baker\n"),
    "with a mark": ("{form: csv}", "\ufeffid,title\n1,Welder\n2,Baker\n".encode()),
    "semicolons, latin-1": (
        "{form: csv, delimiter: ';', encoding: latin-1}",
        "id;title\n1;Welder\n2;Baker\n".encode("latin-1"),
    ),
    "lines before the header": (
        "{form: csv, skip: 2}",
        b"Published by us\n,,\nid,title\n1,Welder\n2,Baker\n",
    ),
    "no header": ("{form: csv, header: [id, title]}", b"1,Welder\n2,Baker\n"),
    "trailing delimiters": ("{form: csv}", b"id,title\n1,Welder,,\n2,Baker\n\n"),
    "semicolons the header shows": (
        "{form: csv, delimiter: auto}",
        b"id;title\n1;Welder\n2;Baker\n",
    ),
    "tabs the header shows": ("{form: csv, delimiter: auto}", b"id\ttitle\n1\tWelder\n2\tBaker\n"),
    "columns of one's own": (
        "{form: csv, columns: [id, title, x-*], needs: [id, title]}",
        b"id,title,x-note\n1,Welder,mine\n2,Baker,mine\n",
    ),
    "quoted line breaks": ("{form: csv}", b'id,title,more\n1,Welder,"a\nb"\n2,Baker,c\n'),
}


@pytest.mark.parametrize("case", CSVS)
async def test_rows_are_records(
    case: str, connect: Connect, replay: Replay, read_stream: ReadStream
) -> None:
    read, body = CSVS[case]
    replay.answers = {"/jobs": Reply(body)}
    mapped = await read_stream(connect(read), "jobs", {})
    assert titles(mapped) == {"1": "Welder", "2": "Baker"}
    assert mapped.rejections == []


def test_lines_that_a_quotation_mark_swallows_are_told_of() -> None:
    body = b'id,title\n1,Welder\n"2,Baker\n3,Cook\n4",x,y\n5,Tiler\n'
    found = list(rows(io.BytesIO(body), Csv()))
    assert [row["id"] for row in found if isinstance(row, dict)] == ["1", "5"]
    assert found[1].message.startswith("lines 3 to 5: 3 cells")


async def test_a_quotation_mark_may_be_a_letter_like_any_other(
    connect: Connect, replay: Replay, read_stream: ReadStream
) -> None:
    replay.answers = {"/jobs": Reply(b'id\ttitle\n1\t"Welder\n2\t3/4" Baker\n')}
    read = r'{form: csv, delimiter: "\t", quote: none}'
    mapped = await read_stream(connect(read), "jobs", {})
    assert titles(mapped) == {"1": '"Welder', "2": '3/4" Baker'}


async def test_a_row_bears_the_line_it_begins_on(
    connect: Connect, replay: Replay, read_stream: ReadStream
) -> None:
    body = b'about us\nid,title\n1,"Welder\nby night"\n\n2,Baker\n'
    replay.answers = {"/jobs": Reply(body)}
    words = connect("{form: csv, skip: 1, line: '@line'}", title='to_string("@line")')
    mapped = await read_stream(words, "jobs", {})
    assert titles(mapped) == {"1": "3", "2": "6"}


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (b"id,titel,x-note", "line 1: there is no column 'titel', did you mean 'title'?; "),
        (b"id,titel,x-note", "the column 'title' is missing"),
        (b"id,title,Colour", "there is no column 'Colour'"),
    ],
)
async def test_a_header_of_the_wrong_columns_ends_the_run(
    header: bytes, said: str, connect: Connect, replay: Replay, read_stream: ReadStream
) -> None:
    replay.answers = {"/jobs": Reply(header + b"\n1,Welder,mine\n")}
    connector = connect("{form: csv, columns: [id, title, x-*], needs: [id, title]}")
    with pytest.raises(SourceGarbled, match=re.escape(said)):
        await read_stream(connector, "jobs", {})


async def test_a_row_that_does_not_fit_is_rejected_with_its_line(
    connect: Connect, replay: Replay, read_stream: ReadStream
) -> None:
    replay.answers = {"/jobs": Reply(b"id,title\n1,Welder\n2\n3,Baker,x\n4,Cook\n")}
    mapped = await read_stream(connect("{form: csv}"), "jobs", {})
    assert titles(mapped) == {"1": "Welder", "4": "Cook"}
    assert [(r.reason, r.message[:7]) for r in mapped.rejections] == [
        ("ROW_RAGGED", "line 3:"),
        ("ROW_RAGGED", "line 4:"),
    ]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html>down</html>", "no columns parted by ','"),
        (b"", "no columns"),
        (b"id,title\n1,\xff\xfe\n", "is not utf-8 after line"),
        (b"id,id\n1,2\n", "the column id twice"),
    ],
)
async def test_what_is_no_csv_is_told(
    body: bytes, said: str, connect: Connect, replay: Replay, read_stream: ReadStream
) -> None:
    replay.answers = {"/jobs": Reply(body)}
    with pytest.raises(SourceGarbled, match=said):
        await read_stream(connect("{form: csv}"), "jobs", {})


async def test_one_file_of_a_zip_is_read(
    connect: Connect, replay: Replay, read_stream: ReadStream
) -> None:
    archive = zipped(jobs_2026=b"id,title\n1,Welder\n", other=b"x,y\n1,2\n")
    replay.answers = {"/jobs": Reply(archive)}
    mapped = await read_stream(connect("{form: csv, member: 'jobs_*.csv'}"), "jobs", {})
    assert titles(mapped) == {"1": "Welder"}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"PK\x03\x04 broken", "not a whole zip"),
        (zipped(jobs=b"id,title\n1,A\n")[:-30], "not a whole zip"),
        (zipped(a=b"x"), "holds no files like jobs"),
        (zipped(jobs=b"\0" * 20_000_000), "unpacks to 20000000 bytes"),
    ],
)
async def test_a_zip_that_is_not_whole_or_a_bomb_is_refused(
    body: bytes, said: str, connect: Connect, replay: Replay, read_stream: ReadStream
) -> None:
    replay.answers = {"/jobs": Reply(body)}
    with pytest.raises(SourceGarbled, match=said):
        await read_stream(connect("{form: csv, member: 'jobs*.csv'}"), "jobs", {})


async def test_lines_are_records_and_a_broken_one_is_rejected(
    connect: Connect, replay: Replay, read_stream: ReadStream
) -> None:
    body = b'{"id": 1, "title": "Welder"}\n\n{"id": 2\n{"id": 3, "title": "Cook"}'
    replay.answers = {"/jobs": Reply(body)}
    mapped = await read_stream(connect("{form: json_lines}"), "jobs", {})
    assert titles(mapped) == {"1": "Welder", "3": "Cook"}
    assert [(r.reason, r.message) for r in mapped.rejections] == [
        ("LINE_INVALID", "line 3 is no JSON")
    ]


XML = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="urn:example:jobs" xmlns:x="urn:example:more"><!-- two -->
  <list><job id="1"><title x:lang="en">Welder</title><skill>a</skill><skill>b</skill></job>
  <other/><job id="2"><title>Baker</title></job></list>
</feed>"""


@pytest.mark.parametrize("read", ["{form: xml, each: feed/list/job}", "{form: xml}"])
async def test_elements_are_maps_streamed_or_whole(
    read: str, connect: Connect, replay: Replay, read_stream: ReadStream
) -> None:
    replay.answers = {"/jobs": Reply(XML.encode())}
    found = connect(
        read, "as_list(feed.list.job)", id="'\"@id\"'", title="'title.\"#text\" || title'"
    )
    assert titles(await read_stream(found, "jobs", {})) == {"1": "Welder", "2": "Baker"}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (XML[:-20].encode(), "no whole XML: line 4"),
        (b'<!DOCTYPE f [<!ENTITY a "b">]><feed><list/></feed>', "declares a document type"),
        (b"<feed>" + b"<a>" * 300 + b"</a>" * 300 + b"</feed>", "is no whole XML|nested over"),
        (b"down for maintenance", "no whole XML"),
    ],
)
@pytest.mark.parametrize("read", ["{form: xml, each: feed/list/job}", "{form: xml}"])
async def test_xml_that_is_not_whole_or_declares_things_is_refused(
    read: str, body: bytes, said: str, connect: Connect, replay: Replay, read_stream: ReadStream
) -> None:
    replay.answers = {"/jobs": Reply(body)}
    if "nested" in said and "each" in read:
        return  # no record of it is looked into
    with pytest.raises(SourceGarbled, match=said):
        await read_stream(connect(read, "feed.list.job", id="'\"@id\"'"), "jobs", {})


PAGE = b"""<html><script type="application/ld+json">{"@graph": [
 {"@type": "JobPosting", "id": "1", "title": "Welder"}, {"@type": "Thing"}]}</script>
<SCRIPT data-x type='application/ld+json'>
 [{"@type": "JobPosting", "id": "2", "title": "Ba\nker"}]</SCRIPT></html>"""


async def test_the_linked_data_of_a_page_is_one_list(
    connect: Connect, replay: Replay, read_stream: ReadStream
) -> None:
    replay.answers = {"/jobs": Reply(PAGE)}
    postings = "[?\\\"@type\\\"=='JobPosting']"
    mapped = await read_stream(connect("{form: json_ld}", postings), "jobs", {})
    assert titles(mapped) == {"1": "Welder", "2": "Ba ker"}


async def test_a_file_longer_than_a_portion_comes_whole_and_goes_on_from_a_cursor(
    connect: Connect, replay: Replay, read_stream: ReadStream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "PORTION", 7)
    rows = "".join(f"{n},Job {n}\n" for n in range(50))
    replay.answers = {"/jobs": Reply(f"id,title\n{rows}".encode())}
    connector = connect("{form: csv}")
    whole = await read_stream(connector, "jobs", {})
    rest = await read_stream(connector, "jobs", {}, cursor="21")
    assert list(whole.records) == [str(n) for n in range(50)]
    assert whole.pages == 8
    assert list(rest.records) == [str(n) for n in range(21, 50)]


async def test_json_that_is_no_list_is_told(
    connect: Connect, replay: Replay, read_stream: ReadStream
) -> None:
    replay.answers = {"/jobs": json_reply({"jobs": 5})}
    with pytest.raises(SourceGarbled, match="found a number"):
        await read_stream(connect("{form: json}", "jobs"), "jobs", {})
