"""Exporting: everything held of a learner in one archive, original documents byte for byte.

    manifest.json        what is in it, each file with its SHA-256, and how many rows it stands for
    person.json, credentials.json, endorsements.json, consents.json, access-log.json, links.json ...
    documents/           what the learner holds, as it came
    receipts/            consent receipts;  artefacts/  consents as another system wrote them

It is read in the learner's own name, so that row level security stands between it and anybody
else's rows. Tokens of stores, keys and hashes are the hub's, and are not in it.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from isthmus.errors import ErrorCode, Refused
from isthmus.model.consent import Consent
from isthmus.model.export import Export, Exported
from isthmus.model.viewer import LEARNER_SCOPE, Role, Viewer
from isthmus.store.database import Connection
from isthmus.store.people.holdings import holdings_of
from isthmus.store.people.vault import LearnerUnknown, Vault, place
from isthmus.store.sealing import seal, unseal

FORM = "isthmus-export/1"
LARGEST = 512 * 1024 * 1024
"""The largest archive that is kept, in bytes."""
READY = "SUCCEEDED"

Receipt = Callable[[Consent], Mapping[str, Any]]


async def export_of(vault: Vault, learner_id: int, *, receipt: Receipt | None = None) -> Exported:
    """Write everything held of a learner; `receipt` writes the receipt of a consent given."""
    viewer = Viewer(Role.LEARNER, learner_id=learner_id, scopes=frozenset({LEARNER_SCOPE}))
    held = await holdings_of(vault, viewer, learner_id)
    if held.person is None:
        raise LearnerUnknown("there is no such learner")
    files = dict(held.files)
    if receipt is not None:
        for consent in held.consents:
            if consent.granted_at is not None:
                text = orjson.dumps(receipt(consent), option=orjson.OPT_INDENT_2)
                files[f"receipts/{consent.id}.jsonld"] = text
    content = await asyncio.to_thread(_archive, files, held.counts)
    if len(content) > LARGEST:
        raise Refused(ErrorCode.BODY_TOO_LARGE, f"The export is over {LARGEST:,} bytes.")
    return Exported(content, sum(held.counts.values()))


async def keep_export(
    vault: Vault,
    connection: Connection,
    learner_id: int,
    exported: Exported,
    format_: str,
    seconds: float,
) -> Export:
    """Keep an export, sealed, for so long."""
    key = await vault.key(connection, learner_id)
    id_ = await connection.fetchval("SELECT nextval(pg_get_serial_sequence('export_file', 'id'))")
    row = await connection.fetchrow(
        "INSERT INTO export_file"
        " (id, learner_id, state, format, records, sealed, created_at, expires_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, clock_timestamp(),"
        " clock_timestamp() + make_interval(secs => $7)) RETURNING created_at, expires_at",
        id_,
        learner_id,
        READY,
        format_,
        exported.records,
        seal(key, exported.content, _place(id_, learner_id)),
        float(seconds),
    )
    return Export(id_, learner_id, READY, format_, exported.records, *row)


async def find_export(vault: Vault, connection: Connection, export_id: int) -> Export | None:
    """Find an export that has not expired, with its content."""
    row = await connection.fetchrow(
        "SELECT id, learner_id, state, format, records, created_at, expires_at, sealed"
        " FROM export_file WHERE id = $1 AND expires_at > clock_timestamp()",
        export_id,
    )
    if row is None:
        return None
    learner_id, content = row["learner_id"], None
    if row["sealed"] is not None:
        key = await vault.key(connection, learner_id)
        content = unseal(key, row["sealed"], _place(export_id, learner_id))
    return Export(
        id=export_id,
        learner_id=learner_id,
        state=row["state"],
        format=row["format"],
        records=row["records"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        content=content,
    )


def _archive(files: Mapping[str, bytes], counts: Mapping[str, int]) -> bytes:
    listed = [
        {"path": path, "bytes": len(text), "sha256": hashlib.sha256(text).hexdigest()}
        for path, text in files.items()
    ]
    manifest = {
        "form": FORM,
        "writtenAt": datetime.now(UTC),
        "files": listed,
        "rows": counts,
        "leftOut": "tokens of linked stores, keys, and keyed hashes: they open or find, and say"
        " nothing themselves",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
        for path, text in files.items():
            archive.writestr(path, text)
    return out.getvalue()


def _place(export_id: int, learner_id: int) -> str:
    return place("export_file", "sealed", export_id, learner_id)
