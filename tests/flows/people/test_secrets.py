"""Secrets rest sealed: twenty planted ones stand in the clear in no file of the home and no log."""

from __future__ import annotations

import asyncio
import logging
import secrets
import tempfile
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from isthmus.hub import KEYS, Hub
from isthmus.model.client import Client
from isthmus.model.learner import Person, StoreTokens
from isthmus.model.viewer import Role
from isthmus.settings import Settings, load
from isthmus.store import source_secrets
from isthmus.store.people import clients, guardianships, handshakes, links, signing_keys
from isthmus.store.people.rotating import rotate
from isthmus.store.people.sweeping import sweep
from isthmus.store.people.vault import HASHES, Vault
from isthmus.store.sealing import new_key
from tests.conftest import ROOT
from tests.support import people, traces


class Planted:
    """Secrets by what they are."""

    def __init__(self) -> None:
        self.all: dict[str, str | bytes] = {}

    def text(self, name: str) -> str:
        """Draw a secret text."""
        drawn = secrets.token_urlsafe(32)
        self.all[name] = drawn
        return drawn

    def key(self, name: str, key: bytes | None = None) -> bytes:
        """Take note of a key, drawn where none is given."""
        drawn = key or new_key()
        self.all[name] = drawn
        return drawn

    def forms(self) -> dict[str, bytes]:
        """Give every way each of them is written."""
        return {
            f"{name} as {form}": written
            for name, secret in self.all.items()
            for form, written in traces.forms(secret).items()
        }


async def _plant(vault: Vault, planted: Planted) -> None:
    body = await people.add_body(vault.database)
    for number in range(3):
        learner = await people.add_learner(vault, Person(name="Asha"))
        source = await people.add_source(vault.database)
        async with vault.on_errand() as connection:
            planted.key(f"learner key {number}", await vault.key(connection, learner))
            link = await links.open_link(connection, learner, source)
            access, refresh = planted.text(f"access {number}"), planted.text(f"refresh {number}")
            tokens = StoreTokens(access, refresh)
            await links.keep_tokens(vault, connection, link, tokens, linked_at=datetime.now(UTC))
    async with vault.on_errand() as connection:
        for number in range(2):
            client = Client(f"client-{number}", "A platform", Role.PLATFORM, body, frozenset())
            secret = planted.text(f"client secret {number}")
            await clients.add_client(vault, connection, client, secret=secret)
        state, verifier = planted.text("state"), planted.text("verifier")
        data = {"code_verifier": verifier}
        await handshakes.begin(vault, connection, "LINK", state, data, 600, learner)
        await guardianships.invite(vault, connection, learner, planted.text("code"), 7)
        key = planted.key("signing key")
        await signing_keys.add_signing_key(vault, connection, "kid", key, {"kty": "OKP"})
    planted.key("hashing key", await vault.hub_secret(HASHES))
    config_key = planted.key("key of configs", await vault.hub_secret(source_secrets.SECRET))
    config = {"client_secret": planted.text("secret of a source")}
    sealed = source_secrets.seal_config(config_key, "x", config, ["client_secret"])
    text = orjson.dumps(sealed).decode()
    await vault.database.execute("UPDATE source SET config = $1", text)


async def test_twenty_planted_secrets_are_nowhere_in_the_clear(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    planted = Planted()
    stated = {name: b64encode(planted.key(f"master {name}")).decode() for name in ("k1", "k2")}
    with tempfile.TemporaryDirectory(prefix="isthmus-secrets-") as folder:
        home = Path(folder)
        monkeypatch.setenv(KEYS, f"k1:{stated['k1']},k2:{stated['k2']}")
        async with await Hub.open(Settings(home=home), working=ROOT) as hub:
            await _plant(await hub.vault(), planted)
        monkeypatch.setenv(KEYS, f"k2:{stated['k2']}\nk1:{stated['k1']}")
        async with await Hub.open(Settings(home=home), working=ROOT) as hub:
            vault = await hub.vault()
            assert (await rotate(vault)).learners == 3
            await sweep(vault)
            async with vault.upkeep() as connection:
                await connection.execute("CHECKPOINT")
            found = await asyncio.to_thread(traces.search, home, planted.forms())
    assert len(planted.all) >= 20
    assert found == {}
    assert traces.find(caplog.text.encode(), planted.forms()) == []
    assert traces.find(repr(vault.keyring).encode(), planted.forms()) == []


def test_the_search_for_secrets_finds_one(tmp_path: Path) -> None:
    planted = Planted()
    key = planted.key("key")
    (tmp_path / "log").write_bytes(b"." + b64encode(b"." + key))
    assert traces.search(tmp_path, planted.forms())


def test_keys_of_the_environment_are_no_settings(tmp_path: Path) -> None:
    rows = load(directory=tmp_path, environment={KEYS: "k1:SECRET"}).rows()
    assert "SECRET" not in str(rows)
    assert not any("secret" in row.name for row in rows)
