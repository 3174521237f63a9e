from __future__ import annotations

import json
from dataclasses import replace

import pytest

from isthmus.credentials.contract import Surroundings
from isthmus.credentials.presenting import encryption
from isthmus.credentials.presenting.answering import read_answer
from isthmus.credentials.presenting.dcql import read_query
from isthmus.credentials.presenting.refusals import PresentationRefused, Reason
from isthmus.credentials.presenting.request_object import (
    Asked,
    Client,
    client_of_address,
    client_of_certificate,
    parameters_of,
    write_request,
)
from isthmus.credentials.presenting.verbatim import part_of
from isthmus.credentials.proofs.signing import SigningKey
from isthmus.credentials.proofs.tokens import read_token
from isthmus.playground.wallet import RequestUnfit
from tests.support.wallet import LearnersWallet


def test_a_request_says_all_that_a_wallet_must_know(
    asked: Asked, client: Client, wallet: LearnersWallet
) -> None:
    request = wallet.read_request(write_request(asked, client), client.id)
    assert request["response_type"] == "vp_token"
    assert request["response_mode"] == "direct_post"
    assert request["response_uri"] == asked.response_uri
    assert (request["nonce"], request["state"]) == (asked.nonce, asked.state)
    assert request["aud"] == "https://self-issued.me/v2"
    offered = request["client_metadata"]["vp_formats_supported"]
    assert set(offered) == {part.format for part in read_query(asked.query).credentials.values()}
    assert "eddsa-rdfc-2022" in offered["ldp_vc"]["cryptosuite_values"]


def test_a_wallet_sees_that_a_request_is_another_verifiers(
    asked: Asked, client: Client, wallet: LearnersWallet
) -> None:
    other = SigningKey.draw("P-256")
    forged = write_request(asked, replace(client, sign=other.sign))
    with pytest.raises(RequestUnfit):
        wallet.read_request(forged, client.id)
    with pytest.raises(RequestUnfit):
        wallet.read_request(write_request(asked, client), "redirect_uri:https://other.example")


def test_a_client_known_by_its_address_cannot_sign(asked: Asked) -> None:
    client = client_of_address(asked.response_uri)
    text = write_request(replace(asked, client_id=client.id), client)
    assert read_token(text).header["alg"] == "none"
    assert text.endswith(".")


def test_a_client_known_by_its_certificate_brings_it(asked: Asked) -> None:
    key = SigningKey.draw("P-256")
    client = client_of_certificate("hub.example", [b"leaf"], key.algorithm, key.sign)
    header = read_token(write_request(asked, client)).header
    assert client.id == "x509_san_dns:hub.example"
    assert header["x5c"] == ["bGVhZg=="]


async def test_an_answer_may_be_encrypted_for_its_request_alone(
    asked: Asked, wallet: LearnersWallet, around: Surroundings
) -> None:
    private = encryption.draw_key()
    asked = replace(asked, encryption_key=encryption.public_key(private))
    request = parameters_of(asked)
    assert request["response_mode"] == "direct_post.jwt"
    assert "d" not in request["client_metadata"]["jwks"]["keys"][0]
    response = wallet.answer(request)["response"]
    form = encryption.opened(response, private)
    assert len(await read_answer(form, asked, around)) == 1
    for key, text in ((encryption.draw_key(), response), (private, "a.b.c.d.e"), (private, "")):
        with pytest.raises(PresentationRefused) as refused:
            encryption.opened(text, key)
        assert refused.value.reason is Reason.UNREADABLE


def test_a_part_of_a_text_is_given_as_it_stands() -> None:
    text = '{"a" : [ 1, {"b":\t"x, y: {}", "c":[ ]} ] ,"d":1.50}'
    assert part_of(text, "a", 1) == '{"b":\t"x, y: {}", "c":[ ]}'
    assert part_of(text, "a", 1, "b") == '"x, y: {}"'
    assert part_of(text, "d") == "1.50"
    assert json.loads(part_of(text)) == json.loads(text)
