"""Whole verifications of documents signed here: every kind has its row, and none hides another."""

from __future__ import annotations

import hashlib
import json
import logging
from datetime import timedelta
from typing import Any

import pytest

from isthmus.credentials import verifying
from isthmus.credentials.contract import Document, Fetched
from isthmus.credentials.levels import NOT_ASKED
from isthmus.credentials.proofs.contexts import Contexts
from isthmus.credentials.registries import ListedIssuer, Registry
from isthmus.credentials.verifying import verify
from isthmus.model.verification import Check, CheckKind, Verification
from tests.unit.credentials.cases import NOW, surroundings
from tests.unit.credentials.signing import (
    V2,
    Signer,
    a_status_list,
    an_award,
    in_list,
    shown,
    written,
)

COLLEGE, OTHER = Signer(), Signer()
LISTING = Registry("colleges", ids={COLLEGE.did: ListedIssuer("College", "IE")})
LIST = "https://college.example/status/1"
STATEMENT = b'{"type": "LearnerStatement", "title": "I can weld", "learner": "did:example:me"}'


async def verified(document: dict[str, Any] | bytes, **fields: Any) -> Verification:
    body = document if isinstance(document, bytes) else written(document)
    presented_by = fields.pop("presented_by", None)
    kinds = fields.pop("kinds", ())
    given = surroundings(contexts=Contexts([], {}), registries=[LISTING], **fields)
    return (await verify(Document(body, presented_by=presented_by), given, kinds))[1]


def result(made: Verification, kind: str, path: str | None = None) -> list[str]:
    return [
        c.result.value
        for c in made.checks
        if c.kind == kind and (path is None or (c.path or "").startswith(path))
    ]


@pytest.mark.mission("M18")
async def test_every_kind_of_check_has_its_row() -> None:
    made = await verified(COLLEGE.sign(an_award(COLLEGE.did)))
    assert {c.kind for c in made.checks} == set(CheckKind)
    assert all(c.detail for c in made.checks)


async def test_a_listed_and_bound_issuer_is_independent() -> None:
    made = await verified(COLLEGE.sign(an_award(COLLEGE.did)))
    assert (made.level, made.outcome) == ("INDEPENDENT", "PASSED")
    assert result(made, "ISSUER_TRUST") == ["PASS"]


@pytest.mark.mission("M25")
async def test_a_good_signature_of_an_issuer_not_listed_passes_with_warnings() -> None:
    made = await verified(OTHER.sign(an_award(OTHER.did)))
    assert (made.level, made.outcome) == ("PEER", "PASSED_WITH_WARNINGS")


@pytest.mark.mission("M24")
async def test_one_changed_value_fails_on_the_signature_and_on_nothing_it_does_not_touch() -> None:
    document = COLLEGE.sign(an_award(COLLEGE.did)) | {"validFrom": "2026-01-02T00:00:00Z"}
    made = await verified(document)
    assert result(made, "SIGNATURE") == ["FAIL"]
    assert result(made, "EXPIRY") == ["PASS"]
    assert (made.level, made.outcome) == ("NONE", "FAILED")


async def test_a_context_that_is_not_at_hand_leaves_the_whole_open() -> None:
    document = COLLEGE.sign(an_award(COLLEGE.did))
    document["proof"]["cryptosuite"] = "eddsa-rdfc-2022"
    made = await verified(document)
    assert (made.level, made.outcome) == ("SELF", "INCONCLUSIVE")
    (named,) = [c for c in made.checks if c.kind == "FORMAT" and c.path == "/@context"]
    assert named.result == "UNREACHABLE"
    assert V2 in named.detail


async def test_a_signature_of_another_than_the_issuer_is_not_the_issuers() -> None:
    made = await verified(OTHER.sign(an_award(COLLEGE.did)))
    assert result(made, "ISSUER_BINDING") == ["FAIL"]
    assert result(made, "ISSUER_TRUST") == ["WARN"]
    assert made.outcome == "FAILED"


async def test_an_expired_credential_keeps_its_good_signature() -> None:
    made = await verified(COLLEGE.sign(an_award(COLLEGE.did, validUntil="2026-02-01T00:00:00Z")))
    assert (result(made, "SIGNATURE"), result(made, "EXPIRY")) == (["PASS"], ["FAIL"])
    assert (made.level, made.outcome) == ("PEER", "FAILED")


class Lists:
    """A world with one status list in it, given anew or from memory."""

    def __init__(self, *revoked: int, fault: str | None = None) -> None:
        self._body = written(COLLEGE.sign(a_status_list(COLLEGE.did, LIST, *revoked)))
        self._fault = fault

    async def fetch(self, url: str) -> Fetched:
        """Give the list, five minutes old."""
        body = self._body if url == LIST else None
        return Fetched(url, body, NOW - timedelta(minutes=5), 300, self._fault)


async def test_one_bit_of_a_list_revokes() -> None:
    document = COLLEGE.sign(an_award(COLLEGE.did, credentialStatus=in_list(LIST, 7)))
    good = await verified(document, fetcher=Lists())
    revoked = await verified(document, fetcher=Lists(7))
    assert (good.level, good.outcome, good.offline) == ("INDEPENDENT", "PASSED", False)
    assert result(revoked, "STATUS_LIST") == ["FAIL"]
    assert (revoked.level, revoked.outcome) == ("NONE", "FAILED")


@pytest.mark.mission("M29")
async def test_an_earlier_list_warns_with_its_age_and_says_offline() -> None:
    document = COLLEGE.sign(an_award(COLLEGE.did, credentialStatus=in_list(LIST, 7)))
    made = await verified(document, fetcher=Lists(fault="offline"))
    (row,) = [c for c in made.checks if c.kind == "STATUS_LIST"]
    assert (row.result, row.age_seconds) == ("WARN", 300)
    assert (made.outcome, made.offline) == ("PASSED_WITH_WARNINGS", True)
    assert made.valid_as_of == NOW - timedelta(minutes=5)


async def test_a_list_that_does_not_answer_leaves_it_open() -> None:
    document = COLLEGE.sign(an_award(COLLEGE.did, credentialStatus=in_list(LIST, 7)))
    made = await verified(document)
    assert result(made, "STATUS_LIST") == ["UNREACHABLE"]
    assert (made.level, made.outcome, made.offline) == ("PEER", "INCONCLUSIVE", True)


async def test_nothing_that_was_not_made_shows_pass() -> None:
    made = await verified(STATEMENT)
    passed = {c.kind.value for c in made.checks if c.result == "PASS"}
    assert passed == {"FORMAT", "EXPIRY"}
    assert (made.level, made.outcome) == ("SELF", "NOT_CHECKED")


async def test_checks_that_were_not_asked_for_count_for_nothing() -> None:
    made = await verified(COLLEGE.sign(an_award(COLLEGE.did)), kinds={CheckKind.EXPIRY})
    skipped = {c.kind.value for c in made.checks if c.detail == NOT_ASKED}
    assert skipped == {kind.value for kind in CheckKind} - {"FORMAT", "EXPIRY"}
    assert (made.level, made.outcome) == ("SELF", "NOT_CHECKED")


@pytest.mark.mission("M22")
async def test_another_holder_than_the_one_named_fails() -> None:
    document = COLLEGE.sign(an_award(COLLEGE.did))
    made = await verified(document, presented_by="did:example:somebody")
    assert result(made, "HOLDER_BINDING") == ["FAIL"]
    assert made.outcome == "FAILED"


@pytest.mark.mission("M23")
async def test_a_record_that_says_nothing_on_identity_is_skipped() -> None:
    made = await verified(COLLEGE.sign(an_award(COLLEGE.did)))
    assert result(made, "ASSESSMENT_IDENTITY") == ["SKIPPED"]


async def test_a_document_held_already_is_a_warning_that_names_nobody() -> None:
    body = written(COLLEGE.sign(an_award(COLLEGE.did)))
    made = await verified(body, known_digests={hashlib.sha256(body).hexdigest(): "did:example:x"})
    (row,) = [c for c in made.checks if c.kind == "DUPLICATE"]
    assert row.result == "WARN"
    assert "example" not in row.detail


async def test_a_holder_lifts_nothing_by_signing_what_it_shows() -> None:
    """An unsigned claim of a listed college inside a good presentation is nobody's word."""
    made = await verified(COLLEGE.sign(shown(an_award(COLLEGE.did), holder=COLLEGE.did)))
    assert result(made, "SIGNATURE", "/proof") == ["PASS"]
    assert (made.level, made.outcome) == ("SELF", "NOT_CHECKED")


async def test_a_presentation_is_no_better_than_the_least_it_shows() -> None:
    good, less = COLLEGE.sign(an_award(COLLEGE.did)), OTHER.sign(an_award(OTHER.did))
    holder = "did:example:learner"
    assert (await verified(shown(good, holder=holder))).level == "INDEPENDENT"
    assert (await verified(shown(good, less, holder=holder))).level == "PEER"
    assert (await verified(shown(holder=holder))).level != "INDEPENDENT"


async def test_a_failing_part_is_named_by_its_place_and_fails_the_whole() -> None:
    bad = COLLEGE.sign(an_award(COLLEGE.did)) | {"name": "Doctor"}
    made = await verified(shown(COLLEGE.sign(an_award(COLLEGE.did)), bad))
    assert result(made, "SIGNATURE", "/verifiableCredential/0") == ["PASS"]
    assert result(made, "SIGNATURE", "/verifiableCredential/1") == ["FAIL"]
    assert (made.level, made.outcome) == ("NONE", "FAILED")


@pytest.mark.mission("M17")
async def test_an_endorsement_by_another_learner_is_never_more_than_peer() -> None:
    document = an_award(OTHER.did, type=["VerifiableCredential", "EndorsementCredential"])
    assert (await verified(OTHER.sign(document))).level == "PEER"
    learner = {"id": COLLEGE.did, "type": ["Person"]}
    assert (await verified(COLLEGE.sign(document | {"issuer": learner}))).level == "PEER"


@pytest.mark.mission("S27")
async def test_an_endorsement_is_worth_what_its_signer_is() -> None:
    for who, level in ((COLLEGE, "INDEPENDENT"), (OTHER, "PEER")):
        said = an_award(who.did, type=["VerifiableCredential", "EndorsementCredential"])
        assert (await verified(who.sign(said))).level == level


async def test_more_credentials_than_are_checked_is_said() -> None:
    many = [an_award(COLLEGE.did, id=f"urn:x:{n}") for n in range(80)]
    made = await verified(shown(*many))
    assert any("Only the first 64" in c.detail for c in made.checks)


async def test_a_fault_of_ours_is_a_row_and_a_log_line_without_content(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> list[Check]:
        raise ValueError("secret of did:example:learner")

    monkeypatch.setattr(verifying, "check_format", broken)
    with caplog.at_level(logging.ERROR):
        made = await verified(COLLEGE.sign(an_award(COLLEGE.did)))
    (row,) = [c for c in made.checks if c.kind == "SIGNATURE"]
    assert (row.result, row.detail) == ("FAIL", "It could not be checked.")
    assert result(made, "EXPIRY") == ["PASS"]
    assert "secret" not in caplog.text


@pytest.mark.parametrize("body", [b"", b"hello", b"[1]", b"\x00\xff", b"<html/>", b'{"a": 1}'])
async def test_what_is_no_credential_is_not_read(body: bytes) -> None:
    reading, made = await verify(Document(body), surroundings())
    assert reading is None
    assert [c.kind for c in made.checks if c.result == "FAIL"] == [CheckKind.FORMAT]
    assert made.level == "NONE"


async def test_no_detail_or_reason_repeats_what_is_personal() -> None:
    document = an_award("did:example:i", credentialSubject={"id": "did:example:pat", "name": "Pat"})
    made = await verified(OTHER.sign(document), presented_by="mailto:pat@example.org")
    told = json.dumps([c.detail for c in made.checks]) + made.reason
    assert "Pat" not in told
    assert "pat" not in told
