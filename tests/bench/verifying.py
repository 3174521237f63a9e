"""Verifications a second on one core, beside the JavaScript stack over the same files.

    python -m tests.bench verifying [--rounds N] [--seconds S] [--install]

The peers are jsonld-signatures with the @digitalbazaar suites, and DCC's verifier-core where it
works without a network. `--install` brings them from npm to `.isthmus/bench/verifying`, once.
The peers check the signature only; the hub's figure is of a whole verification with every check,
worked out anew each time. "again" is the same with the results that the hub keeps of a document.
The samples and contexts are those of the shared fixtures.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import subprocess
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from isthmus.credentials.contract import Document, Fetched
from isthmus.credentials.proofs.contexts import Contexts
from isthmus.credentials.verifier import Verifier
from tests.bench.rounds import cell, table

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT.parent / "shared" / "fixtures" / "credentials"
PEERS = ROOT / ".isthmus" / "bench" / "verifying"
SCRIPT = Path(__file__).parent / "peers" / "verifying_peer.mjs"
PACKAGES = (
    "jsonld-signatures@11", "@digitalbazaar/data-integrity",
    "@digitalbazaar/eddsa-rdfc-2022-cryptosuite", "@digitalbazaar/ed25519-signature-2020",
    "@digitalcredentials/verifier-core",
)  # fmt: skip
FILES = {
    "W3C alumni": "w3c-vc/vc-di-eddsa",
    "OB3 did:key": "openbadges-3/simple-did-key-method.json",
    "OB3 complete": "openbadges-3/complete.json",
    "DCC v2NoStatus": "dcc/v2/v2NoStatus.json",
}
HUB, AGAIN, PLAIN, CORE = "isthmus", "again", "jsonld-signatures", "verifier-core"
Rates = dict[tuple[str, str], list[float]]


class Nobody:
    """Nothing is fetched: keys stand in the files."""

    async def fetch(self, url: str) -> Fetched:
        """Give no answer."""
        return Fetched(url, None, fault="offline")


def main(arguments: list[str]) -> None:
    """Measure, in rounds that alternate between the hub and its peers."""
    parser = argparse.ArgumentParser("verifying")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--install", action="store_true")
    parser.add_argument("--long", action="store_true")
    chosen = parser.parse_args(arguments)
    if not SAMPLES.is_dir():
        print("needs the shared fixtures beside the checkout, which are not here")
        return
    if chosen.install:
        install()
    with tempfile.TemporaryDirectory() as working:
        files = gathered(Path(working))
        rates: Rates = {}
        for _ in range(chosen.rounds * (3 if chosen.long else 1)):
            ours(files, chosen.seconds, rates)
            theirs(files, chosen.seconds, rates)
    report(rates)


def install() -> None:
    """Bring the peers from npm."""
    PEERS.mkdir(parents=True, exist_ok=True)
    (PEERS / ".gitignore").write_text("*\n")
    (PEERS / "package.json").write_text('{"private": true, "type": "module"}')
    subprocess.check_call(["npm", "install", "--no-audit", "--no-fund", *PACKAGES], cwd=PEERS)


def gathered(working: Path) -> dict[str, Path]:
    """Give the files; the W3C example is put together from the parts that its folder has."""
    files = {name: SAMPLES / path for name, path in FILES.items()}
    folder = files["W3C alumni"]
    proof = json.loads((folder / "eddsa-rdfc-2022" / "proofConfigDataInt.json").read_text())
    proof.pop("@context", None)
    proof["proofValue"] = (folder / "eddsa-rdfc-2022" / "sigBTC58DataInt.txt").read_text().strip()
    alumni = json.loads((folder / "unsigned.json").read_text()) | {"proof": proof}
    files["W3C alumni"] = working / "alumni.json"
    files["W3C alumni"].write_text(json.dumps(alumni))
    return files


def ours(files: dict[str, Path], seconds: float, rates: Rates) -> None:
    """Measure whole verifications, by CPU time; one that finds no good signature counts not."""
    contexts = Contexts.of_folder(SAMPLES / "jsonld-contexts")
    anew, keeping = Verifier(contexts, Nobody(), remembered=None), Verifier(contexts, Nobody())
    for name, path in files.items():
        for stack, verifier in ((HUB, anew), (AGAIN, keeping)):
            rate = asyncio.run(_rate(verifier, path.read_bytes(), seconds))
            rates.setdefault((name, stack), []).append(rate)


async def _rate(verifier: Verifier, body: bytes, seconds: float) -> float:
    now = datetime.now(UTC)
    for _ in range(3):
        made = (await verifier.verify(Document(body), now=now))[1]
    found = {c.result.value for c in made.checks if c.kind == "SIGNATURE" and _is_own(c.path)}
    if found != {"PASS"}:
        return 0.0
    start, count = time.process_time(), 0
    while time.process_time() - start < seconds:
        await verifier.verify(Document(body), now=now)
        count += 1
    return count / (time.process_time() - start)


def _is_own(path: str | None) -> bool:
    return "endorsement" not in (path or "")


def theirs(files: dict[str, Path], seconds: float, rates: Rates) -> None:
    """Measure the peers where they are installed."""
    if shutil.which("node") is None or not (PEERS / "node_modules").is_dir():
        return
    shutil.copy(SCRIPT, PEERS / SCRIPT.name)
    names = {str(path): name for name, path in files.items()}
    done = subprocess.run(
        ["node", SCRIPT.name, str(SAMPLES / "jsonld-contexts"), str(seconds), *names],
        cwd=PEERS, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for line in done.stdout.splitlines():
        found: dict[str, Any] = json.loads(line) if line.startswith('{"file"') else {}
        if found.get("verified"):
            rates.setdefault((names[found["file"]], found["stack"]), []).append(found["rate"])


def report(rates: Rates) -> None:
    """Print verifications a second, and their ratio to the faster peer of the same round."""
    rows = []
    for name in FILES:
        mine = rates.get((name, HUB), [])
        peers = [rates.get((name, stack), []) for stack in (PLAIN, CORE)]
        fastest = [max(found) for found in zip(*(p for p in peers if p), strict=False)]
        ratios = [a / b for a, b in zip(mine, fastest, strict=False)]
        again = rates.get((name, AGAIN), [])
        cells = [cell(found, "{:.0f}") for found in (mine, again, *peers)]
        rows.append([name, *cells, cell(ratios, "{:.2f}")])
    print("verifications a second of CPU, median (least-most); ratio to the fastest peer")
    table(["", HUB, AGAIN, PLAIN, CORE, "ratio"], rows)
    if not any(stack == PLAIN for _, stack in rates):
        print("the peers are not installed: --install brings them from npm")


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
