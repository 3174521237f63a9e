"""The whole collection by its own list: each file has the verdict that the list or its name says.

The list is `FILES.tsv` beside the samples. A file whose stated verdict is not ours stands in
`OTHERWISE` with the reason; any other disagreement fails.
"""

from __future__ import annotations

import base64
import csv
import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from isthmus.credentials.contract import Document, Fetched
from isthmus.credentials.proofs.contexts import Contexts
from isthmus.credentials.verifier import Verifier
from isthmus.model.verification import Verification
from tests.unit.credentials.cases import NOW

pytestmark = pytest.mark.shared

OTHERWISE = {
    "clr-2/simple_old_safesigned.json": "a term that no pinned edition of its context defines",
    "blockcerts/cert-verifier-js/fixtures/v3/testnet-v3-custom-context.json": (
        "a field that no context defines, which its verifier lets pass uncovered"
    ),
    "blockcerts/cert-verifier-js/fixtures/v2/mainnet-merkle-root-unmatch-2.0.json": (
        "only the chain tells that its root is another"
    ),
    "blockcerts/cert-verifier-js/fixtures/v2/testnet-tampered-hashes-2.0.json": (
        "its context is not at hand: inconclusive"
    ),
    "blockcerts/cert-verifier-py/2.0-alpha/invalid_tampered.json": (
        "its context is not at hand: inconclusive"
    ),
    "blockcerts/cert-verifier-py/2.0-alpha/invalid_authenticity.json": (
        "only the chain tells who made the transaction"
    ),
    "blockcerts/cert-verifier-js/fixtures/v3/testnet-v3-did--verification-method-not-referenced"
    ".json": "its DID method is not known here, and the key of a Merkle proof is not used",
}
"""Files whose stated verdict is not ours, and why."""

BITS = "https://raw.githubusercontent.com/1EdTech/digital-credentials-public-validator/refs/heads/"
"""Where the list of one sample stands; the collection does not hold it, so the test writes it."""


DCC = (
    "https://raw.githubusercontent.com/digitalcredentials/verifier-core/refs/heads/main/src/"
    "test-fixtures/status/"
)


class Wanted(NamedTuple):
    """A verdict: kinds of which one must fail, or kinds of which none may."""

    fails: frozenset[str] = frozenset()
    stands: frozenset[str] = frozenset()

    def met_by(self, made: Verification) -> bool:
        failed = {c.kind.value for c in made.checks if c.result == "FAIL"}
        return bool(failed & self.fails) if self.fails else not failed & self.stands


ANY = frozenset({"FORMAT", "SCHEMA", "SIGNATURE", "ISSUER_BINDING", "STATUS_LIST", "EXPIRY",
                 "TAMPER", "REGISTER_LOOKUP"})  # fmt: skip
LASTING = ANY - {"EXPIRY"}
REJECTED, ACCEPTED = Wanted(fails=ANY), Wanted(stands=ANY)

NAMED = {
    "expired": {"EXPIRY"},
    "issued": {"EXPIRY"},
    "proof-value": {"SIGNATURE"},
    "proof-method-unknown-did-method": {"SIGNATURE"},
}
"""What the files of 1EdTech must be rejected for; all others for form or schema."""


def open_badges_3(name: str, shows: str) -> Wanted | None:
    if found := re.search(r"must be rejected \((.+)\)", shows):
        return Wanted(fails=frozenset(NAMED.get(found[1], {"FORMAT", "SCHEMA"})))
    if "must be revoked" in shows:
        return Wanted(fails=frozenset({"STATUS_LIST"}))
    if name.endswith(".txt") or "schema" in name:
        return None
    return Wanted(stands=LASTING) if "_v1" in name else ACCEPTED


def data_model(name: str, _shows: str) -> Wanted | None:
    if name.endswith("-ok.json"):
        return Wanted(stands=frozenset({"FORMAT"}))
    return Wanted(fails=frozenset({"FORMAT", "SCHEMA"})) if "-fail" in name else None


def dcc(name: str, _shows: str) -> Wanted | None:
    if name in {"safeModeBreaker.json", "testVC.json"}:
        return Wanted(fails=frozenset({"SIGNATURE"}))
    kinds = {kind for word, kind in (("Expired", "EXPIRY"), ("Revoked", "STATUS_LIST"))
             if word in name}  # fmt: skip
    if kinds:
        return Wanted(fails=frozenset(kinds))
    return None if name.startswith("e5W") else ACCEPTED


def blockcerts(name: str, shows: str) -> Wanted | None:
    says_bad = re.search(r"tampered|invalid|revoked|suspended|unmatch|(?<!not_yet_)expired", name)
    if "NEGATIVE" in shows or says_bad:
        return REJECTED
    is_certificate = re.search(r"valid|sample_signed|testnet|mocknet|ropsten|vc-v2", name)
    return ACCEPTED if is_certificate and "profile" not in name else None


def open_badges_2(name: str, shows: str) -> Wanted | None:
    if "NEGATIVE" in shows:
        return REJECTED
    return ACCEPTED if re.match(r"basic-assertion|assertion-|simple-badge", name) else None


def vectors(name: str, _shows: str) -> Wanted | None:
    if not re.search(r"^signed|Signed|Reveal", name) or re.search("nsigned|Config", name):
        return None
    return Wanted(stands=frozenset({"FORMAT", "SIGNATURE", "TAMPER"}))


def samples(name: str, _shows: str) -> Wanted | None:
    return None if name.endswith(".n4") else ACCEPTED


RULES = (
    ("openbadges-3/", open_badges_3),
    ("clr-2/", samples),
    ("w3c-vc/vcdm2-suite/input/", data_model),
    ("w3c-vc/vc-di-", vectors),
    ("dcc/", dcc),
    ("blockcerts/cert-verifier-js/fixtures/v", blockcerts),
    ("blockcerts/cert-verifier-py/1", blockcerts),
    ("blockcerts/cert-verifier-py/2", blockcerts),
    ("blockcerts/cert-schema/examples/", blockcerts),
    ("openbadges-2/", open_badges_2),
    ("elm/Credentials/JSON", samples),
    ("incredible/s", samples),
    ("digilocker/example", samples),
)


def stated(file: str, shows: str) -> Wanted | None:
    """Give the verdict that the list or the name of a file states; None where neither does."""
    name = file.rpartition("/")[2]
    if "schema/" in file and "schema/examples" not in file:
        return None
    return next((rule(name, shows) for start, rule in RULES if file.startswith(start)), None)


class World:
    """The addresses whose answers the collection holds, and the file itself at its own."""

    def __init__(self, folder: Path) -> None:
        self._pages = dict(_pages(folder))
        self.own: dict[str, bytes] = {}

    async def fetch(self, url: str) -> Fetched:
        body = self.own.get(url) or self._pages.get(url)
        return Fetched(url, body, NOW, 0, None if body is not None else "offline")


def _pages(folder: Path) -> Iterator[tuple[str, bytes]]:
    yield from _assets(folder / "openbadges-2/assets")
    for path in (folder / "dcc/status").glob("*.json"):
        yield DCC + path.stem, path.read_bytes()
    held = folder / "blockcerts/cert-verifier-js/fixtures"
    samples = "https://www.blockcerts.org/samples/3.0/"
    yield (
        samples + "status-list-2021.json",
        (held / "blockcerts-status-list-2021.json").read_bytes(),
    )
    card = (held / "credential-schema-example-id-card.json").read_bytes()
    yield samples + "example-id-card-schema.json", card
    revoked = (held / "revocation-list-mainnet-example.json").read_bytes()
    yield _object(revoked)["id"], revoked
    yield from _written(folder)


def _assets(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Give the parts of badges by name; the classes of the invalid ones were not published."""
    for path in sorted(folder.glob("*.json")):
        for scheme in ("http", "https"):
            place = f"{scheme}://example.org/{path.name}"
            yield place, path.read_bytes()
            if path.name.startswith("badgeclass-") and "-valid-" in path.name:
                body = path.read_bytes().replace(b"-valid-", b"-invalid-")
                yield place.replace("-valid-", "-invalid-"), body


def _written(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Write the lists that the collection names and does not hold, each with its file in it."""
    path = folder / "openbadges-3/credential-status-revoked.json"
    badge = _object(path.read_bytes())
    listed = json.dumps({"revokedCredentials": [{"id": badge["id"]}]}).encode()
    yield badge["credentialStatus"]["id"], listed
    subject = {"encodedList": _marked(23), "statusPurpose": "revocation"}
    place = "main/inspector-vc/src/test/resources/ob30/bit-string-list/testlist"
    yield BITS + place, json.dumps({"credentialSubject": subject}).encode()
    eth = folder / "blockcerts/cert-verifier-js/fixtures/v2/ethereum-revoked-2.0.json"
    certificate = _object(eth.read_bytes())
    address = certificate["badge"]["issuer"]["revocationList"]
    yield address, json.dumps({"revokedAssertions": [{"id": certificate["id"]}]}).encode()
    suspended = {"encodedList": _marked(12354), "statusPurpose": "suspension"}
    place = "https://www.blockcerts.org/samples/3.0/status-list-2021-suspension.json"
    yield place, json.dumps({"credentialSubject": suspended}).encode()


def _marked(place: int) -> str:
    bits = bytearray(16384)
    bits[place // 8] |= 0x80 >> place % 8
    packed = base64.urlsafe_b64encode(gzip.compress(bytes(bits))).decode()
    return f"u{packed.rstrip('=')}"


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


@pytest.fixture(scope="module")
def folder(fixtures: Path) -> Path:
    return fixtures / "credentials"


@pytest.fixture(scope="module")
def listed(folder: Path) -> Mapping[str, str]:
    """What the list says of each file."""
    lines = (folder / "FILES.tsv").read_text("utf-8").splitlines()
    return {row["file"]: row["shows"] for row in csv.DictReader(lines, delimiter="\t")}


async def test_each_file_has_the_verdict_that_the_list_states(
    folder: Path, listed: Mapping[str, str]
) -> None:
    world = World(folder)
    verifier = Verifier(Contexts.of_folder(folder / "jsonld-contexts"), world)
    told: Counter[bool] = Counter()
    disagreed: dict[str, list[str]] = {}
    for file, shows in listed.items():
        wanted = stated(file, shows)
        if wanted is None:
            continue
        body = (folder / file).read_bytes()
        own = _object(body).get("id")
        world.own = {own: body} if isinstance(own, str) else {}
        made = (await verifier.verify(Document(body), now=NOW))[1]
        told[bool(wanted.fails)] += 1
        if not wanted.met_by(made):
            disagreed[file] = [f"{c.kind} {c.path}: {c.detail}" for c in made.checks
                               if c.result == "FAIL"]  # fmt: skip
    assert told[True] >= 88
    assert told[False] >= 130
    assert disagreed.keys() == OTHERWISE.keys(), disagreed


SIGNED = {
    "w3c-vc/vc-di-eddsa/eddsa-rdfc-2022/employ/signedDataInt.json": "eddsa-rdfc-2022",
    "w3c-vc/vc-di-ecdsa/ecdsa-rdfc-2019-p256/employ/signedECDSAP256.json": "ecdsa-rdfc-2019",
    "w3c-vc/vc-di-ecdsa/ecdsa-jcs-2019-p384/signedJCSECDSAP384.json": "ecdsa-jcs-2019",
    "clr-2/simple.jwt": "RS256",
    "dcc/v2/v2WithValidStatus.json": "Ed25519Signature2020",
}
LISTED = {"dcc/v2/v2WithValidStatus.json": "PASS", "dcc/v2/v2Revoked.json": "FAIL"}


@pytest.mark.mission("S25")
async def test_integrity_proofs_and_tokens_verify_and_a_status_list_is_honoured(
    folder: Path,
) -> None:
    verifier = Verifier(Contexts.of_folder(folder / "jsonld-contexts"), World(folder))
    for file in SIGNED.keys() | LISTED.keys():
        made = (await verifier.verify(Document((folder / file).read_bytes()), now=NOW))[1]
        signed = [c for c in made.checks if c.kind == "SIGNATURE"]
        assert {c.result for c in signed} == {"PASS"}, file
        assert all(c.detail.startswith(SIGNED.get(file, "Ed25519")) for c in signed)
        if file in LISTED:
            (row,) = [c for c in made.checks if c.kind == "STATUS_LIST"]
            assert row.result == LISTED[file], file
