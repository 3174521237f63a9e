"""What a token must say, claim by claim."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.identity.claims import LEEWAY, check_header, read_claims
from isthmus.identity.refusals import UNVERIFIED, TokenRefused

NOW = 1_800_000_000
HUB = "https://hub.example"
GOOD: dict[str, Any] = {
    "iss": "https://issuer.example", "sub": "a", "aud": HUB, "client_id": "app", "jti": "1",
    "iat": NOW - 10, "exp": NOW + 600,
}  # fmt: skip


def _read(**stated: Any) -> Any:
    claims = {name: value for name, value in {**GOOD, **stated}.items() if value is not None}
    return read_claims(claims, audience=HUB, now=NOW)


def test_a_good_token_reads() -> None:
    claims = _read(scope="me learners:read", nbf=NOW)
    assert (claims.issuer, claims.subject, claims.client_id) == (GOOD["iss"], "a", "app")
    assert claims.scopes == {"me", "learners:read"}
    assert claims.expires_at == NOW + 600


def test_a_token_without_scopes_has_none() -> None:
    assert _read().scopes == frozenset()


@pytest.mark.parametrize("name", ["iss", "sub", "aud", "client_id", "jti", "iat", "exp"])
def test_every_claim_is_needed(name: str) -> None:
    with pytest.raises(TokenRefused):
        _read(**{name: None})


@pytest.mark.parametrize("name", ["iss", "sub", "client_id", "jti"])
@pytest.mark.parametrize("value", ["", 1, True, ["a"], {"a": 1}, "x" * 513])
def test_a_text_is_a_text_of_some_length(name: str, value: Any) -> None:
    with pytest.raises(TokenRefused):
        _read(**{name: value})


@pytest.mark.parametrize("name", ["iat", "exp", "nbf"])
@pytest.mark.parametrize("value", ["1", "never", True, [], {}, -1, 0, 1e300, float("inf")])
def test_a_moment_is_a_number(name: str, value: Any) -> None:
    with pytest.raises(TokenRefused):
        _read(**{name: value})


@pytest.mark.parametrize(("name", "sign"), [("exp", -1), ("nbf", 1), ("iat", 1)])
def test_clocks_may_differ_so_much_and_no_more(name: str, sign: int) -> None:
    assert _read(**{name: NOW + sign * (LEEWAY - 1)})
    with pytest.raises(TokenRefused):
        _read(**{name: NOW + sign * (LEEWAY + 1)})


def test_the_leeway_is_at_most_half_a_minute() -> None:
    assert LEEWAY <= 30


@pytest.mark.parametrize("aud", [[HUB], ["https://other.example", HUB]])
def test_an_audience_may_be_one_of_several(aud: Any) -> None:
    assert _read(aud=aud)


@pytest.mark.parametrize(
    "aud", ["", f"{HUB}/", HUB.upper(), [], ["https://other.example"], [HUB, 1], {HUB: 1}, [[HUB]]]
)
def test_another_audience_is_none(aud: Any) -> None:
    with pytest.raises(TokenRefused):
        _read(aud=aud)


@pytest.mark.parametrize("scope", [1, ["me"], {"me": True}])
def test_scopes_are_one_text(scope: Any) -> None:
    with pytest.raises(TokenRefused):
        _read(scope=scope)


@pytest.mark.parametrize("cnf", [1, "jkt", {}, {"jkt": 1}, {"x5t#S256": "a"}, {"jkt": "a", "b": 1}])
def test_a_binding_that_cannot_be_checked_is_refused(cnf: Any) -> None:
    with pytest.raises(TokenRefused):
        _read(cnf=cnf)


def test_a_binding_to_a_key_is_read() -> None:
    assert _read(cnf={"jkt": "abc"}).thumbprint == "abc"


@pytest.mark.parametrize("kind", ["at+jwt", "application/at+jwt"])
def test_an_access_token_says_that_it_is_one(kind: str) -> None:
    check_header({"alg": "ES256", "typ": kind})


@pytest.mark.parametrize(
    "header",
    [
        {}, {"typ": "JWT"}, {"typ": "AT+JWT"}, {"typ": None}, {"typ": "at+jwt "},
        {"typ": ["at+jwt"]}, {"typ": {"at+jwt": 1}},
        {"typ": "at+jwt", "crit": []}, {"typ": "at+jwt", "crit": ["exp"]},
        {"typ": "at+jwt", "b64": True}, {"typ": "at+jwt", "kid": 1},
        {"typ": "at+jwt", "kid": "x" * 600},
    ],
)  # fmt: skip
def test_any_other_header_is_refused(header: dict[str, Any]) -> None:
    with pytest.raises(TokenRefused):
        check_header(header)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(["typ", "kid", "crit", "b64", "alg"]), _JSON))
def test_no_header_does_anything_but_pass_or_be_refused(header: dict[str, Any]) -> None:
    with suppress(TokenRefused):
        check_header(header)
        assert header["typ"] in {"at+jwt", "application/at+jwt"}


@given(st.dictionaries(st.sampled_from([*GOOD, "nbf", "scope", "cnf"]), _JSON))
def test_no_claim_does_anything_but_pass_or_be_refused(claims: dict[str, Any]) -> None:
    with suppress(TokenRefused):
        read = read_claims({**GOOD, **claims}, audience=HUB, now=NOW)
        assert read.subject.isprintable()
        assert read.expires_at > NOW - LEEWAY


@pytest.mark.parametrize("value", ["a\0b", "\ud800", "a\nb"])
def test_a_text_that_no_database_takes_is_refused(value: str) -> None:
    with pytest.raises(TokenRefused):
        _read(sub=value)


def test_all_refusals_say_the_same() -> None:
    said = set()
    for wrong in ({"exp": 1}, {"aud": "x"}, {"sub": None}):
        with pytest.raises(TokenRefused) as caught:
            _read(**wrong)
        said.add(str(caught.value))
    assert said == {UNVERIFIED}
