"""Disclosures of an SD-JWT: put in the places whose digests the issuer signed."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from isthmus.credentials.proofs.multikey import decode_base64url
from isthmus.credentials.proofs.tokens import TokenUnreadable

_HASHES = {"sha-256": "sha256", "sha-384": "sha384", "sha-512": "sha512"}
_RESERVED = {"_sd", "..."}
DEEPEST = 64


class DisclosureForeign(TokenUnreadable):
    """A disclosure for which the issuer signed no digest; `name` is its claim, "" in a list."""

    code = "DISCLOSURE_FOREIGN"

    def __init__(self, name: str) -> None:
        what = f"of {name} " if name else ""
        super().__init__(f"a disclosure {what}belongs to no digest that the issuer signed")
        self.name = name


def disclosed(claims: Mapping[str, Any], disclosures: Sequence[str]) -> dict[str, Any]:
    """Put disclosures in place; raise `DisclosureForeign` or `TokenUnreadable`."""
    placing = _Placing(claims.get("_sd_alg", "sha-256"), disclosures)
    found = placing.in_object({k: v for k, v in claims.items() if k != "_sd_alg"}, 0)
    placing.refuse_unplaced()
    return found


def digest_of(text: str, algorithm: object) -> str:
    """Give the digest of text as an SD-JWT writes it."""
    name = _HASHES.get(str(algorithm))
    if name is None:
        raise TokenUnreadable("the token's hash is not known here")
    body = hashlib.new(name, text.encode()).digest()
    return urlsafe_b64encode(body).rstrip(b"=").decode()


class _Placing:
    def __init__(self, algorithm: object, disclosures: Sequence[str]) -> None:
        self._parts = {digest_of(text, algorithm): _parts(text) for text in disclosures}
        if len(self._parts) != len(disclosures):
            raise TokenUnreadable("a disclosure is given twice")
        self._seen: set[str] = set()

    def in_object(self, claims: Mapping[str, Any], depth: int) -> dict[str, Any]:
        found = {
            name: self._in_value(value, depth + 1)
            for name, value in claims.items()
            if name != "_sd"
        }
        for digest in _digests(claims.get("_sd", [])):
            parts = self._take(digest, 3)
            if parts is None:
                continue
            _, name, value = parts
            if not isinstance(name, str) or name in _RESERVED or name in found:
                raise TokenUnreadable("a disclosure takes a name that is taken")
            found[name] = self._in_value(value, depth + 1)
        return found

    def _in_value(self, value: Any, depth: int) -> Any:
        if depth > DEEPEST:
            raise TokenUnreadable(f"claims nested more than {DEEPEST} levels deep")
        if isinstance(value, Mapping):
            return self.in_object(value, depth)
        if isinstance(value, list):
            return [part for item in value for part in self._in_item(item, depth)]
        return value

    def _in_item(self, item: Any, depth: int) -> list[Any]:
        if not isinstance(item, Mapping) or "..." not in item:
            return [self._in_value(item, depth + 1)]
        if len(item) != 1 or not isinstance(item["..."], str):
            raise TokenUnreadable("a hidden part of a list is not made up as one")
        parts = self._take(item["..."], 2)
        return [] if parts is None else [self._in_value(parts[1], depth + 1)]

    def _take(self, digest: str, length: int) -> list[Any] | None:
        if digest in self._seen:
            raise TokenUnreadable("a digest stands in two places")
        self._seen.add(digest)
        parts = self._parts.get(digest)
        if parts is not None and len(parts) != length:
            raise TokenUnreadable("a disclosure of the wrong kind for its place")
        return parts

    def refuse_unplaced(self) -> None:
        for digest, parts in self._parts.items():
            if digest not in self._seen:
                raise DisclosureForeign(str(parts[1]) if len(parts) == 3 else "")  # noqa: PLR2004


def _digests(stated: Any) -> list[str]:
    if not isinstance(stated, list) or not all(isinstance(one, str) for one in stated):
        raise TokenUnreadable("the digests are no list of text")
    return stated


def _parts(text: str) -> list[Any]:
    try:
        parts = json.loads(decode_base64url(text))
    except (ValueError, UnicodeEncodeError, RecursionError):
        raise TokenUnreadable("a disclosure is not base64url of JSON") from None
    if not isinstance(parts, list) or len(parts) not in {2, 3} or not isinstance(parts[0], str):
        raise TokenUnreadable("a disclosure is not made up as one")
    return parts
