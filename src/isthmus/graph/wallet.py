"""What a learner's credentials are for one request: fetched live, or held.

A live one stands for the copy of it that is held. A copy kept under a consent is shown by that
consent only; what the learner holds themselves, by any that covers it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from isthmus.credentials.contract import Document
from isthmus.graph.people import People
from isthmus.live.fetched import Fetched, LiveDocument, Shortfall
from isthmus.model.consent import Permit
from isthmus.model.learner import HeldCredential
from isthmus.model.viewer import Viewer
from isthmus.store.people.credentials import credentials_of, note_seen
from isthmus.store.people.vault import Vault

SECONDS = 8.0
"""How long stores are waited for; what came by then is shown."""
OK = "OK"


@dataclass(frozen=True, slots=True)
class Shown:
    """A credential as this request has it, not yet read."""

    id: int
    learner_id: int
    source_id: int | None
    uri: str
    document: Document
    retrieved_at: datetime
    is_live: bool = False
    title: str | None = None
    consents: tuple[int, ...] = ()
    """Those it may be shown under; empty for what the learner holds themselves, or sees alone."""
    is_withheld: bool = False
    """Whether its bytes are verified and never given out."""
    named: str | None = None
    """Its id where it is held nowhere."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one store gave."""

    source_id: int
    outcome: str = OK
    code: str | None = None
    retryable: bool = False
    retry_after: int | None = None
    age: int | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it gave all it has."""
        return self.outcome == OK


@dataclass(frozen=True, slots=True)
class Wallet:
    """A learner's credentials, the newest first, and how the stores answered."""

    shown: tuple[Shown, ...] = ()
    answers: tuple[Answer, ...] = ()


async def wallets_of(
    people: People, viewer: Viewer, permits: Mapping[int, Permit], now: datetime
) -> dict[int, Wallet]:
    """Gather the credentials of learners, live where they have linked a store."""
    async with people.vault.viewing(viewer) as connection:
        held = await credentials_of(people.vault, connection, permits)
    fetched: Mapping[int, Fetched] = {}
    if people.stores is not None:
        fetched = await people.stores.fetch(viewer, permits, deadline=SECONDS)
    return {
        learner: await _wallet(
            people.vault, permit, held.get(learner, ()), fetched.get(learner), now
        )
        for learner, permit in permits.items()
    }


async def _wallet(
    vault: Vault,
    permit: Permit,
    held: Sequence[HeldCredential],
    fetched: Fetched | None,
    now: datetime,
) -> Wallet:
    live = await _live(vault, permit, fetched, now) if fetched else []
    there = {one.id for one in live}
    own = [kept(one, now) for one in held if one.document is not None and one.id not in there]
    shown = sorted((*live, *own), key=lambda one: -one.id)
    return Wallet(tuple(shown), tuple(_answers(fetched)) if fetched else ())


async def _live(vault: Vault, permit: Permit, fetched: Fetched, now: datetime) -> list[Shown]:
    """Give live documents the ids they always have."""
    by_source: dict[int, list[LiveDocument]] = {}
    for document in fetched.documents:
        by_source.setdefault(document.source_id, []).append(document)
    found: list[Shown] = []
    async with vault.on_errand() as connection:
        for source, documents in sorted(by_source.items()):
            uris = [document.key for document in documents]
            ids = await note_seen(vault, connection, permit.learner_id, source, uris)
            found += [_seen(one, ids[one.key], permit.learner_id, now) for one in documents]
    return found


def _seen(live: LiveDocument, id_: int, learner: int, now: datetime) -> Shown:
    return Shown(
        id_,
        learner,
        live.source_id,
        live.key,
        live.document,
        now,
        is_live=True,
        title=live.title,
        consents=live.consents,
        is_withheld=live.is_withheld,
    )


def kept(held: HeldCredential, now: datetime) -> Shown:
    """Give a credential that is held."""
    document = Document(
        held.document or b"", media_type=held.media_type, presented_by=held.presented_by
    )
    return Shown(
        held.id,
        held.learner_id,
        held.source_id,
        held.uri,
        document,
        held.held_at or now,
        consents=() if held.consent_id is None else (held.consent_id,),
    )


def _answers(fetched: Fetched) -> Iterable[Answer]:
    short = {one.source_id: one for one in fetched.shortfalls}
    for source in sorted({*short, *fetched.answered}):
        yield _fallen_short(short[source]) if source in short else Answer(source)


def _fallen_short(one: Shortfall) -> Answer:
    wait = None if one.retry_after is None else round(one.retry_after)
    return Answer(one.source_id, one.outcome, one.code, one.retryable, wait, one.age)
