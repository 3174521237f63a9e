"""Replay and faults of live connectors: what a learner's store answers, and what they get of it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
import orjson

from isthmus.connector.installed import InstalledConnector
from isthmus.connector.kit.faults import Fault
from isthmus.connector.kit.outcomes import Came, Right
from isthmus.connector.kit.samples import BASE, Sample
from isthmus.connector.kit.spoiling import family_of
from isthmus.connector.kit.verdicts import Report, Verdict, timed
from isthmus.connector.live_reading import LiveReader
from isthmus.connector.part import LiveContext
from isthmus.credentials.formats.delivery import hmac_is_good
from isthmus.errors import IsthmusError, SourceFault
from isthmus.outbound import SourceClient
from isthmus.trials.faulting import can_show, judged, under
from isthmus.trials.ground import Ground
from isthmus.trials.replaying import MOST, differences

TOKEN = "a-learners-token"  # noqa: S105 - of nobody


@dataclass(slots=True)
class Read:
    """What a stream came to for one learner."""

    records: dict[str, Any] = field(default_factory=dict)
    documents: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    rejected: int = 0
    broken: str | None = None
    """The code of what ended the list."""

    def as_json(self) -> dict[str, Any]:
        """Give what a sample's expectation says of a stream."""
        found = {"records": self.records, "documents": self.documents}
        found |= {"faults": self.faults} if self.faults else {}
        return found | ({"rejected": self.rejected} if self.rejected else {})


async def read_live(
    connector: InstalledConnector, sample: Sample, http: SourceClient
) -> dict[str, Read]:
    """Read every stream as a live fetch does."""
    stated = sample.expected().get("addresses", ())
    addresses = tuple(address.replace(BASE, http.base_url) for address in stated)
    context = LiveContext(sample.config, http.bearing(TOKEN), addresses)
    found = {}
    for name in connector.manifest.streams:
        result = found[name] = Read()
        reader = LiveReader(connector, name, context)
        try:
            await _read(reader, result, http.base_url)
        except SourceFault as fault:
            result.broken = str(fault.code)
        result.rejected = reader.rejected
    return found


async def _read(reader: LiveReader, result: Read, base: str) -> None:
    async for listed in reader.listed():
        key = listed.key.replace(base, BASE)
        record = orjson.dumps(msgspec.to_builtins(listed.record)).decode()
        result.records[key] = orjson.loads(record.replace(base, BASE))
        try:
            original = await reader.original(listed)
        except SourceFault as fault:
            result.faults[key] = str(fault.code)
            continue
        result.documents[key] = _told(original, base)


def _told(original: Any, base: str) -> dict[str, Any]:
    body = original.body.replace(base.encode(), BASE.encode())
    told = {
        "media_type": original.media_type,
        "sha256": hashlib.sha256(body).hexdigest(),
        "hosted_at": original.hosted_at and original.hosted_at.replace(base, BASE),
        "presented_by": original.presented_by,
        "register": original.register,
        "issuer": original.issuer,
    }
    if original.hmac_key is not None:
        told["is_delivered"] = hmac_is_good(original.body, original.hmac_key, original.hmac or "")
    return {name: value for name, value in told.items() if value is not None}


def documents_in(sample: Sample) -> int:
    """Count the documents that a sample shows."""
    streams = sample.expected()["streams"].values()
    return sum(len(stream.get("documents", ())) for stream in streams)


async def live_replay(ground: Ground, samples: Sequence[Sample], report: Report) -> None:
    """Replay every sample of a live connector, twice: two learners see the same."""
    for sample in samples:
        with timed() as spent:
            try:
                faults = await _replayed(ground, sample)
            except IsthmusError as error:
                faults = [f"{sample.name}: {error}"]
        verdict = Verdict.NOT_OK if faults else Verdict.OK
        said = "\n".join(faults[:MOST]) or "as expected; the token went in a header and to it alone"
        report.add("replay", sample.situation, verdict, said, spent[0])


async def _replayed(ground: Ground, sample: Sample) -> list[str]:
    ground.connector.check_config(sample.config)
    ground.serve(sample.answers(ground.upstream.url))
    asked = len(ground.upstream.asked)
    async with ground.client() as client:
        found = await read_live(ground.connector, sample, client)
    broken = [f"{name}: ended with {one.broken}" for name, one in found.items() if one.broken]
    shown = {name: one.as_json() for name, one in found.items()}
    said = differences(sample.expected()["streams"], shown, ("streams",))
    faults = broken + [f"{sample.name}: {text}" for _, text in said]
    for call in ground.upstream.asked[asked:]:
        if TOKEN in f"{call.path}{call.query}":
            faults.append(f"the learner's token stands in the address {call.path}")
    return faults


async def live_faults(
    ground: Ground, samples: Sequence[Sample], faults: Iterable[Fault], report: Report
) -> None:
    """Put every fault before the sample that shows most, and read it for a learner."""
    sample = max(samples, key=documents_in)
    answers = sample.answers(ground.upstream.url)
    for fault in faults:
        if not can_show(fault, ground, answers):
            said = "the sample has nothing that it could spoil"
            report.add("faults", fault.name, Verdict.SKIPPED, said)
            continue
        await _under(fault, ground, sample, report)


async def _under(fault: Fault, ground: Ground, sample: Sample, report: Report) -> None:
    answers, inward = sample.answers(ground.upstream.url), ground.upstream.inward
    ground.upstream.answer = under(fault, ground, answers)
    with timed() as spent:
        async with ground.client(fault.patience, fault.attempts) as client:
            found = await read_live(ground.connector, sample, client)
    right = fault.right_for(family_of(ground.connector.manifest))
    came = replace(
        _came(found, sample, right), inward=ground.upstream.inward - inward, seconds=spent[0]
    )
    wrong = judged(fault, came, right)
    verdict = Verdict.NOT_OK if wrong else Verdict.OK
    report.add("faults", fault.name, verdict, "\n".join([came.sentence(), *wrong]), spent[0])


def _came(found: dict[str, Read], sample: Sample, right: Right) -> Came:
    """Say what a learner got, against what the sample is expected to give them."""
    codes: list[str] = []
    changed = 0
    for name, stream in found.items():
        expected = sample.expected()["streams"].get(name, {})
        if right is Right.UNCHANGED:
            changed += stream.records != expected.get("records", {})
        by_design = Counter(expected.get("faults", {}).values())
        met = Counter(stream.faults.values()) - by_design
        codes += [*met.elements(), *([stream.broken] if stream.broken else [])]
    rejected = sum(one.rejected for one in found.values())
    return Came(codes=tuple(codes), changed=changed, rejected=rejected)
