"""Names requests, so that an answer and the log lines written for it find each other."""

from __future__ import annotations

import itertools
import logging
import re
import secrets
from contextvars import ContextVar

current: ContextVar[str] = ContextVar("request_id", default="-")
"""The request being answered, for log lines."""

_GIVEN = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_PREFIX = secrets.token_hex(4)
_numbers = itertools.count(secrets.randbelow(1 << 24))


def request_id(given: bytes | None) -> bytes:
    """Take over a well-formed id of the caller's, or make one."""
    if given is not None and _GIVEN.fullmatch(given):
        return given
    return b"%s-%08x" % (_PREFIX.encode(), next(_numbers))


class RequestIdFilter(logging.Filter):
    """Writes the id of the request into each log line as `request`."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every line pass."""
        record.request = current.get()
        return True
