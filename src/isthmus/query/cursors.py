"""Cursors: the sort key of a row, its key, and the order they belong to."""

from __future__ import annotations

import base64
import binascii
import math
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

import orjson

from isthmus.errors import ErrorCode, Refused

LONGEST = 2000
_IN_ADDRESSES = bytes.maketrans(b"+/", b"-_")
LARGEST_KEY = 2**63
LARGEST_EXPONENT = 1000


class Cursor(NamedTuple):
    """Where a row stands in an order: `value` is its sort key, `key` breaks ties."""

    value: Any
    key: int


def encode_cursor(order: str, value: Any, key: int) -> str:
    """Make the cursor of a row in the order named `order`."""
    if isinstance(value, float) and not math.isfinite(value):
        value = str(value)  # JSON has no infinity
    data = binascii.b2a_base64(orjson.dumps([order, value, key], default=str), newline=False)
    return data.rstrip(b"=").translate(_IN_ADDRESSES).decode()


def decode_cursor(text: str, order: str, cast: str) -> Cursor:
    """Read a cursor of one order; raise CURSOR_INVALID where it is none, or of another order."""
    try:
        named, value, key = _parts(text)
        if named == order and type(key) is int and 0 < key < LARGEST_KEY:
            return Cursor(_READERS[cast](value), key)
    except (ValueError, TypeError, binascii.Error, InvalidOperation, OverflowError):
        pass
    message = "This is not a cursor of this list in this order."
    raise Refused(ErrorCode.CURSOR_INVALID, message)


def _parts(text: str) -> list[Any]:
    padded = text[:LONGEST].encode("ascii") + b"=" * (-len(text) % 4)
    parts = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    return parts if isinstance(parts, list) else []


def _integer(value: Any) -> int:
    if type(value) is not int or abs(value) >= 2**63:
        raise ValueError
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError
    return value


def _moment(value: Any) -> datetime:
    """Read a moment; the two ends of time, which have no zone, stand for rows without one."""
    found = datetime.fromisoformat(value)
    if found in {datetime.min, datetime.max}:  # noqa: DTZ901 - asyncpg's infinities
        return found
    if found.tzinfo is None:
        raise ValueError
    return found.astimezone(UTC)


def _decimal(value: Any) -> Decimal:
    found = Decimal(_text(value)) if isinstance(value, str) else Decimal(_integer(value))
    if found.is_nan() or abs(found.adjusted()) > LARGEST_EXPONENT:
        raise ValueError
    return found


_READERS: dict[str, Any] = {
    "bigint": _integer,
    "text": _text,
    "timestamptz": _moment,
    "float8": lambda value: float(value) if type(value) in {int, float, str} else _text(None),
    "numeric": _decimal,
    "date": date.fromisoformat,
}
