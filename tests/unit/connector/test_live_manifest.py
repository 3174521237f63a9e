"""What a manifest of a learner's store must say, and what is wrong where it does not."""

from __future__ import annotations

import pytest

from isthmus.connector import manifest
from isthmus.connector.check import check
from isthmus.connector.live_words import seconds_of
from isthmus.connector.manifest import ManifestInvalid

SOUND = """\
isthmus: 1
id: locker
version: 1.0.0
title: Locker
maintainers: [acme]
transport: oauth_store
modes: [live]
personal: true
config:
  type: object
  required: [client_id, client_secret]
  properties:
    client_id: {type: string}
    client_secret: {type: string, secret: true}
http:
  base_url: https://locker.example
  auth:
    oauth2:
      flow: authorization_code
      authorize: /authorize
      token: /token
      revoke: /revoke
consent:
  purpose: Show my documents
  max_age: 365d
  data: [Credential]
  on_withdraw: revoke_and_forget
streams:
  credentials:
    produces: Credential@1
    request: {path: /documents}
    id: id
    deletes: never
    deadline: 3s
    detail: {path: "/documents/{record.uri}", as: document}
    map:
      title: name
      uri: uri
"""

FAULTS = {
    "synced too": ("modes: [live]", "modes: [live, synced]", 7, "personal data is never synced"),
    "not personal": ("personal: true\n", "", 22, "belongs to personal data"),
    "a link without people": ("personal: true\n", "", 16, "a link of each learner"),
    "credentials of nobody": ("personal: true\n", "", 29, "Credential@1 needs `personal: true`"),
    "another type": ("Credential@1", "Vacancy@1", 30, "cannot stand beside `personal: true`"),
    "a purpose of none": ("purpose: Show my documents", "purpose: ''", 24, "consent.purpose"),
    "an age of none": ("max_age: 365d", "max_age: 0d", 25, "consent.max_age: Expected `str`"),
    "data of another kind": ("data: [Credential]", "data: [Photo]", 26, "Invalid enum value"),
    "an end of no kind": ("revoke_and_forget", "keep", 27, "consent.on_withdraw"),
    "no way to take back": ("      revoke: /revoke\n", "", 22, "no address to revoke at"),
    "no token": ("      token: /token\n", "", 18, "needs authorize and token, or discover"),
    "another flow": ("authorization_code", "implicit", 19, "flow"),
    "an unknown way in": ("    oauth2:", "    oauth3:", 18, "is not a word of a manifest"),
    "a secret in an address": (
        "token: /token",
        "token: '/{config.client_secret}'",
        21,
        "is a secret, and has no place in an address",
    ),
    "a secret in a query": (
        "request: {path: /documents}",
        "request: {path: /documents, query: {k: '{config.client_secret}'}}",
        31,
        "is a secret, and has no place in an address",
    ),
    "a client nobody names": (
        "required: [client_id, client_secret]",
        "required: [client_secret]",
        18,
        "config must require client_id",
    ),
    "a secret not marked": (
        "{type: string, secret: true}",
        "{type: string}",
        9,
        "client_secret must be marked `secret: true`",
    ),
    "a deadline of none": ("deadline: 3s", "deadline: 0s", 34, "deadline: Expected `str`"),
    "a detail of no field": ("record.uri", "record.url", 35, "{record.url} is not in the map"),
    "a detail of the config": ("record.uri", "config.client_id", 35, "is not known here"),
    "evidence of no kind": ("as: document", "as: picture", 35, "Invalid enum value 'picture'"),
}


def findings(text: str) -> list[manifest.Finding]:
    try:
        return check(manifest.load(text), text)
    except ManifestInvalid as invalid:
        return invalid.findings


def test_a_sound_manifest_of_a_store_has_no_findings() -> None:
    assert findings(SOUND) == []
    assert manifest.load(SOUND).secrets == {"client_secret"}


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_is_told_by_its_line(case: str) -> None:
    old, new, line, said = FAULTS[case]
    assert SOUND.count(old) == 1
    found = [str(finding) for finding in findings(SOUND.replace(old, new))]
    assert any(f.startswith(f"connector.yaml: line {line}: ") and said in f for f in found), found


def test_personal_data_without_consent_is_refused() -> None:
    begin, end = SOUND.index("consent:\n"), SOUND.index("streams:\n")
    found = findings(SOUND[:begin] + SOUND[end:])
    assert [(f.line, f.message) for f in found] == [
        (8, "personal: needs a `consent` block that says what for")
    ]


def test_a_synced_source_has_no_live_words() -> None:
    text = SOUND.replace("modes: [live]", "modes: [synced]").replace("personal: true\n", "")
    found = {f.message for f in findings(text)}
    assert {"deadline: is a word of live streams", "detail: is a word of live streams"} <= found


def test_a_document_of_the_store_stands_in_place_of_its_addresses() -> None:
    addresses = "      authorize: /authorize\n      token: /token\n      revoke: /revoke\n"
    discover = "      discover: {path: /known, authorize: a, token: t, revoke: r}\n"
    assert findings(SOUND.replace(addresses, discover)) == []
    both = findings(SOUND.replace("      revoke: /revoke\n", discover))
    assert [f.message for f in both] == ["discover: stands in place of authorize, token and revoke"]
    broken = findings(SOUND.replace(addresses, discover.replace("token: t", "token: 't['")))
    assert [f.line for f in broken] == [20]


@pytest.mark.parametrize(("stated", "seconds"), [("3s", 3.0), ("250ms", 0.25)])
def test_a_deadline_is_read_in_seconds(stated: str, seconds: float) -> None:
    assert seconds_of(stated) == seconds
