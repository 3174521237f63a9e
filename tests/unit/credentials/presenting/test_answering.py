from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from isthmus.credentials.contract import Document, Surroundings
from isthmus.credentials.presenting.answering import as_token, read_answer, read_token
from isthmus.credentials.presenting.asking import query_for
from isthmus.credentials.presenting.proving import Shown
from isthmus.credentials.presenting.refusals import PresentationRefused, Reason
from isthmus.credentials.presenting.request_object import Asked, parameters_of
from isthmus.credentials.proofs.sd_jwt import read_sd_jwt
from isthmus.credentials.proofs.signing import SigningKey
from isthmus.credentials.verifying import verify
from isthmus.model.credential import CredentialFormat
from isthmus.model.verification import CheckKind, Verification, VerificationOutcome
from tests.support.wallet import MISDEEDS, LearnersWallet


async def answered(
    wallet: LearnersWallet, asked: Asked, around: Surroundings, **token: list[Any]
) -> tuple[Shown, ...]:
    return await read_answer(wallet.form(parameters_of(asked), **token), asked, around)


def holding(verification: Verification) -> list[str]:
    rows = verification.checks
    return [row.result.value for row in rows if row.kind is CheckKind.HOLDER_BINDING]


async def test_an_sd_jwt_is_shown_by_its_holder(
    wallet: LearnersWallet, asked: Asked, around: Surroundings
) -> None:
    (shown,) = await answered(wallet, asked, around, sd_jwt=[wallet.bound(parameters_of(asked))])
    _, verification = await verify(shown.document, around)
    assert shown.document.presented_by == wallet.did
    assert holding(verification) == ["PASS"]
    assert verification.outcome is VerificationOutcome.PASSED_WITH_WARNINGS  # no registry


@pytest.mark.parametrize("kind", ["Ed25519", "P-256"])
async def test_linked_data_is_shown_by_its_holder(
    asked: Asked, around: Surroundings, kind: str
) -> None:
    wallet = LearnersWallet(around.contexts, SigningKey.draw(kind))
    (shown,) = await answered(
        wallet, asked, around, linked_data=[wallet.shown(parameters_of(asked))]
    )
    _, verification = await verify(shown.document, around)
    assert shown.document.presented_by == wallet.did
    assert holding(verification) == ["PASS"]
    assert verification.outcome is VerificationOutcome.PASSED_WITH_WARNINGS


async def test_a_token_is_shown_by_its_holder(
    wallet: LearnersWallet, asked: Asked, around: Surroundings
) -> None:
    made = wallet.sign_token([wallet.token()], asked.nonce, asked.client_id)
    (shown,) = await answered(wallet, asked, around, jwt=[made])
    _, verification = await verify(shown.document, around)
    assert shown.document.presented_by == wallet.did
    assert holding(verification) == ["PASS"]


@pytest.mark.mission("M22")
async def test_a_good_credential_of_somebody_else_fails_on_its_holder(
    wallet: LearnersWallet, asked: Asked, around: Surroundings
) -> None:
    others = wallet.award(to=wallet.stranger.did)
    shown = wallet.shown(parameters_of(asked), others)
    (found,) = await answered(wallet, asked, around, linked_data=[shown])
    _, verification = await verify(found.document, around)
    assert holding(verification) == ["FAIL"]
    assert verification.outcome is VerificationOutcome.FAILED
    signature = [r.result.value for r in verification.checks if r.kind is CheckKind.SIGNATURE]
    assert signature == ["PASS"]


async def test_a_token_bound_to_anothers_key_fails_on_its_holder(
    wallet: LearnersWallet, around: Surroundings
) -> None:
    text = wallet.sd_jwt(holder=wallet.stranger)
    _, verification = await verify(Document(text.encode(), presented_by=wallet.did), around)
    assert holding(verification) == ["FAIL"]


@pytest.mark.parametrize("name", MISDEEDS)
async def test_each_misdeed_is_refused_by_its_own_name(
    wallet: LearnersWallet, asked: Asked, around: Surroundings, name: str
) -> None:
    misdeed, reason = MISDEEDS[name]
    with pytest.raises(PresentationRefused) as refused:
        await read_answer(misdeed(wallet, parameters_of(asked)), asked, around)
    assert refused.value.reason.value == reason
    assert refused.value.code in {"INVALID", "SIGNATURE_INVALID", "UNSUPPORTED_FORMAT"}
    assert wallet.did not in str(refused.value)


async def test_what_is_shown_is_byte_for_byte_what_stood_in_the_answer(
    wallet: LearnersWallet, asked: Asked, around: Surroundings
) -> None:
    shown = wallet.shown(parameters_of(asked))
    text = json.dumps({"linked-data": [shown]}, indent=3)
    (found,) = await read_token(text, asked, around)
    body = found.document.body.decode()
    assert body in text
    assert json.loads(body) == shown["verifiableCredential"][0]


async def test_the_holders_token_is_used_up_and_the_issuers_kept_whole(
    wallet: LearnersWallet, asked: Asked, around: Surroundings
) -> None:
    made = wallet.bound(parameters_of(asked))
    (found,) = await answered(wallet, asked, around, sd_jwt=[made])
    kept = read_sd_jwt(found.document.body.decode())
    assert kept.key_binding is None
    assert made.startswith(found.document.body.decode())
    assert kept.claims["trade"] == "Welding"


async def test_what_does_not_answer_the_query_is_refused(
    wallet: LearnersWallet, asked: Asked, around: Surroundings
) -> None:
    badges = replace(asked, query=query_for([CredentialFormat.OPEN_BADGES_3]))
    with pytest.raises(PresentationRefused) as refused:
        await answered(wallet, badges, around, linked_data=[wallet.shown(parameters_of(badges))])
    assert refused.value.reason is Reason.TYPE_OTHER


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ([{"path": ["trade"], "values": ["Welding"]}], None),
        ([{"path": ["trade"], "values": ["Baking"]}], Reason.CLAIM_MISSING),
        ([{"path": ["grade"]}], Reason.CLAIM_MISSING),
    ],
)
async def test_claims_that_were_asked_for_must_be_shown(
    wallet: LearnersWallet,
    asked: Asked,
    around: Surroundings,
    claims: list[Any],
    reason: Reason | None,
) -> None:
    part = {"id": "sd-jwt", "format": "dc+sd-jwt", "meta": {}, "claims": claims}
    asked = replace(asked, query={"credentials": [part]})
    form = wallet.form(parameters_of(asked), sd_jwt=[wallet.bound(parameters_of(asked))])
    if reason is None:
        assert len(await read_answer(form, asked, around)) == 1
        return
    with pytest.raises(PresentationRefused) as refused:
        await read_answer(form, asked, around)
    assert refused.value.reason is reason


async def test_a_wallet_that_declines_says_no_more(
    wallet: LearnersWallet, asked: Asked, around: Surroundings
) -> None:
    wallet.held.clear()
    form = wallet.answer(parameters_of(asked))
    with pytest.raises(PresentationRefused) as refused:
        await read_answer(form, asked, around)
    assert refused.value.reason is Reason.WALLET_DECLINED


async def test_a_presentation_by_itself_is_taken_for_the_query_of_its_format(
    wallet: LearnersWallet, asked: Asked, around: Surroundings
) -> None:
    request = parameters_of(asked)
    signed = wallet.sign_token([wallet.token()], asked.nonce, asked.client_id)
    for text in (wallet.bound(request), json.dumps(wallet.shown(request)), signed):
        assert len(await read_token(as_token(text, asked), asked, around)) == 1
    for whole in (
        wallet.answer(request)["vp_token"],
        wallet.form(request, linked_data=[wallet.shown(request)])["vp_token"],
    ):
        assert as_token(whole, asked) == whole
    with pytest.raises(PresentationRefused):
        as_token('{"@context": ', asked)


async def test_one_presentation_may_show_several_credentials(
    wallet: LearnersWallet, asked: Asked, around: Surroundings
) -> None:
    shown = wallet.shown(parameters_of(asked), wallet.award(), wallet.award(name="Second"))
    found = await answered(wallet, asked, around, linked_data=[shown])
    assert [json.loads(one.document.body).get("name") for one in found] == ["Welding", "Second"]
