"""Cross-origin requests: who may read answers from a page of another origin.

Credentials are never allowed: the graph knows tokens in a header, and no cookie.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from isthmus.web.asgi import Header

EXPOSED = b"etag, retry-after, x-request-id"
_PREFLIGHT: tuple[Header, ...] = (
    (b"access-control-allow-methods", b"GET, POST"),
    (
        b"access-control-allow-headers",
        b"accept, accept-language, authorization, content-type, dpop, if-none-match, x-request-id",
    ),
    (b"access-control-max-age", b"600"),
)


class Origins:
    """The origins an operator allows; `*` allows all."""

    def __init__(self, allowed: Sequence[str]) -> None:
        self._all = "*" in allowed
        self._allowed = frozenset(origin.rstrip("/").lower().encode() for origin in allowed)

    @property
    def any_allowed(self) -> bool:
        """Whether answers differ by origin."""
        return bool(self._allowed)

    def headers(self, origin: bytes | None) -> tuple[Header, ...]:
        """Give what an answer says to a page of this origin."""
        if origin is None or not self._listed(origin):
            return ()
        shown = b"*" if self._all else origin
        return (
            (b"access-control-allow-origin", shown),
            (b"access-control-expose-headers", EXPOSED),
        )

    def preflight(self, origin: bytes | None) -> tuple[Header, ...]:
        """Give what a page of this origin may send."""
        return _PREFLIGHT if origin is not None and self._listed(origin) else ()

    def may_connect(self, origin: bytes | None, host: bytes | None) -> bool:
        """Tell whether a socket may open: from no page, from our own, or from a listed origin."""
        if origin is None or self._listed(origin):
            return True
        return urlsplit(origin.decode("latin-1")).netloc.encode("latin-1") == host

    def _listed(self, origin: bytes) -> bool:
        return self._all or origin.lower() in self._allowed
