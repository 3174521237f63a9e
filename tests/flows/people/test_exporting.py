"""An export is everything held of one learner, and nothing of anyone else."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pytest

from isthmus.errors import Refused
from isthmus.model.consent import Consent
from isthmus.model.learner import Person, StoreTokens
from isthmus.model.viewer import ANONYMOUS
from isthmus.store.database import Database
from isthmus.store.people import audit, exporting, links
from isthmus.store.people.binding import TABLES
from isthmus.store.people.exporting import export_of, find_export, keep_export
from isthmus.store.people.vault import LearnerUnknown, Vault, place
from isthmus.store.sealing import seal
from tests.support import people

pytestmark = pytest.mark.mission("M64", "M65")

ASHA = Person("Asha", "asha@example.org", "+91 1", date(2010, 5, 1), "IN", ("ta",))
SIGNED = b'{"a" : 1,\r\n"proof":"\xc3\xa9" }'
SCAN = os.urandom(300_000)
ARTEFACT = b"<Consent  xmlns='x'/>"
NOT_EXPORTED = {"hub_secret", "client", "learner_key", "erasure"}
"""Tables of the hub's own, which say nothing of a learner."""


async def _everything(vault: Vault, database: Database, name: str) -> int:
    """Fill one learner with a row in every table."""
    learner = await people.add_learner(vault, ASHA)
    friend = await people.add_learner(vault)
    body = await people.add_body(database, f"Body of {name}")
    consent = await people.add_consent(vault, learner, body, granted_at=datetime.now(UTC))
    first = await people.hold(vault, learner, "a", SIGNED, media_type="application/ld+json")
    await people.hold(vault, learner, "b", SCAN, media_type="application/pdf; x=y")
    await people.hold(vault, learner, "c", b"copy", consent_id=consent)
    await people.endorse(vault, credential_id=first, by_learner_id=friend, comment="well done")
    others = await people.hold(vault, friend, "x")
    await people.endorse(vault, credential_id=others, by_learner_id=learner, comment="mine")
    await people.endorse(vault, credential_id=others, by_learner_id=friend, comment="not mine")
    soon = datetime.now(UTC) + timedelta(hours=1)
    async with vault.on_errand() as connection:
        link = await links.open_link(connection, learner, await people.add_source(database))
        tokens = StoreTokens("TOKEN-secret", "REFRESH-secret", account="account-17")
        await links.keep_tokens(vault, connection, link, tokens, linked_at=datetime.now(UTC))
        key = await vault.key(connection, learner)
        artefact = seal(key, ARTEFACT, place("consent", "artefact", consent, learner))
        await connection.execute(
            "UPDATE consent SET artefact = $2 WHERE id = $1", consent, artefact
        )
        mac = os.urandom(32)
        rows: dict[str, dict[str, Any]] = {
            "identity": {"subject_mac": mac, "kind": "DID"},
            "handshake": {"state_mac": mac, "kind": "LINK", "expires_at": soon},
            "guardianship": {"guardian_id": friend},
            "idempotency": {
                "caller_mac": mac, "key_mac": mac, "input_mac": mac, "mutation": "grantConsent"
            },
            "export_file": {"state": "FAILED", "format": "JSON_LD", "expires_at": soon},
        }  # fmt: skip
        for table, row in rows.items():
            await people.insert(connection, table, {"learner_id": learner, **row})
        read = {"recipient": body, "operation": "Profile"}
        await audit.append(vault, connection, [audit.Entry("READ", learner, read)] * 3)
        await audit.append(vault, connection, [audit.Entry("READ", friend, {"not": "mine"})])
    return learner


def _opened(content: bytes) -> tuple[dict[str, bytes], dict[str, Any]]:
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.testzip() is None
    files = {name: archive.read(name) for name in archive.namelist()}
    return files, orjson.loads(files.pop("manifest.json"))


def _receipt(consent: Consent) -> dict[str, Any]:
    return {"@type": "ConsentReceipt", "consent": consent.id}


async def test_every_row_of_the_learner_is_in_it(vault: Vault, database: Database) -> None:
    learner = await _everything(vault, database, "one")
    await _everything(vault, database, "another")
    exported = await export_of(vault, learner, receipt=_receipt)
    _, manifest = _opened(exported.content)
    held = {}
    async with vault.on_errand() as connection:
        mac = audit.pseudonym(await vault.key(connection, learner))
        for table in set(TABLES) - NOT_EXPORTED:
            where = {
                "learner": "id = $1",
                "endorsement": "learner_id = $1 OR by_learner_id = $1",
                "audit_event": "learner_mac = $1",
            }.get(table, "learner_id = $1")
            whose = mac if table == "audit_event" else learner
            held[table] = await connection.fetchval(
                f"SELECT count(*) FROM {table} WHERE {where}", whose
            )
    assert manifest["rows"] == held
    assert min(held.values()) >= 1, "the test fills every table"
    assert exported.records == sum(held.values())


async def test_documents_are_the_bytes_that_came(vault: Vault, database: Database) -> None:
    learner = await _everything(vault, database, "one")
    files, _ = _opened((await export_of(vault, learner)).content)
    listed = orjson.loads(files["credentials.json"])
    found = {one["uri"]: (one["document"], files[one["document"]]) for one in listed}
    assert found["a"][1] == SIGNED
    assert found["b"][1] == SCAN
    assert (found["a"][0][-7:], found["b"][0][-4:]) == (".jsonld", ".pdf")


async def test_the_manifest_lists_every_file_with_its_hash(
    vault: Vault, database: Database
) -> None:
    learner = await _everything(vault, database, "one")
    files, manifest = _opened((await export_of(vault, learner, receipt=_receipt)).content)
    assert {one["path"]: one["sha256"] for one in manifest["files"]} == {
        path: hashlib.sha256(text).hexdigest() for path, text in files.items()
    }
    assert all(one["bytes"] == len(files[one["path"]]) for one in manifest["files"])


async def test_person_consents_receipts_artefacts_and_log_are_in_it(
    vault: Vault, database: Database
) -> None:
    learner = await _everything(vault, database, "one")
    files, _ = _opened((await export_of(vault, learner, receipt=_receipt)).content)
    read = {path: orjson.loads(text) for path, text in files.items() if path.endswith(".json")}
    assert read["person.json"][0]["email"] == "asha@example.org"
    assert read["person.json"][0]["bornOn"] == "2010-05-01"
    (consent,) = read["consents.json"]
    assert consent["recipient"] == "Body of one"
    assert orjson.loads(files[f"receipts/{consent['id']}.jsonld"])["consent"] == consent["id"]
    assert files[consent["artefact"]] == ARTEFACT
    assert [one["said"]["operation"] for one in read["access-log.json"]] == ["Profile"] * 3
    assert [one["comment"] for one in read["endorsements.json"]] == ["well done", "mine"]
    assert read["links.json"][0]["account"] == "account-17"


async def test_no_token_is_in_it(vault: Vault, database: Database) -> None:
    learner = await _everything(vault, database, "one")
    files, _ = _opened((await export_of(vault, learner)).content)
    assert files
    for path, text in files.items():
        assert b"-secret" not in text, path


async def test_nobody_unknown_has_an_export(vault: Vault) -> None:
    with pytest.raises(LearnerUnknown):
        await export_of(vault, 404)


async def test_an_export_is_kept_sealed_for_its_learner_alone(
    vault: Vault, database: Database
) -> None:
    learner = await _everything(vault, database, "one")
    other = await people.add_learner(vault)
    exported = await export_of(vault, learner)
    async with vault.viewing(people.a_learner(learner)) as connection:
        kept = await keep_export(vault, connection, learner, exported, "JSON_LD", 60)
        found = await find_export(vault, connection, kept.id)
        sealed = await connection.fetchval("SELECT sealed FROM export_file WHERE id = $1", kept.id)
    assert found is not None
    assert (found.content, found.records) == (exported.content, exported.records)
    assert exported.content[:4] not in sealed
    for viewer in (people.a_learner(other), ANONYMOUS):
        async with vault.viewing(viewer) as connection:
            assert await find_export(vault, connection, kept.id) is None


async def test_an_export_that_expired_is_not_found(vault: Vault, database: Database) -> None:
    learner = await _everything(vault, database, "one")
    async with vault.viewing(people.a_learner(learner)) as connection:
        exported = await export_of(vault, learner)
        kept = await keep_export(vault, connection, learner, exported, "JSON_LD", -1)
        assert await find_export(vault, connection, kept.id) is None


async def test_an_export_too_large_is_refused(
    vault: Vault, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    learner = await _everything(vault, database, "one")
    monkeypatch.setattr(exporting, "LARGEST", 1000)
    with pytest.raises(Refused):
        await export_of(vault, learner)
