"""Presentations from wallets: begun by a learner, answered by a wallet, collected by the learner.

    begin ──> request ──(wallet fetches it, signs, answers)──> receive ──> collect

Three secrets keep the parts apart: a wallet learns the handle and the state, never the request by
which its answer is collected, and each works once. Between answer and collection what was shown
is sealed under a key that only the request gives.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from isthmus.credentials.contract import Document
from isthmus.credentials.presenting.answering import (
    as_token,
    read_answer,
    read_token,
    require_state,
)
from isthmus.credentials.presenting.asking import query_for
from isthmus.credentials.presenting.refusals import PresentationRefused, Reason
from isthmus.credentials.presenting.request_object import write_request
from isthmus.credentials.verifier import Verifier
from isthmus.live.presentation_requests import (
    SECONDS,
    Begun,
    asked_of,
    document_of,
    draw_request,
    handle_of,
    opened,
    sealable,
    with_code,
)
from isthmus.live.wallet_client import WalletClient
from isthmus.model.credential import CredentialFormat
from isthmus.model.viewer import Viewer
from isthmus.store.database import Connection
from isthmus.store.people import handshakes
from isthmus.store.people.vault import Vault

_ASKED, _ANSWERED = "presentation", "presented"


class Presentations:
    """The presentations of one hub."""

    def __init__(
        self,
        vault: Vault,
        verifier: Verifier,
        client: WalletClient,
        *,
        may_return: Callable[[str], bool] = lambda _: False,
        encrypted: bool = False,
    ) -> None:
        self._vault = vault
        self._verifier = verifier
        self._client = client
        self._may_return = may_return
        self._encrypted = encrypted

    @property
    def identity(self) -> dict[str, Any] | None:
        """The DID document by which wallets know the hub; None where its DID needs none."""
        return self._client.document

    async def begin(
        self,
        viewer: Viewer,
        formats: Collection[CredentialFormat] = (),
        achievements: Sequence[str] = (),
        *,
        return_url: str | None = None,
    ) -> Begun:
        """Begin a presentation; raise `PresentationRefused` for what cannot be asked for.

        With a `return_url` the wallet sends its user there with a code, and only with that code
        can the answer be collected: whoever lured somebody else into answering has none. So the
        address must be one that the operator named, else the code would go to them as well.
        """
        if return_url is not None and not self._may_return(return_url):
            raise PresentationRefused(Reason.RETURN_OTHER)
        query = query_for(formats, achievements)
        kept = draw_request(
            self._client,
            viewer.learner_id,
            query,
            return_url=return_url,
            encrypted=self._encrypted,
        )
        request, asked = kept["request"], asked_of(kept)
        async with self._vault.on_errand() as connection:
            await self._keep(connection, _ASKED, handle_of(request), kept)
        return Begun(request, asked.response_uri, asked.client_id, asked.nonce, asked.expires_at)

    async def request_object(self, handle: str) -> str:
        """Give the request as a wallet fetches it; raise `PresentationRefused`."""
        async with self._vault.on_errand() as connection:
            kept = await self._open(connection, handle)
        return write_request(asked_of(kept), self._client.client)

    async def receive(self, handle: str, form: Mapping[str, str]) -> str | None:
        """Take a wallet's answer, once; give where its user goes next.

        Raise `PresentationRefused`; the learner who asked is told the same reason. An answer of
        another request, or one that does not read at all, leaves the request open.
        """
        async with self._vault.on_errand() as connection:
            kept = await self._open(connection, handle)
            asked = asked_of(kept)
            form = opened(form, kept)
            require_state(form, asked)
            await self._spend(connection, handle)
        work = partial(read_answer, form, asked)
        try:
            shown = await self._verifier.within(work, now=datetime.now(UTC))
        except PresentationRefused as refused:
            await self._answer(kept, {"refused": refused.reason.value})
            raise
        code = secrets.token_urlsafe(24) if kept["return_url"] else None
        await self._answer(kept, {"shown": [sealable(one) for one in shown], "code": code})
        return None if code is None else with_code(kept["return_url"], code)

    async def collect(
        self, viewer: Viewer, request: str, *, code: str | None = None
    ) -> tuple[Document, ...]:
        """Give what a wallet showed, once, to who asked for it; raise `PresentationRefused`."""
        async with self._vault.on_errand() as connection:
            kept = await handshakes.look(self._vault, connection, _ANSWERED, request)
            if kept is None:
                raise await self._missing(connection, viewer, request)
            _require_own(kept, viewer)
            if not hmac.compare_digest((kept.get("code") or "").encode(), (code or "").encode()):
                raise PresentationRefused(Reason.CODE_OTHER)
            if await handshakes.finish(self._vault, connection, _ANSWERED, request) is None:
                raise PresentationRefused(Reason.REQUEST_USED)
        if "refused" in kept:
            raise PresentationRefused(Reason(kept["refused"]))
        return tuple(document_of(one) for one in kept["shown"])

    async def present(self, viewer: Viewer, request: str, text: str) -> tuple[Document, ...]:
        """Take a presentation from the learner's own hands, held against their request, once.

        `text` is a `vp_token`, or one presentation by itself.
        """
        handle = handle_of(request)
        async with self._vault.on_errand() as connection:
            kept = await self._open(connection, handle)
            _require_own(kept, viewer)
            asked = asked_of(kept)
            token = as_token(text, asked)
            await self._spend(connection, handle)
        work = partial(read_token, token, asked)
        shown = await self._verifier.within(work, now=datetime.now(UTC))
        return tuple(one.document for one in shown)

    # ---- what is kept

    async def _keep(
        self, connection: Connection, kind: str, state: str, data: dict[str, Any]
    ) -> None:
        await handshakes.begin(self._vault, connection, kind, state, data, SECONDS, data["learner"])

    async def _answer(self, kept: Mapping[str, Any], data: dict[str, Any]) -> None:
        data["learner"] = kept["learner"]
        async with self._vault.on_errand() as connection:
            await self._keep(connection, _ANSWERED, kept["request"], data)

    async def _open(self, connection: Connection, handle: str) -> dict[str, Any]:
        """Give a request that waits for its answer."""
        kept = await handshakes.look(self._vault, connection, _ASKED, handle)
        if kept is not None:
            return kept
        spent = await handshakes.is_spent(self._vault, connection, _ASKED, handle)
        raise PresentationRefused(Reason.REQUEST_USED if spent else Reason.REQUEST_UNKNOWN)

    async def _spend(self, connection: Connection, handle: str) -> None:
        if await handshakes.finish(self._vault, connection, _ASKED, handle) is None:
            raise PresentationRefused(Reason.REQUEST_USED)

    async def _missing(
        self, connection: Connection, viewer: Viewer, request: str
    ) -> PresentationRefused:
        """Say why there is no answer: not yet, no more, or no such request of this learner."""
        kept = await handshakes.look(self._vault, connection, _ASKED, handle_of(request))
        if kept is not None:
            _require_own(kept, viewer)
            return PresentationRefused(Reason.REQUEST_OPEN)
        if await handshakes.is_spent(self._vault, connection, _ASKED, handle_of(request)):
            return PresentationRefused(Reason.REQUEST_USED)
        return PresentationRefused(Reason.REQUEST_UNKNOWN)


def _require_own(kept: Mapping[str, Any], viewer: Viewer) -> None:
    """Let a learner have their own, or what nobody's token began; others learn nothing of it."""
    if viewer.learner_id is None or kept["learner"] not in {None, viewer.learner_id}:
        raise PresentationRefused(Reason.REQUEST_UNKNOWN)
