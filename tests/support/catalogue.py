"""A partner's small catalogue over REST, and the connector the partner writes for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson

from isthmus.hub import Hub
from isthmus.model.connector import ConnectorForm, ConnectorStatus, ConnectorTier
from isthmus.model.viewer import Viewer
from isthmus.registering.submission import Submission, shown
from isthmus.store import connectors
from tests.support.replay import Asked, Reply, json_reply

NAME = "harbour-college"
MANIFEST = """\
isthmus: 1
id: harbour-college
version: 1.0.0
title: Harbour College short courses
maintainers: [registry@harbour.example]
transport: rest
modes: [synced]
licence: CC-BY-4.0
redistributable: true
config:
  type: object
  required: [campus, key]
  additionalProperties: false
  properties:
    campus: {type: string, pattern: "^[a-z]+$", title: Campus}
    key: {type: string, secret: true, title: API key}
http:
  base_url: {base}/{config.campus}
  auth: {api_key: {header: x-harbour-key, secret: key}}
  rate: 600/minute
streams:
  courses:
    produces: Qualification@1
    request: {path: /courses}
    page: none
    records: courses
    id: code
    changed: changed
    deletes: snapshot
    map:
      title: name
      summary: about
      languages: "[lang][?@]"
      provider: {name: college}
schedule: {every: 6h}
"""
KEYLESS = re.compile(r"^    key: .*\n|^  auth: .*\n", re.MULTILINE)
SECRET = "sesame-7f3a"


def a_course(code: str, name: str | None = None, **said: Any) -> dict[str, Any]:
    """Give a course as the college writes it."""
    title = {} if name is None else {"name": name}
    return {
        "code": code, **title, "about": f"About {code}", "lang": "en",
        "college": "Harbour College", "changed": "2026-10-01", "registrar": "pat@harbour.example",
        **said,
    }  # fmt: skip


def courses(*some: dict[str, Any]) -> dict[str, Any]:
    """Give a list of courses as the college answers it."""
    return {"courses": list(some)}


THREE = (a_course("w1", "Welding"), a_course("w2", "Rigging"), a_course("w3"))
"""Three courses, one of which says no name."""


def manifest(base: str, *, is_open: bool = True, **words: str) -> str:
    """Write the manifest for a server; `is_open`: it asks for no key."""
    text = KEYLESS.sub("", MANIFEST).replace(", key]", "]") if is_open else MANIFEST
    text = text.replace("{base}", base)
    for word, value in words.items():
        text = re.sub(rf"^( *){word}: .*$", rf"\g<1>{word}: {value}", text, flags=re.MULTILINE)
    return text


def samples() -> list[dict[str, str]]:
    """Write the sample that comes with it."""
    records = {
        code: {
            "title": name, "summary": f"About {code}", "languages": ["en"],
            "provider": {"name": "Harbour College"},
        }
        for code, name in (("a1", "Baking"), ("a2", "Milling"))
    }  # fmt: skip
    body = courses(a_course("a1", "Baking"), a_course("a2", "Milling"), a_course("a3"))
    rejected = [{"key": "a3", "reason": "FIELD_MISSING", "field": "title"}]
    expected = {
        "config": {"campus": "north"},
        "streams": {"courses": {"records": records, "rejected": rejected}},
    }
    return [
        {"name": "three.json", "body": orjson.dumps(body).decode()},
        {"name": "three.expected.json", "body": orjson.dumps(expected).decode()},
    ]


async def brought(
    hub: Hub, viewer: Viewer, text: str, *, files: Mapping[str, str] | None = None
) -> int:
    """Write a connector down as one that was sent in and found good; gives its key."""
    sent = Submission(ConnectorForm.MANIFEST, text, dict(files or {}))
    made = sent.ready().manifest
    about = shown(made, sent.form, ConnectorTier.BRONZE, sent.digest)
    async with hub.database.transaction() as connection:
        held = await connectors.find_connector(connection, made.id)
        key = (
            held.id
            if held
            else await connectors.add_connector(connection, made.id, viewer.organization_id, about)
        )
        version = await connectors.add_version(
            connection, key, version=made.version, digest=sent.digest, form=sent.form,
            manifest=text, files=sent.files, address=None, by=viewer.client or "",
        )  # fmt: skip
        checked = ConnectorStatus.CHECKED
        await connectors.note_checked(connection, version, checked, ConnectorTier.BRONZE, [])
        if held is None:
            await connectors.set_status(connection, key, checked)
    return key


def behind_a_key(*some: dict[str, Any]) -> Any:
    """Answer with courses to whoever has the key."""

    def answer(asked: Asked) -> Reply:
        if asked.headers.get("x-harbour-key") != SECRET:
            return json_reply({"error": "no key"}, 401)
        return json_reply(courses(*some))

    return answer
