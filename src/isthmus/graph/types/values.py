"""Values: money, places, identifiers and the like."""

from __future__ import annotations

import strawberry

from isthmus.graph.enums import PayPeriod
from isthmus.graph.fields import column
from isthmus.graph.rows import Entity, from_rows
from isthmus.graph.scalars import CountryCode, Decimal
from isthmus.query.vocabulary import Shape

IDENTIFIED = "{t}.identifiers @> jsonb_build_array(jsonb_build_object('scheme', {0}, 'value', {1}))"
"""How a row that holds identifiers as JSON is found by one of them."""


@from_rows(Shape("Money", ""))
@strawberry.federation.type(description="An amount of money.", shareable=True)
class Money(Entity):
    """What a qualification costs."""

    amount: Decimal = column("cost_amount", "The amount.")
    currency: str = column("cost_currency", "The currency, by three letters of ISO 4217.")


@from_rows(Shape("SalaryRange", ""))
@strawberry.type(description="Pay, as the vacancy states it.")
class SalaryRange(Entity):
    """What a vacancy pays."""

    min: Decimal | None = column("salary_min", "The least.")
    max: Decimal | None = column("salary_max", "The most.")
    currency: str = column("salary_currency", "The currency, by three letters of ISO 4217.")
    per: PayPeriod = column("salary_per", "What one payment is for.")


@from_rows(Shape("Workload", ""))
@strawberry.type(description="How much work it is.")
class Workload(Entity):
    """The hours of a qualification."""

    hours_min: float | None = column("hours_min", "The fewest hours.")
    hours_max: float | None = column("hours_max", "The most hours.")
    original_unit: str | None = column(
        "workload_unit", "The source's own words, for example `5 ECTS`."
    )


@from_rows(Shape("Place", ""))
@strawberry.type(description="A place, as far as the source says.")
class Place(Entity):
    """A place held as JSON."""

    country: CountryCode | None = column("country", "The country.")
    region: str | None = column("region", "The region or state.")
    municipality: str | None = column("municipality", "The town.")
    label: str | None = column("label", "The place in the source's own words.")
    lat: float | None = column("lat", "Degrees north.")
    lon: float | None = column("lon", "Degrees east.")


@from_rows(Shape("Identifier", ""))
@strawberry.federation.type(
    description="An identifier in a named scheme, such as a CTID.", shareable=True
)
class Identifier(Entity):
    """An identifier held as JSON."""

    scheme: str = column("scheme", "The scheme.")
    value: str = column("value", "The identifier.")
