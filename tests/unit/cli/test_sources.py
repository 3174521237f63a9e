"""What `isthmus source add` makes of its words, before any database is opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from isthmus.cli.sources import address_of, config_of, secret_name, secrets_of
from isthmus.connector.manifest import Manifest
from isthmus.errors import Misconfigured


def config(manifest: Manifest, *stated: str) -> dict[str, Any]:
    return config_of(manifest, list(stated))


def test_a_value_is_read_as_the_connector_types_it(manifest: Manifest) -> None:
    found = config(manifest, "boards=a, b,,c", "pages=3", "share=0.5", "full=Yes", "locale=en")
    assert found == {
        "boards": ["a", "b", "c"], "pages": 3, "share": 0.5, "full": True, "locale": "en",
    }  # fmt: skip


def test_a_value_may_hold_the_sign_that_parts_it_from_its_key(manifest: Manifest) -> None:
    assert config(manifest, "locale=a=b") == {"locale": "a=b"}
    assert config(manifest, "locale=") == {"locale": ""}


def test_a_key_the_connector_does_not_type_stays_text(manifest: Manifest) -> None:
    assert config(manifest, "odd=1", "unheard=2") == {"odd": "1", "unheard": "2"}


def test_of_a_key_given_twice_the_last_counts(manifest: Manifest) -> None:
    assert config(manifest, "pages=1", "pages=2") == {"pages": 2}


@pytest.mark.parametrize("value", ["false", "no", "0", "", "perhaps"])
def test_only_a_yes_is_true(manifest: Manifest, value: str) -> None:
    assert config(manifest, f"full={value}") == {"full": False}


@pytest.mark.parametrize("stated", ["pages", "pages:3", ""])
def test_what_is_no_pair_is_refused(manifest: Manifest, stated: str) -> None:
    with pytest.raises(Misconfigured, match="KEY=VALUE") as refused:
        config(manifest, stated)
    assert refused.value.code == "CONFIG_INVALID"


@pytest.mark.parametrize("stated", ["pages=many", "pages=1.5", "share=half", "pages="])
def test_a_number_that_is_none_is_refused_by_its_key(manifest: Manifest, stated: str) -> None:
    with pytest.raises(Misconfigured, match=stated.partition("=")[0]) as refused:
        config(manifest, stated)
    assert refused.value.code == "CONFIG_INVALID"


def test_an_address_of_the_web_stays_as_it_is() -> None:
    assert address_of("https://example.org/api") == "https://example.org/api"
    assert address_of(None) is None


def test_a_folder_of_this_machine_becomes_a_file_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "my data").mkdir()
    monkeypatch.chdir(tmp_path)
    assert address_of("my data") == (tmp_path / "my data").resolve().as_uri()
    assert "my%20data" in (address_of("./my data") or "")


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="no folder") as refused:
        address_of(str(tmp_path / "nowhere"))
    assert refused.value.code == "CONFIG_INVALID"


def test_a_secret_comes_from_the_environment_and_never_from_the_command(locker: Manifest) -> None:
    assert secret_name("my-locker.1", "client_secret") == (
        "ISTHMUS_SECRET_SOURCE_MY_LOCKER_1_CLIENT_SECRET"
    )
    environment = {secret_name("locker", "client_secret"): "s3cret"}
    assert secrets_of(locker, "locker", environment) == {"client_secret": "s3cret"}
    assert secrets_of(locker, "another", environment) == {}
    with pytest.raises(Misconfigured, match="client_secret is a secret") as refused:
        config(locker, "client_secret=s3cret")
    assert "s3cret" not in str(refused.value)
