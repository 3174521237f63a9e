"""Turns what a source answered, or the client library's errors, into our own faults.

No text of the library and no secret stands in any of them.
"""

from __future__ import annotations

import contextlib
import re
from email.utils import parsedate_to_datetime
from typing import Any

import httpcore
import httpx
import orjson

from isthmus.errors import (
    SourceFault,
    SourceGarbled,
    SourceRateLimited,
    SourceRefused,
    SourceTimedOut,
    SourceUnavailable,
)
from isthmus.outbound.answer import Answer

LONGEST_WAIT = 120.0
UNREADABLE = "has an address that does not read"


def checked(response: httpx.Response, body: bytes, source: str, *, private: bool = False) -> Answer:
    """Give the answer of a good status; raise the fault of any other."""
    status = response.status_code
    if status == httpx.codes.TOO_MANY_REQUESTS:
        wait = _retry_after(response.headers)
        asked = f", asks to wait {wait:g} s" if wait is not None else ""
        raise SourceRateLimited(f"answered 429{asked}", source=source, retry_after=wait)
    if status >= httpx.codes.INTERNAL_SERVER_ERROR:
        wait = _retry_after(response.headers)
        raise SourceUnavailable(f"answered {status}", source=source, retry_after=wait)
    if status >= httpx.codes.BAD_REQUEST:
        asked = "" if private else f" for {_path(response)}"
        message, word = f"answered {status}{asked}", _word(body)
        raise SourceRefused(message, source=source, status=status, word=word)
    if status == httpx.codes.NOT_MODIFIED and "if-none-match" not in response.request.headers:
        # to believe it would be to hold nothing and say that all is well
        raise SourceGarbled("answered 304 to a call that compared nothing", source=source)
    headers = {k.lower(): v for k, v in response.headers.items()}
    return Answer(str(response.url), status, headers, body)


_WORD = re.compile(r"[a-z][a-z0-9_]{1,40}")
_LONGEST_REASON = 10_000


def _word(body: bytes) -> str:
    """Give the machine's word for an error, as OAuth and many others write it; else nothing."""
    if len(body) > _LONGEST_REASON:
        return ""
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    stated = found.get("error") if isinstance(found, dict) else None
    return stated if isinstance(stated, str) and _WORD.fullmatch(stated) else ""


def _path(response: httpx.Response) -> str:
    """Name what was asked for without its query, which may carry a key."""
    return response.url.path


def _retry_after(headers: httpx.Headers) -> float | None:
    value = headers.get("retry-after", "").strip()
    if value.isdigit():
        return float(value)
    with contextlib.suppress(ValueError, TypeError):
        at, now = parsedate_to_datetime(value), parsedate_to_datetime(headers.get("date", ""))
        return max(0.0, (at - now).total_seconds())
    return None


def delay_of(error: Exception) -> bool | float:
    """Tell stamina whether to try again, and after how many seconds if the source said so."""
    if not isinstance(error, SourceFault) or not error.retryable:
        return False
    if error.retry_after is None:
        return True
    return error.retry_after if error.retry_after <= LONGEST_WAIT else False


_FAULTS: tuple[tuple[tuple[type[Exception], ...], type[SourceFault], str], ...] = (
    (
        (TimeoutError, httpx.TimeoutException, httpcore.TimeoutException),
        SourceTimedOut, "gave no whole answer in time",
    ),
    ((httpx.ConnectError, httpcore.ConnectError), SourceUnavailable, "cannot be reached"),
    ((httpx.DecodingError,), SourceGarbled, "the compressed answer does not decode"),
    ((httpx.UnsupportedProtocol,), SourceRefused, "has an address that is not http"),
    ((httpx.InvalidURL,), SourceRefused, UNREADABLE),
    ((httpx.TransportError,), SourceUnavailable, "broke the connection off"),
)  # fmt: skip
"""What the client library raises, the first that fits, and what it is for us."""
_RAISED = tuple(kind for kinds, *_ in _FAULTS for kind in kinds)


@contextlib.contextmanager
def as_faults(source: str) -> Any:
    """Turn the client library's errors into ours, without its text."""
    try:
        yield
    except SourceFault as fault:
        fault.source = fault.source or source
        raise
    except _RAISED as error:
        raise _fault_of(error, source) from None


def _fault_of(error: Exception, source: str) -> SourceFault:
    # the library reads where a redirect leads to, and takes what does not read for a broken answer
    if isinstance(error, httpx.RemoteProtocolError) and "location header" in str(error):
        return SourceRefused(UNREADABLE, source=source)
    made, message = next((made, said) for kinds, made, said in _FAULTS if isinstance(error, kinds))
    return made(message, source=source)
