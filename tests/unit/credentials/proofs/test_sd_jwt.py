from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from isthmus.credentials.proofs.sd_jwt import check_sd_jwt, is_sd_jwt, read_sd_jwt
from isthmus.credentials.proofs.tokens import TokenUnreadable
from tests.unit.credentials.proofs import sd_issuing
from tests.unit.credentials.proofs.around import results, surroundings
from tests.unit.credentials.proofs.sd_issuing import Hidden, Issued, presented

ASKED = {"audience": "https://example.com/verifier", "nonce": "1234567890"}
ISSUER = {
    "kty": "EC",
    "crv": "P-256",
    "d": "Ur2bNKuBPOrAaxsRnbSH6hIhmNTxSGXshDSUD1a1y7g",
    "x": "b28d4MwZMjw8-00CG4xfnn9SLMVMM19SlqZpVb_uNtQ",
    "y": "Xv5zWwuoaTgdS6hV43yI6gBwTnjukmFQQnJ_kCxzqk8",
}
HOLDER = {
    "kty": "EC",
    "crv": "P-256",
    "d": "5K5SCos8zf9zRemGGUl6yfok-_NiiryNZsvANWMhF-I",
    "x": "TCAER19Zvu3OHF4j4W4vfSVoHIP1ILilDls7vCeGemc",
    "y": "ZxjiWWbZMQGHVWKVQ4hbSIirsVfuecCE6t4jT9F2HZQ",
}
ISSUER_PUBLIC = {k: v for k, v in ISSUER.items() if k != "d"}
HOLDER_PUBLIC = {k: v for k, v in HOLDER.items() if k != "d"}
CLAIMS = {"iss": "https://example.com/issuer", "cnf": {"jwk": HOLDER_PUBLIC}}


def issue(claims: Any) -> tuple[str, Issued]:
    issued = Issued({**claims, **CLAIMS})
    header = {"typ": "dc+sd-jwt"}
    return sd_issuing.signed(header, {**issued.claims, "_sd_alg": "sha-256"}, ISSUER), issued


def a_presentation(*, shown: bool = True) -> str:
    token, issued = issue({Hidden("level"): 3, Hidden("title"): "Welding"})
    return presented(token, issued.chosen({"level": shown}), HOLDER)


async def checked(text: str, **asked: Any) -> dict[str, str]:
    return results(await check_sd_jwt(text, surroundings(), key=ISSUER_PUBLIC, **asked))


def test_what_is_disclosed_is_in_place_and_the_rest_is_not_there() -> None:
    assert read_sd_jwt(a_presentation()).claims == {"level": 3, **CLAIMS}
    assert read_sd_jwt(a_presentation(shown=False)).claims == CLAIMS


async def test_a_presentation_is_good_bound_and_held() -> None:
    wanted = {"SIGNATURE": "PASS", "ISSUER_BINDING": "PASS", "HOLDER_BINDING": "PASS"}
    assert await checked(a_presentation(), **ASKED) == wanted


@pytest.mark.parametrize("asked", [{**ASKED, "nonce": "0"}, {**ASKED, "audience": "other"}])
async def test_a_presentation_made_for_another_is_not_held(asked: dict[str, str]) -> None:
    assert (await checked(a_presentation(), **asked))["HOLDER_BINDING"] == "FAIL"


async def test_a_presentation_with_a_disclosure_withheld_is_not_held() -> None:
    token, disclosure, held = a_presentation().split("~")
    assert disclosure
    assert (await checked(f"{token}~{held}", **ASKED))["HOLDER_BINDING"] == "FAIL"


async def test_one_without_the_holders_signature_says_so() -> None:
    token, disclosure, _ = a_presentation().split("~")
    assert (await checked(f"{token}~{disclosure}~", **ASKED))["HOLDER_BINDING"] == "SKIPPED"


async def test_a_disclosure_that_the_issuer_did_not_sign_is_named() -> None:
    token, *_ = a_presentation().split("~")
    forged = sd_issuing.encoded(["salt", "grade", "A"])
    rows = await check_sd_jwt(f"{token}~{forged}~", surroundings(), key=ISSUER_PUBLIC)
    assert results(rows) == {"SIGNATURE": "FAIL", "TAMPER": "FAIL"}
    assert "grade" in rows[1].detail


async def test_a_changed_issuer_token_is_not_good() -> None:
    token, rest = a_presentation().split("~", 1)
    head, payload, signature = token.split(".")
    changed = f"{head}.{payload}.{'A' * 8}{signature[8:]}~{rest}"
    assert (await checked(changed, **ASKED))["SIGNATURE"] == "FAIL"


@pytest.mark.parametrize("is_general", [True, False])
async def test_the_json_serialisation_reads_the_same(is_general: bool) -> None:
    text = sd_issuing.in_json(a_presentation(), is_general=is_general)
    assert is_sd_jwt(text)
    assert read_sd_jwt(text).claims == {"level": 3, **CLAIMS}
    assert (await checked(text, **ASKED))["HOLDER_BINDING"] == "PASS"


@pytest.mark.parametrize("text", ["", "~", "a.b.c", "a.b.c~", "{}", '{"payload": 1}'])
def test_text_that_is_no_sd_jwt_is_refused(text: str) -> None:
    with pytest.raises(TokenUnreadable):
        read_sd_jwt(text)


def test_a_disclosure_may_not_take_a_name_that_is_taken() -> None:
    issued = Issued({Hidden("iss"): "https://other.example"})
    token = sd_issuing.signed({}, {**issued.claims, **CLAIMS}, ISSUER)
    with pytest.raises(TokenUnreadable, match="taken"):
        read_sd_jwt(presented(token, issued.chosen({"iss": True}), None))


def test_a_disclosure_may_not_be_given_twice() -> None:
    token, disclosure, _ = a_presentation().split("~")
    with pytest.raises(TokenUnreadable, match="twice"):
        read_sd_jwt(f"{token}~{disclosure}~{disclosure}~")


@pytest.mark.shared
def test_every_case_of_the_reference_collection_makes_its_round(credentials: Path) -> None:
    cases = sorted((credentials / "sd-jwt").glob("**/specification.yml"))
    wrong = [case.parent.name for case in cases if not makes_its_round(sd_issuing.load(case))]
    assert len(cases) >= 30
    assert wrong == []


def makes_its_round(case: dict[str, Any]) -> bool:
    token, issued = issue(case["user_claims"])
    text = presented(token, issued.chosen(case.get("holder_disclosed_claims")), HOLDER)
    if "json" in case.get("serialization_format", ""):
        text = sd_issuing.in_json(text, is_general=True)
    found = dict(read_sd_jwt(text).claims)
    wanted = case.get("expect_verified_user_claims")
    return wanted is None or {k: v for k, v in found.items() if k not in CLAIMS} == wanted


@pytest.mark.shared
async def test_the_published_presentation_verifies(credentials: Path) -> None:
    folder = credentials / "openid4vp" / "sd_jwt_vcld"
    text = "".join((folder / "01" / "sd_jwt_presentation.txt").read_text().split())
    keys = yaml.safe_load((folder / "settings.yml").read_text())["key_settings"]["issuer_keys"]
    rows = await check_sd_jwt(
        text,
        surroundings(),
        key=keys[0],
        audience="https://verifier.example.org",
        nonce="1234567890",
    )
    assert set(results(rows).values()) == {"PASS"}
    assert read_sd_jwt(text).claims["ld"]["credentialSubject"] == {"givenName": "John"}
