from __future__ import annotations

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from isthmus.credentials.contract import Surroundings
from isthmus.credentials.proofs.status import check_revocation_list, check_status
from tests.unit.credentials.proofs.around import (
    CONTEXT,
    TERMS,
    Recorded,
    a_key,
    a_proof,
    contexts_of,
    signed,
    surroundings,
)

LIST = "https://college.example/status/1"
PRIVATE, ISSUER = a_key()
LIST_CONTEXT = {
    "@context": {
        **CONTEXT["@context"],
        "encodedList": "https://terms.example/encodedList",
        "statusPurpose": "https://terms.example/statusPurpose",
        "validUntil": "https://terms.example/validUntil",
        "BitstringStatusList": "https://terms.example/BitstringStatusList",
    }
}
HELD = contexts_of({TERMS: LIST_CONTEXT})


def packed(*marked: int, bits: int = 131_072, prefix: str = "u") -> str:
    body = bytearray(bits // 8)
    for index in marked:
        body[index // 8] |= 0x80 >> index % 8
    return prefix + base64.urlsafe_b64encode(gzip.compress(bytes(body))).rstrip(b"=").decode()


def a_list(text: str, purpose: str = "revocation", **other: Any) -> dict[str, Any]:
    return {
        "@context": TERMS,
        "issuer": ISSUER,
        "credentialSubject": {
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": text,
        },
        **other,
    }


def a_signed_list(text: str, purpose: str = "revocation", **other: Any) -> dict[str, Any]:
    unsigned = a_list(text, purpose, **other)
    proof = a_proof(ISSUER, "eddsa-jcs-2022")
    return signed(unsigned, proof, PRIVATE)


def a_credential(index: object = 23, **entry: Any) -> dict[str, Any]:
    return {
        "id": "urn:award:1",
        "issuer": ISSUER,
        "credentialStatus": {
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": index,
            "statusListCredential": LIST,
            **entry,
        },
    }


async def result(credential: dict[str, Any], published: Any) -> tuple[str, str]:
    near = surroundings({LIST: published} if published else {}, contexts=HELD)
    rows = await check_status(credential, near)
    assert {row.kind.value for row in rows} == {"STATUS_LIST"}
    return rows[0].result.value, rows[0].detail


async def test_a_marked_place_is_revoked() -> None:
    assert await result(a_credential(), a_signed_list(packed(23))) == (
        "FAIL",
        "the issuer's list says revoked",
    )


@pytest.mark.parametrize("index", [22, "22", 24, 131_071])
async def test_a_place_beside_it_is_not(index: object) -> None:
    found, _ = await result(a_credential(index), a_signed_list(packed(23)))
    assert found == "PASS"


async def test_the_row_says_whom_was_asked_and_how_old_the_answer_is() -> None:
    near = surroundings({LIST: a_signed_list(packed())}, contexts=HELD)
    row = (await check_status(a_credential(), near))[0]
    assert (row.source, row.age_seconds) == (LIST, 60)


async def test_only_the_whole_list_is_asked_for() -> None:
    near = surroundings({LIST: a_signed_list(packed())}, contexts=HELD)
    await check_status(a_credential(statusListCredential=f"{LIST}#23"), near)
    assert isinstance(near.fetcher, Recorded)
    assert near.fetcher.asked == [LIST]


async def test_a_suspension_is_named() -> None:
    credential = a_credential(statusPurpose="suspension")
    found = await result(credential, a_signed_list(packed(23), "suspension"))
    assert found == ("FAIL", "the issuer's list says suspended")


async def test_a_message_is_a_warning() -> None:
    credential = a_credential(
        statusPurpose="message",
        statusListIndex=1,
        statusSize=2,
        statusMessage=[{"status": "0x2", "message": "pending_review"}],
    )
    found, detail = await result(credential, a_signed_list(packed(2), "message"))
    assert (found, "pending_review" in detail) == ("WARN", True)


async def test_a_list_that_does_not_answer_is_unreachable() -> None:
    assert (await result(a_credential(), None))[0] == "UNREACHABLE"


async def test_a_list_whose_signature_is_broken_is_not_believed() -> None:
    published = a_signed_list(packed())
    published["credentialSubject"]["encodedList"] = packed(5)
    assert (await result(a_credential(), published))[0] == "FAIL"


@pytest.mark.parametrize(
    "published",
    [
        pytest.param(a_list(packed()), id="unsigned"),
        pytest.param(
            a_signed_list(packed(), issuer="https://other.example"),
            id="another issuer's",
        ),
        pytest.param(a_signed_list(packed(), validUntil="2026-01-01T00:00:00Z"), id="over"),
    ],
)
async def test_a_list_that_is_doubtful_is_a_warning(published: dict[str, Any]) -> None:
    assert (await result(a_credential(), published))[0] == "WARN"


@pytest.mark.parametrize(
    "published",
    [
        a_signed_list(packed(), "suspension"),
        a_signed_list(packed(bits=16)),
        a_signed_list("u!!!"),
        a_signed_list("uAAAA"),
        {"no": "list"},
        ["no list"],
        b"<html>",
    ],
)
async def test_a_list_that_cannot_be_used_fails(published: Any) -> None:
    assert (await result(a_credential(), published))[0] == "FAIL"


async def test_a_list_that_swells_without_end_is_refused() -> None:
    swelling = base64.urlsafe_b64encode(gzip.compress(bytes(80 * 1024 * 1024))).decode()
    found = await result(a_credential(), a_list(f"u{swelling}"))
    assert found == ("FAIL", "the list is too large")


async def test_the_edition_of_2021_is_read_too() -> None:
    credential = a_credential(type="StatusList2021Entry")
    assert (await result(credential, a_signed_list(packed(23, prefix=""))))[0] == "FAIL"
    assert (await result(credential, a_signed_list(packed(prefix=""))))[0] == "PASS"


async def test_each_entry_has_its_own_row() -> None:
    credential = a_credential()
    entry = credential["credentialStatus"]
    credential["credentialStatus"] = [entry, {"type": "Unheard"}]
    near = surroundings({LIST: a_signed_list(packed())}, contexts=HELD)
    found = [(row.path, row.result.value) for row in await check_status(credential, near)]
    assert found == [("/credentialStatus/0", "PASS"), ("/credentialStatus/1", "SKIPPED")]


async def test_a_credential_without_a_status_is_not_shown_as_checked() -> None:
    assert (await check_status({}, surroundings()))[0].result.value == "SKIPPED"


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        ({"id": "urn:award:1"}, "FAIL"),
        ({"id": "urn:award:1", "revoked": False}, "PASS"),
        ({"id": "urn:award:2"}, "PASS"),
    ],
)
async def test_a_1edtech_list_names_what_is_revoked(entry: dict[str, Any], found: str) -> None:
    credential = {
        "id": "urn:award:1",
        "credentialStatus": {"id": LIST, "type": "1EdTechRevocationList"},
    }
    assert (await result(credential, {"revokedCredentials": [entry]}))[0] == found


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("https://example.org/beths-robotics-badge-revoked.json", "FAIL"),
        ("urn:uuid:6deb4a00-ebce-4b28-8cc2-afa705ef7be4", "FAIL"),
        ("https://example.org/beths-robotics-badge.json", "PASS"),
    ],
)
async def test_an_open_badges_2_list_names_what_is_revoked(
    credentials: Path, name: str, found: str
) -> None:
    body = (credentials / "openbadges-2" / "assets" / "revocation-list.json").read_bytes()
    rows = await check_revocation_list(
        {"id": name}, {"revocationList": LIST}, surroundings({LIST: body})
    )
    assert rows[0].result.value == found


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("v1/v1Revoked.json", "FAIL"),
        ("v1/v1RevokedAndExpired.json", "FAIL"),
        ("v2/v2Revoked.json", "FAIL"),
        ("v2/v2RevokedAndExpired.json", "FAIL"),
        ("v1/v1WithValidStatus.json", "PASS"),
        ("v2/v2WithValidStatus.json", "PASS"),
        ("eddsa/v2/v2EddsaWithValidStatus.json", "PASS"),
        ("eddsaAndEd25519/v2/v2DoubleSigWithValidStatus.json", "PASS"),
    ],
)
async def test_the_dcc_credentials_have_the_status_of_their_names(
    credentials: Path, offline: Surroundings, name: str, found: str
) -> None:
    credential = json.loads((credentials / "dcc" / name).read_bytes())
    body = (credentials / "dcc" / "status" / "e5WK8CbZ1GjycuPombrj.json").read_bytes()
    address = credential["credentialStatus"]["statusListCredential"]
    near = surroundings({address: body}, contexts=offline.contexts)
    assert [row.result.value for row in await check_status(credential, near)] == [found]
