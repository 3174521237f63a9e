"""Signatures of Beckn: what is signed, what reads, and for how long it holds."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isthmus.connector.callback import signatures
from isthmus.connector.callback.refusals import CallbackRefused, Reason
from isthmus.connector.callback.signatures import COVERED, Signer, public_key
from isthmus.errors import Misconfigured

NOW = 1_760_000_000
SEED = bytes(range(32))
PUBLIC = "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg="
BODY = (
    b'{"context":{"domain":"onest:work-opportunities","action":"search","transaction_id":"t-1",'
    b'"message_id":"m-1"},"message":{"intent":{"item":{"descriptor":{"name":"fitter"}}}}}'
)
BY_OPENSSL = (
    "VQiiiYp5YQr3rfYsSfzhmMhiVaeg5sVol1twBQkXds8NorQmobj0d7CqQYQA8Bp525GWpippNMqpvTyZpCsJDg=="
)
"""What `openssl pkeyutl -sign -rawin` makes of the text below with the digest of `-blake2b512`."""
TEXT = (
    b"(created): 1760000000\n(expires): 1760000600\ndigest: BLAKE-512="
    b"01cytPMCRK1CzMG+gDfBXVtlg24Q73i3vq20iF/HgDgZSGXQLlxAQOwyqzUhLOBbC6IjwRrMUHRG0sek8aO2rA=="
)


def a_signer(key: bytes = SEED) -> Signer:
    return Signer.of("hub.example", "k-1", base64.b64encode(key).decode(), "signing_key")


def header(**changed: str) -> str:
    parts = {
        "keyId": "a.example|k|ed25519", "algorithm": "ed25519", "created": str(NOW),
        "expires": str(NOW + 60), "headers": COVERED, "signature": BY_OPENSSL, **changed,
    }  # fmt: skip
    return "Signature " + ",".join(f'{name}="{value}"' for name, value in parts.items())


def refusal_of(text: str) -> Reason:
    with pytest.raises(CallbackRefused) as caught:
        signatures.read(text)
    return caught.value.reason


def test_what_is_signed_is_what_another_tool_signs() -> None:
    assert signatures.signed_text(NOW, NOW + 600, BODY) == TEXT
    assert a_signer().header(BODY, NOW, 600) == (
        'Signature keyId="hub.example|k-1|ed25519",algorithm="ed25519",created="1760000000",'
        'expires="1760000600",headers="(created) (expires) digest",'
        f'signature="{BY_OPENSSL}"'
    )


def test_a_key_is_read_in_each_form_that_networks_use() -> None:
    pair = SEED + base64.b64decode(PUBLIC)
    assert a_signer().public == a_signer(pair).public == PUBLIC
    raw = base64.b64decode(PUBLIC)
    der = base64.b64encode(bytes.fromhex("302a300506032b6570032100") + raw).decode()
    assert {key.public_bytes_raw() for text in (PUBLIC, der) if (key := public_key(text))} == {raw}
    assert [public_key(odd) for odd in ("", "====", PUBLIC[:-8], None, 7)] == [None] * 5
    with pytest.raises(Misconfigured, match="signing_key: is no Ed25519 key"):
        a_signer(SEED[:-1])


def test_what_was_signed_is_read_back_and_holds_over_these_bytes_alone() -> None:
    stated = signatures.read(a_signer().header(BODY, NOW, 600))
    assert (stated.subscriber, stated.key_id) == ("hub.example", "k-1")
    key = public_key(PUBLIC)
    assert key is not None
    stated.check(BODY, key)
    with pytest.raises(CallbackRefused, match="not the sender's over this body"):
        stated.check(BODY + b" ", key)


@pytest.mark.parametrize(
    ("created", "expires", "holds"),
    [
        (NOW, NOW + 60, True),
        (NOW + 30, NOW + 60, True),
        (NOW + 31, NOW + 60, False),
        (NOW - 60, NOW, False),
        (NOW - 60, NOW + 1, True),
        (NOW, NOW + 86_400, True),
        (NOW, NOW + 86_401, False),
    ],
)
def test_a_signature_holds_from_its_making_to_its_end(
    created: int, expires: int, *, holds: bool
) -> None:
    stated = signatures.read(header(created=str(created), expires=str(expires)))
    if holds:
        stated.check_time(NOW)
        return
    with pytest.raises(CallbackRefused) as caught:
        stated.check_time(NOW)
    assert caught.value.reason is Reason.OUT_OF_TIME


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Bearer x",
        "Signature",
        header() + ',algorithm="ed25519"',
        header(algorithm="rsa-sha256"),
        header(keyId="a.example|k|rsa"),
        header(keyId="a.example|k"),
        header(keyId="|k|ed25519"),
        header(headers="(created) (expires)"),
        header(headers="digest"),
        header(created="-1"),
        header(created="soon"),
        header(expires="9" * 40),
        header(signature="not base64!"),
        header(further="x"),
        header(keyId="a" * 3000 + "|k|ed25519"),
    ],
)
def test_a_header_that_could_mean_something_else_is_refused(text: str) -> None:
    assert refusal_of(text) is Reason.UNSIGNED


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.text(max_size=200) | st.text(max_size=60).map(lambda s: header()[:-9] + s))
def test_no_header_makes_reading_fail_in_another_way(text: str) -> None:
    try:
        signatures.read(text)
    except CallbackRefused as refused:
        assert refused.reason is Reason.UNSIGNED  # noqa: PT017 - both outcomes are right
