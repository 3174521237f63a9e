"""What is asked of a store's token address, and what is taken from its answer."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest

from isthmus.connector.live_words import OAuth2
from isthmus.errors import SourceGarbled
from isthmus.live.oauth import (
    ClientKeys,
    Endpoints,
    Proof,
    authorize_address,
    tokens_in,
)
from isthmus.model.learner import StoreTokens
from isthmus.outbound import Answer

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HOUR = NOW + timedelta(hours=1)


def answer(body: bytes, kind: str = "application/json") -> Answer:
    return Answer("https://store.example/token", 200, {"content-type": kind}, body)


def of(**given: object) -> Answer:
    return answer(orjson.dumps({"access_token": "a", "token_type": "Bearer"} | given))


def test_the_challenge_is_that_of_the_verifier() -> None:
    proof = Proof.drawn()
    digest = hashlib.sha256(proof.verifier.encode()).digest()
    assert proof.challenge == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert 43 <= len(proof.verifier) <= 128
    assert proof.verifier not in repr(proof)


def test_an_address_to_agree_at_carries_state_and_challenge_and_no_secret() -> None:
    proof = Proof.drawn()
    endpoints = Endpoints("https://store.example/authorize?lang=en", "https://store.example/token")
    words = OAuth2(flow="authorization_code", scopes=["a", "b"])
    found = authorize_address(
        endpoints, ClientKeys("id", "s3cret"), words, back="https://x.example/?a=1", state="st",
        proof=proof,
    )  # fmt: skip
    assert parse_qs(urlsplit(found).query) == {
        "lang": ["en"],
        "response_type": ["code"],
        "client_id": ["id"],
        "redirect_uri": ["https://x.example/?a=1"],
        "state": ["st"],
        "code_challenge": [proof.challenge],
        "code_challenge_method": ["S256"],
        "scope": ["a b"],
    }
    assert "s3cret" not in found


@pytest.mark.parametrize("stated", [3600, "3600", 3600.0])
def test_the_end_of_a_token_is_read_as_number_or_text(stated: object) -> None:
    assert tokens_in(of(expires_in=stated), NOW).expires_at == HOUR


@pytest.mark.parametrize("stated", [None, "soon", 0, -5, []])
def test_an_end_that_does_not_read_is_unknown(stated: object) -> None:
    assert tokens_in(of(expires_in=stated), NOW).expires_at is None


def test_a_form_and_names_in_capitals_are_read() -> None:
    body = b"access_token=a&Refresh_Token=r&token_type=bearer&expires_in=3600"
    found = tokens_in(answer(body, "application/x-www-form-urlencoded; charset=utf-8"), NOW)
    assert found == StoreTokens("a", "r", HOUR)
    assert tokens_in(of(refresh_Token="r"), NOW).refresh == "r"


def test_the_renewing_token_stays_where_the_store_gives_no_other() -> None:
    earlier = StoreTokens("old", "r1", account="acc", back="https://x.example")
    assert tokens_in(of(), NOW, earlier=earlier) == StoreTokens(
        "a", "r1", account="acc", back="https://x.example"
    )
    assert tokens_in(of(refresh_token="r2"), NOW, earlier=earlier).refresh == "r2"


def test_what_comes_beside_a_token_is_left_where_it_is() -> None:
    found = tokens_in(of(name="Tara Lokhande", dob=5012004, gender="F", eaadhar="N"), NOW)
    assert found == StoreTokens("a")


@pytest.mark.parametrize(
    "given",
    [
        {"access_token": None},
        {"access_token": ""},
        {"access_token": "a\nX-Admin: 1"},
        {"access_token": "ä"},
        {"access_token": ["a"]},
        {"token_type": "mac"},
    ],
)
def test_an_answer_without_a_token_that_can_be_borne_is_none(given: dict[str, object]) -> None:
    with pytest.raises(SourceGarbled) as garbled:
        tokens_in(of(**given), NOW)
    assert "X-Admin" not in str(garbled.value)


def test_tokens_do_not_show_themselves() -> None:
    assert "s3cret" not in repr(StoreTokens("s3cret", "s3cret"))
    assert "s3cret" not in repr(ClientKeys("id", "s3cret"))
