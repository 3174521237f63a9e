"""The public records that documents name, looked up together for one request."""

from __future__ import annotations

from collections.abc import Sequence

from isthmus.graph.loading import HubLoader
from isthmus.model.credential import StatedQualification
from isthmus.model.organization import Organization
from isthmus.model.outcome import LevelMark
from isthmus.store import catalogue
from isthmus.store.database import Database


class Catalogue:
    """Finds keys of public records for one request."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._bodies: HubLoader[str, int | None] = HubLoader(self._read_bodies)
        self._uris: HubLoader[str, int | None] = HubLoader(self._read_uris)
        self._codes: HubLoader[str, int | None] = HubLoader(self._read_codes)
        self._levels: HubLoader[tuple[str, str], int | None] = HubLoader(self._read_levels)

    async def organization(self, stated: Organization) -> int | None:
        """Find a body by its DID, else by its URI."""
        for name in (stated.did, stated.uri):
            if name and "\0" not in name and (found := await self._bodies.load(name)) is not None:
                return found
        return None

    async def qualification(self, stated: StatedQualification) -> int | None:
        """Find what was earned by its URI, by a code that nothing else has, or as it is aligned."""
        found = await self._uris.load(stated.uri) if _readable(stated.uri) else None
        if found is None and _readable(stated.code):
            found = await self._codes.load(stated.code)
        for address in filter(_readable, stated.aligned):
            if found is not None:
                break
            found = await self._uris.load(address)
        return found

    async def level(self, mark: LevelMark) -> int | None:
        """Find a level by its marks."""
        if not (_readable(mark.framework) and _readable(mark.notation)):
            return None
        return await self._levels.load((mark.framework, mark.notation))

    async def _read_bodies(self, names: list[str]) -> Sequence[int | None]:
        found = await catalogue.organizations_named(self._database, names)
        return [found.get(name) for name in names]

    async def _read_uris(self, uris: list[str]) -> Sequence[int | None]:
        found = await catalogue.qualifications_named(self._database, uris)
        return [found.get(uri) for uri in uris]

    async def _read_codes(self, codes: list[str]) -> Sequence[int | None]:
        found = await catalogue.qualifications_coded(self._database, codes)
        return [found.get(code) for code in codes]

    async def _read_levels(self, marks: list[tuple[str, str]]) -> Sequence[int | None]:
        found = await catalogue.levels_marked(self._database, marks)
        return [found.get(mark) for mark in marks]


def _readable(text: str | None) -> bool:
    """Tell whether a text says anything that the store could hold."""
    return bool(text) and "\0" not in (text or "")
