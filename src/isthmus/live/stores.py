"""The stores of learners: linked by them, asked for many at once, within a deadline.

    links ──> consent of each ──> one flight a link ──> documents, or how each source fell short

Everything comes back per learner: documents, and for each source that is not whole one shortfall.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from isthmus.connector.records import Text
from isthmus.errors import ErrorCode, Refused
from isthmus.live import keeping
from isthmus.live.asking import Asking
from isthmus.live.fetched import Fetched, LiveDocument, Shortfall, no_consent, shortfall_of
from isthmus.live.flights import Flight, Flights, Found
from isthmus.live.linking import Linking, give_back, learner_of
from isthmus.live.permitting import covering, may_ask
from isthmus.live.sources import FindConnector, LiveSource, LiveSources, Refresh
from isthmus.live.tokens import TokenKeeper
from isthmus.model.consent import Permit
from isthmus.model.learner import SourceLink, SourceLinkState
from isthmus.model.viewer import Viewer
from isthmus.normalise.aadhaar import holds_aadhaar, without_aadhaar
from isthmus.outbound import Outbound
from isthmus.store.people import links
from isthmus.store.people.copies import newest_copy
from isthmus.store.people.vault import Vault

FAILED = frozenset({"FAILED", "TIMED_OUT", "RATE_LIMITED"})
"""Outcomes of a store that gave nothing."""


class Stores:
    """All live sources, and the links of learners to them."""

    def __init__(
        self,
        vault: Vault,
        outbound: Outbound,
        find_connector: FindConnector,
        *,
        refresh: Refresh | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._vault = vault
        self._now = now
        self._sources = LiveSources(vault, outbound, find_connector, refresh)
        self._tokens = TokenKeeper(vault, now=now)
        self._asking = Asking(self._tokens)
        self._flights = Flights()
        self._linking = Linking(vault, now=now)

    async def close(self) -> None:
        """End what is under way, write what must not get lost, close the clients."""
        await self._flights.close()
        await self._tokens.close()
        await self._sources.close()

    # ---- fetching

    async def fetch(
        self, viewer: Viewer, permits: Mapping[int, Permit], *, deadline: float
    ) -> dict[int, Fetched]:
        """Ask the stores of learners, each as far as its permit goes; never later than `deadline`.

        Consent is as the permits have it: whoever answers reads it once more before they do.
        """
        until = asyncio.get_running_loop().time() + deadline
        async with self._vault.viewing(viewer) as connection:
            found = await links.find_links(connection, permits)
        standing = [link for link in found if link.state is not SourceLinkState.PENDING]
        sources = await self._sources.find({link.source_id for link in standing})
        parts = await asyncio.gather(
            *(
                self._ask(sources.get(link.source_id), link, permits[link.learner_id], until)
                for link in standing
            )
        )
        parts = await self._without_removed(standing, parts)
        parts = [
            await self._with_age(viewer, permits[link.learner_id], part)
            for link, part in zip(standing, parts, strict=True)
        ]
        result = dict.fromkeys(permits, Fetched())
        for link, part in zip(standing, parts, strict=True):
            known = result[link.learner_id]
            result[link.learner_id] = Fetched(
                known.documents + part.documents,
                known.shortfalls + part.shortfalls,
                known.answered + part.answered,
            )
        return result

    async def _ask(
        self, source: LiveSource | None, link: SourceLink, permit: Permit, until: float
    ) -> Fetched:
        if not may_ask(permit, link.source_id):
            return Fetched(shortfalls=(no_consent(link.source_id),))
        if source is None:
            return Fetched(shortfalls=(_away(link.source_id),))
        if link.state is not SourceLinkState.ACTIVE or self._is_over(link):
            return Fetched(shortfalls=(_gone(source.id),))
        flight = await self._flights.join(link.id, self._asking.of(source, link), until=until)
        part = _part(source, permit, flight)
        await keeping.keep_copies(self._vault, permit, part.documents, now=self._now())
        return part

    async def _with_age(self, viewer: Viewer, permit: Permit, part: Fetched) -> Fetched:
        """Say so where a store gave nothing, but a copy of what it gave before is held."""
        if part.documents or not part.shortfalls or part.shortfalls[0].outcome not in FAILED:
            return part
        short = part.shortfalls[0]
        consents = None if permit.is_own else [one.id for one in permit.consents]
        async with self._vault.viewing(viewer) as connection:
            newest = await newest_copy(connection, permit.learner_id, short.source_id, consents)
        if newest is None:
            return part
        age = max(0, int((self._now() - newest).total_seconds()))
        stale = replace(short, outcome="STALE", code=str(ErrorCode.STALE_ONLY), age=age)
        return Fetched(shortfalls=(stale,))

    def _is_over(self, link: SourceLink) -> bool:
        return link.expires_at is not None and link.expires_at <= self._now()

    async def _without_removed(
        self, wanted: Collection[SourceLink], parts: list[Fetched]
    ) -> list[Fetched]:
        """Drop what came in for links that were removed meanwhile, in whatever process."""
        used = [link.id for link, part in zip(wanted, parts, strict=True) if part.documents]
        if not used:
            return parts
        async with self._vault.on_errand() as connection:
            active = await links.still_active(connection, used)
        return [
            part
            if link.id in active or not part.documents
            else Fetched(shortfalls=(_gone(link.source_id),))
            for link, part in zip(wanted, parts, strict=True)
        ]

    # ---- links

    async def start_link(self, viewer: Viewer, source_id: int, return_url: str) -> tuple[str, str]:
        """Give the address where a learner agrees at their store, and the state to come with."""
        learner_of(viewer)
        return await self._linking.start(viewer, await self._source(source_id), return_url)

    async def finish_link(self, viewer: Viewer, state: str, code: str) -> SourceLink:
        """Finish what was begun under a state, once.

        Where a source is no more than addresses, `code` is these, parted by spaces.
        """
        data = await self._linking.begun(viewer, state)
        source = await self._source(int(data["source"]))
        link = await self._linking.finish(viewer, source, data, code)
        self._flights.end(link.id)
        return link

    async def remove_link(self, viewer: Viewer, source_id: int) -> SourceLink:
        """End a learner's link: forgotten here at once, and given back to the store."""
        sources = await self._sources.find([source_id])
        link = await self._linking.remove(viewer, sources.get(source_id), source_id)
        self._flights.end(link.id)
        return link

    async def withdraw(self, learner_id: int) -> None:
        """End every link of a learner, as an errand: they are to be erased."""
        async with self._vault.on_errand() as connection:
            found = await links.find_links(connection, [learner_id])
            held = {one.id: await links.tokens_of(self._vault, connection, one) for one in found}
            for one in found:
                await links.end_link(connection, one.id, SourceLinkState.REVOKED)
        sources = await self._sources.find({one.source_id for one in found})
        for one in found:
            self._flights.end(one.id)
            tokens, source = held[one.id], sources.get(one.source_id)
            if tokens is not None and source is not None:
                await give_back(source, tokens)

    async def links_of(self, viewer: Viewer, learner_id: int) -> list[SourceLink]:
        """Give the links of a learner that the viewer may see, ended ones too."""
        async with self._vault.viewing(viewer) as connection:
            return await links.find_links(connection, [learner_id])

    async def _source(self, source_id: int) -> LiveSource:
        source = (await self._sources.find([source_id])).get(source_id)
        if source is None or not source.connector.manifest.personal:
            message = "There is no source here that a learner can link."
            raise Refused(ErrorCode.ARGUMENT_INVALID, message)
        return source


def _part(source: LiveSource, permit: Permit, flight: Flight) -> Fetched:
    """Give what a viewer may have of a flight, and one shortfall where it is not whole."""
    documents = tuple(
        one for found in flight.arrived if (one := _shown(source, permit, found)) is not None
    )
    fault = flight.fault()
    if fault is None:
        return Fetched(documents, answered=(source.id,))
    partial = bool(documents)
    return Fetched(documents, (shortfall_of(source.id, fault, partial=partial),))


def _shown(source: LiveSource, permit: Permit, found: Found) -> LiveDocument | None:
    record = found.listed.record
    issued_at = _moment(record.issued_at)
    consents = covering(permit, source.id, issued_at)
    if not permit.is_own and not consents:
        return None
    return LiveDocument(
        source_id=source.id,
        key=found.listed.key,
        document=found.document,
        title=without_aadhaar(_text(record.title)),
        kind=record.kind,
        issued_at=issued_at,
        consents=tuple(one.id for one in consents),
        is_withheld=holds_aadhaar(found.document.body),
    )


def _text(stated: Text | None) -> str | None:
    if stated is None or isinstance(stated, str):
        return stated
    return next(iter(stated.values()), None)


def _moment(stated: str | None) -> datetime | None:
    if stated is None:
        return None
    try:
        found = datetime.fromisoformat(stated)
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def _away(source_id: int) -> Shortfall:
    """Say that a source cannot be asked now: it is paused, or its connector is not here."""
    return Shortfall(source_id, "FAILED", str(ErrorCode.SOURCE_DOWN), retryable=True)


def _gone(source_id: int) -> Shortfall:
    """Say that a link has ended: the learner must make it anew."""
    return Shortfall(source_id, "FAILED", str(ErrorCode.SOURCE_REFUSED))
