"""Reads a wallet's answer: for this request, proved by its holder, and what was asked for.

form ──> vp_token ──> each presentation proved ──> credentials that answer the query
"""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from isthmus.credentials.contract import DocumentUnreadable, Surroundings
from isthmus.credentials.formats import decoding
from isthmus.credentials.presenting.dcql import (
    JWT,
    LINKED_DATA,
    SD_JWT,
    CredentialQuery,
    Query,
    read_query,
)
from isthmus.credentials.presenting.jwt_presentation import prove_jwt
from isthmus.credentials.presenting.key_binding import prove_sd_jwt
from isthmus.credentials.presenting.linked_data import prove_linked_data
from isthmus.credentials.presenting.proving import Shown, require
from isthmus.credentials.presenting.refusals import PresentationRefused, Reason
from isthmus.credentials.presenting.request_object import Asked
from isthmus.credentials.presenting.verbatim import part_of
from isthmus.credentials.witness import Witness

log = logging.getLogger(__name__)

MOST_SHOWN = 16
"""Credentials that one answer may show."""


async def read_answer(
    form: Mapping[str, str], asked: Asked, surroundings: Surroundings
) -> tuple[Shown, ...]:
    """Give the credentials that an answer shows; raise `PresentationRefused`."""
    require_state(form, asked)
    require("error" not in form, Reason.WALLET_DECLINED)
    return await read_token(form.get("vp_token", ""), asked, surroundings)


def require_state(form: Mapping[str, str], asked: Asked) -> None:
    """Require that an answer belongs to this request, before anything else is read of it."""
    stated = form.get("state", "")
    require(hmac.compare_digest(stated.encode(), asked.state.encode()), Reason.STATE_OTHER)


async def read_token(text: str, asked: Asked, surroundings: Surroundings) -> tuple[Shown, ...]:
    """Give the credentials that a `vp_token` shows; raise `PresentationRefused`."""
    query = read_query(asked.query)
    # each presentation may point elsewhere for a key: all of them together, to so many places
    surroundings = replace(surroundings, fetcher=Witness(surroundings.fetcher))
    found: list[Shown] = []
    answered = set()
    for part, place, presentation in _presentations(text, query):
        try:
            shown = await _proved(part_of(text, *place), presentation, part, asked, surroundings)
        except PresentationRefused:
            raise
        except Exception as error:  # noqa: BLE001 - whatever an answer does to us is a refusal
            log.error("an answer could not be checked: %s", type(error).__name__)  # noqa: TRY400
            raise PresentationRefused(Reason.UNREADABLE) from None
        _require_answers(part, shown)
        answered.add(part.id)
        found += shown
        require(len(found) <= MOST_SHOWN, Reason.TOO_MANY)
    require(query.is_satisfied_by(answered), Reason.QUERY_UNANSWERED)
    return tuple(found)


def as_token(text: str, asked: Asked) -> str:
    """Give a presentation that came by itself as the `vp_token` it would have come in."""
    text = text.strip()
    if text.startswith("{"):
        if "@context" not in _object(text):
            return text
        form, shown = LINKED_DATA, text
    else:
        form, shown = (SD_JWT if "~" in text else JWT), json.dumps(text)
    for part in read_query(asked.query).credentials.values():
        if part.format == form:
            return f'{{"{part.id}": [{shown}]}}'
    raise PresentationRefused(Reason.FORMAT_OTHER)


def _presentations(
    text: str, query: Query
) -> Iterator[tuple[CredentialQuery, tuple[str, int], Any]]:
    for name, presentations in _object(text).items():
        part = query.credentials.get(name)
        if part is None:
            raise PresentationRefused(Reason.QUERY_UNKNOWN)
        if not isinstance(presentations, list) or not presentations:
            raise PresentationRefused(Reason.UNREADABLE)
        require(len(presentations) <= (MOST_SHOWN if part.multiple else 1), Reason.TOO_MANY)
        for number, presentation in enumerate(presentations):
            yield part, (name, number), presentation


def _object(text: str) -> dict[str, Any]:
    try:
        return decoding.json_object(text)
    except DocumentUnreadable:
        raise PresentationRefused(Reason.UNREADABLE) from None


async def _proved(
    text: str,
    presentation: Any,
    part: CredentialQuery,
    asked: Asked,
    surroundings: Surroundings,
) -> list[Shown]:
    match part.format, presentation:
        case (name, str()) if name == SD_JWT:
            return [await prove_sd_jwt(presentation, asked, surroundings)]
        case (name, str()) if name == JWT:
            return await prove_jwt(presentation, asked, surroundings)
        case (name, dict()) if name == LINKED_DATA:
            return await prove_linked_data(text, presentation, asked, surroundings)
    raise PresentationRefused(Reason.FORMAT_OTHER)


def _require_answers(part: CredentialQuery, shown: list[Shown]) -> None:
    """Require that all that is shown was asked for, and at least something is shown."""
    require(bool(shown), Reason.QUERY_UNANSWERED)
    require(len(shown) == 1 or part.multiple, Reason.TOO_MANY)
    for one in shown:
        fault = part.mismatch(one.candidate)
        if fault is not None:
            raise PresentationRefused(fault)
