"""DEPA consent artefacts: a consent as Indian systems pass it on, written signed, and read in.

    {"consent": {consentId, timestamp, dataConsumer, dataProvider, purpose, user, data, permission},
     "signature": {"signature": ...}}

The range of dates is that of the permission. A frequency of 0 does not limit how often; one that
does is refused, since reads are not counted here. One that is read in is kept byte for byte, so
that its signature can be checked by who knows its signer's key, and never opens anything itself:
the learner's grant that it comes with does.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
import orjson

from isthmus.consent.lines import names
from isthmus.errors import ErrorCode, Refused
from isthmus.model.consent import Consent, ConsentMode

LARGEST = 64 * 1024
UNSAID = "not shared"
"""Stands where the form wants a mobile number and an address, which are nobody's business."""
KIND_OF_ID = "isthmus"
Sign = Callable[[bytes], str]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]


class ArtefactRefused(Refused):
    """It is no such artefact, or not one that can be kept; the text says why, and nothing of it."""

    def __init__(self, message: str) -> None:
        super().__init__(ErrorCode.ARGUMENT_INVALID, message)


class _Named(msgspec.Struct):
    id: Text


class _Purpose(msgspec.Struct):
    description: Text


class _User(msgspec.Struct, rename="camel"):
    id_type: Text
    id_number: Text
    mobile: Text
    email: Text


class _Range(msgspec.Struct):
    since: datetime = msgspec.field(name="from")
    until: datetime = msgspec.field(name="to")


class _Frequency(msgspec.Struct):
    unit: Text
    value: float
    repeats: float


class _Permission(msgspec.Struct, rename="camel"):
    access: Text
    date_range: _Range
    frequency: _Frequency


class _Consent(msgspec.Struct, rename="camel"):
    consent_id: uuid.UUID
    timestamp: datetime
    data_consumer: _Named
    data_provider: _Named
    purpose: _Purpose
    user: _User
    data: _Named
    permission: _Permission


class _Signature(msgspec.Struct):
    signature: str


class _Document(msgspec.Struct):
    consent: _Consent
    signature: _Signature


@dataclass(frozen=True, slots=True)
class Artefact:
    """An artefact that was read in; whom it is about is only in the document."""

    upstream: str
    consumer: str
    provider: str
    purpose: str
    data: str
    mode: ConsentMode
    starts_at: datetime
    expires_at: datetime
    document: bytes


def write_artefact(consent: Consent, *, hub: str, provider: str, sign: Sign) -> bytes:
    """Write the artefact of a consent in force, or that was; `sign` gives a detached signature.

    `provider` names who holds the data: a source, or the hub itself.
    """
    stated = {
        "consentId": str(consent_uuid(consent, hub)),
        "timestamp": _moment(consent.granted_at or consent.requested_at),
        "dataConsumer": {"id": f"{hub}/organizations/org_{consent.recipient_id}"},
        "dataProvider": {"id": provider},
        "purpose": {"description": consent.purpose.value},
        "user": {
            "idType": KIND_OF_ID,
            "idNumber": f"lrn_{consent.learner_id}",
            "mobile": UNSAID,
            "email": UNSAID,
        },
        "data": {"id": " ".join(names(consent.scopes))},
        "permission": {
            "access": consent.mode.value,
            "dateRange": {
                "from": _moment(consent.granted_at or consent.requested_at),
                "to": _moment(consent.expires_at),
            },
            "frequency": {"unit": "DAY", "value": 0, "repeats": 0},
        },
    }
    signature = {"signature": sign(signed_bytes(stated))}
    return orjson.dumps({"consent": stated, "signature": signature})


def signed_bytes(stated: Any) -> bytes:
    """Give the bytes that are signed: the consent as JSON without spaces, its keys in order."""
    return orjson.dumps(stated, option=orjson.OPT_SORT_KEYS)


def consent_uuid(consent: Consent, hub: str) -> uuid.UUID:
    """Give the identifier that a consent has outside, the same each time."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{hub}/consents/cns_{consent.id}")


def read_artefact(
    document: bytes, now: datetime, *, holds_aadhaar: Callable[[bytes], bool]
) -> Artefact:
    """Read an artefact that came in; raise `ArtefactRefused`.

    `holds_aadhaar` tells whether a document has a number in it that must stand nowhere.
    """
    if len(document) > LARGEST:
        raise ArtefactRefused(f"An artefact has at most {LARGEST:,} bytes.")
    if holds_aadhaar(document):
        raise ArtefactRefused("It holds an Aadhaar number; have it made with another id.")
    try:
        stated = msgspec.json.decode(document, type=_Document).consent
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise ArtefactRefused("It is not a consent artefact in JSON.") from None
    permission = stated.permission
    found = Artefact(
        upstream=stated.consent_id.urn,
        consumer=stated.data_consumer.id,
        provider=stated.data_provider.id,
        purpose=stated.purpose.description,
        data=stated.data.id,
        mode=_mode(permission.access),
        starts_at=_zoned(permission.date_range.since),
        expires_at=_zoned(permission.date_range.until),
        document=document,
    )
    if permission.frequency.value or permission.frequency.repeats:
        raise ArtefactRefused("It limits how often data is read, which is not kept here.")
    if not found.starts_at <= now < found.expires_at:
        raise ArtefactRefused("It is not in force at this moment.")
    return found


def _mode(access: str) -> ConsentMode:
    try:
        return ConsentMode(access.strip().upper())
    except ValueError:
        raise ArtefactRefused("Its access is neither VIEW nor STORE.") from None


def _zoned(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
