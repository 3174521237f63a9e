from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import OctKey, OKPKey

from isthmus.credentials.contract import Surroundings
from isthmus.credentials.proofs.jws import (
    TokenUnreadable,
    check_jades,
    check_token,
    check_token_by_pem,
    read_jades,
    read_token,
)
from isthmus.credentials.proofs.sd_jwt import check_sd_jwt
from tests.unit.credentials.proofs.around import (
    a_key,
    detail_of,
    public_of,
    results,
    surroundings,
)
from tests.unit.credentials.proofs.sd_issuing import encoded

GOOD = {"SIGNATURE": "PASS", "ISSUER_BINDING": "PASS"}


def a_token(header: dict[str, Any] | None = None, *, seed: int = 1, **claims: Any) -> str:
    private, did = a_key(seed)
    jwk = {**public_of(did).jwk(), "d": encoded(private.private_bytes_raw())}
    head = {"alg": "Ed25519", "kid": f"{did}#{did[8:]}", **(header or {})}
    head = {name: value for name, value in head.items() if value is not None}
    registry = jws.JWSRegistry(algorithms=["Ed25519"], strict_check_header=False)
    body = json.dumps({"iss": a_key(1)[1], "title": "Welding", **claims})
    return jws.serialize_compact(head, body, OKPKey.import_key(jwk), registry=registry)


async def checked(text: str, answers: dict[str, Any] | None = None) -> dict[str, str]:
    return results(await check_token(text, surroundings(answers)))


async def test_a_token_by_its_issuers_key_is_good_and_bound() -> None:
    assert await checked(a_token()) == GOOD


async def test_a_token_without_a_key_id_is_checked_by_its_issuers_did() -> None:
    assert await checked(a_token({"kid": None})) == GOOD


async def test_a_token_by_anothers_key_is_not_the_issuers() -> None:
    assert await checked(a_token(seed=2)) == {"SIGNATURE": "PASS", "ISSUER_BINDING": "FAIL"}


async def test_a_key_that_the_token_carries_is_unbound() -> None:
    text = a_token({"kid": None, "jwk": public_of(a_key()[1]).jwk()}, iss="https://c.example")
    assert await checked(text) == {"SIGNATURE": "PASS", "ISSUER_BINDING": "WARN"}


async def test_a_key_in_the_issuers_metadata_is_bound() -> None:
    jwks = {"keys": [{**public_of(a_key()[1]).jwk(), "kid": "1"}]}
    stated = {"issuer": "https://c.example/i", "jwks": jwks}
    answers = {"https://c.example/.well-known/jwt-vc-issuer/i": stated}
    assert await checked(a_token({"kid": "1"}, iss="https://c.example/i"), answers) == GOOD


@pytest.mark.parametrize(
    ("address", "binding"),
    [
        ("https://c.example/i/key", "PASS"),
        ("https://c.example/other/key", "WARN"),
        ("https://c.example/is/key", "WARN"),
        ("https://evil.example/key", "WARN"),
    ],
)
async def test_a_key_at_an_address_is_bound_below_the_issuers_own_only(
    address: str, binding: str
) -> None:
    text = a_token({"kid": address}, iss="https://c.example/i")
    found = await checked(text, {address: public_of(a_key()[1]).jwk()})
    assert found == {"SIGNATURE": "PASS", "ISSUER_BINDING": binding}


async def test_an_issuer_that_does_not_answer_is_unreachable() -> None:
    found = await checked(a_token({"kid": None}, iss="https://c.example"))
    assert found == {"SIGNATURE": "UNREACHABLE", "ISSUER_BINDING": "UNREACHABLE"}


async def test_a_changed_payload_breaks_the_signature() -> None:
    head, _, signature = a_token().split(".")
    text = f"{head}.{encoded({'iss': a_key()[1], 'title': 'Surgery'})}.{signature}"
    assert await checked(text) == {"SIGNATURE": "FAIL", "TAMPER": "FAIL"}


async def test_an_unsigned_token_never_passes() -> None:
    text = f"{encoded({'alg': 'none'})}.{encoded({'iss': a_key()[1]})}."
    assert await checked(text) == {"SIGNATURE": "FAIL"}


async def test_a_token_signed_with_the_public_key_as_a_secret_never_passes() -> None:
    _, did = a_key()
    secret = OctKey.import_key(public_of(did).body)
    text = jws.serialize_compact({"alg": "HS256"}, json.dumps({"iss": did}), secret)
    assert await checked(text) == {"SIGNATURE": "FAIL"}


async def test_an_algorithm_that_does_not_go_with_the_key_never_passes() -> None:
    head, payload, signature = a_token().split(".")
    changed = encoded({"alg": "ES256", "kid": a_key()[1]})
    assert head != changed
    assert await checked(f"{changed}.{payload}.{signature}") == {"SIGNATURE": "FAIL"}


async def test_two_issuers_in_one_token_are_a_failed_binding() -> None:
    found = await checked(a_token(vc={"issuer": "https://other.example"}))
    assert found == {"SIGNATURE": "PASS", "ISSUER_BINDING": "FAIL"}


@pytest.mark.parametrize(
    ("limits", "result"),
    [({"exp": 1}, "EXPIRY"), ({"nbf": 9999999999}, "EXPIRY"), ({"exp": "soon"}, "FORMAT")],
)
async def test_the_limits_of_a_token_are_checks_of_their_own(
    limits: dict[str, Any], result: str
) -> None:
    assert await checked(a_token(**limits)) == {**GOOD, result: "FAIL"}


def test_a_token_is_checked_by_a_key_in_pem() -> None:
    public = public_of(a_key()[1]).public
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    assert results(check_token_by_pem(a_token(), pem)) == {"SIGNATURE": "PASS"}
    assert results(check_token_by_pem(a_token(seed=2), pem))["SIGNATURE"] == "FAIL"


@pytest.mark.parametrize("text", ["", "a.b", "..", "a.b.c.d", "e30.W10.e30", "e30=.e30.e30"])
def test_text_that_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(TokenUnreadable):
        read_token(text)


@pytest.mark.shared
async def test_a_header_with_a_whole_key_in_it_is_read(
    credentials: Path, offline: Surroundings
) -> None:
    text = (credentials / "clr-2" / "simple.jwt").read_text().strip()
    found = results(await check_token(text, offline))
    assert found == {"SIGNATURE": "PASS", "ISSUER_BINDING": "WARN"}


@pytest.mark.shared
@pytest.mark.parametrize("name", ["Sample-MC-Annex1-signed", "Sample-CertOfPart-signed"])
async def test_a_european_seal_is_good_though_its_certificate_ended(
    credentials: Path, offline: Surroundings, name: str
) -> None:
    document = json.loads(next((credentials / "elm").glob(f"**/{name}.jsonld")).read_bytes())
    rows = await check_jades(document, offline)
    assert results(rows) == {"SIGNATURE": "PASS", "ISSUER_BINDING": "WARN", "EXPIRY": "WARN"}
    assert "2025-05-10" in detail_of(rows, "EXPIRY")
    assert "EuropeanDigitalCredential" in read_jades(document).claims["type"]


@pytest.mark.shared
async def test_a_changed_european_credential_is_not_good(
    credentials: Path, offline: Surroundings
) -> None:
    path = next((credentials / "elm").glob("**/Sample-MC-Annex1-signed.jsonld"))
    document = json.loads(path.read_bytes())
    document["payload"] = document["payload"].replace("2023", "2022", 1)
    found = results(await check_jades(document, offline))
    assert found == {"SIGNATURE": "FAIL", "TAMPER": "FAIL"}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=3,
)
HEADERS = ["alg", "kid", "jwk", "x5c", "crit", "b64", "sigT", "iat", "x5t#S256"]
CLAIMS = ["iss", "issuer", "vc", "exp", "nbf", "cnf", "_sd", "_sd_alg"]


def odd(names: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(names), VALUES)


@given(odd(HEADERS), odd(CLAIMS))
async def test_no_odd_token_crashes_or_passes(header: dict[str, Any], claims: Any) -> None:
    text = f"{encoded(header)}.{encoded(claims)}.{encoded(bytes(64))}"
    jades = {"payload": json.dumps(claims), "protected": encoded(header), "signature": "AAAA"}
    for rows in (
        await check_token(text, surroundings()),
        await check_sd_jwt(f"{text}~", surroundings()),
        await check_sd_jwt(f"{text}~{text}", surroundings(), key=public_of(a_key()[1]).jwk()),
        await check_jades(jades, surroundings()),
    ):
        assert "PASS" not in results(rows)["SIGNATURE"]
