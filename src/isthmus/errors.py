"""Every failure of isthmus as one tree, each with a stable code.

::

    IsthmusError
    ├── Misconfigured       stops a command or the start; never reaches a caller of the graph
    ├── SourceFault         an outside source did not do its part
    │   ├── SourceUnavailable     SOURCE_DOWN          worth another try
    │   ├── SourceTimedOut        SOURCE_TIMEOUT       worth another try
    │   ├── SourceRateLimited     SOURCE_RATE_LIMITED  worth another try, later
    │   ├── SourceRefused         SOURCE_REFUSED
    │   └── SourceGarbled         SOURCE_BAD_DATA
    └── Refused             the caller asked for what cannot be given
        └── ConsentMissing        CONSENT_REQUIRED, CONSENT_EXPIRED or CONSENT_REVOKED

An error holds facts and a code; its class writes the sentence. Text of other libraries
never enters a message that leaves the process.
"""

from __future__ import annotations

from enum import StrEnum


class ErrorCode(StrEnum):
    """The codes in `extensions.code` of a top-level error."""

    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    CONSENT_REQUIRED = "CONSENT_REQUIRED"
    CONSENT_EXPIRED = "CONSENT_EXPIRED"
    CONSENT_REVOKED = "CONSENT_REVOKED"
    SOURCE_TIMEOUT = "SOURCE_TIMEOUT"
    SOURCE_DOWN = "SOURCE_DOWN"
    SOURCE_REFUSED = "SOURCE_REFUSED"
    SOURCE_RATE_LIMITED = "SOURCE_RATE_LIMITED"
    SOURCE_BAD_DATA = "SOURCE_BAD_DATA"
    STALE_ONLY = "STALE_ONLY"
    PARSE_FAILED = "PARSE_FAILED"
    VALIDATION_FAILED = "VALIDATION_FAILED"
    BODY_TOO_LARGE = "BODY_TOO_LARGE"
    TOKENS_EXCEEDED = "TOKENS_EXCEEDED"
    DEPTH_EXCEEDED = "DEPTH_EXCEEDED"
    ALIASES_EXCEEDED = "ALIASES_EXCEEDED"
    COST_EXCEEDED = "COST_EXCEEDED"
    PERSISTED_ONLY = "PERSISTED_ONLY"
    PERSISTED_NOT_FOUND = "PERSISTED_NOT_FOUND"
    ID_INVALID = "ID_INVALID"
    CURSOR_INVALID = "CURSOR_INVALID"
    ARGUMENT_INVALID = "ARGUMENT_INVALID"
    REPRESENTATION_INVALID = "REPRESENTATION_INVALID"
    RATE_LIMITED = "RATE_LIMITED"
    OVERLOADED = "OVERLOADED"
    DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED"
    INTERNAL = "INTERNAL"


class IsthmusError(Exception):
    """Anything isthmus itself raises; `str()` of it is fit to be shown."""

    code: str = "INTERNAL"
    retryable: bool = False


class Misconfigured(IsthmusError):
    """An operator's mistake: it stops the command with its name and what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class SourceFault(IsthmusError):
    """An outside source did not do its part; says which, and whether to try again."""

    def __init__(self, message: str, *, source: str = "", retry_after: float | None = None) -> None:
        super().__init__(message)
        self.source = source
        self.retry_after = retry_after


class SourceUnavailable(SourceFault):
    """No connection, or an answer of the 5xx kind."""

    code = ErrorCode.SOURCE_DOWN
    retryable = True


class SourceTimedOut(SourceFault):
    """No whole answer within the deadline."""

    code = ErrorCode.SOURCE_TIMEOUT
    retryable = True


class SourceRateLimited(SourceFault):
    """Its limit, or ours towards it, is used up; `retry_after` says for how many seconds."""

    code = ErrorCode.SOURCE_RATE_LIMITED
    retryable = True


class SourceRefused(SourceFault):
    """The source refused our request, or our own guard refused its address.

    `status` is that of its answer; `word` is the machine's word for the reason, where it gave one.
    """

    code = ErrorCode.SOURCE_REFUSED

    def __init__(
        self, message: str, *, source: str = "", status: int | None = None, word: str = ""
    ) -> None:
        super().__init__(message, source=source)
        self.status = status
        self.word = word


class SourceGarbled(SourceFault):
    """An answer that cannot be read as what it should be."""

    code = ErrorCode.SOURCE_BAD_DATA


class Refused(IsthmusError):
    """The caller asked for what cannot be given; the message says what to change."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code = code


class ConsentMissing(Refused):
    """No consent covers what was asked; `request_url` is where to ask for one."""

    code: str = ErrorCode.CONSENT_REQUIRED

    def __init__(self, code: ErrorCode, request_url: str) -> None:
        super().__init__(code, _CONSENT[code])
        self.request_url = request_url


_CONSENT = {
    ErrorCode.CONSENT_REQUIRED: "The learner has not agreed that you see this.",
    ErrorCode.CONSENT_EXPIRED: "The learner's consent to this has expired.",
    ErrorCode.CONSENT_REVOKED: "The learner has withdrawn their consent to this.",
}
