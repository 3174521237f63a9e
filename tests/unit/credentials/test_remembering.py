"""Results kept by the hash of the bytes: never another document's, never an old answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from isthmus.credentials.contract import Document, Fetched
from isthmus.credentials.proofs import data_integrity
from isthmus.credentials.proofs.contexts import Contexts
from isthmus.credentials.registries import ListedIssuer, Registry
from isthmus.credentials.remembering import Remembered
from isthmus.credentials.verifier import Verifier
from isthmus.model.verification import Check, CheckKind, CheckResult, Verification
from tests.unit.credentials.cases import NOW
from tests.unit.credentials.proofs.around import contexts_of
from tests.unit.credentials.signing import (
    V2,
    Signer,
    a_status_list,
    an_award,
    in_list,
    written,
)

COLLEGE = Signer()
LISTING = Registry("colleges", ids={COLLEGE.did: ListedIssuer("College")})
LIST, WEB = "https://college.example/status/1", "https://college.example/.well-known/did.json"


class Pages:
    """Addresses whose answers may change."""

    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}

    async def fetch(self, url: str) -> Fetched:
        body = self.bodies.get(url)
        return Fetched(url, body, NOW, fault=None if body is not None else "offline")


@pytest.fixture
def pages() -> Pages:
    return Pages()


@pytest.fixture
def verifier(pages: Pages) -> Verifier:
    return Verifier(Contexts([], {}), pages, [LISTING])


@pytest.fixture
def worked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The signatures that were worked out, by the place of their proofs."""
    places: list[str] = []
    make = data_integrity._Checking._verified

    def counted(self: Any, proof: Any, suite: Any, key: Any, path: str) -> list[Check]:
        places.append(path)
        return make(self, proof, suite, key, path)

    monkeypatch.setattr(data_integrity._Checking, "_verified", counted)
    return places


async def verified(
    verifier: Verifier, document: dict[str, Any], now: datetime = NOW, **known: Any
) -> Verification:
    return (await verifier.verify(Document(written(document), **known), now=now))[1]


def results(made: Verification, kind: str) -> list[str]:
    return [row.result.value for row in made.checks if row.kind == kind]


async def test_the_signature_of_the_same_bytes_is_worked_out_once(
    verifier: Verifier, worked: list[str]
) -> None:
    document = COLLEGE.sign(an_award(COLLEGE.did))
    first = await verified(verifier, document)
    assert await verified(verifier, document) == first
    assert (first.level, worked) == ("INDEPENDENT", ["/proof"])
    await verified(replace(verifier, remembered=None), document)
    assert worked == ["/proof", "/proof"]


async def test_a_document_that_expires_is_seen_at_once(verifier: Verifier) -> None:
    ends = (NOW + timedelta(days=1)).isoformat().replace("+00:00", "Z")
    document = COLLEGE.sign(an_award(COLLEGE.did, validUntil=ends))
    assert results(await verified(verifier, document), "EXPIRY") == ["PASS"]
    later = await verified(verifier, document, NOW + timedelta(days=2))
    assert (results(later, "EXPIRY"), results(later, "SIGNATURE")) == (["FAIL"], ["PASS"])


async def test_a_revocation_is_seen_at_once(verifier: Verifier, pages: Pages) -> None:
    award = an_award(COLLEGE.did, credentialStatus=in_list(LIST, 7))
    document = COLLEGE.sign(award)
    pages.bodies[LIST] = written(COLLEGE.sign(a_status_list(COLLEGE.did, LIST)))
    assert (await verified(verifier, document)).level == "INDEPENDENT"
    pages.bodies[LIST] = written(COLLEGE.sign(a_status_list(COLLEGE.did, LIST, 7)))
    assert results(await verified(verifier, document), "STATUS_LIST") == ["FAIL"]


async def test_a_list_that_was_altered_is_seen_at_once(verifier: Verifier, pages: Pages) -> None:
    document = COLLEGE.sign(an_award(COLLEGE.did, credentialStatus=in_list(LIST, 7)))
    revoked = COLLEGE.sign(a_status_list(COLLEGE.did, LIST, 7))
    pages.bodies[LIST] = written(revoked)
    assert (await verified(verifier, document)).level == "NONE"
    cleared = a_status_list(COLLEGE.did, LIST) | {"proof": revoked["proof"]}
    pages.bodies[LIST] = written(cleared)
    made = await verified(verifier, document)
    (row,) = [row for row in made.checks if row.kind == "STATUS_LIST"]
    assert (row.result, "signature is not good" in row.detail) == ("FAIL", True)


async def test_a_registry_that_changes_is_seen_at_once(verifier: Verifier) -> None:
    document = COLLEGE.sign(an_award(COLLEGE.did))
    assert (await verified(verifier, document)).level == "INDEPENDENT"
    assert (await verified(replace(verifier, registries=[]), document)).level == "PEER"


async def test_a_key_that_its_did_no_longer_lists_is_seen_at_once(
    verifier: Verifier, pages: Pages
) -> None:
    did = "did:web:college.example"
    method = {"id": f"{did}#1", "type": "Multikey", "controller": did}
    document = Web(COLLEGE, did).sign(an_award(did))
    pages.bodies[WEB] = written(_keys(did, method, COLLEGE.name))
    assert results(await verified(verifier, document), "SIGNATURE") == ["PASS"]
    pages.bodies[WEB] = written(_keys(did, method, Signer().name))
    assert results(await verified(verifier, document), "SIGNATURE") == ["FAIL"]


class Web(Signer):
    """The same key under another DID."""

    def __init__(self, signer: Signer, did: str) -> None:
        self._key, self.did, self.name = signer._key, did, "1"


def _keys(did: str, method: dict[str, str], name: str) -> dict[str, Any]:
    listed = [method | {"publicKeyMultibase": name}]
    return {"id": did, "verificationMethod": listed, "assertionMethod": [f"{did}#1"]}


async def test_two_documents_never_share(verifier: Verifier) -> None:
    document = COLLEGE.sign(an_award(COLLEGE.did))
    assert results(await verified(verifier, document), "SIGNATURE") == ["PASS"]
    forged = document | {"validFrom": "2026-01-02T00:00:00Z"}
    assert results(await verified(verifier, forged), "SIGNATURE") == ["FAIL"]
    assert results(await verified(verifier, document), "SIGNATURE") == ["PASS"]
    moved = {**document, "proof": document["proof"] | {"created": "2026-01-03T00:00:00Z"}}
    assert results(await verified(verifier, moved), "SIGNATURE") == ["FAIL"]


async def test_other_contexts_and_other_words_for_the_bytes_do_not_share(
    verifier: Verifier, worked: list[str]
) -> None:
    document = COLLEGE.sign(an_award(COLLEGE.did))
    document["proof"]["cryptosuite"] = "eddsa-rdfc-2022"
    assert results(await verified(verifier, document), "SIGNATURE") == ["UNREACHABLE"]
    other = replace(verifier, contexts=contexts_of({V2: {"@context": {}}}))
    assert results(await verified(other, document), "SIGNATURE") == ["FAIL"]
    await verified(verifier, document, media_type="application/json")
    assert worked == ["/proof"] * 3


def a_row(number: int) -> Check:
    return Check(CheckKind.SIGNATURE, CheckResult.PASS, f"Said {number}.")


def test_what_is_kept_is_bounded_in_number_and_in_bytes() -> None:
    kept = Remembered(most=10)
    memory = kept.of(Document(b"{}"), Contexts([], {}))
    for number in range(50):
        memory.rows([number], lambda number=number: [a_row(number)])
    assert len(kept) == 10
    small = Remembered(most_bytes=2000)
    for number in range(50):
        small.keep(bytes([number]), (a_row(number),) * 3)
    assert (0 < len(small) < 4, small.size <= 2000) == (True, True)
    small.keep(b"x", (a_row(1),) * 100)
    assert (len(small), small.size) == (0, 0)


def test_the_least_lately_used_goes_first() -> None:
    kept = Remembered(most=2)
    kept.keep(b"a", (a_row(1),))
    kept.keep(b"b", (a_row(2),))
    kept.get(b"a")
    kept.keep(b"c", (a_row(3),))
    assert (kept.get(b"a") is None, kept.get(b"b") is None) == (False, True)


async def test_nothing_of_a_document_is_kept_but_rows(verifier: Verifier) -> None:
    subject = {"id": "did:example:learner", "name": "Sam Canary"}
    await verified(verifier, COLLEGE.sign(an_award(COLLEGE.did, credentialSubject=subject)))
    assert verifier.remembered is not None
    kept = repr(vars(verifier.remembered))
    assert "SIGNATURE" in kept
    assert not any(word in kept for word in ("Canary", "did:example:learner", COLLEGE.did))


def test_what_is_nested_beyond_reason_is_worked_out_anew() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    kept = Remembered()
    memory = kept.of(Document(b"{}"), Contexts([], {}))
    assert memory.rows([deep], lambda: [a_row(1)]) == [a_row(1)]
    assert len(kept) == 0
