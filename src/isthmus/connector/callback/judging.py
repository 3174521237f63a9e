"""Judges a callback: what it answers, from whom it is, and whether the signature says so too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from jmespath.exceptions import JMESPathError

from isthmus.connector.callback import signatures
from isthmus.connector.callback.refusals import CallbackRefused, Reason
from isthmus.connector.callback.sender_keys import GATEWAY, SENDER, SenderKeys
from isthmus.connector.callback.signatures import Stated
from isthmus.connector.callback.words import Callback
from isthmus.connector.expression import compile_expression
from isthmus.connector.functions import ConnectorFunctions

LONGEST_NAME = 200
GATEWAY_HEADERS = ("x-gateway-authorization", "proxy-authorization")
"""The header of a gateway's signature, and the one that came before it."""

Find = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Signatures:
    """The headers of one callback that bear signatures."""

    sender: Stated
    gateway: Stated | None


def signatures_of(headers: Mapping[str, str], now: float) -> Signatures:
    """Read the signatures; raises before any body is read where one could not hold anyway."""
    sender = signatures.read(headers.get("authorization", ""))
    stated = next((headers[name] for name in GATEWAY_HEADERS if name in headers), None)
    gateway = None if stated is None else signatures.read(stated)
    for one in filter(None, (sender, gateway)):
        one.check_time(now)
    return Signatures(sender, gateway)


def body_of(raw: bytes) -> dict[str, Any]:
    """Read a body; raises where it is no JSON object."""
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise CallbackRefused(Reason.UNREADABLE) from None
    if not isinstance(found, dict):
        raise CallbackRefused(Reason.UNREADABLE)
    return found


class Judge:
    """Judges the callbacks of one stream of one source."""

    def __init__(
        self, words: Callback, keys: SenderKeys, subscriber: str, gateway: str | None
    ) -> None:
        functions = ConnectorFunctions()
        join = words.join
        self._action = words.action
        self._keys = keys
        self._subscriber = subscriber
        self._gateway = gateway
        self._transaction = compile_expression(join.transaction, functions)
        self._sender = compile_expression(join.sender, functions)
        self._stated: dict[str, Find] = {
            name: compile_expression(text, functions)
            for name, text in (
                ("message", join.message), ("action", join.action), ("recipient", join.recipient),
            )
            if text is not None
        }  # fmt: skip

    def transaction(self, body: Mapping[str, Any]) -> str | None:
        """Name the call that a callback answers."""
        return _name(self._transaction, body)

    async def sender_of(
        self, body: Mapping[str, Any], raw: bytes, stated: Signatures, message: str
    ) -> str:
        """Give the sender of a callback to a call; raise where any part of it is another's."""
        wanted = {"message": message, "action": self._action, "recipient": self._subscriber}
        for name, find in self._stated.items():
            if _name(find, body) != wanted[name]:
                raise CallbackRefused(Reason.OTHER)
        sender = stated.sender
        if _name(self._sender, body) != sender.subscriber:
            raise CallbackRefused(Reason.SENDER_OTHER)
        via = stated.gateway
        if self._gateway is not None and (via is None or via.subscriber != self._gateway):
            raise CallbackRefused(Reason.GATEWAY_OTHER)
        if via is not None:
            via.check(raw, await self._keys.get(via.subscriber, via.key_id, GATEWAY))
        sender.check(raw, await self._keys.get(sender.subscriber, sender.key_id, SENDER))
        return sender.subscriber


def _name(find: Find, body: Mapping[str, Any]) -> str | None:
    try:
        found = find(body)
    except (JMESPathError, TypeError, ValueError):
        return None
    is_name = isinstance(found, str) and 0 < len(found) <= LONGEST_NAME
    return found if is_name else None
