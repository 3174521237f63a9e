"""Invented learners, their links to the upstream, and a token address that keeps its word."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson

from isthmus.connector import template
from isthmus.connector.kit.replies import Asked, Reply
from isthmus.connector.kit.samples import Answers, Sample, reply_of
from isthmus.connector.kit.spoiling import placed
from isthmus.live.stores import Stores
from isthmus.model.learner import Person, SourceLink, SourceLinkState, StoreTokens
from isthmus.model.viewer import Role, Viewer
from isthmus.store import source_secrets
from isthmus.store.people import links
from isthmus.store.people.learners import create_learner
from isthmus.store.people.vault import Vault
from isthmus.store.sealing import Keyring
from isthmus.store.sources import StoredSource
from isthmus.trials.ground import Ground

BACK = "https://app.example/back"
_TOKEN_PATH = "/a-kit/token"  # noqa: S105 - an address


@dataclass(slots=True)
class Town:
    """Learners of one live source, and what the upstream noted about them."""

    ground: Ground
    vault: Vault
    source: StoredSource
    sample: Sample
    renewals: list[str] = field(default_factory=list)
    bearers: dict[str, str] = field(default_factory=dict)
    """Which learner each token in use belongs to."""
    stores_of: Callable[[Asked, str | None], Reply] | None = None

    @classmethod
    async def opened(cls, ground: Ground, sample: Sample) -> Town:
        """Open a vault of its own and the source of a sample."""
        home = Path(ground.work) / "home"
        home.mkdir(exist_ok=True)
        vault = await Vault.open(ground.database, Keyring.of_home(home))
        config = dict(sample.config)
        key = await vault.hub_secret(source_secrets.SECRET)
        ground.connector.check_config(config)
        source = await ground.add(
            config,
            lambda name: source_secrets.seal_config(
                key, name, config, ground.connector.manifest.secrets
            ),
        )
        found = cls(ground, vault, source, sample)
        ground.upstream.answer = found.answer
        return found

    def stores(self) -> Stores:
        """Give the stores as one process of the hub has them."""
        return Stores(self.vault, self.ground.outbound, lambda _: self.ground.connector)

    @property
    def answers(self) -> Answers:
        """The sample's answers."""
        return self.sample.answers(self.ground.upstream.url)

    async def learner(self) -> Viewer:
        """Write down a learner."""
        async with self.vault.on_errand() as connection:
            id_ = await create_learner(self.vault, connection, Person())
        return Viewer(role=Role.LEARNER, learner_id=id_, scopes=frozenset({"me"}))

    async def linked(self, token: str, *, is_stale: bool = False, own: bool = True) -> Viewer:
        """Write down a learner whose link holds; a stale one must be renewed before its use."""
        viewer = await self.learner()
        now = datetime.now(UTC)
        base = self.ground.upstream.url
        stated = self.sample.expected().get("addresses", ()) if own else (f"{base}/of-nobody",)
        tokens = StoreTokens(
            access=token,
            refresh=f"renew-{token}-0",
            expires_at=now + timedelta(seconds=-60 if is_stale else 3600),
            addresses=tuple(address.replace("{base}", base) for address in stated),
            back=BACK,
        )
        self.bearers[token] = token
        async with self.vault.on_errand() as connection:
            link = await links.open_link(connection, viewer.learner_id or 0, self.source.id)
            await links.keep_tokens(
                self.vault, connection, link, tokens,
                linked_at=now, expires_at=now + timedelta(days=30),
            )  # fmt: skip
        return viewer

    async def unlink(self, viewer: Viewer) -> None:
        """End a learner's link, as another process of the hub would."""
        async with self.vault.on_errand() as connection:
            for link in await links.find_links(connection, [viewer.learner_id or 0]):
                await links.end_link(connection, link.id, SourceLinkState.REVOKED)

    async def links_of(self, viewer: Viewer) -> list[SourceLink]:
        """Give a learner's links."""
        async with self.vault.on_errand() as connection:
            return await links.find_links(connection, [viewer.learner_id or 0])

    # ---- the upstream

    def answer(self, asked: Asked) -> Reply:
        """Answer as a store does: what it is asked for by, and only while that holds."""
        special = self._of_oauth(asked)
        if special is not None:
            return special
        bearer = asked.headers.get("authorization", "").removeprefix("Bearer ")
        whose = self.bearers.get(bearer)
        if self._has_tokens and whose is None:
            return Reply(b'{"error": "invalid_token"}', 401)
        if self.stores_of is not None:
            return self.stores_of(asked, whose)
        return reply_of(self.answers, asked)

    @property
    def _has_tokens(self) -> bool:
        return self.ground.connector.manifest.auth.oauth2 is not None

    def _of_oauth(self, asked: Asked) -> Reply | None:
        words = self.ground.connector.manifest.auth.oauth2
        if words is None:
            return None
        if words.discover is not None and asked.path == urlsplit(words.discover.path).path:
            return _json(self._discovery())
        if asked.path == f"{_TOKEN_PATH}/register":
            return _json({"client_id": "a-client", "client_secret": "a-secret"})
        stated = _TOKEN_PATH if words.discover is not None else words.token or ""
        filled = template.fill(stated, {"config": self.sample.expected()["config"]}, encode=True)
        return self._renewed(asked) if asked.path == urlsplit(filled or "").path else None

    def _discovery(self) -> Any:
        words = self.ground.connector.manifest.auth.oauth2
        base = self.ground.upstream.url
        document: dict[str, Any] = {}
        if words is None or words.discover is None:
            return document
        named = {
            "authorize": "/a-kit/authorize", "token": _TOKEN_PATH, "revoke": "/a-kit/revoke",
            "register": f"{_TOKEN_PATH}/register", "base": "",
        }  # fmt: skip
        for name, path in named.items():
            expression = getattr(words.discover, name)
            if expression is not None:
                placed(document, expression, f"{base}{path}")
        return document

    def _renewed(self, asked: Asked) -> Reply:
        """Renew once by each token: one that comes again was stolen, for all a store knows."""
        used = refresh_in(asked.body)
        self.renewals.append(used)
        if self.renewals.count(used) > 1 or not used.startswith("renew-"):
            self.bearers.clear()
            return Reply(b'{"error": "invalid_grant"}', 400, _KIND)
        whose, _, number = used.removeprefix("renew-").rpartition("-")
        access, following = f"{whose}-{len(self.renewals)}", f"renew-{whose}-{int(number) + 1}"
        self.bearers[access] = whose
        return _json({
            "access_token": access, "refresh_token": following,
            "token_type": "Bearer", "expires_in": 3600,
        })  # fmt: skip


_KIND = {"content-type": "application/json"}


def _json(value: Any) -> Reply:
    return Reply(orjson.dumps(value), headers=_KIND)


def refresh_in(body: bytes) -> str:
    """Find the token that renews in a form or in JSON."""
    with suppress(orjson.JSONDecodeError):
        found = orjson.loads(body)
        return str(found.get("refresh_token", "")) if isinstance(found, dict) else ""
    return parse_qs(body.decode("utf-8", "replace")).get("refresh_token", [""])[0]
