"""The consent stage of live connectors: nobody sees more than was agreed to, whatever happens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from isthmus.connector.kit.replies import Asked, Reply
from isthmus.connector.kit.samples import BASE, Sample, reply_of
from isthmus.connector.kit.spoiling import EMPTIED
from isthmus.connector.kit.upstream import Gate
from isthmus.connector.kit.verdicts import Report, Verdict, timed
from isthmus.live.fetched import Fetched
from isthmus.live.stores import Stores
from isthmus.model.consent import EVERYTHING, Permit
from isthmus.model.viewer import Role, Viewer
from isthmus.trials.ground import Ground
from isthmus.trials.learners import Town
from isthmus.trials.living import documents_in

DEADLINE = 15.0
ROUNDS = 8
OTHER = "-of-the-other"

Trial = Callable[[Town], Awaitable[list[str]]]


async def consent_stage(ground: Ground, samples: Sequence[Sample], report: Report) -> None:
    """Try every case on learners of its own."""
    sample = await _with_documents(ground, samples)
    for name, trial, said in CASES:
        ground.upstream.gate = None
        town = await Town.opened(ground, sample)
        if trial is _rotated and ground.connector.manifest.auth.oauth2 is None:
            report.add("consent", name, Verdict.SKIPPED, "there are no tokens to rotate")
            continue
        with timed() as spent:
            faults = await trial(town)
        verdict = Verdict.NOT_OK if faults else Verdict.OK
        report.add("consent", name, verdict, "\n".join(faults) or said, spent[0])
    ground.upstream.gate = None


async def _with_documents(ground: Ground, samples: Sequence[Sample]) -> Sample:
    """Find a sample of which a learner gets documents: some show only what goes wrong."""
    best = sorted(samples, key=documents_in, reverse=True)
    for sample in best:
        town = await Town.opened(ground, sample)
        if not await _own_eyes(town):
            return sample
    return best[0]


async def _fetch(stores: Stores, viewer: Viewer, permit: Permit) -> Fetched:
    found = await stores.fetch(viewer, {permit.learner_id: permit}, deadline=DEADLINE)
    return found[permit.learner_id]


def _own(viewer: Viewer) -> Permit:
    return Permit(viewer.learner_id or 0, EVERYTHING, is_own=True)


async def _own_eyes(town: Town) -> list[str]:
    viewer = await town.linked("one")
    stores = town.stores()
    found = await _fetch(stores, viewer, _own(viewer))
    await stores.close()
    return [] if found.documents else ["a learner does not see what is in their own store"]


async def _without_consent(town: Town) -> list[str]:
    """Nobody else is shown anything, and the store is not even asked."""
    learner = await town.linked("one")
    stores, asked = town.stores(), len(town.ground.upstream.asked)
    scopes = frozenset({"learners:read"})
    others = [
        Viewer(role=Role.PLATFORM, organization_id=1, client="c", scopes=scopes),
        await town.learner(),
    ]
    faults = []
    for viewer in others:
        found = await _fetch(stores, viewer, Permit(learner.learner_id or 0, frozenset()))
        if found.documents:
            faults.append(f"a {viewer.role.value} without consent saw {len(found.documents)}")
    await stores.close()
    if len(town.ground.upstream.asked) > asked:
        faults.append("the store was asked although nobody had agreed")
    return faults


async def _withdrawn(town: Town) -> list[str]:
    """End a link while its store is answering: it gives nothing, and is not asked again."""
    learner = await town.linked("one")
    upstream, stores = town.ground.upstream, town.stores()
    gate = upstream.gate = Gate()
    fetching = asyncio.create_task(_fetch(stores, learner, _own(learner)))
    reaching = asyncio.create_task(gate.reached.wait())
    await asyncio.wait({fetching, reaching}, return_when=asyncio.FIRST_COMPLETED)
    await town.unlink(learner)
    gate.opened.set()
    found = await fetching
    reaching.cancel()
    faults = ["what came in after the withdrawal was shown"] if found.documents else []
    asked = len(upstream.asked)
    again = await _fetch(stores, learner, _own(learner))
    if again.documents or len(upstream.asked) > asked:
        faults.append("the store was asked again after the withdrawal")
    await stores.close()
    return faults


async def _rotated(town: Town) -> list[str]:
    """Two processes that renew the same token at once renew it once."""
    learner = await town.linked("one", is_stale=True)
    processes = [town.stores(), town.stores()]
    found = await asyncio.gather(*(_fetch(stores, learner, _own(learner)) for stores in processes))
    for stores in processes:
        await stores.close()
    faults = [] if all(one.documents for one in found) else ["one of two readers got nothing"]
    if len(town.renewals) != 1:
        faults.append(f"the token was renewed {len(town.renewals)} times by two readers at once")
    return faults


async def _interleaved(town: Town) -> list[str]:
    """Read two learners at once, again and again: neither sees what is in the other's store."""
    one, other = await town.linked("one"), await town.linked("other", own=False)
    town.stores_of = _apart(town)
    stores, faults = town.stores(), []
    for _ in range(ROUNDS):
        ones, others = await asyncio.gather(
            _fetch(stores, one, _own(one)), _fetch(stores, other, _own(other))
        )
        if not ones.documents:
            faults.append("a learner read beside another got nothing")
        if {each.key for each in ones.documents} & {each.key for each in others.documents}:
            faults.append("a learner saw what stands in another's store")
    await stores.close()
    return sorted(set(faults))


def _apart(town: Town) -> Callable[[Asked, str | None], Reply]:
    """Give each of two learners a store of their own: the other's is empty, or of other ids."""
    manifest, answers = town.ground.connector.manifest, town.answers
    streams = town.sample.expected()["streams"].values()
    stated = {key for stream in streams for key in stream.get("records", ())}
    keys = [key.replace(BASE, town.ground.upstream.url).encode() for key in sorted(stated)]

    def of(asked: Asked, whose: str | None) -> Reply:
        if whose != "other":
            return reply_of(answers, asked)
        good = reply_of(answers, replace(asked, path=asked.path.replace(OTHER, "")))
        emptied = EMPTIED.spoil(good, manifest) or good
        # a record that is a mere text cannot be taken out, but it can be another's
        return replace(emptied, body=_renamed(emptied.body, keys))

    return of


def _renamed(body: bytes, keys: Sequence[bytes]) -> bytes:
    for key in keys:
        body = body.replace(b'"%s"' % key, b'"%s%s"' % (key, OTHER.encode()))
    return body


CASES: tuple[tuple[str, Trial, str], ...] = (
    ("own-eyes", _own_eyes, "a learner sees their own store"),
    ("refused-without-consent", _without_consent, "nothing shown, and the store not asked"),
    ("withdrawn-in-the-middle", _withdrawn, "nothing shown, and the store not asked again"),
    ("rotated-twice-at-once", _rotated, "two readers at once, one renewal"),
    ("interleaved", _interleaved, f"two learners at once, {ROUNDS} times, and never mixed"),
)
