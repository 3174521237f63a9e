"""From an answer of the graph to a reply: headers, tags, what a browser may do with it."""

from __future__ import annotations

from isthmus.graph.answer import GraphAnswer
from isthmus.web.asgi import Header
from isthmus.web.explorer import Explorer
from isthmus.web.replies import Reply

SAFE: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
"""What every answer says."""

NO_PAGE: Header = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
"""What every answer says that is no page of ours: were it shown as one, it could do nothing."""

_VARY = b"accept, accept-language, accept-encoding"
_CACHEABLE: Header = (b"cache-control", b"public, max-age=0, must-revalidate")
_NO_STORE: Header = (b"cache-control", b"no-store")
_KEPT_BY_304 = frozenset({b"etag", b"cache-control", b"vary"})


def reply_to(
    answer: GraphAnswer,
    status: int,
    media: str,
    *,
    cacheable: bool = False,
    varies_by_origin: bool = False,
) -> Reply:
    """Give the reply that carries an answer; a `cacheable` one has its tag."""
    tag = quoted(answer.etag) if cacheable else None
    headers: list[Header] = [
        (b"content-type", f"{media}; charset=utf-8".encode()),
        (b"content-length", b"%d" % len(answer.body)),
        _vary(origin=varies_by_origin),
        *SAFE,
        NO_PAGE,
    ]
    headers += [_NO_STORE] if tag is None else [_CACHEABLE, (b"etag", tag)]
    outcome = answer.codes[0] if answer.codes else "ok"
    return Reply(status, headers, answer.body, answer.operation_type, outcome, tag)


def page_reply(page: Explorer) -> Reply:
    """Give the reply that carries the explorer."""
    headers: list[Header] = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", b"%d" % len(page.page)),
        (b"vary", b"accept, accept-encoding"),
        *SAFE,
        (b"content-security-policy", page.policy.encode()),
        (b"cache-control", b"no-cache"),
    ]
    return Reply(200, headers, page.page, kind="page")


def unchanged(tag: bytes, *, varies_by_origin: bool) -> Reply:
    """Give the reply, without its body, that a caller holds under this tag."""
    return Reply(200, [_vary(origin=varies_by_origin), _CACHEABLE, (b"etag", tag)], b"", etag=tag)


def not_modified(reply: Reply) -> Reply:
    """Give the reply to a caller that holds this one."""
    headers = [pair for pair in reply.headers if pair[0] in _KEPT_BY_304]
    return Reply(304, headers, b"", reply.kind, reply.outcome)


def _vary(*, origin: bool) -> Header:
    return (b"vary", _VARY + b", origin" if origin else _VARY)


def quoted(tag: str | None) -> bytes | None:
    """Write a tag as a weak one: the same answer may go out in several codings."""
    return None if tag is None else b'W/"%s"' % tag.encode()


def matches(stated: bytes | None, tag: bytes) -> bool:
    """Tell whether an If-None-Match names a tag, weakly compared."""
    if stated is None:
        return False
    if stated in {tag, b"*"}:
        return True
    wanted = tag.removeprefix(b"W/")
    return any(part.strip().removeprefix(b"W/") == wanted for part in stated.split(b","))
