from __future__ import annotations

import copy
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from isthmus.credentials.contract import Surroundings
from isthmus.credentials.proofs.contexts import Contexts
from isthmus.credentials.proofs.data_integrity import check_proofs
from isthmus.credentials.proofs.linked_data import canonical_form
from isthmus.credentials.proofs.multikey import decode_multibase
from isthmus.credentials.proofs.suites import Secured, suite_of
from tests.unit.credentials.proofs.around import a_key, results

pytestmark = pytest.mark.shared

VECTORS = [
    ("vc-di-eddsa", "eddsa-rdfc-2022", "unsigned"),
    ("vc-di-eddsa", "eddsa-rdfc-2022/employ", "employmentAuth"),
    ("vc-di-eddsa", "eddsa-jcs-2022", "unsigned"),
    ("vc-di-eddsa", "Ed25519Signature2020", "unsigned"),
    ("vc-di-ecdsa", "ecdsa-rdfc-2019-p256", "unsigned"),
    ("vc-di-ecdsa", "ecdsa-rdfc-2019-p256/employ", "employmentAuth"),
    ("vc-di-ecdsa", "ecdsa-rdfc-2019-p384", "unsigned"),
    ("vc-di-ecdsa", "ecdsa-rdfc-2019-p384/employ", "employmentAuth"),
    ("vc-di-ecdsa", "ecdsa-jcs-2019-p256", "unsigned"),
    ("vc-di-ecdsa", "ecdsa-jcs-2019-p384", "unsigned"),
]
KEY = "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
OLDER = {
    "type": "Ed25519Signature2020",
    "created": "2023-02-24T23:36:38Z",
    "verificationMethod": f"{KEY}#{KEY[8:]}",
    "proofPurpose": "assertionMethod",
}
"""The options of the one vector that states only their hash: of these, the hash is that one."""

COMPLETE = [vector for vector in VECTORS if vector[1] != "eddsa-jcs-2022"]
"""Vectors whose signature is in the collection at hand."""


class Vector:
    """One folder of a vector: what is there of it, by the beginning of its name."""

    def __init__(self, credentials: Path, vector: tuple[str, str, str]) -> None:
        root = credentials / "w3c-vc" / vector[0]
        self.folder = root / vector[1]
        self.document: dict[str, Any] = json.loads((root / f"{vector[2]}.json").read_bytes())
        self.algorithm = "sha384" if "p384" in vector[1] else "sha256"
        self.is_jcs = "jcs" in vector[1]

    def text(self, beginning: str) -> str | None:
        found = sorted(self.folder.glob(f"{beginning}*"))
        return found[0].read_bytes().decode() if found else None

    def digest(self, text: str) -> bytes:
        return hashlib.new(self.algorithm, text.encode()).digest()

    def signed(self) -> dict[str, Any]:
        """Give the signed document, put together where only its parts are given."""
        whole, value = self.text("signed"), self.text("sigBTC58")
        if whole is not None:
            return json.loads(whole)
        assert value is not None
        return {**self.document, "proof": {**self.options(), "proofValue": value.strip()}}

    def options(self) -> dict[str, Any]:
        """Give the proof's options: as stated, or read back from what the vector has of them."""
        stated = self.text("proofConfig") or self.text("signed")
        if stated is not None:
            found = json.loads(stated)
            proof = found.get("proof", found)
            return {k: v for k, v in proof.items() if self.is_jcs or k != "@context"}
        canonical = self.text("proofCanon")
        if canonical is None:
            return OLDER
        term = {
            name: re.search(rf"{name}>? [<\"]([^>\"]+)", canonical)[1]
            for name in ("created", "cryptosuite", "verificationMethod")
        }
        return {"type": "DataIntegrityProof", "proofPurpose": "assertionMethod", **term}


@pytest.fixture(params=VECTORS, ids=lambda vector: vector[1])
def vector(request: pytest.FixtureRequest, credentials: Path) -> Vector:
    return Vector(credentials, request.param)


@pytest.fixture(params=COMPLETE, ids=lambda vector: vector[1])
def complete(request: pytest.FixtureRequest, credentials: Path) -> Vector:
    return Vector(credentials, request.param)


def test_the_hashes_on_the_way_are_those_of_the_vector(vector: Vector, contexts: Contexts) -> None:
    secured = Secured(vector.document, contexts)
    form = (
        secured.document
        if vector.is_jcs
        else canonical_form(vector.document, contexts, algorithm=vector.algorithm)
    )
    wanted = vector.text("canonDoc")
    if not vector.is_jcs:
        assert wanted in {None, form}
    for name, canonical in (("docHash", wanted), ("proofHash", vector.text("proofCanon"))):
        stated = vector.text(name)
        if stated is not None and canonical is not None:
            assert vector.digest(canonical).hex() == stated.strip()


def test_the_bytes_that_are_signed_are_those_of_the_vector(
    vector: Vector, contexts: Contexts
) -> None:
    proof = vector.options()
    proof.pop("proofValue", None)
    suite = suite_of(proof)
    assert suite is not None
    own = [*vector.document["@context"], suite.context] if suite.context else None
    data = Secured(vector.document, contexts).hash_data(
        proof, suite, vector.algorithm, [], context=own
    )
    size = len(data) // 2
    wanted = [vector.text("proofCanon"), vector.text("canonDoc")]
    for canonical, part in zip(wanted, (data[:size], data[size:]), strict=True):
        assert canonical is None or vector.digest(canonical) == part
    for name, part in (("combinedHash", data), ("proofHash", data[:size])):
        stated = vector.text(name)
        assert stated is None or stated.strip() == part.hex()


async def test_the_signed_document_of_the_vector_passes(
    complete: Vector, offline: Surroundings
) -> None:
    document = complete.signed()
    found = results(await check_proofs(document, offline))
    assert found["SIGNATURE"] == "PASS"
    assert found["ISSUER_BINDING"] in {"WARN", "FAIL"}  # their issuers are not the keys' owners


def claim_changed(document: dict[str, Any]) -> None:
    place = document["credentialSubject"]
    name = next(name for name, value in place.items() if name != "id" and isinstance(value, str))
    place[name] = chr(ord(place[name][0]) ^ 1) + place[name][1:]


def value_changed(document: dict[str, Any]) -> None:
    value = document["proof"]["proofValue"]
    middle = len(value) // 2
    document["proof"]["proofValue"] = (
        value[:middle] + ("2" if value[middle] != "2" else "3") + value[middle + 1 :]
    )


def time_changed(document: dict[str, Any]) -> None:
    document["proof"]["created"] = "2023-02-24T23:36:39Z"


def key_swapped(document: dict[str, Any]) -> None:
    document["proof"]["verificationMethod"] = a_key(7)[1]


def proof_removed(document: dict[str, Any]) -> None:
    del document["proof"]


def value_emptied(document: dict[str, Any]) -> None:
    document["proof"]["proofValue"] = "z"


def suite_changed(document: dict[str, Any]) -> None:
    document["proof"] |= {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022x"}


@pytest.mark.parametrize(
    ("mutation", "result"),
    [
        (claim_changed, "FAIL"),
        (value_changed, "FAIL"),
        (time_changed, "FAIL"),
        (key_swapped, "FAIL"),
        (value_emptied, "FAIL"),
        (suite_changed, "SKIPPED"),
        (proof_removed, "SKIPPED"),
    ],
)
async def test_a_mutation_of_a_vector_does_not_pass(
    complete: Vector, offline: Surroundings, mutation: Any, result: str
) -> None:
    document = copy.deepcopy(complete.signed())
    mutation(document)
    assert results(await check_proofs(document, offline))["SIGNATURE"] == result


@pytest.mark.parametrize(
    ("name", "signatures"),
    [
        ("signedProofSet1", "PASS"),
        ("signedProofSet2", "PASS+PASS"),
        ("signedProofChain1", "PASS+PASS+PASS"),
        ("signedProofChain2", "PASS+PASS+PASS+PASS"),
        ("proofChainTempDoc2", "FAIL"),
    ],
)
async def test_the_sets_and_chains_of_the_vectors(
    credentials: Path, offline: Surroundings, name: str, signatures: str
) -> None:
    path = credentials / "w3c-vc" / "vc-di-eddsa" / "proof-set-chain" / f"{name}.json"
    rows = await check_proofs(json.loads(path.read_bytes()), offline)
    assert results(rows)["SIGNATURE"] == signatures


def test_the_values_of_the_vectors_are_multibase(complete: Vector) -> None:
    value, written = complete.text("sigBTC58"), complete.text("sigHex")
    if value is not None and written is not None:
        assert decode_multibase(value.strip()).hex() == written.strip()
