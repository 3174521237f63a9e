"""The enums of sources and their runs; values have the names the model uses."""

from __future__ import annotations

from enum import Enum

import strawberry
from strawberry import enum_value


@strawberry.enum(description="How a source's records reach an answer.")
class SourceMode(Enum):
    """How a source's records reach an answer."""

    LIVE = enum_value("LIVE", description="Asked at each request.")
    SYNCED = enum_value("SYNCED", description="Read into the store on a schedule.")
    HYBRID = enum_value("HYBRID", description="Both.")


@strawberry.enum(description="How a source is doing.")
class HealthState(Enum):
    """How a source is doing."""

    UP = enum_value("UP", description="Its last run was good.")
    DEGRADED = enum_value("DEGRADED", description="Its last run was not whole; what it had stands.")
    DOWN = enum_value("DOWN", description="Its last run failed; what it had stands.")
    PAUSED = enum_value("PAUSED", description="An operator paused it.")
    QUARANTINED = enum_value("QUARANTINED", description="Its answers are not trusted at present.")
    NEVER_RUN = enum_value("NEVER_RUN", description="It was never read.")


@strawberry.enum(description="Where a run stands.")
class RunState(Enum):
    """Where a run stands."""

    QUEUED = enum_value("QUEUED", description="Waiting.")
    RUNNING = enum_value("RUNNING", description="Under way.")
    DONE = enum_value("DONE", description="Ended well.")
    FAILED = enum_value("FAILED", description="Ended with a fault.")
    STOPPED = enum_value("STOPPED", description="Stopped; the next run goes on from here.")


@strawberry.enum(description="What one source gave to a list.")
class SourceOutcome(Enum):
    """What one source gave to a list."""

    OK = enum_value("OK", description="All it has, as fresh as it promises.")
    STALE = enum_value(
        "STALE", description="What it had when last read, longer ago than it promises."
    )
    PARTIAL = enum_value("PARTIAL", description="Part of what it has.")
    TIMED_OUT = enum_value("TIMED_OUT", description="Nothing within the deadline.")
    FAILED = enum_value("FAILED", description="Nothing: it failed.")
    RATE_LIMITED = enum_value("RATE_LIMITED", description="Nothing: its limit is used up.")
    SKIPPED_NO_CONSENT = enum_value(
        "SKIPPED_NO_CONSENT", description="Not asked: no consent covers it."
    )
    SKIPPED_BY_FILTER = enum_value(
        "SKIPPED_BY_FILTER", description="Not asked: the filter leaves it out."
    )


@strawberry.enum(description="The kinds of record a source may bring.")
class RecordType(Enum):
    """The kinds of record a source may bring."""

    QUALIFICATION = enum_value("QUALIFICATION", description="Qualifications.")
    CREDENTIAL = enum_value("CREDENTIAL", description="Credentials of learners.")
    LEARNING_OUTCOME = enum_value("LEARNING_OUTCOME", description="Learning outcomes.")
    SKILL = enum_value("SKILL", description="Skills.")
    OCCUPATION = enum_value("OCCUPATION", description="Occupations.")
    VACANCY = enum_value("VACANCY", description="Vacancies.")
    ORGANIZATION = enum_value("ORGANIZATION", description="Organizations.")
    FRAMEWORK = enum_value("FRAMEWORK", description="Frameworks and levels.")
    OUTCOME_REPORT = enum_value("OUTCOME_REPORT", description="Reports of what became of learners.")
    CREDENTIAL_STATUS = enum_value("CREDENTIAL_STATUS", description="Status of credentials.")


@strawberry.enum(description="Whether a source is called.")
class CircuitState(Enum):
    """Whether a source is called."""

    CLOSED = enum_value("CLOSED", description="It is.")
    HALF_OPEN = enum_value("HALF_OPEN", description="One call tries whether it answers again.")
    OPEN = enum_value("OPEN", description="It failed several times, and is left in peace.")
