"""What a store delivered: its HMAC in both forms met, its own status, and no claim beyond."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from pathlib import Path

import pytest

from isthmus.credentials.contract import Document, DocumentUnreadable
from isthmus.credentials.formats.delivery import hmac_is_good, issuer_of_uri
from isthmus.credentials.reading import check_format, read
from isthmus.credentials.registries import ListedIssuer, Registry
from isthmus.credentials.verifying import verify
from isthmus.model.credential import CredentialForm
from isthmus.model.verification import CheckKind, CheckResult, Verification
from tests.unit.credentials.formats.shelf import around, failed, results, sample

KEY = b"a secret of the test"


def stated(body: bytes, *, as_hex: bool = False) -> str:
    made = hmac.new(KEY, body, hashlib.sha256)
    return base64.b64encode(made.hexdigest().encode() if as_hex else made.digest()).decode()


@pytest.mark.parametrize("as_hex", [False, True])
def test_both_forms_of_the_hmac_are_good(as_hex: bool) -> None:
    assert hmac_is_good(b"body", KEY, stated(b"body", as_hex=as_hex))


@pytest.mark.parametrize("given", ["", "AAAA", "\N{SNOWMAN}"])
def test_another_hmac_is_not(given: str) -> None:
    assert not hmac_is_good(b"body", KEY, given)
    assert not hmac_is_good(b"other", KEY, stated(b"body"))


@pytest.mark.parametrize("name", ["pages.pdf", "digilocker.xml"])
async def test_a_delivered_document_exists(name: str) -> None:
    body = sample(name)
    reading = read(Document(body, hmac=stated(body), hmac_key=KEY))
    rows = await check_format(reading, around())
    assert reading.credential.form is CredentialForm.REGISTER_ENTRY
    assert results(rows, CheckKind.REGISTER_LOOKUP) == {CheckResult.PASS}
    assert results(rows, CheckKind.TAMPER) == {CheckResult.PASS}


@pytest.mark.parametrize("name", ["pages.pdf", "digilocker.xml"])
async def test_a_wrong_hmac_is_named(name: str) -> None:
    reading = read(Document(sample(name), hmac=stated(b"other"), hmac_key=KEY))
    rows = await check_format(reading, around())
    assert failed(rows, CheckKind.REGISTER_LOOKUP)
    assert failed(rows, CheckKind.TAMPER)


@pytest.mark.parametrize(
    ("name", "result"), [("digilocker.xml", CheckResult.PASS), ("pages.pdf", CheckResult.SKIPPED)]
)
async def test_a_store_binds_the_issuer_that_can_be_read(name: str, result: CheckResult) -> None:
    body = sample(name)
    rows = await check_format(read(Document(body, hmac=stated(body), hmac_key=KEY)), around())
    assert results(rows, CheckKind.ISSUER_BINDING) == {result}


LISTING = Registry("boards", ids={"digilocker:in.gov.cbse": ListedIssuer("CBSE", "IN")})


async def level(body: bytes, *, good: bool = True, issued_by: str | None = None) -> Verification:
    """Verify bytes that a store delivered, in a hub that lists one board."""
    given = replace(around(), registries=[LISTING])
    stamp = stated(body if good else b"other")
    document = Document(body, hmac=stamp, hmac_key=KEY, issued_by=issued_by)
    return (await verify(document, given))[1]


@pytest.mark.parametrize("name", ["pages.pdf", "digilocker.xml"])
@pytest.mark.parametrize(
    ("good", "issued_by", "wanted"),
    [
        (True, "digilocker:in.gov.cbse", "INDEPENDENT"),
        (True, "digilocker:in.gov.other", "PEER"),
        (False, "digilocker:in.gov.cbse", "NONE"),
    ],
)
async def test_the_level_of_a_delivered_document_is_that_of_the_issuer_the_store_names(
    name: str, good: bool, issued_by: str, wanted: str
) -> None:
    made = await level(sample(name), good=good, issued_by=issued_by)
    assert made.level == wanted


async def test_the_reason_names_the_store_and_no_signature() -> None:
    made = await level(sample("digilocker.xml"), issued_by="digilocker:in.gov.other")
    assert made.reason == (
        "The register or store of its issuer confirms it, and no configured registry lists that "
        "issuer."
    )
    assert (await level(sample("pages.pdf"))).level == "SELF"


async def test_an_issuer_that_only_the_caller_names_is_not_trusted_without_the_stores_answer() -> (
    None
):
    document = Document(sample("digilocker.xml"), issued_by="digilocker:in.gov.cbse")
    made = (await verify(document, replace(around(), registries=[LISTING])))[1]
    assert made.level == "SELF"
    assert results(list(made.checks), CheckKind.ISSUER_TRUST) == {CheckResult.WARN}


async def test_the_issuer_of_an_answers_uri_counts_and_one_inside_the_certificate_does_not() -> (
    None
):
    inner = base64.b64encode(sample("digilocker.xml")).decode()
    uri = "<URI>in.gov.cbse-SSCER-11000</URI>"
    answer = (
        "<PullURIResponse><DocDetails>{}<DataContent>{}</DataContent></DocDetails>"
        "</PullURIResponse>"
    )
    assert (await level(answer.format(uri, inner).encode())).level == "INDEPENDENT"
    forged = sample("digilocker.xml").replace(b"<IssuedBy>", f"{uri}<IssuedBy>".encode())
    assert (await level(forged)).level == "PEER"
    around_it = f"<PullURIResponse>{forged.decode().partition('?>')[2]}</PullURIResponse>"
    assert (await level(around_it.encode())).level == "PEER"


@pytest.mark.parametrize(
    ("uri", "issuer"),
    [
        ("in.gov.dept.state-INCER-1234567", "digilocker:in.gov.dept.state"),
        ("in.gov.cbse-SSCER-12-34", "digilocker:in.gov.cbse"),
        ("in.gov.cbse", None),
        ("", None),
    ],
)
def test_the_issuer_stands_before_the_kind_of_document(uri: str, issuer: str | None) -> None:
    assert issuer_of_uri(uri) == issuer


async def test_without_an_hmac_nobody_was_asked() -> None:
    rows = await check_format(read(Document(sample("pages.pdf"))), around())
    assert results(rows, CheckKind.REGISTER_LOOKUP) == {CheckResult.SKIPPED}
    assert results(rows, CheckKind.FORMAT) == {CheckResult.WARN}


@pytest.mark.parametrize(
    ("status", "kind"),
    [("R", CheckKind.STATUS_LIST), ("S", CheckKind.STATUS_LIST), ("E", CheckKind.EXPIRY)],
)
async def test_a_certificate_says_of_itself_that_it_no_longer_stands(
    status: str, kind: CheckKind
) -> None:
    body = sample("digilocker.xml").replace(b'status="A"', f'status="{status}"'.encode())
    assert failed(await check_format(read(Document(body)), around()), kind) == ["/status"]


def test_a_certificate_inside_an_answer_of_the_issuer_is_read() -> None:
    inner = base64.b64encode(sample("digilocker.xml")).decode()
    body = (
        f"<r:PullURIResponse xmlns:r='urn:x'><DataContent>{inner}</DataContent></r:PullURIResponse>"
    )
    found = read(Document(body.encode())).credential
    assert found.title is not None
    assert found.title.value == "Senior School Certificate"


def test_an_answer_without_a_certificate_says_so() -> None:
    with pytest.raises(DocumentUnreadable, match="holds no certificate"):
        read(Document(b"<PullURIResponse><URI>in.x-AAAAA-1</URI></PullURIResponse>"))


@pytest.mark.shared
async def test_the_published_certificate_is_read_in_its_json_form(fixtures: Path) -> None:
    body = (fixtures / "credentials/digilocker/example-academic-certificate.json").read_bytes()
    reading = read(Document(body))
    found = reading.credential
    assert found.issuer is not None
    assert found.issuer.name.value == "Central Board of Secondary Education"
    assert found.assessment is not None
    assert [r.name for r in found.assessment.results] == [None, "ECONOMICS"]
    person = json.loads(body)["IssuedTo"]["Person"]
    assert person["motherName"] not in repr(found)
    assert failed(await check_format(reading, around()), CheckKind.SCHEMA) == []
