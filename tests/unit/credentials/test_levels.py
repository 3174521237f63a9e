"""The level and the outcome follow from the rows, and from nothing a document says of itself."""

from __future__ import annotations

import pytest

from isthmus.credentials.circumstances import circumstances_of
from isthmus.credentials.levels import NOT_ASKED, Circumstances, level_of, outcome_of
from isthmus.model.credential import CredentialForm, Subject
from isthmus.model.verification import Check, CheckKind, CheckResult
from tests.unit.credentials.cases import ISSUER, a_reading, rows

AWARD = Circumstances()
OWN = Circumstances(is_own_statement=True)
ENDORSEMENT = Circumstances(is_endorsement=True)
BY_PERSON = Circumstances(is_endorsement=True, issued_by_person=True)

LEVELS = [
    ("everything is good", rows(), AWARD, "INDEPENDENT"),
    ("nothing could be revoked", rows(STATUS_LIST="SKIPPED"), AWARD, "INDEPENDENT"),
    (
        "the register answered instead of a signature",
        [*rows(SIGNATURE="SKIPPED"), Check(CheckKind.REGISTER_LOOKUP, CheckResult.PASS, "Yes.")],
        AWARD,
        "INDEPENDENT",
    ),
    ("a list that is old but good", rows(STATUS_LIST="WARN"), AWARD, "INDEPENDENT"),
    ("the issuer is not listed", rows(ISSUER_TRUST="WARN"), AWARD, "PEER"),
    ("no registry answered", rows(ISSUER_TRUST="UNREACHABLE"), AWARD, "PEER"),
    ("the list did not answer", rows(STATUS_LIST="UNREACHABLE"), AWARD, "PEER"),
    ("it expired", rows(EXPIRY="FAIL"), AWARD, "PEER"),
    ("an endorsement by one not listed", rows(ISSUER_TRUST="WARN"), ENDORSEMENT, "PEER"),
    ("an endorsement by a person, even a listed one", rows(), BY_PERSON, "PEER"),
    ("the issuer is the subject", rows(), OWN, "SELF"),
    ("nothing is signed", rows(SIGNATURE="SKIPPED", ISSUER_BINDING="SKIPPED"), AWARD, "SELF"),
    ("the key did not answer", rows(SIGNATURE="UNREACHABLE"), AWARD, "SELF"),
    ("no issuer is bound", rows(ISSUER_BINDING="WARN"), AWARD, "SELF"),
    ("the issuer is bound to another key", rows(ISSUER_BINDING="FAIL"), AWARD, "SELF"),
    ("the signature failed", rows(SIGNATURE="FAIL"), AWARD, "NONE"),
    ("its own signature failed", rows(SIGNATURE="FAIL"), OWN, "NONE"),
    ("it was revoked", rows(STATUS_LIST="FAIL"), AWARD, "NONE"),
    ("nothing passed", [Check(CheckKind.FORMAT, CheckResult.FAIL, "No.")], AWARD, "NONE"),
    ("there are no rows", [], AWARD, "NONE"),
]

OUTCOMES = [
    ("everything is good", rows(), "PASSED"),
    ("something is not asked", rows(STATUS_LIST="SKIPPED"), "PASSED"),
    ("the issuer is not listed", rows(ISSUER_TRUST="WARN"), "PASSED_WITH_WARNINGS"),
    ("a registry did not answer", rows(ISSUER_TRUST="UNREACHABLE"), "PASSED_WITH_WARNINGS"),
    ("the list did not answer", rows(STATUS_LIST="UNREACHABLE"), "INCONCLUSIVE"),
    ("the key did not answer", rows(SIGNATURE="UNREACHABLE"), "INCONCLUSIVE"),
    ("one failed and one did not answer", rows(SIGNATURE="UNREACHABLE", EXPIRY="FAIL"), "FAILED"),
    ("it expired", rows(EXPIRY="FAIL"), "FAILED"),
    ("nothing is signed", rows(SIGNATURE="SKIPPED"), "NOT_CHECKED"),
    ("nothing was looked at", [], "NOT_CHECKED"),
]


@pytest.mark.mission("M17")
@pytest.mark.parametrize(("why", "checks", "facts", "level"), LEVELS, ids=lambda x: str(x)[:40])
def test_the_level_follows_from_the_checks(
    why: str, checks: list[Check], facts: Circumstances, level: str
) -> None:
    judged = level_of(checks, facts)
    assert judged.level == level, why
    assert judged.reason.endswith(".")


@pytest.mark.parametrize(("why", "checks", "outcome"), OUTCOMES, ids=lambda x: str(x)[:40])
def test_the_outcome_follows_from_the_checks(why: str, checks: list[Check], outcome: str) -> None:
    assert outcome_of(checks) == outcome, why


def test_a_failing_part_fails_the_whole_and_a_good_part_proves_nothing_of_it() -> None:
    assert outcome_of(rows(), rows(SIGNATURE="FAIL")) == "FAILED"
    assert outcome_of(rows(SIGNATURE="SKIPPED"), rows()) == "NOT_CHECKED"


def test_one_good_proof_beside_a_failed_one_is_no_good_signature() -> None:
    both = [*rows(), Check(CheckKind.SIGNATURE, CheckResult.FAIL, "No.")]
    assert level_of(both, AWARD).level == "NONE"


def test_a_list_that_was_not_to_be_asked_lifts_nothing() -> None:
    checks = [
        *rows(STATUS_LIST=""),
        Check(CheckKind.STATUS_LIST, CheckResult.SKIPPED, NOT_ASKED),
    ]
    assert level_of(checks, AWARD).level == "PEER"


def test_an_issuer_who_is_the_subject_makes_a_statement_of_their_own() -> None:
    assert circumstances_of(a_reading(subject=Subject(id=ISSUER))).is_own_statement
    assert circumstances_of(a_reading(form=CredentialForm.NFT_RECORD)).is_own_statement
    assert not circumstances_of(a_reading()).is_own_statement


def test_endorsements_and_persons_are_told_by_their_types() -> None:
    claims = {
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "issuer": {"type": ["Person"]},
    }
    found = circumstances_of(a_reading(data=claims))
    assert (found.is_endorsement, found.issued_by_person) == (True, True)
