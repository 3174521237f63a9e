"""The Digital Credentials Query Language: queries read, and what is shown compared with them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from isthmus.credentials.presenting.refusals import Reason
from isthmus.errors import IsthmusError

SD_JWT, LINKED_DATA, JWT = "dc+sd-jwt", "ldp_vc", "jwt_vc_json"

_ID = re.compile(r"[A-Za-z0-9_-]{1,200}")
MOST_QUERIES = 64

Step = str | int | None
"""A step of a path: a key, a place in a list, or None for every place of it."""


class QueryInvalid(IsthmusError):
    """A query that breaks the rules of its language."""

    code = "QUERY_INVALID"


@dataclass(frozen=True, slots=True)
class ClaimQuery:
    """One claim that is asked for, and the values it may have; none: any value."""

    path: tuple[Step, ...]
    id: str | None = None
    values: tuple[str | int | bool, ...] = ()

    def is_answered(self, claims: Mapping[str, Any]) -> bool:
        """Tell whether claims hold it."""
        found = select(self.path, claims)
        return bool(found) and (not self.values or any(map(self._is_value, found)))

    def _is_value(self, found: Any) -> bool:
        # true is no 1 here, though it equals it
        return any(type(found) is type(value) and found == value for value in self.values)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A credential as a query sees it; `types` are the type of an SD-JWT VC, or those of a VC."""

    format: str
    types: frozenset[str]
    claims: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CredentialQuery:
    """One credential that is asked for, or several of a kind."""

    id: str
    format: str
    types: tuple[frozenset[str], ...] = ()
    """Alternatives; each is a set of types that a credential must have. None: any type."""
    claims: tuple[ClaimQuery, ...] = ()
    claim_sets: tuple[frozenset[str], ...] = ()
    multiple: bool = False
    holder_bound: bool = True

    def mismatch(self, shown: Candidate) -> Reason | None:
        """Say why a credential does not answer; None where it does."""
        if shown.format != self.format:
            return Reason.FORMAT_OTHER
        if self.types and not any(wanted <= shown.types for wanted in self.types):
            return Reason.TYPE_OTHER
        return None if self._has_claims(shown.claims) else Reason.CLAIM_MISSING

    def _has_claims(self, claims: Mapping[str, Any]) -> bool:
        if not self.claim_sets:
            return all(claim.is_answered(claims) for claim in self.claims)
        held = {claim.id for claim in self.claims if claim.is_answered(claims)}
        return any(wanted <= held for wanted in self.claim_sets)


@dataclass(frozen=True, slots=True)
class SetQuery:
    """Alternatives of which one is to be shown whole."""

    options: tuple[frozenset[str], ...]
    required: bool = True


@dataclass(frozen=True, slots=True)
class Query:
    """A whole query."""

    credentials: Mapping[str, CredentialQuery]
    sets: tuple[SetQuery, ...] = ()

    def is_satisfied_by(self, ids: Collection[str]) -> bool:
        """Tell whether credentials for these of its parts are a whole answer."""
        held = set(ids)
        if not self.sets:
            return held >= set(self.credentials)
        return all(
            any(option <= held for option in one.options) for one in self.sets if one.required
        )


def select(path: Sequence[Step], claims: Any) -> list[Any]:
    """Give what a path leads to in JSON; nothing where it leads nowhere."""
    found = [claims]
    for step in path:
        kind = dict if isinstance(step, str) else list
        if not all(isinstance(value, kind) for value in found):
            return []
        found = [inner for value in found for inner in _step(step, value)]
    return found


def _step(step: Step, value: Any) -> Iterable[Any]:
    if step is None:
        return list(value)
    if isinstance(step, str):
        return [value[step]] if step in value else []
    return [value[step]] if step < len(value) else []


# ---- reading


def read_query(stated: Any) -> Query:
    """Read a query; raise `QueryInvalid`. What it says beyond the language is passed over."""
    parts = _objects(stated, "credentials")
    found = [_credential(part) for part in parts]
    credentials = {query.id: query for query in found}
    if len(credentials) != len(found):
        raise QueryInvalid("two parts of the query have one id")
    sets = () if "credential_sets" not in stated else _sets(stated, set(credentials))
    return Query(credentials, sets)


def _credential(stated: Mapping[str, Any]) -> CredentialQuery:
    form, meta = stated.get("format"), stated.get("meta")
    if not isinstance(form, str) or not isinstance(meta, dict):
        raise QueryInvalid("a part of the query lacks its format or meta")
    claims = tuple(map(_claim, _objects(stated, "claims"))) if "claims" in stated else ()
    names = [claim.id for claim in claims if claim.id is not None]
    if len(set(names)) != len(names):
        raise QueryInvalid("two claims of the query have one id")
    return CredentialQuery(
        id=_id(stated.get("id")),
        format=form,
        types=_types(form, meta),
        claims=claims,
        claim_sets=_claim_sets(stated, set(names)),
        multiple=_flag(stated, "multiple", default=False),
        holder_bound=_flag(stated, "require_cryptographic_holder_binding", default=True),
    )


def _claim(stated: Mapping[str, Any]) -> ClaimQuery:
    path, values = stated.get("path"), stated.get("values", [])
    if not isinstance(path, list) or not path or not all(map(_is_step, path)):
        raise QueryInvalid("a claim of the query has no path")
    if not isinstance(values, list) or not all(isinstance(v, str | int) for v in values):
        raise QueryInvalid("the values of a claim are no list of plain values")
    name = _id(stated["id"]) if "id" in stated else None
    return ClaimQuery(tuple(path), name, tuple(values))


def _is_step(step: Any) -> bool:
    if isinstance(step, bool):
        return False
    return step is None or isinstance(step, str) or (isinstance(step, int) and step >= 0)


def _types(form: str, meta: Mapping[str, Any]) -> tuple[frozenset[str], ...]:
    if form == SD_JWT and "vct_values" in meta:
        return tuple(frozenset({name}) for name in _names(meta["vct_values"]))
    if form != SD_JWT and "type_values" in meta:
        alternatives = meta["type_values"]
        if not isinstance(alternatives, list) or not alternatives:
            raise QueryInvalid("type_values is no list of lists of types")
        return tuple(frozenset(_names(names)) for names in alternatives)
    return ()


def _claim_sets(stated: Mapping[str, Any], known: set[str]) -> tuple[frozenset[str], ...]:
    if "claim_sets" not in stated:
        return ()
    return _options(stated["claim_sets"], known, "claim_sets")


def _sets(stated: Mapping[str, Any], known: set[str]) -> tuple[SetQuery, ...]:
    return tuple(
        SetQuery(
            _options(part.get("options"), known, "options"),
            _flag(part, "required", default=True),
        )
        for part in _objects(stated, "credential_sets")
    )


def _options(stated: Any, known: set[str], what: str) -> tuple[frozenset[str], ...]:
    if not isinstance(stated, list) or not stated:
        raise QueryInvalid(f"{what} is no list")
    options = tuple(frozenset(_names(names)) for names in stated)
    if not all(option <= known for option in options):
        raise QueryInvalid(f"{what} names what the query does not have")
    return options


def _objects(stated: Any, name: str) -> list[dict[str, Any]]:
    found = stated.get(name) if isinstance(stated, dict) else None
    if not isinstance(found, list) or not found or len(found) > MOST_QUERIES:
        raise QueryInvalid(f"{name} is no list, or too long a one")
    if not all(isinstance(part, dict) for part in found):
        raise QueryInvalid(f"{name} is no list of objects")
    return found


def _names(stated: Any) -> list[str]:
    if not isinstance(stated, list) or not stated or not all(isinstance(n, str) for n in stated):
        raise QueryInvalid("a list of names is none")
    return stated


def _id(stated: Any) -> str:
    if not isinstance(stated, str) or not _ID.fullmatch(stated):
        raise QueryInvalid("an id of the query is none")
    return stated


def _flag(stated: Mapping[str, Any], name: str, *, default: bool) -> bool:
    found = stated.get(name, default)
    if not isinstance(found, bool):
        raise QueryInvalid(f"{name} is neither true nor false")
    return found
