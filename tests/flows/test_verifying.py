"""Whole verifications of published samples: the verdict of its name, by the check it names."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from isthmus.credentials.contract import Document, Fetched
from isthmus.credentials.proofs.contexts import Contexts
from isthmus.credentials.registries import ListedIssuer, Registry
from isthmus.credentials.verifier import Verifier
from isthmus.model.verification import Verification
from tests.conftest import NOW, ROOT
from tests.flows.commands import isthmus
from tests.unit.credentials.signing import Signer, an_award, written

Verify = Callable[[str], Awaitable[Verification]]
ELM = "elm/Credentials/JSON-LD Examples (ELM v3)"
LIST = "e5WK8CbZ1GjycuPombrj"
BROKEN = {"dcc/eddsa/v2/safeModeBreaker.json", "dcc/v1/testVC.json"}
"""The two of DCC's files that must not verify: undefined terms, and an altered template."""


class Published:
    """The outside world, as far as the samples hold it: DCC's status list."""

    def __init__(self, folder: Path) -> None:
        self._list = (folder / "dcc" / "status" / f"{LIST}.json").read_bytes()

    async def fetch(self, url: str) -> Fetched:
        """Answer with the list at its address; nothing else answers."""
        if not url.endswith(LIST):
            return Fetched(url, None, fault="offline")
        return Fetched(url, self._list, at=NOW - timedelta(minutes=1), age_seconds=60)


@pytest.fixture(scope="module")
def folder(fixtures: Path) -> Path:
    """The samples."""
    return fixtures / "credentials"


@pytest.fixture(scope="module")
def verify(folder: Path) -> Verify:
    """Verify a sample by its name."""
    contexts = Contexts.of_folder(folder / "jsonld-contexts")
    verifier = Verifier(contexts, Published(folder))

    async def verified(name: str) -> Verification:
        document = Document((folder / name).read_bytes())
        return (await verifier.verify(document, now=NOW))[1]

    return verified


def results(made: Verification, *, inside: bool = False) -> dict[str, set[str]]:
    """Give the results of each kind, of the document itself or of all."""
    found: dict[str, set[str]] = {}
    for check in made.checks:
        if inside or "endorsement" not in (check.path or ""):
            found.setdefault(check.kind.value, set()).add(check.result.value)
    return found


async def test_every_dcc_file_but_two_has_a_good_signature(verify: Verify, folder: Path) -> None:
    names = {str(f.relative_to(folder)) for f in (folder / "dcc").rglob("*.json")}
    assert names >= BROKEN
    found = {name: results(await verify(name))["SIGNATURE"] for name in names}
    assert {name for name, result in found.items() if result != {"PASS"}} == BROKEN


async def test_signature_expiry_and_status_of_dcc_are_told_apart(
    verify: Verify, folder: Path
) -> None:
    for file in (folder / "dcc").rglob("v[12]*.json"):
        name, found = file.stem.lower(), results(await verify(str(file.relative_to(folder))))
        assert found["EXPIRY"] == ({"FAIL"} if "expired" in name else {"PASS"}), name
        status = "FAIL" if "revoked" in name else "PASS" if "validstatus" in name else "SKIPPED"
        if "didweb" in name and status == "PASS":
            status = "WARN"  # the list is of another issuer, as published
        assert found["STATUS_LIST"] == {status}, name
        assert found["SIGNATURE"] == {"PASS"}, name


async def test_an_undefined_term_fails_by_its_name(verify: Verify) -> None:
    made = await verify("dcc/eddsa/v2/safeModeBreaker.json")
    said = [c.detail for c in made.checks if c.kind == "FORMAT" and c.result == "FAIL"]
    assert any("StatusList2021Entry" in detail for detail in said)


async def test_a_did_web_that_does_not_answer_leaves_the_issuer_open(verify: Verify) -> None:
    made = await verify("dcc/v2/didWeb/v2WithBadDidWeb.json")
    assert results(made)["ISSUER_BINDING"] == {"UNREACHABLE"}
    assert (made.outcome, made.offline) == ("INCONCLUSIVE", True)


ERRORS = {
    "simple-err-expired": "EXPIRY",
    "simple-err-issued": "EXPIRY",
    "simple-err-proof-value": "SIGNATURE",
    "simple-err-proof-method-unknown-did-method": "SIGNATURE",
}
"""The check that a file's name is about; all others are about the vocabulary."""


async def test_every_faulty_badge_fails_the_check_that_its_name_is_about(
    verify: Verify, folder: Path
) -> None:
    files = sorted((folder / "openbadges-3").glob("simple-err-*.json"))
    assert len(files) >= 13
    for file in files:
        made = await verify(f"openbadges-3/{file.name}")
        kind = ERRORS.get(file.stem, "SCHEMA")
        assert "FAIL" in results(made)[kind], file.stem
        assert made.outcome == "FAILED"


@pytest.mark.parametrize(
    "name",
    ["complete.json", "simple-did-key-method.json", "simple-multiple-proofs.json",
     "simple-json.png", "simple-jwt.png", "simple-jwt.svg", "endorsement-valid.json",
     "simple-context-version.json",
     "simple_v1.json", "../clr-2/simple.json", "../clr-2/complex.json", "../clr-2/simple.jwt",
     "../clr-2/simple_v1.json"],
)  # fmt: skip
async def test_a_good_badge_or_record_fails_no_check_and_has_no_bound_issuer(
    verify: Verify, name: str
) -> None:
    made = await verify(f"openbadges-3/{name}")
    assert [c for c in made.checks if c.result == "FAIL"] == []
    assert "PASS" in results(made)["SIGNATURE"]
    assert made.level == "SELF"


async def test_expired_endorsements_are_shown_and_leave_the_award_standing(verify: Verify) -> None:
    made = await verify("openbadges-3/complete.json")
    expired = [c for c in made.checks if c.kind == "EXPIRY" and "endorsement" in (c.path or "")]
    assert len(expired) == 5
    assert {c.result for c in expired} == {"WARN"}


@pytest.mark.parametrize("name", ["Sample-MC-Annex1", "Sample-CertOfPart"])
async def test_a_seal_that_expired_was_valid_when_it_signed(verify: Verify, name: str) -> None:
    made = await verify(f"{ELM}/{name}-signed.jsonld")
    found = results(made)
    assert (found["SIGNATURE"], found["EXPIRY"]) == ({"PASS"}, {"WARN", "PASS"})
    assert made.outcome == "PASSED_WITH_WARNINGS"
    unsigned = await verify(f"{ELM}/{name}-unsigned.jsonld")
    assert (unsigned.level, unsigned.outcome) == ("SELF", "NOT_CHECKED")


async def test_a_listed_issuer_of_dcc_is_independent(folder: Path) -> None:
    body = (folder / "dcc" / "v2" / "v2WithValidStatus.json").read_bytes()
    did = json.loads(body)["issuer"]["id"]
    contexts = Contexts.of_folder(folder / "jsonld-contexts")
    listing = Registry("dcc", ids={did: ListedIssuer("Issuer")})
    verifier = Verifier(contexts, Published(folder), [listing])
    made = (await verifier.verify(Document(body), now=NOW))[1]
    assert (made.level, made.outcome) == ("INDEPENDENT", "PASSED")
    assert made.valid_as_of == NOW - timedelta(minutes=1)


# ---- the command


def run(*arguments: str, cwd: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    surroundings: Mapping[str, str] = {
        "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT / "src"), "ISTHMUS_HOME": str(cwd),
    } | settings  # fmt: skip
    return isthmus(surroundings, "verify", *arguments, cwd=cwd)


def report(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_the_command_prints_the_checks_as_json_and_as_a_table(tmp_path: Path) -> None:
    signer = Signer()
    (tmp_path / "award.json").write_bytes(written(signer.sign(an_award(signer.did))))
    made = report(run("award.json", "--json", "--offline", cwd=tmp_path))
    assert (made["level"], made["outcome"], made["format"]) == (
        "PEER", "PASSED_WITH_WARNINGS", "W3C_VC_2",
    )  # fmt: skip
    assert {"kind", "result", "detail", "path", "source"} <= set(made["checks"][0])
    table = run("award.json", cwd=tmp_path)
    assert table.returncode == 0
    assert "ISSUER_BINDING" in table.stdout
    assert "PASSED_WITH_WARNINGS, level PEER" in table.stdout


def test_the_command_reads_the_registries_of_the_settings(tmp_path: Path) -> None:
    signer = Signer()
    (tmp_path / "award.json").write_bytes(written(signer.sign(an_award(signer.did))))
    listing = {"issuers": [{"name": "College", "dids": [signer.did]}]}
    (tmp_path / "colleges.json").write_text(json.dumps(listing))
    settings = {"ISTHMUS_TRUST_REGISTRIES": "colleges.json,gone.json"}
    made = report(run("award.json", "--json", cwd=tmp_path, **settings))
    assert made["level"] == "INDEPENDENT"
    trust = [c["result"] for c in made["checks"] if c["kind"] == "ISSUER_TRUST"]
    assert sorted(trust) == ["PASS", "UNREACHABLE"]


def test_a_failed_verification_is_no_failure_of_the_command(tmp_path: Path) -> None:
    signer = Signer()
    altered = signer.sign(an_award(signer.did)) | {"name": "Doctor"}
    (tmp_path / "award.json").write_bytes(written(altered))
    made = report(run("award.json", "--json", "--presented-by", "did:example:x", cwd=tmp_path))
    failed = {c["kind"] for c in made["checks"] if c["result"] == "FAIL"}
    assert {"SIGNATURE", "HOLDER_BINDING"} <= failed
    assert (made["level"], made["outcome"]) == ("NONE", "FAILED")


def test_a_file_of_no_known_format_ends_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("hello")
    for name in ("note.txt", "gone.json"):
        done = run(name, "--json", cwd=tmp_path)
        assert done.returncode == 2
        assert done.stdout == ""
        assert done.stderr.startswith("isthmus: ")
        assert "Traceback" not in done.stderr
