"""Published keys: each with one algorithm, and only those fit to sign."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from isthmus.identity.encoding import base64url, thumbprint
from isthmus.identity.key_pairs import KeyPair
from isthmus.identity.key_sets import MOST_KEYS, read_key_set

PAIR = KeyPair.draw()
JWK: dict[str, Any] = dict(PAIR.public)


def test_a_key_is_found_by_its_name() -> None:
    found = read_key_set({"keys": [JWK, {**KeyPair.draw().public}]}).find(PAIR.kid)
    assert found is not None
    assert (found.kid, found.algorithm) == (PAIR.kid, "ES256")


def test_a_token_without_the_name_of_its_key_is_of_the_only_one() -> None:
    assert read_key_set({"keys": [JWK]}).find(None) is not None
    assert read_key_set({"keys": [JWK, dict(KeyPair.draw().public)]}).find(None) is None


@pytest.mark.parametrize("kid", ["", "other", 1, ["k"], {"k": 1}])
def test_another_name_finds_nothing(kid: Any) -> None:
    assert read_key_set({"keys": [JWK]}).find(kid) is None


@pytest.mark.parametrize(
    "change",
    [
        {"use": "enc"}, {"key_ops": ["encrypt"]}, {"alg": "none"}, {"alg": "HS256"},
        {"alg": "RS256"}, {"alg": "ES384"}, {"kty": "oct", "k": "AAAA"}, {"crv": "P-384"},
        {"x": "AAAA"}, {"kty": "made-up"}, {"crv": "secp256k1", "alg": "ES256K"},
    ],
)  # fmt: skip
def test_what_is_not_fit_to_sign_is_passed_over(change: dict[str, Any]) -> None:
    assert read_key_set({"keys": [{**JWK, **change}]}).keys == ()


def test_a_small_rsa_key_is_passed_over() -> None:
    small = rsa.generate_private_key(65537, 1024)  # noqa: S505 - what must be refused
    numbers = small.public_key().public_numbers()
    jwk = {"kty": "RSA", "n": base64url(numbers.n.to_bytes(128, "big")), "e": "AQAB"}
    assert read_key_set({"keys": [jwk]}).keys == ()


@pytest.mark.parametrize("data", [None, 1, [], {}, {"keys": None}, {"keys": "x"}, {"keys": [1]}])
def test_what_is_no_set_is_an_empty_one(data: Any) -> None:
    assert read_key_set(data).keys == ()


def test_a_set_is_read_no_further_than_its_bound() -> None:
    assert len(read_key_set({"keys": [JWK] * 1000}).keys) == MOST_KEYS


def test_a_signature_by_another_algorithm_of_the_same_key_is_none() -> None:
    key = read_key_set({"keys": [JWK]}).find(PAIR.kid)
    assert key is not None
    token = PAIR.sign({"a": 1}, "at+jwt")
    assert key.signed(token, {"alg": "ES256"})
    for algorithm in ("EdDSA", "none", "HS256", None, ["ES256"]):
        assert not key.signed(token, {"alg": algorithm})


def test_a_thumbprint_hangs_on_nothing_but_the_key() -> None:
    shuffled = {**dict(reversed(list(JWK.items()))), "kid": "another", "use": "enc"}
    assert thumbprint(shuffled) == thumbprint(JWK)
    assert thumbprint(JWK) != thumbprint(KeyPair.draw().public)


def test_a_thumbprint_is_that_of_the_standard() -> None:
    """The key of RFC 8037, appendix A.3."""
    jwk = {
        "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    }  # fmt: skip
    assert thumbprint(jwk) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
