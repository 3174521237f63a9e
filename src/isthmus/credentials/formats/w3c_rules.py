"""The form of W3C credentials and presentations, data models 1.1 and 2.0, rule by rule."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from isthmus.credentials.formats import stated
from isthmus.credentials.formats.faults import Fault, pointer

BASE_1 = "https://www.w3.org/2018/credentials/v1"
BASE_2 = "https://www.w3.org/ns/credentials/v2"
ENVELOPES = ("EnvelopedVerifiableCredential", "EnvelopedVerifiablePresentation")
_NAMED = ("VerifiableCredential", "VerifiablePresentation")

_STAMP = re.compile(
    r"(?P<year>-?[0-9]{4,9})-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,40})?"
    r"(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?"
)
_USUAL_YEAR = 4
_VALUE_KEYS = {"@value", "@language", "@direction"}
# terms of the base contexts that are protected: an inline context may not say otherwise
PROTECTED = {
    "id", "type", "VerifiableCredential", "VerifiablePresentation",
    "EnvelopedVerifiableCredential", "EnvelopedVerifiablePresentation", "JsonSchemaCredential",
    "JsonSchema", "BitstringStatusList", "BitstringStatusListCredential",
    "BitstringStatusListEntry", "DataIntegrityProof", "credentialSubject", "issuer", "proof",
    "holder", "verifiableCredential", "validFrom", "validUntil", "credentialStatus",
    "credentialSchema",
}  # fmt: skip
# property -> what each of its objects must state
_TYPED = {
    "credentialStatus": ("type",),
    "credentialSchema": ("type", "id"),
    "termsOfUse": ("type",),
    "evidence": ("type",),
    "refreshService": ("type",),
    "proof": ("type",),
}


def is_presentation(claims: Mapping[str, Any]) -> bool:
    """Tell a presentation from a credential."""
    types = stated.words(claims.get("type"))
    if "VerifiablePresentation" in types or "EnvelopedVerifiablePresentation" in types:
        return True
    shows = "verifiableCredential" in claims or "holder" in claims
    return shows and "credentialSubject" not in claims


def form_faults(claims: Mapping[str, Any], path: str = "") -> Iterator[Fault]:
    """Yield each broken rule of a credential or presentation."""
    if set(stated.words(claims.get("type"))) & set(ENVELOPES):
        yield from _envelope(claims, path)
        return
    yield from _contexts(claims.get("@context"), path)
    yield from _types(claims, path)
    yield from _id(claims, path)
    for name, needed in _TYPED.items():
        yield from _typed(claims, name, needed, path)
    yield from _presentation(claims, path) if is_presentation(claims) else _credential(claims, path)


def version_of(claims: Mapping[str, Any]) -> int:
    """Give the version of the data model that the first context names; 2 where none does."""
    return 1 if BASE_1 in stated.many(claims.get("@context")) else 2


def _contexts(found: Any, path: str) -> Iterator[Fault]:
    here, items = pointer(path, "@context"), stated.many(found)
    if not items:
        yield Fault(here, "a context is required")
    elif items[0] not in (BASE_1, BASE_2):
        yield Fault(here, "the first context must be the one of the data model")
    for at, item in enumerate(items):
        where = pointer(here, at)
        if isinstance(item, dict):
            yield from _inline(item, where)
        elif not stated.is_url(item):
            yield Fault(where, "a context must be a URL or an object")


def _inline(context: Mapping[str, Any], path: str) -> Iterator[Fault]:
    for term, meaning in context.items():
        here = pointer(path, term)
        if term in PROTECTED and not _is_same(term, meaning):
            yield Fault(here, "a protected term is defined again")
        if term.startswith("@"):
            continue
        target = meaning.get("@id") if isinstance(meaning, dict) else meaning
        if isinstance(target, str) and " " in target:
            yield Fault(here, "a term must stand for a URL")


def _is_same(term: str, meaning: Any) -> bool:
    target = meaning.get("@id") if isinstance(meaning, dict) else meaning
    same = {"id": "@id", "type": "@type"}.get(term, f"https://www.w3.org/2018/credentials#{term}")
    return isinstance(target, str) and target == same


def _types(claims: Mapping[str, Any], path: str) -> Iterator[Fault]:
    found = stated.many(claims.get("type"))
    here = pointer(path, "type")
    needed = _NAMED[is_presentation(claims)]
    if needed not in found:
        yield Fault(here, f"the type must name {needed}")
    yield from _type_words(found, here)


def _type_words(found: list[Any], path: str) -> Iterator[Fault]:
    for at, item in enumerate(found):
        if not isinstance(item, str) or not item or " " in item:
            yield Fault(pointer(path, at), "a type must be a term or a URL")


def _id(claims: Mapping[str, Any], path: str) -> Iterator[Fault]:
    if "id" in claims and not stated.is_url(claims["id"]):
        yield Fault(pointer(path, "id"), "an id must be one URL")


def _typed(
    claims: Mapping[str, Any], name: str, needed: tuple[str, ...], path: str
) -> Iterator[Fault]:
    if name not in claims:
        return
    for at, item in enumerate(stated.many(claims[name])):
        here = _place(claims[name], path, name, at)
        if not isinstance(item, dict):
            # an endorsed evidence or a refresh address may be a mere URL in data model 1.1
            if not (version_of(claims) == 1 and stated.is_url(item)):
                yield Fault(here, f"{name} must hold objects")
            continue
        yield from (
            Fault(pointer(here, key), f"{name} must state its {key}")
            for key in needed
            if not stated.many(item.get(key))
        )
        yield from _id(item, here)
        yield from _type_words(stated.many(item.get("type")), pointer(here, "type"))
        if name == "proof" and "created" in item and not _is_stamp(item["created"], claims):
            yield Fault(pointer(here, "created"), "created must be a date and time with its zone")


def _place(value: Any, path: str, name: str, at: int) -> str:
    return pointer(path, name, at) if isinstance(value, list) else pointer(path, name)


def _credential(claims: Mapping[str, Any], path: str) -> Iterator[Fault]:
    yield from _subjects(claims, path)
    yield from _party(claims, "issuer", path)
    yield from _told(claims, path)
    yield from _dates(claims, path)
    yield from _related(claims, path)


def _subjects(claims: Mapping[str, Any], path: str) -> Iterator[Fault]:
    found = claims.get("credentialSubject")
    items = stated.many(found)
    if not items:
        yield Fault(pointer(path, "credentialSubject"), "a subject is required")
    for at, item in enumerate(items):
        here = _place(found, path, "credentialSubject", at)
        if not isinstance(item, dict):
            yield Fault(here, "a subject must be an object")
        elif not item:
            yield Fault(here, "a subject must claim something")
        else:
            yield from _id(item, here)


def _party(claims: Mapping[str, Any], name: str, path: str) -> Iterator[Fault]:
    if name not in claims:
        return
    found, here = claims[name], pointer(path, name)
    if isinstance(found, dict):
        yield from _id(found, here)
        yield from _told(found, here)
    elif not stated.is_url(found):
        yield Fault(here, f"the {name} must be a URL or an object")


def _told(claims: Mapping[str, Any], path: str) -> Iterator[Fault]:
    if version_of(claims) == 1 and "@context" in claims:
        return  # name and description came with data model 2.0
    for name in ("name", "description"):
        for at, item in enumerate(stated.many(claims.get(name))):
            if not _is_told(item):
                here = _place(claims[name], path, name, at)
                yield Fault(here, f"the {name} must be text, or text with its language")


def _is_told(item: Any) -> bool:
    if isinstance(item, str):
        return True
    if not isinstance(item, dict) or not set(item) <= _VALUE_KEYS:
        return False
    return all(isinstance(value, str) or value is None for value in item.values())


def _dates(claims: Mapping[str, Any], path: str) -> Iterator[Fault]:
    for name in ("validFrom", "validUntil", "issuanceDate", "expirationDate"):
        if name in claims and not _is_stamp(claims[name], claims):
            yield Fault(pointer(path, name), f"{name} must be a date and time")
    start = stated.moment(claims.get("validFrom", claims.get("issuanceDate")))
    end = stated.moment(claims.get("validUntil", claims.get("expirationDate")))
    if start is not None and end is not None and end < start:
        yield Fault(pointer(path, "validUntil"), "the validity ends before it begins")


def _is_stamp(value: Any, claims: Mapping[str, Any]) -> bool:
    """Tell a moment from other text; data model 2.0 wants its zone too."""
    found = _STAMP.fullmatch(value) if isinstance(value, str) else None
    if found is None or (found["zone"] is None and version_of(claims) != 1):
        return False
    return stated.moment(value) is not None or len(found["year"].lstrip("-")) > _USUAL_YEAR


def _related(claims: Mapping[str, Any], path: str) -> Iterator[Fault]:
    seen: set[Any] = set()
    for at, item in enumerate(stated.objects(claims.get("relatedResource"))):
        here = pointer(path, "relatedResource", at)
        found = item.get("id")
        if not stated.is_url(found) or found in seen:
            yield Fault(pointer(here, "id"), "a related resource must have a URL of its own")
        elif not (item.get("digestSRI") or item.get("digestMultibase")):
            yield Fault(here, "a related resource must state its digest")
        seen.add(found if isinstance(found, str) else None)


def _presentation(claims: Mapping[str, Any], path: str) -> Iterator[Fault]:
    yield from _party(claims, "holder", path)
    found = claims.get("verifiableCredential")
    for at, item in enumerate(stated.many(found)):
        here = _place(found, path, "verifiableCredential", at)
        if isinstance(item, dict):
            yield from form_faults(item, here)
        elif not (version_of(claims) == 1 and isinstance(item, str)):
            yield Fault(here, "a presented credential must be an object")


def _envelope(claims: Mapping[str, Any], path: str) -> Iterator[Fault]:
    if BASE_2 not in stated.many(claims.get("@context")):
        yield Fault(pointer(path, "@context"), "an envelope needs the context of the data model")
    found = claims.get("id")
    if not isinstance(found, str) or not found.startswith("data:"):
        yield Fault(pointer(path, "id"), "an envelope must hold its content as a data URL")


def type_faults(
    claims: Mapping[str, Any], terms_of: Callable[[str], set[str] | None], path: str = ""
) -> Iterator[Fault]:
    """Yield the types that no context at hand defines; none where a context is not at hand."""
    known: set[str] = set(PROTECTED) | {"ManualRefreshService2018", "VerifiableCredential"}
    for item in stated.many(claims.get("@context")):
        terms = terms_of(item) if isinstance(item, str) else _inline_terms(item)
        if terms is None:
            return
        known |= terms
    if "@vocab" in known:
        return
    for at, item in enumerate(stated.words(claims.get("type"))):
        if item not in known and not stated.is_url(item):
            yield Fault(pointer(path, "type", at), "no context defines this type")


def _inline_terms(context: Any) -> set[str]:
    if not isinstance(context, dict):
        return set()
    return {term for term, meaning in context.items() if meaning is not None}
