from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from isthmus.credentials.proofs.dids import did_web_address, find_key
from isthmus.credentials.proofs.keys import key_of_jwk, key_of_method, key_of_multikey
from isthmus.credentials.proofs.multikey import KeyUnreadable, decode_multikey
from tests.unit.credentials.proofs.around import a_key, public_of, surroundings

DOCUMENT = "https://college.example/.well-known/did.json"


def methods(value: Any) -> Iterator[Mapping[str, Any]]:
    """Give each verification method of the DID documents in a file of vectors."""
    if isinstance(value, list):
        for item in value:
            yield from methods(item)
    elif isinstance(value, dict):
        if "#" in str(value.get("id")) and "controller" in value and value["id"][0] != "#":
            yield value
        for inner in value.values():
            yield from methods(inner)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("bls12381", 6),
        ("ed25519-x25519", 10),
        ("nist-curves", 7),
        ("rsa", 2),
        ("secp256k1", 6),
        ("x25519", 4),
    ],
)
def test_the_key_in_a_did_is_that_of_its_document(credentials: Path, name: str, count: int) -> None:
    vectors = json.loads((credentials / "did" / "did-key" / f"{name}.json").read_bytes())
    found = [
        (key_of_multikey(method["id"].partition("#")[2]), key_of_method(method))
        for method in methods(vectors)
    ]
    assert len(found) >= count
    assert all((one.kind, one.body) == (two.kind, two.body) for one, two in found)


def test_a_key_is_the_same_as_jwk_and_as_multikey() -> None:
    key = public_of(a_key()[1])
    assert key_of_jwk(key.jwk()) == key


@pytest.mark.parametrize(
    "text",
    ["", "z", "zzzz", "Q123", "z6Mk", "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWq2", "u____"],
)
def test_text_that_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(KeyUnreadable):
        key_of_multikey(text)


def test_a_point_that_is_not_on_its_curve_is_refused() -> None:
    jwk = {"kty": "EC", "crv": "P-256", "x": "AA" * 21 + "A", "y": "AA" * 21 + "A"}
    with pytest.raises(KeyUnreadable):
        key_of_jwk(jwk)


def test_the_kind_stands_before_the_key() -> None:
    assert decode_multikey(a_key()[1].removeprefix("did:key:")).kind == "Ed25519"


async def test_a_did_key_controls_itself() -> None:
    _, did = a_key()
    found = await find_key(f"{did}#{did[8:]}", "assertionMethod", surroundings())
    assert (found.key, found.controller) == (public_of(did), did)


async def test_a_did_key_has_no_other_method() -> None:
    found = await find_key(f"{a_key(1)[1]}#{a_key(2)[1][8:]}", "assertionMethod", surroundings())
    assert (found.key, found.fault) == (None, "the DID has no such verification method")


async def test_a_did_jwk_controls_itself() -> None:
    key = public_of(a_key()[1])
    text = base64.urlsafe_b64encode(json.dumps(key.jwk()).encode()).rstrip(b"=").decode()
    found = await find_key(f"did:jwk:{text}#0", "assertionMethod", surroundings())
    assert (found.key, found.controller) == (key, f"did:jwk:{text}")


async def test_an_unknown_did_method_is_named() -> None:
    found = await find_key("did:example:1#k", "assertionMethod", surroundings())
    assert found.fault == "the DID method example is not known here"


async def test_a_key_in_a_fragment_is_vouched_for_by_nobody() -> None:
    _, did = a_key()
    near = surroundings()
    found = await find_key(f"https://college.example/i#{did[8:]}", "assertionMethod", near)
    assert (found.key, found.controller) == (public_of(did), None)
    assert near.fetcher.asked == []


def a_did_document(**other: Any) -> dict[str, Any]:
    method = {
        "id": "did:web:college.example#k",
        "type": "Multikey",
        "controller": "did:web:college.example",
        "publicKeyMultibase": a_key()[1].removeprefix("did:key:"),
    }
    return {
        "id": "did:web:college.example",
        "verificationMethod": [method],
        "assertionMethod": ["#k"],
        **other,
    }


async def found_in(document: Any, reference: str = "did:web:college.example#k") -> Any:
    return await find_key(reference, "assertionMethod", surroundings({DOCUMENT: document}))


async def test_a_key_of_did_web_is_bound_to_its_did() -> None:
    found = await found_in(a_did_document())
    assert (found.key, found.controller) == (public_of(a_key()[1]), "did:web:college.example")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"id": "did:web:other.example"}, "the document found is another's"),
        ({"assertionMethod": []}, "the document does not allow the key for assertionMethod"),
        ({"verificationMethod": []}, "the document has no such verification method"),
    ],
)
async def test_a_document_that_does_not_vouch_for_the_key(
    change: dict[str, Any], fault: str
) -> None:
    found = await found_in(a_did_document(**change))
    assert (found.controller, found.fault) == (None, fault)


async def test_a_did_web_that_does_not_answer_is_unreachable() -> None:
    found = await find_key("did:web:college.example#k", "assertionMethod", surroundings())
    assert (found.key, found.unreachable, found.source) == (None, True, DOCUMENT)


@pytest.mark.parametrize(
    ("did", "address"),
    [
        ("did:web:college.example", DOCUMENT),
        ("did:web:a.example:b:c", "https://a.example/b/c/did.json"),
        ("did:web:a.example%3A8443", "https://a.example:8443/.well-known/did.json"),
        ("did:web:a.example%2Fb", None),
        ("did:web:a.example:..:b", None),
        ("did:web:user%40a.example", None),
        ("did:web:", None),
    ],
)
def test_the_address_of_a_did_web(did: str, address: str | None) -> None:
    assert did_web_address(did) == address
