"""`isthmus keys`, as an operator meets it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from isthmus.hub import KEYS
from isthmus.store.sealing import Keyring
from tests.flows.commands import isthmus

Surroundings = Mapping[str, str]
ONE, TWO = "one:" + "A" * 43 + "=", "two:" + "B" * 43 + "="


def test_keys_of_the_home_are_rotated_and_dropped(at_home: Surroundings) -> None:
    home = Path(at_home["ISTHMUS_HOME"])
    rotated = isthmus(at_home, "keys", "rotate")
    assert rotated.returncode == 0, rotated.stderr
    assert "sealed anew under k2" in rotated.stdout
    assert list(Keyring.of_home(home).keys) == ["k2", "k1"]
    refused = isthmus(at_home, "keys", "drop", "k2")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "KEY_IN_USE" in refused.stderr
    assert isthmus(at_home, "keys", "drop", "k1").returncode == 0
    assert list(Keyring.of_home(home).keys) == ["k2"]
    assert "KEY_MISSING" in isthmus(at_home, "keys", "drop", "k1").stderr
    listed = isthmus(at_home, "keys", "list")
    assert [line.split() for line in listed.stdout.splitlines()][1:] == [["k2", "current", "1"]]
    assert (home / "keys").stat().st_mode & 0o777 == 0o600


def test_keys_of_the_environment_are_the_operators_own(at_home: Surroundings) -> None:
    first = dict(at_home) | {KEYS: ONE}
    both = dict(at_home) | {KEYS: f"{TWO},{ONE}"}
    assert isthmus(first, "keys", "list").returncode == 0
    refused = isthmus(both, "keys", "drop", "one")
    assert "KEY_IN_USE" in refused.stderr
    assert "under two" in isthmus(both, "keys", "rotate").stdout
    freed = isthmus(both, "keys", "drop", "one")
    assert f"take it out of {KEYS}" in freed.stdout
    assert not (Path(at_home["ISTHMUS_HOME"]) / "keys").exists()
    assert isthmus(dict(at_home) | {KEYS: TWO}, "keys", "list").returncode == 0
    late = isthmus(first, "keys", "list")
    assert late.returncode == 2
    assert "'two' is not at hand" in late.stderr


def test_a_hub_without_a_key_it_needs_does_not_start(at_home: Surroundings) -> None:
    assert isthmus(dict(at_home) | {KEYS: ONE}, "keys", "list").returncode == 0
    started = isthmus(dict(at_home) | {KEYS: TWO, "ISTHMUS_PORT": "0"}, "serve")
    assert started.returncode == 2
    assert "KEY_MISSING" in started.stderr
    assert "serving" not in started.stderr


@pytest.mark.parametrize("stated", ["one", "one:AAAA", "one:%%%", ","])
def test_a_key_that_is_none_is_named_and_never_printed(at_home: Surroundings, stated: str) -> None:
    refused = isthmus(dict(at_home) | {KEYS: stated}, "keys", "list")
    assert refused.returncode == 2
    assert "KEY_INVALID" in refused.stderr
    assert "AAAA" not in refused.stderr
