"""What a manifest must say to be let in, and what is wrong where it does not."""

from __future__ import annotations

import pytest

from isthmus.connector import manifest
from isthmus.connector.authorizing import authority_of, without_secrets
from isthmus.connector.check import check
from isthmus.errors import Misconfigured
from isthmus.outbound import ClientCredentials, Key

SOUND = """\
isthmus: 1
id: guarded
version: 1.0.0
title: Guarded
maintainers: [acme]
transport: rest
modes: [synced]
config:
  type: object
  required: [desk, client_id, client_secret]
  properties:
    desk: {type: string}
    client_id: {type: string}
    client_secret: {type: string, secret: true}
http:
  base_url: https://guarded.example
  auth: {client_credentials: {token: "{config.desk}"}}
streams:
  jobs:
    produces: Vacancy@1
    request: {path: /jobs}
    id: id
    deletes: snapshot
    map: {title: title}
"""
AUTH = '{client_credentials: {token: "{config.desk}"}}'
CONFIG = {"desk": "https://desk.example/token", "client_id": "a", "client_secret": "b"}


def findings(text: str) -> str:
    return "\n".join(map(str, check(manifest.load(text), text)))


@pytest.mark.parametrize(
    "auth",
    [
        AUTH,
        "{client_credentials: {token: /token}}",
        "{api_key: {header: X-Key, secret: client_secret}}",
        "{bearer: {secret: client_secret}}",
    ],
)
def test_each_way_in_has_no_findings(auth: str) -> None:
    assert findings(SOUND.replace(AUTH, auth)) == ""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (", secret: true", "", "client_secret must be marked `secret: true`"),
        ("client_id, client_secret]", "client_id]", "config must require client_secret"),
        ("desk, client_id,", "desk,", "config must require client_id"),
        ("[desk, ", "[", "{config.desk} must be among the required words"),
        ("{config.desk}", "{config.client_secret}", "is a secret, and has no place in an address"),
        (AUTH, "{}", "say one of oauth2, addresses, client_credentials, api_key, bearer"),
        (AUTH, "{addresses: {}}", "a link of each learner is for personal data"),
    ],
)
def test_what_is_missing_is_told_with_its_line(old: str, new: str, said: str) -> None:
    assert said in findings(SOUND.replace(old, new))


def test_each_way_in_is_made_of_the_config() -> None:
    made = authority_of(manifest.load(SOUND), CONFIG)
    assert isinstance(made, ClientCredentials)
    keyed = SOUND.replace(AUTH, "{bearer: {secret: client_secret}}")
    assert authority_of(manifest.load(keyed), CONFIG) == Key("authorization", "Bearer b")


def test_a_key_shows_nothing_of_itself() -> None:
    assert "4711" not in repr(Key("x", "4711"))


@pytest.mark.parametrize("desk", ["//desk.example", "ftp://desk.example", "https://a:b@desk", "x"])
def test_a_desk_that_is_no_address_is_refused(desk: str) -> None:
    with pytest.raises(Misconfigured, match="desk"):
        authority_of(manifest.load(SOUND), CONFIG | {"desk": desk})


@pytest.mark.parametrize("secret", ["", "a\nb: c", "é"])
def test_a_secret_no_header_may_hold_is_refused(secret: str) -> None:
    with pytest.raises(Misconfigured, match="client_secret"):
        authority_of(manifest.load(SOUND), CONFIG | {"client_secret": secret})


def test_secrets_are_kept_from_what_maps_and_fills_in() -> None:
    assert "client_secret" not in without_secrets(manifest.load(SOUND), CONFIG)
