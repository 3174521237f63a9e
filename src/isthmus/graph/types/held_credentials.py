"""Pages of a learner's credentials: what may be shown, narrowed, cut, with how stores answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from graphql import GraphQLError

from isthmus.errors import (
    SourceFault,
    SourceGarbled,
    SourceRateLimited,
    SourceRefused,
    SourceTimedOut,
    SourceUnavailable,
)
from isthmus.graph.credential_enums import VerificationLevel
from isthmus.graph.fields import GraphInfo
from isthmus.graph.linking import skills_of
from isthmus.graph.listed_page import ListedPage, page_of_all
from isthmus.graph.people_inputs import CredentialFilter
from isthmus.graph.rows import entity_of
from isthmus.graph.seeing import Verified, may_see
from isthmus.graph.sourced_connection import Connection
from isthmus.graph.stated import source_row
from isthmus.graph.types.credential import Credential
from isthmus.graph.wallet import Wallet
from isthmus.model.consent import DataScope
from isthmus.query.ids import key_of

FAULTS: Mapping[str, type[SourceFault]] = {
    str(kind.code): kind
    for kind in (SourceUnavailable, SourceTimedOut, SourceRateLimited, SourceRefused, SourceGarbled)
}
TITLES = DataScope.CREDENTIAL_TITLES
RANKS = {level.name: rank for rank, level in enumerate(VerificationLevel)}


async def credentials_page(
    info: GraphInfo,
    learner_id: int,
    first: int | None,
    after: str | None,
    wanted: CredentialFilter | None,
) -> Connection[Credential]:
    """Give a page of a learner's credentials."""
    seeing = info.context.seeing
    found = await seeing.credentials(learner_id, TITLES)
    if wanted is not None:
        found = await _narrowed(info, learner_id, found, wanted)
    wallet = await seeing.wallet(learner_id)
    seeing.faults += [error async for error in _faults(info, wallet)]
    return page_of(found, wallet, first, after)


async def _faults(info: GraphInfo, wallet: Wallet) -> AsyncIterator[GraphQLError]:
    """Give an error for each store that did not do its part."""
    for answer in wallet.answers:
        kind = FAULTS.get(answer.code or "")
        if kind is not None:
            source = await info.context.loaders.row("Source", answer.source_id)
            fault = kind("A store did not do its part.", source=source["name"] if source else "")
            fault.retry_after = answer.retry_after
            yield GraphQLError(str(fault), path=info.path.as_list(), original_error=fault)


def page_of(
    found: Sequence[Verified], wallet: Wallet, first: int | None, after: str | None
) -> Connection[Credential]:
    """Cut a page of credentials."""
    given = Counter(one.shown.source_id for one in found)

    def sources(info: GraphInfo) -> list[Any]:
        del info
        return [
            entity_of("SourceState", source_row(answer, given[answer.source_id]))
            for answer in wallet.answers
        ]

    page: ListedPage = page_of_all(
        found,
        first,
        after,
        key=lambda one: one.shown.id,
        node=lambda one: Credential(made=one),
        is_exact=all(answer.is_whole for answer in wallet.answers),
        sources=sources,
    )
    return Connection(page=page)


async def _narrowed(
    info: GraphInfo, learner_id: int, found: Sequence[Verified], wanted: CredentialFilter
) -> list[Verified]:
    kept = [one for one in found if _fits(one, wanted)]
    if wanted.scale or wanted.learning_type:
        kept = [one for one in kept if await _is_of_kind(info, one, wanted)]
    if wanted.skill:
        skill = key_of(wanted.skill, "skl")
        permit = await info.context.seeing.permits.of(learner_id)
        info.context.seeing.permits.use(permit, DataScope.SKILLS)
        linker = await info.context.seeing.people.linker()
        kept = [
            one
            for one in kept
            if may_see(permit, one, DataScope.SKILLS)
            and any(a.skill == skill for a in skills_of(linker, one.credential))
        ]
    return kept


def _fits(one: Verified, wanted: CredentialFilter) -> bool:
    if wanted.status and one.status.name not in {status.name for status in wanted.status}:
        return False
    least = wanted.min_verification
    if least and RANKS[one.verification.level.name] < RANKS[least.name]:
        return False
    return not wanted.q or _says(one, wanted.q)


def _says(one: Verified, words: str) -> bool:
    """Tell whether title and issuer together have every word."""
    body = one.credential.issuer
    texts = [text.value for text in (one.credential.title, body.name if body else None) if text]
    said = " ".join(texts).casefold()
    return all(word in said for word in words.casefold().split())


async def _is_of_kind(info: GraphInfo, one: Verified, wanted: CredentialFilter) -> bool:
    shown = Credential(made=one)
    if wanted.scale and await shown.stated_scale(info) is not wanted.scale:
        return False
    setting = wanted.learning_type
    return not setting or await shown.stated_setting(info) is setting
