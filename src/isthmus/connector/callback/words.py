"""How a system answers that calls back, as words of the manifest."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from isthmus.connector.authority_words import Word
from isthmus.connector.live_words import Expression, Seconds

Action = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
Every = Annotated[str, Meta(pattern=r"^[1-9]\d{0,5}[smhd]$")]


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Words of the manifest: an unknown one is a finding, never ignored."""


class Join(_Words, frozen=True, kw_only=True):
    """JMESPath over a callback: which call it answers, who sent it, whom it is for."""

    transaction: Expression
    message: Expression | None = None
    action: Expression | None = None
    sender: Expression
    recipient: Expression | None = None


class SignatureWords(_Words, frozen=True, kw_only=True):
    """How calls and callbacks are signed; every word but `scheme` and `believed` names a value.

    `subscriber` and `key_id` say who the hub is, `secret` what it signs with. A sender's key is one
    of `keys`, or looked up at `registry`, and believed for so long. Where the config names a
    `gateway`, callbacks come through it and bear its signature too.
    """

    scheme: Literal["beckn"]
    subscriber: Word = "subscriber_id"
    key_id: Word = "key_id"
    secret: Word = "signing_key"  # noqa: S105 - the name of a value
    registry: Word | None = None
    keys: Word | None = None
    gateway: Word | None = None
    believed: Every = "1h"


class Callback(_Words, frozen=True, kw_only=True):
    """What is waited for after a request, and for how long.

    `ack` is true of the answer that says that callbacks will come; `refusal` finds the reason in
    one that says they will not. `error` finds it in a callback. `wait` and `enough` name values of
    the config: seconds in place of `deadline`, and a number of callbacks that ends the wait early.
    """

    action: Action
    ack: Expression
    refusal: Expression | None = None
    error: Expression | None = None
    join: Join
    signature: SignatureWords
    deadline: Seconds = "10s"
    wait: Word | None = None
    enough: Word | None = None
    most: Annotated[int, Meta(ge=1, le=10_000)] = 100
