"""A learner links a store, and takes the link away again."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode, urlsplit

from isthmus.connector.live_words import OAuth2
from isthmus.errors import ErrorCode, Refused, SourceFault
from isthmus.live import oauth
from isthmus.live.sources import LiveSource
from isthmus.model.learner import SourceLink, SourceLinkState, StoreTokens
from isthmus.model.viewer import Viewer
from isthmus.store.people import handshakes, links
from isthmus.store.people.vault import Vault

KIND = "source-link"
SECONDS = 600
"""How long a learner may take at their store."""
LONGEST = 2000
_ADDRESS = re.compile(r"[^\s,<>\"\x00-\x1f\x7f]+")


class Linking:
    """Makes and ends links."""

    def __init__(
        self, vault: Vault, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._vault = vault
        self._now = now

    async def start(self, viewer: Viewer, source: LiveSource, back: str) -> tuple[str, str]:
        """Give the address where the learner agrees, and the state that comes back with the code.

        Where a source is no more than addresses that the learner names, there is nowhere to go:
        the address is the one to come back to.
        """
        learner_id, state = learner_of(viewer), secrets.token_urlsafe(32)
        _check_back(back)
        data = {"source": source.id, "back": back}
        words = source.connector.manifest.auth.oauth2
        if words is None:
            joint = "&" if urlsplit(back).query else "?"
            address = f"{back}{joint}{urlencode({'state': state})}"
        else:
            proof = oauth.Proof.drawn()
            data["verifier"] = proof.verifier
            address = oauth.authorize_address(
                await source.endpoints.endpoints(),
                await source.endpoints.client(back),
                words,
                back=back,
                state=state,
                proof=proof,
            )
        async with self._vault.viewing(viewer) as connection:
            await links.open_link(connection, learner_id, source.id)
            await handshakes.begin(
                self._vault, connection, KIND, state, data, SECONDS, learner_id=learner_id
            )
        return address, state

    async def begun(self, viewer: Viewer, state: str) -> dict[str, str | int]:
        """Take what was begun under a state, once; only whoever began it can."""
        learner_of(viewer)
        async with self._vault.viewing(viewer) as connection:
            data = await handshakes.finish(self._vault, connection, KIND, state)
        if data is None:
            raise Refused(ErrorCode.ARGUMENT_INVALID, "No link was begun under this state.")
        return data

    async def finish(
        self, viewer: Viewer, source: LiveSource, data: dict[str, str | int], code: str
    ) -> SourceLink:
        """Turn a code into a link that holds."""
        manifest = source.connector.manifest
        words, back = manifest.auth.oauth2, str(data["back"])
        if words is None:
            tokens = StoreTokens(access="", addresses=self._addresses(source, code), back=back)
        else:
            tokens = await self._exchanged(source, words, code, back, str(data["verifier"]))
        now = self._now()
        days = int(manifest.consent.max_age[:-1]) if manifest.consent else 365
        learner_id = learner_of(viewer)
        async with self._vault.viewing(viewer) as connection:
            link = await links.open_link(connection, learner_id, source.id)
            earlier = await links.tokens_of(self._vault, connection, link)
            if words is None and earlier is not None:
                known = dict.fromkeys((*earlier.addresses, *tokens.addresses))
                tokens = replace(tokens, addresses=tuple(known))
            expires_at = now + timedelta(days=days)
            await links.keep_tokens(
                self._vault, connection, link, tokens, linked_at=now, expires_at=expires_at
            )
        return replace(link, state=SourceLinkState.ACTIVE, linked_at=now, expires_at=expires_at)

    async def remove(self, viewer: Viewer, source: LiveSource | None, source_id: int) -> SourceLink:
        """End a link at once; then ask the store to take its tokens back, as far as it answers."""
        learner_id = learner_of(viewer)
        async with self._vault.viewing(viewer) as connection:
            found = await links.find_links(connection, [learner_id], source_id)
            if not found:
                raise Refused(ErrorCode.ARGUMENT_INVALID, "There is no link to this source.")
            link = found[0]
            held = await links.tokens_of(self._vault, connection, link)
            await links.end_link(connection, link.id, SourceLinkState.REVOKED)
        if source is not None and held is not None:
            await give_back(source, held)
        return replace(link, state=SourceLinkState.REVOKED)

    async def _exchanged(
        self, source: LiveSource, words: OAuth2, code: str, back: str, verifier: str
    ) -> StoreTokens:
        tokens = await oauth.exchange(
            source.http,
            await source.endpoints.endpoints(),
            await source.endpoints.client(back),
            words,
            code=code,
            back=back,
            verifier=verifier,
            now=self._now(),
        )
        return replace(tokens, back=back)

    def _addresses(self, source: LiveSource, stated: str) -> tuple[str, ...]:
        words = source.connector.manifest.auth.addresses
        most = words.most if words is not None else 0
        found = dict.fromkeys(_ADDRESS.findall(stated))
        wrong = [each for each in found if not _is_of_the_web(each)]
        if not found or wrong or len(found) > most:
            message = f"Give one to {most} addresses of the web, parted by spaces."
            raise Refused(ErrorCode.ARGUMENT_INVALID, message)
        return tuple(found)


async def give_back(source: LiveSource, held: StoreTokens) -> bool:
    """Ask a store to take tokens back; tell whether it did. They are forgotten here either way."""
    manifest = source.connector.manifest
    words, terms = manifest.auth.oauth2, manifest.consent
    if words is None or terms is None or terms.on_withdraw != "revoke_and_forget":
        return True
    try:
        endpoints = await source.endpoints.endpoints()
        client = await source.endpoints.client(held.back or "")
        await oauth.revoke(source.http, endpoints, client, words, held)
    except SourceFault:
        return False
    return True


def learner_of(viewer: Viewer) -> int:
    """Give the learner that a viewer is; raise `Refused` for any other."""
    if viewer.learner_id is None:
        raise Refused(ErrorCode.FORBIDDEN, "Only learners link their stores.")
    return viewer.learner_id


def _check_back(back: str) -> None:
    if not _is_of_the_web(back) or urlsplit(back).fragment:
        message = "The address to come back to must be one of the web, without a fragment."
        raise Refused(ErrorCode.ARGUMENT_INVALID, message)


def _is_of_the_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
        is_whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    is_plain = address.isascii() and _ADDRESS.fullmatch(address) and len(address) <= LONGEST
    return bool(parts.scheme in {"https", "http"} and is_whole and is_plain and not parts.username)
