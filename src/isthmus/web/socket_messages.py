"""The messages of graphql-transport-ws: each is checked whole before anything sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from isthmus.graph.answer import GraphAnswer

PROTOCOL = "graphql-transport-ws"
LONGEST_ID = 200
LONGEST_REASON = 120
"""Bytes: a close frame holds no more."""


@dataclass(frozen=True, slots=True)
class Closing(Exception):
    """Why a socket must be closed."""

    code: int
    reason: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message of a client: `payload` is that of its type, or empty."""

    type: str
    id: str
    payload: Mapping[str, Any]


def read_message(text: str | None, most: int) -> Incoming:
    """Read one message; raise `Closing` where it breaks the protocol."""
    if text is None:
        raise _broken("A message is text.")
    if len(text) > most:
        raise Closing(1009, f"A message may hold {most} bytes.")
    try:
        data = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise _broken("The message is not JSON.") from None
    if not isinstance(data, dict):
        raise _broken("A message is a JSON object.")
    kind = data.get("type")
    if not isinstance(kind, str) or kind not in _READERS:
        raise _broken("The message is of no type a client may send.")
    id_ = _id_of(data) if kind in {"subscribe", "complete"} else ""
    payload = data.get("payload")
    if payload is not None and not isinstance(payload, dict):
        raise _broken("A payload is a JSON object.")
    _READERS[kind](payload)
    return Incoming(kind, id_, payload or {})


def _id_of(data: Mapping[str, Any]) -> str:
    found = data.get("id")
    if not isinstance(found, str) or not 0 < len(found) <= LONGEST_ID:
        raise _broken(f"An id is text of 1 to {LONGEST_ID} characters.")
    return found


def _any_payload(_: Mapping[str, Any] | None) -> None:
    """Take a payload as it is."""


def _asks_something(payload: Mapping[str, Any] | None) -> None:
    """Check that a payload asks for an operation, in values of the right kinds."""
    if payload is None:
        raise _broken("`subscribe` needs a payload.")
    for key, kind in (
        ("query", str), ("operationName", str), ("documentId", str),
        ("variables", dict), ("extensions", dict),
    ):  # fmt: skip
        value = payload.get(key)
        if value is not None and not isinstance(value, kind):
            raise _broken(f"`{key}` is of the wrong kind.")
    if all(payload.get(key) is None for key in ("query", "documentId", "extensions")):
        raise _broken("`subscribe` needs a `query`.")


_READERS = {
    "connection_init": _any_payload,
    "ping": _any_payload,
    "pong": _any_payload,
    "subscribe": _asks_something,
    "complete": _any_payload,
}


def _broken(reason: str) -> Closing:
    return Closing(4400, reason)


def plain_message(kind: str, id_: str = "", payload: Mapping[str, Any] | None = None) -> str:
    """Write a message without an answer in it."""
    message: dict[str, Any] = {"type": kind}
    if id_:
        message["id"] = id_
    if payload:
        message["payload"] = payload
    return orjson.dumps(message).decode()


def answer_message(id_: str, answer: GraphAnswer) -> str:
    """Write an answer: `next`, or `error` when nothing of the operation ran."""
    if answer.executed:
        kind, payload = b"next", answer.body
    else:
        kind, payload = b"error", orjson.dumps(answer.errors)
    return (b'{"id":%s,"type":"%s","payload":%s}' % (orjson.dumps(id_), kind, payload)).decode()


def reason_text(reason: str) -> str:
    """Cut a reason to what a close frame holds."""
    return reason.encode()[:LONGEST_REASON].decode(errors="ignore")
