"""Reads one link of one learner: what their store lists, and each document, some at a time.

A document that fails costs itself; a token that is refused on the way is renewed once, and then
everything is read again, so that nothing read under a token that was taken back is given out.
"""

from __future__ import annotations

import asyncio
import itertools

from isthmus.connector.live_reading import LiveReader
from isthmus.connector.original import Listed, Original
from isthmus.connector.part import LiveContext
from isthmus.credentials.contract import Document
from isthmus.credentials.formats.delivery import hmac_is_good
from isthmus.errors import SourceFault, SourceGarbled, SourceRefused
from isthmus.live.flights import Flight, Fly, Found
from isthmus.live.sources import LiveSource
from isthmus.live.tokens import TokenKeeper
from isthmus.model.learner import SourceLink, StoreTokens

AT_ONCE = 32
"""Calls to stores at once, over all learners."""
OF_ONE = 4
"""Documents of one learner fetched at once."""
_UNAUTHORISED = 401


class Asking:
    """Asks stores, so many at a time."""

    def __init__(self, tokens: TokenKeeper) -> None:
        self._tokens = tokens
        self._slots = asyncio.Semaphore(AT_ONCE)

    def of(self, source: LiveSource, link: SourceLink) -> Fly:
        """Give the fetch of one link."""

        async def fly(flight: Flight) -> None:
            async with asyncio.timeout(source.deadline):
                await self._fly(source, link, flight)

        return fly

    async def _fly(self, source: LiveSource, link: SourceLink, flight: Flight) -> None:
        held = await self._tokens.fresh(source, link)
        try:
            await self._read(source, held, flight)
        except SourceRefused as refused:
            if refused.status != _UNAUTHORISED or not held.access:
                raise
            flight.clear()
            held = await self._tokens.fresh(source, link, refused=held.access)
            await self._read(source, held, flight)

    async def _read(self, source: LiveSource, held: StoreTokens, flight: Flight) -> None:
        http = source.http
        if held.access:
            oauth2 = source.connector.manifest.auth.oauth2
            discovers = oauth2 is not None and oauth2.discover is not None
            base = (await source.endpoints.endpoints()).base if discovers else None
            http = http.bearing(held.access, base)
        context = LiveContext(source.config, http, held.addresses)
        few, places = asyncio.Semaphore(OF_ONE), itertools.count()
        for name in source.streams:
            reader = LiveReader(source.connector, name, context)
            async with self._slots:
                listed = [each async for each in reader.listed()]
            if reader.rejected:
                flight.faults.append(SourceGarbled("lists what does not read"))
            found = await asyncio.gather(
                *(self._document(reader, one, flight, few, next(places)) for one in listed)
            )
            unauthorised = [fault for fault in found if fault is not None]
            if unauthorised and held.access:
                raise unauthorised[0]
            flight.faults += unauthorised

    async def _document(
        self,
        reader: LiveReader,
        listed: Listed,
        flight: Flight,
        few: asyncio.Semaphore,
        place: int,
    ) -> SourceRefused | None:
        """Fetch one document; gives the fault only where it is the token that was refused."""
        try:
            async with few, self._slots:
                original = await reader.original(listed)
            flight.take(Found(listed, _document(original), place))
        except SourceRefused as refused:
            if refused.status == _UNAUTHORISED:
                return refused
            flight.faults.append(refused)
        except SourceFault as fault:
            flight.faults.append(fault)
        return None


def _document(original: Original) -> Document:
    """Take a document, if it is what the store says it sent."""
    document = Document(
        body=original.body,
        media_type=original.media_type,
        hosted_at=original.hosted_at,
        hmac=original.hmac,
        hmac_key=original.hmac_key,
        presented_by=original.presented_by,
        register=original.register,
        issued_by=original.issuer,
    )
    key = document.hmac_key
    if key is not None and not hmac_is_good(document.body, key, document.hmac or ""):
        raise SourceGarbled("sent a document that its own hmac does not fit")
    return document
