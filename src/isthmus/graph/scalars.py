"""Scalars, each with one meaning."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal as PythonDecimal
from decimal import InvalidOperation
from typing import Any, NewType

from graphql import GraphQLError
from strawberry import scalar
from strawberry.types.scalar import ScalarDefinition

URI = NewType("URI", str)
LanguageTag = NewType("LanguageTag", str)
CountryCode = NewType("CountryCode", str)
Duration = NewType("Duration", str)
Decimal = NewType("Decimal", PythonDecimal)
Moment = NewType("Moment", datetime)
Day = NewType("Day", date)

_TAG = re.compile(r"^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$")
_COUNTRY = re.compile(r"^[A-Z]{2}$")


def write_moment(value: Any) -> str:
    """Write a moment as RFC 3339."""
    return value if isinstance(value, str) else value.isoformat()


def write_decimal(value: Any) -> str:
    """Write an exact decimal as text, never in exponent form."""
    return value if isinstance(value, str) else format(value, "f")


def _read_moment(value: Any) -> datetime:
    try:
        found = datetime.fromisoformat(_text(value))
    except ValueError:
        raise GraphQLError("a DateTime is written as RFC 3339 has it") from None
    if found.tzinfo is None:
        raise GraphQLError("a DateTime needs a zone, such as Z or +02:00")
    try:
        return found.astimezone(UTC)
    except OverflowError:
        raise GraphQLError("a DateTime within the years 1 to 9999") from None


def _read_day(value: Any) -> date:
    try:
        return date.fromisoformat(_text(value))
    except ValueError:
        raise GraphQLError("a Date is written as YYYY-MM-DD") from None


def _read_decimal(value: Any) -> PythonDecimal:
    try:
        return PythonDecimal(_text(value))
    except InvalidOperation:
        raise GraphQLError("a Decimal is a number written as text") from None


def _read_tag(value: Any) -> str:
    text = _text(value)
    if not _TAG.match(text):
        raise GraphQLError("a LanguageTag is a BCP 47 tag such as en or pt-BR")
    return text


def _read_country(value: Any) -> str:
    text = _text(value).upper()
    if not _COUNTRY.match(text):
        raise GraphQLError("a CountryCode is two letters of ISO 3166-1")
    return text


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise GraphQLError("expected text")
    return value


SCALARS: dict[object, ScalarDefinition] = {
    URI: scalar(
        name="URI",
        description="A URI of RFC 3986.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3986",
        serialize=str,
        parse_value=_text,
    ),
    LanguageTag: scalar(
        name="LanguageTag",
        description="A language tag of BCP 47, such as `en` or `pt-BR`; `und` where nobody says.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc5646",
        serialize=str,
        parse_value=_read_tag,
    ),
    CountryCode: scalar(
        name="CountryCode",
        description="A country by two letters of ISO 3166-1.",
        serialize=str,
        parse_value=_read_country,
    ),
    Duration: scalar(
        name="Duration",
        description="An ISO 8601 duration.",
        serialize=str,
        parse_value=_text,
    ),
    Decimal: scalar(
        name="Decimal",
        description="A decimal number as text, exact.",
        serialize=write_decimal,
        parse_value=_read_decimal,
    ),
    Moment: scalar(
        name="DateTime",
        description="A moment with its zone, of RFC 3339.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
        serialize=write_moment,
        parse_value=_read_moment,
    ),
    Day: scalar(
        name="Date",
        description="A calendar date, as `2026-11-24`.",
        serialize=write_moment,
        parse_value=_read_day,
    ),
}
"""How each scalar is written and read, for Strawberry's `scalar_map`."""
