"""Validity at one moment, and who presents a credential."""

from __future__ import annotations

import hashlib

import pytest

from isthmus.credentials.contract import Document
from isthmus.credentials.expiry import check_expiry
from isthmus.credentials.holding import check_holder
from isthmus.model.credential import Subject
from tests.unit.credentials.cases import DAY, LEARNER, NOW, a_credential, a_reading

MAIL = "pat@example.org"
SALTED = "sha256$" + hashlib.sha256((MAIL + "salt").encode()).hexdigest()


@pytest.mark.parametrize(
    ("fields", "result", "says"),
    [
        ({}, "PASS", "no end of validity"),
        ({"valid_until": NOW + DAY}, "PASS", "valid until 2026-11-25"),
        ({"valid_until": NOW - DAY}, "FAIL", "expired on 2026-11-23"),
        ({"valid_until": NOW}, "FAIL", "expired"),
        ({"valid_from": NOW + DAY}, "FAIL", "not valid before 2026-11-25"),
        ({"issued_at": NOW + DAY}, "FAIL", "not valid before"),
        ({"valid_from": NOW - DAY, "valid_until": NOW - 2 * DAY}, "FAIL", "before it begins"),
    ],
)
def test_a_credential_is_valid_between_its_two_moments(
    fields: dict[str, object], result: str, says: str
) -> None:
    (row,) = check_expiry(a_credential(**fields), NOW)
    assert row.result == result
    assert says in row.detail


def holder(presented_by: str | None, subject: Subject, data: object = None) -> str:
    document = Document(b"{}", presented_by=presented_by)
    return check_holder(a_reading(data, document, subject=subject)).result.value


@pytest.mark.mission("M22")
def test_another_holder_than_the_one_it_names_fails() -> None:
    assert holder("did:example:other", Subject(id=LEARNER)) == "FAIL"
    assert holder(f"{LEARNER}#key-1", Subject(id=LEARNER)) == "PASS"


def test_nobody_who_presents_it_is_not_a_good_holder() -> None:
    assert holder(None, Subject(id=LEARNER)) == "SKIPPED"
    assert holder(LEARNER, Subject()) == "WARN"


def test_an_identity_is_compared_under_its_salt() -> None:
    hidden = Subject(identity=SALTED, identity_kind="email", hashed=True, salt="salt")
    assert holder(f"mailto:{MAIL}", hidden) == "PASS"
    assert holder("mailto:sam@example.org", hidden) == "FAIL"
    assert holder(MAIL.upper(), Subject(identity=MAIL)) == "PASS"


def test_a_token_may_confirm_its_holder_by_key() -> None:
    assert holder("did:example:a#1", Subject(), {"cnf": {"kid": "did:example:a#1"}}) == "PASS"
    assert holder("did:example:b#1", Subject(), {"cnf": {"kid": "did:example:a#1"}}) == "FAIL"


def test_no_row_says_who_it_is() -> None:
    for subject in (Subject(id=LEARNER), Subject(identity=MAIL)):
        row = check_holder(
            a_reading({}, Document(b"{}", presented_by="mailto:x@example.org"), subject=subject)
        )
        assert "example" not in row.detail
