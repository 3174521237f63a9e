"""Holdings: every row of a learner, table by table, as files for that learner to read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import orjson

from isthmus.model.consent import Consent
from isthmus.model.endorsement import Endorsement
from isthmus.model.learner import HeldCredential, Learner
from isthmus.model.viewer import Viewer
from isthmus.store.database import Connection
from isthmus.store.people import audit, consents, credentials, endorsements, learners, links
from isthmus.store.people.vault import Vault, place
from isthmus.store.sealing import unseal

BATCH = 1_000
EXTENSIONS = {
    "application/pdf": "pdf",
    "application/json": "json",
    "application/ld+json": "jsonld",
    "application/vc+ld+json": "jsonld",
    "application/xml": "xml",
    "text/xml": "xml",
    "application/jwt": "jwt",
    "image/png": "png",
    "image/svg+xml": "svg",
}
_PLAIN = {
    "identity": (
        "identities.json",
        "SELECT kind, created_at FROM identity WHERE learner_id = $1 ORDER BY created_at",
    ),
    "guardianship": (
        "guardianships.json",
        (
            "SELECT CASE WHEN learner_id = $1 THEN 'WARD' ELSE 'GUARDIAN' END AS you_are,"
            " created_at, expires_at, accepted_at, ended_at FROM guardianship"
            " WHERE learner_id = $1 OR guardian_id = $1 ORDER BY id"
        ),
    ),
    "handshake": (
        "handshakes.json",
        "SELECT kind, expires_at, used_at FROM handshake WHERE learner_id = $1 ORDER BY expires_at",
    ),
    "export_file": (
        "exports.json",
        (
            "SELECT id, state, format, records, created_at, expires_at FROM export_file"
            " WHERE learner_id = $1 ORDER BY id"
        ),
    ),
    "idempotency": (
        "retries.json",
        "SELECT mutation, at FROM idempotency WHERE learner_id = $1 ORDER BY at",
    ),
}
"""Tables whose rows say in the clear all there is to say, and the file of each."""


@dataclass(slots=True)
class Holdings:
    """What is held of a learner: files by path, rows by table, and the consents themselves."""

    person: Learner | None = None
    files: dict[str, bytes] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    consents: list[Consent] = field(default_factory=list)

    def write(self, table: str, path: str, rows: list[dict[str, Any]]) -> None:
        """Write the rows of a table to a file."""
        self.counts[table] = len(rows)
        self.files[path] = orjson.dumps(_camel(rows), option=orjson.OPT_INDENT_2)


async def holdings_of(vault: Vault, viewer: Viewer, learner_id: int) -> Holdings:
    """Read everything held of the learner who asks."""
    held = Holdings()
    async with vault.viewing(viewer) as connection:
        found = await learners.find_learners(vault, connection, [learner_id])
        held.person = found.get(learner_id)
        if held.person is None:
            return held
        person = {"created_at": held.person.created_at, **_fields(held.person.person)}
        held.write("learner", "person.json", [person])
        await _credentials(vault, connection, learner_id, held)
        await _consents(vault, connection, learner_id, held)
        await _links(vault, connection, learner_id, held)
        for table, (path, statement) in _PLAIN.items():
            rows = await connection.fetch(statement, learner_id)
            held.write(table, path, [dict(row) for row in rows])
        held.write("audit_event", "access-log.json", await _log(vault, connection, learner_id))
    async with vault.on_errand() as connection:  # of others' credentials, under others' keys
        await _endorsements(vault, connection, learner_id, held)
    return held


async def _credentials(
    vault: Vault, connection: Connection, learner_id: int, held: Holdings
) -> None:
    ids = await connection.fetch(
        "SELECT id FROM credential WHERE learner_id = $1 ORDER BY id", learner_id
    )
    found = await credentials.find_credentials(vault, connection, [row["id"] for row in ids])
    rows = []
    for one in sorted(found.values(), key=lambda each: each.id):
        row = _fields(one, without=("learner_id", "document"))
        row["source"] = await _name(connection, "source", one.source_id)
        row["document"] = _document_path(one)
        if one.document is not None:
            held.files[_document_path(one) or ""] = one.document
        rows.append(row)
    held.write("credential", "credentials.json", rows)


async def _consents(vault: Vault, connection: Connection, learner_id: int, held: Holdings) -> None:
    after = None
    while page := await consents.page_of_consents(connection, learner_id, None, after, BATCH):
        held.consents += page
        after = page[-1].id
    rows = []
    for one in held.consents:
        row = _fields(one, without=("learner_id",))
        row["recipient"] = await _name(connection, "organization", one.recipient_id)
        row["scopes"] = sorted(one.scopes)
        artefact = await consents.artefact_of(connection, one.id)
        if artefact is not None:
            key = await vault.key(connection, learner_id)
            row["artefact"] = f"artefacts/{one.id}"
            where = place("consent", "artefact", one.id, learner_id)
            held.files[row["artefact"]] = unseal(key, artefact, where)
        rows.append(row)
    held.write("consent", "consents.json", rows)


async def _links(vault: Vault, connection: Connection, learner_id: int, held: Holdings) -> None:
    rows = []
    for link in await links.find_links(connection, [learner_id]):
        row = _fields(link, without=("learner_id",))
        row["source"] = await _name(connection, "source", link.source_id)
        tokens = await links.tokens_of(vault, connection, link)
        if tokens is not None:
            row |= {"account": tokens.account, "addresses": tokens.addresses}
        rows.append(row)
    held.write("source_link", "links.json", rows)


async def _endorsements(
    vault: Vault, connection: Connection, learner_id: int, held: Holdings
) -> None:
    ids = await connection.fetch(
        "SELECT DISTINCT credential_id, qualification_id FROM endorsement"
        " WHERE learner_id = $1 OR by_learner_id = $1",
        learner_id,
    )
    of_credentials = await endorsements.endorsements_of(
        vault, connection, {row["credential_id"] for row in ids} - {None}
    )
    of_qualifications = await endorsements.endorsements_of_qualifications(
        vault, connection, {row["qualification_id"] for row in ids} - {None}
    )
    both = (*of_credentials.values(), *of_qualifications.values())
    mine = [one for found in both for one in found if _is_of(one, learner_id)]
    hidden = ("learner_id", "by_learner_id", "by_organization_id")
    rows = []
    for one in sorted(mine, key=lambda each: each.id):
        row = {"you_said_it": one.by_learner_id == learner_id, **_fields(one, without=hidden)}
        if one.learner_id != learner_id:
            row["credential_id"] = None  # another learner's
        row["by"] = await _name(connection, "organization", one.by_organization_id)
        rows.append(row)
    held.write("endorsement", "endorsements.json", rows)


async def _log(vault: Vault, connection: Connection, learner_id: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    after = None
    while page := await audit.lines_of(vault, connection, learner_id, after=after, first=BATCH):
        rows += [{"at": line.at, "kind": line.kind, "said": content} for line, content in page]
        after = page[-1][0].id
    return rows


async def _name(connection: Connection, table: str, id_: int | None) -> str | None:
    if id_ is None:
        return None
    found: str | None = await connection.fetchval(f"SELECT name FROM {table} WHERE id = $1", id_)
    return found


def _is_of(one: Endorsement, learner_id: int) -> bool:
    return learner_id in {one.learner_id, one.by_learner_id}


def _document_path(one: HeldCredential) -> str | None:
    if one.document is None:
        return None
    kind = (one.media_type or "").partition(";")[0].strip().lower()
    return f"documents/{one.id}.{EXTENSIONS.get(kind, 'bin')}"


def _fields(record: Any, without: Iterable[str] = ()) -> dict[str, Any]:
    return {f.name: getattr(record, f.name) for f in fields(record) if f.name not in without}


def _camel(value: Any) -> Any:
    """Name things as the graph does."""
    if isinstance(value, Mapping):
        return {_camel_name(name): _camel(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_camel(one) for one in value]
    return value


def _camel_name(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
