"""Those who call back in a trial: what a sample has them say, and every false way of saying it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from isthmus.connector.callback.signatures import Signer
from isthmus.connector.callback.words import Callback, Join
from isthmus.connector.expression import compile_expression
from isthmus.connector.functions import ConnectorFunctions
from isthmus.connector.kit.outcomes import Right
from isthmus.connector.kit.spoiling import placed

KEY_ID = "trial"
HOLDS = 60.0


@dataclass(frozen=True, slots=True)
class SaidBack:
    """One callback of a sample: after which call, and what it says."""

    path: str
    when: str
    body: dict[str, Any]

    def answers(self, path: str, asked: Any) -> bool:
        """Tell whether it comes after a call."""
        if not path.startswith(self.path):
            return False
        return compile_expression(self.when, ConnectorFunctions())(asked) is True


@dataclass(frozen=True, slots=True)
class Delivery:
    """One callback as it is sent: signed as `sender` says, `made` so many seconds from now."""

    body: dict[str, Any]
    sender: str
    key: str
    made: float = 0.0
    added: bytes = b""
    """What is added to the body after it was signed."""
    cut: int | None = None
    """How many bytes of the body are signed and sent, where it breaks off."""
    wait: float = 0.0

    def sent(self, now: float) -> tuple[bytes, str]:
        """Give the body and the header of its signature."""
        raw = orjson.dumps(self.body)[: self.cut]
        header = signer_of(self.sender, self.key).header(raw, now + self.made, HOLDS)
        return raw + self.added, header


def signer_of(sender: str, key: str | None = None) -> Signer:
    """Give the key of a sender in trials: it follows from its name, and is nobody's."""
    return Signer.of(sender, KEY_ID, _seed(key or sender), "key")


def _seed(name: str) -> str:
    return base64.b64encode(hashlib.sha256(f"trial:{name}".encode()).digest()).decode()


def pinned(senders: Sequence[str]) -> dict[str, str]:
    """Give the keys of senders as a config pins them."""
    return {f"{one}|{KEY_ID}": signer_of(one).public for one in senders}


def deliveries(
    said: Sequence[SaidBack], path: str, asked: Any, words: Callback, recipient: str
) -> Iterator[Delivery]:
    """Give the callbacks that come after a call, with the names of that call filled in."""
    find = _finder()
    filled = {
        "{transaction}": find(words.join.transaction, asked),
        "{message}": find(words.join.message, asked) if words.join.message else None,
        "{recipient}": recipient,
    }
    for one in said:
        if one.answers(path, asked):
            body = _filled(one.body, filled)
            sender = str(find(words.join.sender, body))
            yield Delivery(body, sender, sender)


def senders_of(said: Sequence[SaidBack], words: Callback) -> list[str]:
    """Name all who call back in a sample."""
    find = _finder()
    return sorted({str(find(words.join.sender, one.body)) for one in said})


def _finder() -> Callable[[str, Any], Any]:
    functions = ConnectorFunctions()
    return lambda text, value: compile_expression(text, functions)(value)


def _filled(value: Any, names: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        return {name: _filled(inner, names) for name, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, names) for inner in value]
    return names.get(value, value) if isinstance(value, str) else value


Change = Callable[[Delivery, Callback], Sequence[Delivery]]


@dataclass(frozen=True, slots=True)
class CallFault:
    """One way of calling back that must not be believed, or of not doing it."""

    name: str
    change: Change
    right: Right


def _changed(**words: Any) -> Change:
    return lambda one, _: [replace(one, **words)]


def _at(path: Callable[[Join], str | None], value: str) -> Change:
    """Put another value where a joining expression leads."""

    def change(one: Delivery, words: Callback) -> Sequence[Delivery]:
        stated = path(words.join)
        if stated is None:
            return []
        body = orjson.loads(orjson.dumps(one.body))
        placed(body, stated, value)
        return [replace(one, body=body)]

    return change


def _bare(one: Delivery, words: Callback) -> Sequence[Delivery]:
    """Say nothing but which call it answers."""
    body: dict[str, Any] = {}
    find = _finder()
    for name in words.join.__struct_fields__:
        if path := getattr(words.join, name):
            placed(body, path, find(path, one.body))
    return [replace(one, body=body)]


def _error(one: Delivery, words: Callback) -> Sequence[Delivery]:
    if words.error is None:
        return _bare(one, words)
    body = orjson.loads(orjson.dumps(one.body))
    placed(body, words.error, "trial")
    return [replace(one, body=body)]


CALL_FAULTS = (
    CallFault("callback-missing", lambda *_: [], Right.TIMEOUT),
    CallFault("callback-late", _changed(wait=1.5), Right.TIMEOUT),
    CallFault("callback-forged", _changed(key="somebody else"), Right.TIMEOUT),
    CallFault("callback-altered", _changed(added=b" "), Right.TIMEOUT),
    CallFault("callback-expired", _changed(made=-3600.0), Right.TIMEOUT),
    CallFault("callback-of-the-future", _changed(made=3600.0), Right.TIMEOUT),
    CallFault("callback-garbled", _changed(cut=-2), Right.TIMEOUT),
    CallFault("callback-elsewhere", _at(lambda j: j.transaction, "another"), Right.TIMEOUT),
    CallFault("callback-of-another", _at(lambda j: j.sender, "another.example"), Right.TIMEOUT),
    CallFault("callback-for-another", _at(lambda j: j.recipient, "another.example"), Right.TIMEOUT),
    CallFault("callback-twice", lambda one, _: [one, one], Right.UNCHANGED),
    CallFault("callback-bare", _bare, Right.GARBLED),
    CallFault("callback-error", _error, Right.GARBLED),
)
SHORT_CALLS = ("callback-late", "callback-forged", "callback-twice")
"""The three that say most, for those in a hurry."""
