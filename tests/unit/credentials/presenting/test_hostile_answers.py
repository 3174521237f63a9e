"""Answers bent out of shape: each is refused by a name, and none is a crash."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from isthmus.credentials.contract import Surroundings
from isthmus.credentials.presenting.answering import read_token
from isthmus.credentials.presenting.refusals import PresentationRefused
from isthmus.credentials.presenting.request_object import Asked, parameters_of
from isthmus.credentials.proofs.signing import coded
from tests.support.wallet import LearnersWallet

ODD: list[Any] = [
    None, True, 0, -1, 1e308, "", "x", "~", "~~~", "ey.ey.ey~", "did:key:", "did:web:", "a.b.c",
    [], [[]], [None], {}, {"": ""}, {"id": None}, {"@id": []}, "\x00", "é", "did:jwk:e30#0",
]  # fmt: skip


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in inside if isinstance(value, dict | list) else ():
        yield from _places(inner, (*path, key))


def _put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copied = dict(value) if isinstance(value, dict) else list(value)
    copied[path[0]] = _put(value[path[0]], path[1:], new)
    return copied


async def _refused(text: str, asked: Asked, around: Surroundings) -> bool:
    """Tell whether an answer is refused; the few whose change means nothing are taken."""
    try:
        await read_token(text, asked, around)
    except PresentationRefused:
        return True
    return False


async def test_an_answer_with_any_part_replaced_is_no_crash(
    wallet: LearnersWallet,
    asked: Asked,
    around: Surroundings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    whole = {"linked-data": [wallet.shown(parameters_of(asked))]}
    random = Random(7)
    taken = 0
    for path in _places(whole):
        for odd in random.sample(ODD, 6):
            taken += not await _refused(json.dumps(_put(whole, path, odd)), asked, around)
    assert taken == 0
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_a_signed_presentation_of_any_oddity_is_no_crash(
    wallet: LearnersWallet,
    asked: Asked,
    around: Surroundings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    request, credential, taken = parameters_of(asked), wallet.award(), 0
    for path in _places(credential):
        for odd in ODD:
            bent = _put(credential, path, odd)
            shown = wallet.shown(request, bent, cryptosuite="eddsa-jcs-2022")
            answer = json.dumps({"linked-data": [shown]})
            taken += not await _refused(answer, asked, around)
    assert taken > 0  # what is inside is for the verifier to judge
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_a_token_with_any_claim_replaced_is_no_crash(
    wallet: LearnersWallet,
    asked: Asked,
    around: Surroundings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    text, _, held = wallet.bound(parameters_of(asked)).rpartition("~")
    _, _, signature = held.split(".")
    header = {"alg": "EdDSA", "typ": "kb+jwt"}
    claims = {"nonce": asked.nonce, "aud": asked.client_id, "sd_hash": "x", "iat": 1}
    for part in (header, claims):
        for name in part:
            for odd in [*ODD, "\ud800"]:
                changed = [{**one, name: odd} if one is part else one for one in (header, claims)]
                token = ".".join([*map(coded, changed), signature])
                signed = wallet.key.token({"typ": "kb+jwt"}, changed[1])
                for end in (token, signed):
                    answer = json.dumps({"sd-jwt": [f"{text}~{end}"]})
                    assert await _refused(answer, asked, around)
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.mark.parametrize(
    "text",
    [
        '{"linked-data": [' + "[" * 5000 + "]" * 5000 + "]}",
        '{"linked-data": [' + '{"a":' * 90 + "1" + "}" * 90 + "]}",
        '{"sd-jwt": ["' + "~" * 100_000 + '"]}',
        '{"jwt": ["\\ud800"]}',
        '{"jwt": [NaN]}',
        "\ufeff{}",
        "\x00",
    ],
)
async def test_an_answer_out_of_all_bounds_is_refused(
    asked: Asked, around: Surroundings, text: str
) -> None:
    assert await _refused(text, asked, around)
