"""A manifest's faults of sources that call back are told by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from isthmus.connector import manifest
from isthmus.connector.check import check
from isthmus.connector.manifest import ManifestInvalid

ROOT = Path(__file__).resolve().parents[3]
SOUND = (ROOT / "connectors/beckn-dsep/connector.yaml").read_text("utf-8")
EXPIRY = "    deletes: expiry\n    expires: 14d"
FAULTS = {
    "pages": (EXPIRY, f"    page: {{style: number, size: 5}}\n{EXPIRY}", "called back has none"),
    "whole lists": (EXPIRY, "    deletes: snapshot", "answer in time are no whole list"),
    "another transport": ("transport: async_callback", "transport: rest", "of transport async_"),
    "too long": ("deadline: 10s", "deadline: 91s", "deadline: is over 90 s"),
    "no word of config": ("enough: enough_answers", "enough: many", "many is not a word of config"),
    "a key in the clear": ("secret: true, ", "", "signing_key must be marked `secret: true`"),
    "a key that may be absent": ("key_id, signing_key]", "key_id]", "must require signing_key"),
    "nobody to believe": ("registry: registry, keys: keys, ", "", "whom is to be believed?"),
    "another scheme": ("scheme: beckn", "scheme: none", "signature.scheme: Invalid enum value"),
    "no expression": ("ack: message.ack.status ==", "ack: message.[ ==", "does not parse"),
    "an unknown word": ("      deadline: 10s", "      deadlines: 10s", "not a word of a manifest"),
    "an unknown slot": ('"{call.ttl}"', '"{calls.ttl}"', "{calls.ttl} is not known here"),
}


def findings(text: str) -> list[str]:
    try:
        return [str(finding) for finding in check(manifest.load(text), text)]
    except ManifestInvalid as invalid:
        return [str(finding) for finding in invalid.findings]


def test_the_manifest_that_is_spoilt_below_is_sound() -> None:
    assert findings(SOUND) == []


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told(name: str) -> None:
    old, new, said = FAULTS[name]
    assert old in SOUND
    found = findings(SOUND.replace(old, new, 1))
    assert any(f.startswith("connector.yaml: line ") and said in f for f in found), found
