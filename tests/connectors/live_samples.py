"""The samples of live connectors: what a store answers by path, and what each learner gets of it.

`<situation>.json` maps paths to answers (`json` or `text`, `status`, `headers`); beside it
`<situation>.expected.json` says with which config and addresses, and what every stream comes to.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Any

import msgspec
import orjson

from isthmus.connector.live_reading import LiveReader
from isthmus.connector.part import LiveContext
from isthmus.credentials.formats.delivery import hmac_is_good
from isthmus.errors import SourceFault
from isthmus.outbound import SourceClient
from tests.connectors.samples import NAMES, Sample, load, samples
from tests.support.replay import Reply

LIVE = [name for name in NAMES if "live" in load(name).manifest.modes]
SYNCED = [name for name in NAMES if name not in LIVE]
LIVE_SAMPLES = [sample for sample in samples() if sample.connector in LIVE]
SYNCED_SAMPLES = [sample for sample in samples() if sample.connector in SYNCED]


@dataclass(slots=True)
class Read:
    """What a stream came to for one learner."""

    records: dict[str, Any] = field(default_factory=dict)
    documents: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    rejected: int = 0

    def as_json(self) -> dict[str, Any]:
        """Give what a sample's expectation says of a stream."""
        found = {"records": self.records, "documents": self.documents}
        found |= {"faults": self.faults} if self.faults else {}
        return found | ({"rejected": self.rejected} if self.rejected else {})


def answers_of(sample: Sample, base: str) -> dict[str, Reply]:
    """Give the answers of a store, with `{base}` for its own address."""
    text = sample.file.with_name(f"{sample.situation}.json").read_text("utf-8")
    stated = orjson.loads(text.replace("{base}", base))
    return {path: _reply(answer) for path, answer in stated.items()}


def _reply(stated: dict[str, Any]) -> Reply:
    kind = {"content-type": "application/json"} if "json" in stated else {}
    body = orjson.dumps(stated["json"]) if "json" in stated else stated.get("text", "").encode()
    body = base64.b64decode(stated["base64"]) if "base64" in stated else body
    return Reply(body, stated.get("status", 200), kind | stated.get("headers", {}))


async def read(sample: Sample, http: SourceClient) -> dict[str, Any]:
    """Read every stream as a live fetch does."""
    connector, said = load(sample.connector), sample.expected
    addresses = tuple(a.replace("{base}", http.base_url) for a in said.get("addresses", ()))
    context = LiveContext(sample.config, http.bearing("a-token"), addresses)
    found = {}
    for name in connector.manifest.streams:
        result = Read()
        reader = LiveReader(connector, name, context)
        async for listed in reader.listed():
            key = listed.key.replace(http.base_url, "{base}")
            record = orjson.dumps(msgspec.to_builtins(listed.record)).decode()
            result.records[key] = orjson.loads(record.replace(http.base_url, "{base}"))
            try:
                original = await reader.original(listed)
            except SourceFault as fault:
                result.faults[key] = str(fault.code)
                continue
            result.documents[key] = _told(original, http.base_url)
        result.rejected = reader.rejected
        found[name] = result.as_json()
    return found


def _told(original: Any, base: str) -> dict[str, Any]:
    body = original.body.replace(base.encode(), b"{base}")
    told = {
        "media_type": original.media_type,
        "sha256": hashlib.sha256(body).hexdigest(),
        "hosted_at": original.hosted_at and original.hosted_at.replace(base, "{base}"),
        "presented_by": original.presented_by,
        "register": original.register,
        "issuer": original.issuer,
    }
    if original.hmac_key is not None:
        told["is_delivered"] = hmac_is_good(original.body, original.hmac_key, original.hmac or "")
    return {name: value for name, value in told.items() if value is not None}
