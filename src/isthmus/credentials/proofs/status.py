"""Whether a credential was suspended or revoked, by lists fetched whole.

A list is asked for by its own address only, so that its publisher does not learn which
credential is looked at; the row carries the list's age.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urldefrag

from isthmus.credentials.contract import Fetched, Surroundings
from isthmus.credentials.proofs.status_list import (
    StatusListUnreadable,
    distrust_of,
    read_status_list,
)
from isthmus.model.verification import Check, CheckKind, CheckResult

MOST_ENTRIES = 8
_DIGITS = re.compile(r"[0-9]{1,15}")
_BITSTRINGS = {"BitstringStatusListEntry", "StatusList2021Entry"}
_REVOCATIONS = {"1EdTechRevocationList"}
_MEANINGS = {"revocation": "revoked", "suspension": "suspended"}


async def check_status(
    credential: Mapping[str, Any], surroundings: Surroundings, *, path: str = ""
) -> list[Check]:
    """Check `credentialStatus` of a credential: a STATUS_LIST row an entry, one SKIPPED if none."""
    entries = list(_entries(credential, path))
    if not entries:
        return [_row("SKIPPED", "the credential names no status list", path)]
    if len(entries) > MOST_ENTRIES:
        return [_row("FAIL", f"more than {MOST_ENTRIES} status entries", path)]
    return [await _check_entry(credential, entry, surroundings, at) for at, entry in entries]


async def check_revocation_list(
    assertion: Mapping[str, Any], issuer: Mapping[str, Any], surroundings: Surroundings
) -> list[Check]:
    """Check an Open Badges 2 assertion against its issuer's `revocationList`."""
    if assertion.get("revoked") is True:
        return [_row("FAIL", "the assertion says itself that it was revoked", "/revoked")]
    address = issuer.get("revocationList")
    if isinstance(address, Mapping):
        address = address.get("id")
    if not isinstance(address, str):
        return [_row("SKIPPED", "the issuer names no revocation list", "")]
    names = {name for field in ("id", "uid") if isinstance(name := assertion.get(field), str)}
    answer = await surroundings.fetcher.fetch(address)
    return [_revocation_row(answer, names, ("revokedAssertions",), "/revocationList")]


def _entries(credential: Mapping[str, Any], path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    stated = credential.get("credentialStatus")
    if isinstance(stated, list):
        for number, entry in enumerate(stated):
            if isinstance(entry, Mapping):
                yield f"{path}/credentialStatus/{number}", entry
    elif isinstance(stated, Mapping):
        yield f"{path}/credentialStatus", stated


async def _check_entry(
    credential: Mapping[str, Any], entry: Mapping[str, Any], surroundings: Surroundings, path: str
) -> Check:
    kind = entry.get("type")
    kinds = {one for one in (kind if isinstance(kind, list) else [kind]) if isinstance(one, str)}
    if kinds & _BITSTRINGS:
        return await _check_bit(credential, entry, surroundings, path)
    if kinds & _REVOCATIONS:
        return await _check_listed(credential, entry, surroundings, path)
    named = next(iter(sorted(kinds)), "none")
    return _row("SKIPPED", f"the kind of status {named} is not known here", path)


async def _check_listed(
    credential: Mapping[str, Any], entry: Mapping[str, Any], surroundings: Surroundings, path: str
) -> Check:
    address, name = entry.get("id"), credential.get("id")
    if not isinstance(address, str) or not isinstance(name, str):
        return _row("SKIPPED", "the entry or the credential has no id to look up", path)
    answer = await surroundings.fetcher.fetch(urldefrag(address).url)
    return _revocation_row(answer, {name}, ("revokedCredentials", "revokedCredential"), path)


async def _check_bit(
    credential: Mapping[str, Any], entry: Mapping[str, Any], surroundings: Surroundings, path: str
) -> Check:
    address, index = entry.get("statusListCredential"), _index(entry.get("statusListIndex"))
    if not isinstance(address, str) or index is None:
        return _row("SKIPPED", "the entry names no list or no place in it", path)
    answer = await surroundings.fetcher.fetch(urldefrag(address).url)
    if answer.body is None:
        return _unreachable(answer, path)
    try:
        found = read_status_list(answer.body)
        value = found.value(index, _size(entry))
    except StatusListUnreadable as fault:
        return _row("FAIL", str(fault), path, answer)
    purpose = str(entry.get("statusPurpose", "revocation"))
    if purpose not in found.purposes:
        return _row("FAIL", f"the list is not about {purpose}", path, answer)
    distrust = await distrust_of(found, credential, surroundings)
    return _bit_row(entry, purpose, value, distrust, answer, path)


def _bit_row(
    entry: Mapping[str, Any],
    purpose: str,
    value: int,
    distrust: tuple[CheckResult, str] | None,
    answer: Fetched,
    path: str,
) -> Check:
    if distrust is not None and distrust[0] is CheckResult.FAIL:
        return _row("FAIL", distrust[1], path, answer)
    if value:
        meaning = _MEANINGS.get(purpose)
        if meaning is not None:
            return _row("FAIL", f"the issuer's list says {meaning}", path, answer)
        return _row("WARN", f"the list says {_message(entry, value)} ({purpose})", path, answer)
    if distrust is not None:
        return _row(distrust[0].value, distrust[1], path, answer)
    return _row("PASS", f"not marked in the issuer's list for {purpose}", path, answer)


def _revocation_row(answer: Fetched, names: set[str], fields: tuple[str, ...], path: str) -> Check:
    if answer.body is None:
        return _unreachable(answer, path)
    try:
        stated = json.loads(answer.body)
    except (ValueError, RecursionError):
        stated = None
    lists = [stated.get(field) for field in fields] if isinstance(stated, dict) else []
    listed = next((found for found in lists if isinstance(found, list)), None)
    if listed is None:
        return _row("FAIL", "the revocation list cannot be read", path, answer)
    if any(names & _names(entry) for entry in listed):
        return _row("FAIL", "the issuer's list says revoked", path, answer)
    return _row("PASS", "not in the issuer's revocation list", path, answer)


def _names(entry: object) -> set[str]:
    """Give the names under which a list marks something; an entry may say it is not revoked."""
    if isinstance(entry, str):
        return {entry}
    if not isinstance(entry, Mapping) or entry.get("revoked") is False:
        return set()
    return {name for field in ("id", "uid") if isinstance(name := entry.get(field), str)}


def _message(entry: Mapping[str, Any], value: int) -> str:
    messages = entry.get("statusMessage")
    for message in messages if isinstance(messages, list) else ():
        if isinstance(message, Mapping) and str(message.get("status", "")).lower() == hex(value):
            return str(message.get("message", value))
    return str(value)


def _index(stated: object) -> int | None:
    if isinstance(stated, int) and not isinstance(stated, bool) and stated >= 0:
        return stated
    is_number = isinstance(stated, str) and _DIGITS.fullmatch(stated)
    return int(str(stated)) if is_number else None


def _size(entry: Mapping[str, Any]) -> int:
    size = entry.get("statusSize", 1)
    return size if isinstance(size, int) else 1


def _unreachable(answer: Fetched, path: str) -> Check:
    detail = f"the status list could not be had: {answer.fault or 'no answer'}"
    return _row("UNREACHABLE", detail, path, answer)


def _row(result: str, detail: str, path: str, answer: Fetched | None = None) -> Check:
    return Check(
        CheckKind.STATUS_LIST,
        CheckResult(result),
        detail,
        path=path or None,
        source=answer.url if answer else None,
        at=answer.at if answer else None,
        age_seconds=answer.age_seconds if answer and answer.body is not None else None,
    )
