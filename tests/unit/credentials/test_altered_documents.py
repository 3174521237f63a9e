"""Signed samples altered anywhere fail by the named check; no alteration lifts an unsigned one."""

from __future__ import annotations

import random
import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from isthmus.credentials.contract import Document, DocumentUnreadable
from isthmus.credentials.proofs.contexts import Contexts
from isthmus.credentials.reading import read
from isthmus.credentials.verifier import Verifier
from isthmus.model.verification import Verification, VerificationLevel
from tests.unit.credentials import altering
from tests.unit.credentials.cases import NOW, Nobody

pytestmark = pytest.mark.shared

ELM = "elm/Credentials/JSON-LD Examples (ELM v3)/Sample"
VC = "w3c-vc/vc-di"
JSON, TOKEN, TEXT = altering.of_json, altering.of_token, altering.of_text
SIGNED: dict[str, Callable[[bytes, int, random.Random], list[bytes]]] = {
    f"{VC}-eddsa/eddsa-rdfc-2022/employ/signedDataInt.json": JSON,
    f"{VC}-eddsa/proof-set-chain/signedProofChain1.json": JSON,
    f"{VC}-ecdsa/ecdsa-jcs-2019-p384/signedJCSECDSAP384.json": JSON,
    f"{VC}-ecdsa/ecdsa-sd-2023/employ/addSignedSDBase.json": JSON,
    f"{VC}-ecdsa/ecdsa-sd-2023/employ/derivedRevealDocument.json": JSON,
    "openbadges-3/simple-did-key-method.json": JSON,
    "openbadges-3/complete.json": JSON,
    "openbadges-3/sd/derivedcredential.json": JSON,
    "clr-2/simple.json": JSON,
    "clr-2/simple.jwt": TOKEN,
    "dcc/v1/v1NoStatus.json": JSON,
    "dcc/v2/v2NoStatus.json": JSON,
    f"{ELM}-MC-Annex1-signed.jsonld": JSON,
    f"{ELM}-CertOfPart-signed.jsonld": JSON,
    "elm/Credentials/XML Examples (ELM v2)/EDC_DiplomaSupplement_AA.xml": TEXT,
    "blockcerts/cert-verifier-py/2.0/valid.json": JSON,
    "blockcerts/cert-verifier-js/fixtures/v3/mocknet-vc-v2-data-integrity-proof.json": JSON,
}
LEFT_OPEN = {
    "incredible/signed-sample-course.py.json",
    "incredible/signed-sample-participation.json",
}
"""Signatures that leave a part of the document uncovered, and say so."""
UNSIGNED = (
    f"{ELM}-MC-Annex1-unsigned.jsonld",
    "digilocker/example-academic-certificate.json",
    "openbadges-3/spec-examples/fullOpenBadge.json",
    "incredible/sample-course.json",
    "blockcerts/cert-schema/examples/1.2/sample_signed_cert-1.2.json",
    "w3c-vc/vcdm2-suite/input/credential-issuer-object-ok.json",
)
MOST = 60
SECONDS, MEGABYTES = 2.0, 64
RANK = list(VerificationLevel)


@pytest.fixture(scope="module")
def folder(fixtures: Path) -> Path:
    return fixtures / "credentials"


@pytest.fixture(scope="module")
def verifier(folder: Path) -> Verifier:
    return Verifier(Contexts.of_folder(folder / "jsonld-contexts"), Nobody())


async def verified(verifier: Verifier, body: bytes) -> Verification:
    return (await verifier.verify(Document(body), now=NOW))[1]


def failed(made: Verification) -> set[str]:
    return {c.kind.value for c in made.checks if c.result == "FAIL"}


def is_unreadable(made: Verification) -> bool:
    return made.reason == "The document was not read."


@pytest.mark.parametrize("name", SIGNED)
async def test_every_alteration_of_a_signed_sample_fails_by_name(
    name: str, verifier: Verifier, folder: Path
) -> None:
    body = (folder / name).read_bytes()
    before = await verified(verifier, body)
    assert any(c.result == "PASS" for c in before.checks if c.kind in {"SIGNATURE", "TAMPER"})
    assert not failed(before) & {"SIGNATURE", "TAMPER"}
    made = SIGNED[name](body, MOST, random.Random(name))
    assert len(made) >= 8
    for one in made:
        found = await verified(verifier, one)
        assert is_unreadable(found) or failed(found) & {"SIGNATURE", "TAMPER"}, one
        assert found.level == "NONE"


@pytest.mark.parametrize("name", sorted(LEFT_OPEN))
async def test_no_alteration_of_what_a_signature_leaves_open_lifts_a_sample(
    name: str, verifier: Verifier, folder: Path
) -> None:
    body = (folder / name).read_bytes()
    made = [await verified(verifier, one) for one in JSON(body, MOST, random.Random(name))]
    assert all(one.level in {"NONE", "SELF"} for one in made)
    assert sum("SIGNATURE" in failed(one) for one in made) >= len(made) // 2


@pytest.mark.parametrize("name", UNSIGNED)
async def test_no_alteration_lifts_an_unsigned_sample(
    name: str, verifier: Verifier, folder: Path
) -> None:
    body = (folder / name).read_bytes()
    level = (await verified(verifier, body)).level
    assert level in {"NONE", "SELF"}
    for one in JSON(body, MOST, random.Random(name)):
        assert RANK.index((await verified(verifier, one)).level) <= RANK.index(level)


async def beaten(verifier: Verifier, folder: Path, times: int) -> None:
    """Alter bytes of any sample, so often; whatever comes, it is one sentence or a verification."""
    chance = random.Random(times)
    verifier = replace(verifier, remembered=None)
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    for _ in range(times):
        path = chance.choice(paths)
        body = altering.bytes_altered(path.read_bytes(), chance)
        with suppress(DocumentUnreadable):
            read(Document(body))
        seconds, megabytes = await cost(verifier, body)
        assert seconds < SECONDS, path
        assert megabytes < MEGABYTES, path


async def cost(verifier: Verifier, body: bytes) -> tuple[float, float]:
    """Verify bytes, and give the time of the processor and the memory it took at most."""
    began = time.process_time()
    await verified(verifier, body)
    seconds = time.process_time() - began
    tracemalloc.start()
    await verified(verifier, body)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return seconds, most / 1e6


async def test_no_bytes_make_a_verification_raise_or_cost_much(
    verifier: Verifier, folder: Path
) -> None:
    await beaten(verifier, folder, 200)


@pytest.mark.slow
async def test_no_bytes_make_a_verification_raise_or_cost_much_in_the_long_form(
    verifier: Verifier, folder: Path
) -> None:
    await beaten(verifier, folder, 2000)
