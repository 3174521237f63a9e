"""One catalogue of jobs, served in every form a source may have.

Each transport writes the same records as systems of its kind do, in pages where such systems page,
and says in a manifest how it is read. Nothing here knows what the hub makes of it.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from typing import Any, NamedTuple

import orjson

from tests.support.replay import Asked, Reply, json_reply

PAGE = 3


class Job(NamedTuple):
    """A job as its board knows it; one without a title is no job."""

    id: str
    title: str | None
    employer: str
    skills: tuple[str, ...]
    published: datetime

    @property
    def url(self) -> str:
        """Give its page."""
        return f"https://jobs.example/?job={self.id.encode().hex()}&v=1"


@dataclass
class Board:
    """What the board holds, and which jobs it tells of as gone, where its form can."""

    jobs: list[Job]
    gone: list[str] = field(default_factory=list)


Answer = Callable[[Asked, Board], Reply]


@dataclass(frozen=True, slots=True)
class Transport:
    """One form: the manifest's word for it, how a stream of it is said, and what it answers."""

    kind: str
    words: str
    answer: Answer
    part: str | None = None
    """A Python part, where a manifest is not enough."""


def _plain(job: Job) -> dict[str, Any]:
    said = {
        "id": job.id, "url": job.url, "employer": job.employer, "skills": list(job.skills),
        "published": job.published.isoformat(),
    }  # fmt: skip
    return said if job.title is None else said | {"title": job.title}


def _cut(jobs: Sequence[Job], start: int, size: int = PAGE) -> list[dict[str, Any]]:
    return [_plain(job) for job in jobs[start : start + size]]


PLAIN = """
    id: id
    map:
      title: title
      url: url
      employer: {name: employer}
      skills: "(skills || `[]`)[].{text: @}"
      published_at: published
      language: "'en'"
"""


# ---- REST, by each way of paging


def _whole(_: Asked, board: Board) -> Reply:
    return json_reply({"jobs": [_plain(job) for job in board.jobs]})


def _numbered(asked: Asked, board: Board) -> Reply:
    return json_reply({"jobs": _cut(board.jobs, (int(asked.query["page"]) - 1) * PAGE)})


def _offset(asked: Asked, board: Board) -> Reply:
    start, size = int(asked.query["offset"]), int(asked.query["limit"])
    return json_reply({"jobs": _cut(board.jobs, start, size)})


def _cursor(asked: Asked, board: Board) -> Reply:
    start = int(asked.query.get("cursor", "after:0").removeprefix("after:"))
    more = start + PAGE < len(board.jobs)
    following = f"after:{start + PAGE}" if more else None
    return json_reply({"jobs": _cut(board.jobs, start), "meta": {"next": following}})


def _next_page(asked: Asked, board: Board) -> str | None:
    number = int(asked.query.get("page", "1"))
    return f"/jobs?page={number + 1}" if number * PAGE < len(board.jobs) else None


def _linked(asked: Asked, board: Board) -> Reply:
    start = (int(asked.query.get("page", "1")) - 1) * PAGE
    following = _next_page(asked, board)
    links = {"link": f'<{following}>; rel="next"'} if following else {}
    return json_reply({"jobs": _cut(board.jobs, start)}, **links)


def _next_in_the_body(asked: Asked, board: Board) -> Reply:
    start = (int(asked.query.get("page", "1")) - 1) * PAGE
    return json_reply({"jobs": _cut(board.jobs, start), "next": _next_page(asked, board)})


def _posted(asked: Asked, board: Board) -> Reply:
    page = orjson.loads(asked.body)["page"]
    return json_reply({"jobs": _cut(board.jobs, page["from"], page["size"])})


WALL = 4
"""No hit past this one is shown."""


def _windowed(asked: Asked, board: Board) -> Reply:
    since, until = (
        datetime.fromisoformat(asked.query[name]).replace(tzinfo=UTC) for name in ("from", "to")
    )
    found = [job for job in board.jobs if since <= job.published < until]
    start = int(asked.query["offset"])
    return json_reply({"total": len(found), "jobs": _cut(found[:WALL], start, 2)})


# ---- queries


def _graphql(asked: Asked, board: Board) -> Reply:
    words = orjson.loads(asked.body)["variables"]
    start = int(words.get("after", "0"))
    end = start + words["first"]
    info = {"hasNextPage": end < len(board.jobs), "endCursor": str(end)}
    nodes = _cut(board.jobs, start, words["first"])
    return json_reply({"data": {"jobs": {"nodes": nodes, "pageInfo": info}}})


def _sparql(asked: Asked, board: Board) -> Reply:
    *_, limit, _, offset = asked.query["query"].split()
    rows = []
    for job in board.jobs[int(offset) : int(offset) + int(limit)]:
        values = {**_plain(job), "skills": "|".join(job.skills)}
        rows.append({name: {"type": "literal", "value": v} for name, v in values.items()})
    return json_reply({"head": {"vars": []}, "results": {"bindings": rows}})


# ---- files


def _markup(body: str) -> Reply:
    text = f'<?xml version="1.0" encoding="UTF-8"?>{body}'
    return Reply(text.encode(), headers={"content-type": "application/xml"})


def _element(job: Job) -> str:
    title = "" if job.title is None else f"<title>{escape(job.title)}</title>"
    skills = "".join(f"<skill>{escape(skill)}</skill>" for skill in job.skills)
    return (
        f'<job id="{escape(job.id)}">{title}<url>{escape(job.url)}</url>'
        f"<employer>{escape(job.employer)}</employer><skills>{skills}</skills>"
        f"<published>{job.published.isoformat()}</published></job>"
    )


def _xml(_: Asked, board: Board) -> Reply:
    return _markup(f'<jobs xmlns="urn:example">{"".join(map(_element, board.jobs))}</jobs>')


def _table(board: Board, delimiter: str) -> bytes:
    held = io.StringIO()
    writer = csv.writer(held, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(["id", "title", "url", "employer", "skills", "published"])
    for job in board.jobs:
        moment, skills = job.published.isoformat(), "|".join(job.skills)
        writer.writerow([job.id, job.title or "", job.url, job.employer, skills, moment])
    return held.getvalue().encode()


def _csv(_: Asked, board: Board) -> Reply:
    return Reply(_table(board, ","), headers={"content-type": "text/csv"})


def _zip(_: Asked, board: Board) -> Reply:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("read-me.txt", "jobs")
        archive.writestr("export/jobs_2026.csv", b"\xef\xbb\xbf" + _table(board, ";"))
    return Reply(held.getvalue(), headers={"content-type": "application/zip"})


def _json_lines(_: Asked, board: Board) -> Reply:
    lines = b"".join(orjson.dumps(_plain(job)) + b"\n" for job in board.jobs)
    return Reply(lines, headers={"content-type": "application/x-ndjson"})


def _json_ld(_: Asked, board: Board) -> Reply:
    graph = [
        {
            "@type": "JobPosting", "identifier": job.id, "title": job.title, "url": job.url,
            "hiringOrganization": {"@type": "Organization", "name": job.employer},
            "skills": list(job.skills), "datePosted": job.published.isoformat(),
        }
        for job in board.jobs
    ]  # fmt: skip
    data = orjson.dumps({"@context": "https://schema.org", "@graph": graph}).decode()
    script = data.replace("<", "\\u003c")
    page = f'<html><script type="application/ld+json">{script}</script><p>Jobs</p></html>'
    return Reply(page.encode(), headers={"content-type": "text/html; charset=utf-8"})


# ---- feeds


def _rss(_: Asked, board: Board) -> Reply:
    items = []
    for job in board.jobs:
        title = "" if job.title is None else f"<title>{escape(job.title)}</title>"
        skills = "".join(f"<category>{escape(skill)}</category>" for skill in job.skills)
        items.append(
            f'<item><guid isPermaLink="false">{escape(job.id)}</guid>{title}'
            f"<link>{escape(job.url)}</link><dc:creator>{escape(job.employer)}</dc:creator>"
            f"{skills}<pubDate>{format_datetime(job.published, usegmt=True)}</pubDate></item>"
        )
    dc = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
    return _markup(f'<rss version="2.0" {dc}><channel>{"".join(items)}</channel></rss>')


def _atom(_: Asked, board: Board) -> Reply:
    entries = []
    for job in board.jobs:
        title = "" if job.title is None else f'<title type="text">{escape(job.title)}</title>'
        skills = "".join(f'<category term="{escape(skill)}"/>' for skill in job.skills)
        entries.append(
            f'<entry><id>{escape(job.id)}</id>{title}<link href="{escape(job.url)}"/>'
            f"<author><name>{escape(job.employer)}</name></author>{skills}"
            f"<published>{job.published.isoformat()}</published></entry>"
        )
    return _markup(f'<feed xmlns="http://www.w3.org/2005/Atom">{"".join(entries)}</feed>')


def _oai(asked: Asked, board: Board) -> Reply:
    stated = [_oai_record(job) for job in board.jobs]
    stated += [
        f'<record><header status="deleted"><identifier>{escape(key)}</identifier></header></record>'
        for key in board.gone
    ]
    start = int(asked.query.get("resumptionToken", "t0").removeprefix("t"))
    end = start + PAGE
    token = f"<resumptionToken>t{end}</resumptionToken>" if end < len(stated) else ""
    listed = f"<ListRecords>{''.join(stated[start:end])}{token}</ListRecords>"
    return _markup(f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">{listed}</OAI-PMH>')


def _oai_record(job: Job) -> str:
    title = "" if job.title is None else f"<dc:title>{escape(job.title)}</dc:title>"
    skills = "".join(f"<dc:subject>{escape(skill)}</dc:subject>" for skill in job.skills)
    return (
        f"<record><header><identifier>{escape(job.id)}</identifier></header><metadata>"
        '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/">{title}{skills}'
        f"<dc:identifier>{escape(job.url)}</dc:identifier>"
        f"<dc:publisher>{escape(job.employer)}</dc:publisher>"
        f"<dc:date>{job.published.isoformat()}</dc:date></oai_dc:dc></metadata></record>"
    )


# ---- what each of them says in a manifest


def _rest(page: str, asked: str = "{path: /jobs}") -> str:
    return f"""
    request: {asked}
    page: {page}
    records: jobs
    deletes: snapshot{PLAIN}"""


GRAPHQL = f"""
    request:
      path: /graphql
      graphql: |
        query Jobs($after: String, $first: Int) {{
          jobs(after: $after, first: $first) {{
            nodes {{ id title url employer skills published }}
            pageInfo {{ hasNextPage endCursor }}
          }}
        }}
    page:
      style: cursor
      next: data.jobs.pageInfo.hasNextPage && data.jobs.pageInfo.endCursor
      param: after
      size_param: first
      size: {PAGE}
    records: data.jobs.nodes
    deletes: snapshot{PLAIN}"""
SPARQL = f"""
    request:
      path: /sparql
      sparql: "SELECT ?id ?title ?url ?employer ?skills ?published WHERE {{ ?job a <urn:j> }}"
    page: {{style: offset, param: offset, size_param: limit, size: {PAGE}}}
    records: results.bindings
    deletes: snapshot
    id: id.value
    map:
      title: title.value
      url: url.value
      employer: {{name: employer.value}}
      skills: "(split(skills.value, '|') || `[]`)[?@].{{text: @}}"
      published_at: published.value
      language: "'en'"
"""
ELEMENTS = """
    deletes: snapshot
    id: "\\"@id\\""
    map:
      title: title
      url: url
      employer: {name: employer}
      skills: "(as_list(skills.skill) || `[]`)[?@].{text: @}"
      published_at: published
      language: "'en'"
"""
XML_WHOLE = f"""
    request: {{path: /jobs.xml}}
    read: {{form: xml}}
    records: as_list(jobs.job){ELEMENTS}"""
XML_STREAMED = f"""
    request: {{path: /jobs.xml}}
    read: {{form: xml, each: jobs/job}}{ELEMENTS}"""


def _rows(read: str) -> str:
    return f"""
    request: {{path: /jobs.file}}
    read: {read}
    deletes: snapshot
    id: id
    map:
      title: title || `null`
      url: url
      employer: {{name: employer}}
      skills: "split(skills, '|')[?@].{{text: @}}"
      published_at: published
      language: "'en'"
"""


JSON_LINES = f"""
    request: {{path: /jobs.jsonl}}
    read: {{form: json_lines}}
    deletes: snapshot{PLAIN}"""
JSON_LD = """
    request: {path: /jobs.html}
    read: {form: json_ld}
    records: "[?\\"@type\\" == 'JobPosting']"
    deletes: snapshot
    id: identifier
    map:
      title: title
      url: url
      employer: {name: hiringOrganization.name}
      skills: "as_list(skills)[].{text: @}"
      published_at: datePosted
      language: "'en'"
"""
RSS = """
    request: {path: /rss}
    read: {form: xml}
    records: as_list(rss.channel.item)
    deletes: snapshot
    id: guid."#text"
    map:
      title: title
      url: link
      employer: {name: creator}
      skills: "(as_list(category) || `[]`)[?@].{text: @}"
      published_at: rfc822(pubDate)
      language: "'en'"
"""
ATOM = """
    request: {path: /atom}
    read: {form: xml}
    records: as_list(feed.entry)
    deletes: snapshot
    id: id
    map:
      title: title."#text"
      url: link."@href"
      employer: {name: author.name}
      skills: "(as_list(category)[].\\"@term\\" || `[]`)[].{text: @}"
      published_at: published
      language: "'en'"
"""
OAI = """
    request: {path: /oai}
    read: {form: xml}
    page: {style: oai, metadata_prefix: oai_dc}
    records: as_list("OAI-PMH".ListRecords.record)
    removed: header."@status" == 'deleted'
    deletes: tombstone
    id: header.identifier
    map:
      title: metadata.dc.title
      url: metadata.dc.identifier
      employer: {name: metadata.dc.publisher}
      skills: "(as_list(metadata.dc.subject) || `[]`)[?@].{text: @}"
      published_at: metadata.dc.date
      language: "'en'"
"""
PART = '''
"""Reads pages by hand."""

from isthmus.connector.page import Page
from isthmus.connector.part import Connector, stream


class Jobs(Connector):
    """All jobs."""

    @stream("jobs")
    async def jobs(self, context, cursor):
        """Give every job."""
        while True:
            answer = (await context.http.get("/jobs", query={"cursor": cursor or "after:0"})).json()
            cursor = answer["meta"]["next"]
            yield Page(answer["jobs"], cursor)
            if cursor is None:
                return
'''
SIZED = f"size: {PAGE}"
WINDOW = (
    '{style: window, since: from, until: to, start: "2026-01-01", total: total,'
    f" wall: {WALL}, size: 2}}"
)
POSTED = "{method: post, path: /search, body: {q: all}}"
TRANSPORTS = {
    "rest, whole": Transport("rest", _rest("none"), _whole),
    "rest, numbered": Transport("rest", _rest(f"{{style: number, {SIZED}}}"), _numbered),
    "rest, by offset": Transport("rest", _rest(f"{{style: offset, {SIZED}}}"), _offset),
    "rest, by cursor": Transport("rest", _rest("{style: cursor, next: meta.next}"), _cursor),
    "rest, by link": Transport("rest", _rest("{style: link}"), _linked),
    "rest, by next": Transport("rest", _rest("{style: link, next: next}"), _next_in_the_body),
    "rest, by post": Transport(
        "rest",
        _rest(f"{{style: offset, param: page.from, size_param: page.size, {SIZED}}}", POSTED),
        _posted,
    ),
    "rest, cut by time": Transport("rest", _rest(WINDOW), _windowed),
    "graphql": Transport("graphql", GRAPHQL, _graphql),
    "sparql": Transport("sparql", SPARQL, _sparql),
    "xml": Transport("xml_file", XML_WHOLE, _xml),
    "xml, streamed": Transport("xml_file", XML_STREAMED, _xml),
    "csv": Transport("csv_file", _rows("{form: csv}"), _csv),
    "csv in a zip": Transport(
        "csv_file", _rows("{form: csv, member: 'jobs_*.csv', delimiter: auto}"), _zip
    ),
    "json lines": Transport("json_lines", JSON_LINES, _json_lines),
    "json-ld": Transport("json_ld", JSON_LD, _json_ld),
    "rss": Transport("rss", RSS, _rss),
    "atom": Transport("rss", ATOM, _atom),
    "oai-pmh": Transport("oai_pmh", OAI, _oai),
    "python": Transport("rest", f"\n    deletes: snapshot{PLAIN}", _cursor, PART),
}
