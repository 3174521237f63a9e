"""What a provider says of a person, and where a sign-in may lead."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from isthmus.errors import Misconfigured
from isthmus.identity.authorities import is_address
from isthmus.identity.id_tokens import person_of
from isthmus.identity.providers import read_providers, secret_name
from isthmus.identity.signing_in import may_return
from isthmus.model.learner import Person
from isthmus.outbound import Outbound


def test_what_is_said_is_known() -> None:
    claims = {
        "name": " Asha Iyer ", "email": "a@example.org", "email_verified": True,
        "birthdate": "2007-03-14", "address": {"country": "India"},
    }  # fmt: skip
    assert person_of(claims) == Person(
        name="Asha Iyer", email="a@example.org", born_on=date(2007, 3, 14), country="IN"
    )


@pytest.mark.parametrize(
    "claims",
    [
        {}, {"name": 1}, {"name": "  "}, {"name": "a\0b"}, {"name": "\ud800"},
        {"email": "a@example.org"},
        {"email": "a@example.org", "email_verified": "true"},
        {"birthdate": "2007"}, {"birthdate": "0000-03-14"}, {"birthdate": 2007},
        {"birthdate": "14.03.2007"}, {"address": "India"}, {"address": {"country": "Atlantis"}},
    ],
)  # fmt: skip
def test_what_is_not_said_for_sure_is_unknown(claims: dict[str, Any]) -> None:
    assert person_of(claims) == Person()


@pytest.mark.parametrize(
    ("address", "allowed", "may"),
    [
        ("https://app.example/back", "https://app.example/back", True),
        ("https://app.example/back?a=1", "https://app.example/back", True),
        ("https://app.example/a/b", "https://app.example/a/", True),
        ("https://app.example/ab", "https://app.example/a/", False),
        ("https://app.example:444/back", "https://app.example/back", False),
        ("https://app.example/back", "https://app.example/", True),
        ("https://app.example\n/back", "https://app.example/", False),
    ],
)
def test_a_sign_in_leads_to_what_is_allowed(address: str, allowed: str, may: bool) -> None:
    assert may_return(address, [allowed]) is may


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("https://id.example/keys", True), ("http://127.0.0.1:9/keys", True),
        ("http://id.example/keys", False), ("file:///etc/passwd", False), ("https://", False),
        ("//id.example/keys", False), ("http://[", False), (None, False), (["https://a"], False),
    ],
)  # fmt: skip
def test_issuers_are_asked_over_tls(address: Any, may: bool) -> None:
    assert is_address(address) is may


def test_nothing_is_allowed_where_nothing_is_named() -> None:
    assert not may_return("https://app.example/", [])


def test_providers_read_with_their_secrets() -> None:
    stated = ["town hub https://id.example", "my-school hub2 https://school.example/realm"]
    found = read_providers(stated, Outbound(), {"town": "s"}.get)
    assert [(p.client_id, p.authority.name, p.secret) for p in found.values()] == [
        ("hub", "https://id.example", "s"),
        ("hub2", "https://school.example/realm", None),
    ]
    assert secret_name("my-school") == "ISTHMUS_SECRET_PROVIDER_MY_SCHOOL"


@pytest.mark.parametrize("stated", ["town", "town hub", "Town hub https://id.example", "a b c d"])
def test_a_provider_that_does_not_read_is_an_operator_s_mistake(stated: str) -> None:
    with pytest.raises(Misconfigured):
        read_providers([stated], Outbound(), {}.get)
