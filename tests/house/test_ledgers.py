"""Nothing is ever written to a public ledger: no part of the hub could."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SIGNING = re.compile(
    r"\b(web3|eth_account|eth_send\w*|sendRawTransaction|send_?transaction|broadcast_?tx|bitcoinlib"
    r"|eth_sendRawTransaction|algosdk|solana|hedera|xrpl)\b",
    re.IGNORECASE,
)
"""What writes to a chain is called so, in its protocol or as a library."""


@pytest.mark.mission("M60")
def test_no_code_and_no_dependency_writes_to_a_chain() -> None:
    code = [*(ROOT / "src" / "isthmus").rglob("*.py"), *(ROOT / "connectors").rglob("*.py")]
    assert len(code) > 300
    writing = [
        f"{file.relative_to(ROOT)}: {found[0]}"
        for file in [*code, ROOT / "pyproject.toml", *ROOT.glob("src/**/requirements*.txt")]
        if (found := SIGNING.search(file.read_text("utf-8")))
    ]
    assert writing == []


def test_the_search_finds_what_would_write() -> None:
    assert SIGNING.search('await client.post({"method": "eth_sendRawTransaction"})')
