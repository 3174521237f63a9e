"""The enums of the graph; values have the names the model uses."""

from __future__ import annotations

from enum import Enum

import strawberry
from strawberry import enum_value


@strawberry.enum(description="Micro or macro, only where the source says so.")
class Scale(Enum):
    """Micro or macro, only where the source says so."""

    MICRO = enum_value("MICRO", description="A microcredential, as its source says.")
    MACRO = enum_value("MACRO", description="A macrocredential, as its source says.")
    UNKNOWN = enum_value("UNKNOWN", description="The source does not say.")


@strawberry.enum(description="The setting the learning took place in.")
class LearningType(Enum):
    """The setting the learning took place in."""

    FORMAL = enum_value(
        "FORMAL", description="In the education system, leading to a recognised qualification."
    )
    NON_FORMAL = enum_value("NON_FORMAL", description="Organised, outside the education system.")
    INFORMAL = enum_value("INFORMAL", description="In work, family or leisure, not organised.")
    MIXED = enum_value("MIXED", description="Of more than one kind.")
    UNKNOWN = enum_value("UNKNOWN", description="The source does not say.")


@strawberry.enum(description="Whether the catalogue or register still offers it.")
class RegisterStatus(Enum):
    """Whether the catalogue or register still offers it."""

    ACTIVE = enum_value("ACTIVE", description="On offer.")
    EXPIRING = enum_value("EXPIRING", description="On offer, with an end in sight.")
    CLOSED = enum_value("CLOSED", description="No longer on offer.")
    DRAFT = enum_value("DRAFT", description="Not yet on offer.")
    UNKNOWN = enum_value("UNKNOWN", description="The source does not say.")


@strawberry.enum(description="How it is taught.")
class DeliveryMode(Enum):
    """How it is taught."""

    ONLINE = enum_value("ONLINE", description="Over the network.")
    FACE_TO_FACE = enum_value("FACE_TO_FACE", description="In one place.")
    BLENDED = enum_value("BLENDED", description="Partly online, partly in one place.")
    WORK_BASED = enum_value("WORK_BASED", description="At work.")


@strawberry.enum(description="How achievement is assessed.")
class AssessmentMethod(Enum):
    """How achievement is assessed."""

    EXAM = enum_value("EXAM", description="By an examination.")
    PRACTICAL = enum_value("PRACTICAL", description="By a practical task.")
    PROJECT = enum_value("PROJECT", description="By a project.")
    PORTFOLIO = enum_value("PORTFOLIO", description="By a portfolio.")
    OBSERVATION = enum_value("OBSERVATION", description="By watching the work.")
    AUTOMATED = enum_value("AUTOMATED", description="By a machine.")
    RPL = enum_value("RPL", description="By recognising prior learning.")
    NONE = enum_value("NONE", description="Not at all.")
    UNKNOWN = enum_value("UNKNOWN", description="The source does not say.")


@strawberry.enum(description="What sort of ability a skill is, as its scheme says.")
class SkillKind(Enum):
    """What sort of ability a skill is, as its scheme says."""

    KNOWLEDGE = enum_value("KNOWLEDGE", description="Something one knows.")
    SKILL = enum_value("SKILL", description="Something one can do.")
    TRANSVERSAL = enum_value("TRANSVERSAL", description="Useful in nearly all work.")
    LANGUAGE = enum_value("LANGUAGE", description="Of a natural language.")
    TECHNOLOGY = enum_value("TECHNOLOGY", description="A tool or technology.")
    UNKNOWN = enum_value("UNKNOWN", description="The scheme does not say.")


@strawberry.enum(description="How widely a skill is used across work.")
class SkillReuse(Enum):
    """How widely a skill is used across work."""

    TRANSVERSAL = enum_value("TRANSVERSAL", description="In nearly all work.")
    CROSS_SECTOR = enum_value("CROSS_SECTOR", description="In several sectors.")
    SECTOR = enum_value("SECTOR", description="In one sector.")
    OCCUPATION = enum_value("OCCUPATION", description="In one occupation.")
    UNKNOWN = enum_value("UNKNOWN", description="The scheme does not say.")


@strawberry.enum(description="How an occupation relates to a skill.")
class SkillRelation(Enum):
    """How an occupation relates to a skill."""

    ESSENTIAL = enum_value("ESSENTIAL", description="The occupation cannot do without it.")
    OPTIONAL = enum_value("OPTIONAL", description="The occupation may ask for it.")


@strawberry.enum(description="The SKOS relation between two concepts.")
class MappingRelation(Enum):
    """The SKOS relation between two concepts."""

    EXACT = enum_value("EXACT", description="They mean the same.")
    CLOSE = enum_value("CLOSE", description="They mean nearly the same.")
    BROAD = enum_value("BROAD", description="The target is broader.")
    NARROW = enum_value("NARROW", description="The target is narrower.")
    RELATED = enum_value("RELATED", description="They are related in some other way.")


@strawberry.enum(description="What a link from words to a skill rests on.")
class AlignmentMethod(Enum):
    """What a link from words to a skill rests on."""

    STATED_BY_SOURCE = enum_value(
        "STATED_BY_SOURCE", description="The source named the skill by its URI."
    )
    CODE_LOOKUP = enum_value("CODE_LOOKUP", description="The source gave the skill's code.")
    LABEL_MATCH = enum_value(
        "LABEL_MATCH", description="The words are a label or alias of the skill."
    )
    CROSSWALK = enum_value("CROSSWALK", description="A published table joins the two schemes.")
    MODEL = enum_value("MODEL", description="A model judged it so.")
    HUMAN = enum_value("HUMAN", description="A person decided.")
    UNMATCHED = enum_value("UNMATCHED", description="No skill was found; the words are kept.")


@strawberry.enum(description="What sort of outcome it is, as the source says.")
class OutcomeDomain(Enum):
    """What sort of outcome it is, as the source says."""

    KNOWLEDGE = enum_value("KNOWLEDGE", description="Something one knows.")
    SKILL = enum_value("SKILL", description="Something one can do.")
    COMPETENCE = enum_value("COMPETENCE", description="Something one does with responsibility.")
    ATTITUDE = enum_value("ATTITUDE", description="A way of acting.")
    UNKNOWN = enum_value("UNKNOWN", description="The source does not say.")


@strawberry.enum(description="Whether one can still apply.")
class VacancyStatus(Enum):
    """Whether one can still apply."""

    OPEN = enum_value("OPEN", description="Open.")
    CLOSED = enum_value("CLOSED", description="Closed.")
    WITHDRAWN = enum_value("WITHDRAWN", description="Withdrawn by the employer.")
    UNKNOWN = enum_value("UNKNOWN", description="The source does not say.")


@strawberry.enum(description="The form of employment, as the source says.")
class EmploymentType(Enum):
    """The form of employment, as the source says."""

    FULL_TIME = enum_value("FULL_TIME", description="Full time.")
    PART_TIME = enum_value("PART_TIME", description="Part time.")
    TEMPORARY = enum_value("TEMPORARY", description="For a limited time.")
    INTERNSHIP = enum_value("INTERNSHIP", description="An internship.")
    APPRENTICESHIP = enum_value("APPRENTICESHIP", description="An apprenticeship.")
    VOLUNTEER = enum_value("VOLUNTEER", description="Unpaid, by choice.")
    GIG = enum_value("GIG", description="By the task.")
    UNKNOWN = enum_value("UNKNOWN", description="The source does not say.")


@strawberry.enum(description="What sort of thing is asked for.")
class RequirementKind(Enum):
    """What sort of thing is asked for."""

    SKILL = enum_value("SKILL", description="A skill.")
    QUALIFICATION = enum_value("QUALIFICATION", description="A qualification.")
    LEVEL = enum_value("LEVEL", description="A level of education.")
    EXPERIENCE = enum_value("EXPERIENCE", description="Experience.")
    LANGUAGE = enum_value("LANGUAGE", description="A language.")
    LICENCE = enum_value("LICENCE", description="A licence to practise.")
    OTHER = enum_value("OTHER", description="Something else.")


@strawberry.enum(description="What one payment is for.")
class PayPeriod(Enum):
    """What one payment is for."""

    HOUR = enum_value("HOUR", description="An hour.")
    DAY = enum_value("DAY", description="A day.")
    WEEK = enum_value("WEEK", description="A week.")
    MONTH = enum_value("MONTH", description="A month.")
    YEAR = enum_value("YEAR", description="A year.")
    UNKNOWN = enum_value("UNKNOWN", description="The source does not say.")


@strawberry.enum(description="What a body does.")
class OrganizationRole(Enum):
    """What a body does."""

    PROVIDER = enum_value("PROVIDER", description="Provides learning.")
    ISSUER = enum_value("ISSUER", description="Issues credentials.")
    AWARDING_BODY = enum_value("AWARDING_BODY", description="Awards qualifications.")
    ASSESSOR = enum_value("ASSESSOR", description="Assesses learners.")
    QUALITY_AGENCY = enum_value("QUALITY_AGENCY", description="Assures quality.")
    REGULATOR = enum_value("REGULATOR", description="Regulates a framework or a profession.")
    EMPLOYER = enum_value("EMPLOYER", description="Employs.")
    JOB_BOARD = enum_value("JOB_BOARD", description="Publishes vacancies of others.")
    PROFESSIONAL_BODY = enum_value("PROFESSIONAL_BODY", description="Speaks for a profession.")
    SOCIAL_PARTNER = enum_value("SOCIAL_PARTNER", description="Speaks for workers or employers.")


@strawberry.enum(description="What a framework orders.")
class FrameworkKind(Enum):
    """What a framework orders."""

    NQF = enum_value("NQF", description="The qualifications of a country.")
    REGIONAL_QF = enum_value("REGIONAL_QF", description="The qualifications of a region.")
    WORLD_REFERENCE = enum_value("WORLD_REFERENCE", description="Qualifications world-wide.")
    CREDIT = enum_value("CREDIT", description="Credit points.")
    EDUCATION_LEVEL = enum_value("EDUCATION_LEVEL", description="Levels of education.")
    CPD = enum_value("CPD", description="Continuing professional development.")


@strawberry.enum(description="The way a language is written.")
class TextDirection(Enum):
    """The way a language is written."""

    LTR = enum_value("LTR", description="From left to right.")
    RTL = enum_value("RTL", description="From right to left.")


@strawberry.enum(description="Who put a text into its language.")
class TextOrigin(Enum):
    """Who put a text into its language."""

    SOURCE = enum_value("SOURCE", description="The source itself.")
    REVIEWED_TRANSLATION = enum_value(
        "REVIEWED_TRANSLATION", description="A translation that a person reviewed."
    )
    MACHINE_TRANSLATION = enum_value("MACHINE_TRANSLATION", description="A machine translation.")


@strawberry.enum(description="How old a record is.")
class Freshness(Enum):
    """How old a record is."""

    LIVE = enum_value("LIVE", description="Asked of its source for this answer.")
    SYNCED = enum_value("SYNCED", description="Read at the last sync, which is recent.")
    STALE = enum_value(
        "STALE", description="Read at a sync longer ago than the source's schedule allows."
    )
    OFFLINE_COPY = enum_value("OFFLINE_COPY", description="A copy kept by the learner.")


@strawberry.enum(description="What qualifications are sorted by.")
class QualificationSortKey(Enum):
    """What qualifications are sorted by."""

    RELEVANCE = enum_value("RELEVANCE", description="How well they fit the words of `q`.")
    TITLE = enum_value("TITLE", description="Their title.")
    HOURS = enum_value(
        "HOURS", description="Their most hours of work; those that do not say come last."
    )
    COST = enum_value("COST", description="Their cost; those that do not say come last.")


@strawberry.enum(description="What vacancies are sorted by.")
class VacancySortKey(Enum):
    """What vacancies are sorted by."""

    RELEVANCE = enum_value("RELEVANCE", description="How well they fit the words of `q`.")
    PUBLISHED = enum_value("PUBLISHED", description="When they were published.")
    CLOSES = enum_value("CLOSES", description="When they close; those that do not say come last.")


@strawberry.enum(description="The codes in `extensions.code` of a top-level error.")
class ErrorCode(Enum):
    """The codes in `extensions.code` of a top-level error."""

    UNAUTHENTICATED = enum_value(
        "UNAUTHENTICATED", description="No token, or one that does not verify."
    )
    FORBIDDEN = enum_value("FORBIDDEN", description="A scope is missing.")
    CONSENT_REQUIRED = enum_value(
        "CONSENT_REQUIRED", description="No consent covers it; `requestUrl` is where to ask."
    )
    CONSENT_EXPIRED = enum_value("CONSENT_EXPIRED", description="There was one; it has expired.")
    CONSENT_REVOKED = enum_value("CONSENT_REVOKED", description="There was one; it was withdrawn.")
    SOURCE_TIMEOUT = enum_value(
        "SOURCE_TIMEOUT", description="A source gave no answer within its deadline."
    )
    SOURCE_DOWN = enum_value(
        "SOURCE_DOWN",
        description="A source cannot be reached, or answers with an error of its own.",
    )
    SOURCE_REFUSED = enum_value("SOURCE_REFUSED", description="A source refused our request.")
    SOURCE_RATE_LIMITED = enum_value(
        "SOURCE_RATE_LIMITED", description="A source's limit is used up."
    )
    SOURCE_BAD_DATA = enum_value("SOURCE_BAD_DATA", description="A source's answer cannot be read.")
    STALE_ONLY = enum_value("STALE_ONLY", description="Only an old copy could be given.")
    PARSE_FAILED = enum_value("PARSE_FAILED", description="The document does not parse.")
    VALIDATION_FAILED = enum_value(
        "VALIDATION_FAILED", description="The document does not fit the schema."
    )
    BODY_TOO_LARGE = enum_value("BODY_TOO_LARGE", description="The request's body is too large.")
    TOKENS_EXCEEDED = enum_value("TOKENS_EXCEEDED", description="The document has too many tokens.")
    DEPTH_EXCEEDED = enum_value("DEPTH_EXCEEDED", description="The document is nested too deep.")
    ALIASES_EXCEEDED = enum_value(
        "ALIASES_EXCEEDED", description="The document has too many aliases or root fields."
    )
    COST_EXCEEDED = enum_value(
        "COST_EXCEEDED", description="The operation would cost more than the caller may spend."
    )
    ID_INVALID = enum_value("ID_INVALID", description="An id does not read, or is of another type.")
    CURSOR_INVALID = enum_value(
        "CURSOR_INVALID", description="A cursor does not read, or is of another list or order."
    )
    ARGUMENT_INVALID = enum_value("ARGUMENT_INVALID", description="An argument is out of range.")
    REPRESENTATION_INVALID = enum_value(
        "REPRESENTATION_INVALID", description="One row of `_entities` is malformed."
    )
    RATE_LIMITED = enum_value(
        "RATE_LIMITED", description="The caller's points for this window are used up."
    )
    OVERLOADED = enum_value("OVERLOADED", description="The hub has too much to do at this moment.")
    DEADLINE_EXCEEDED = enum_value(
        "DEADLINE_EXCEEDED", description="The request ran past its deadline."
    )
    INTERNAL = enum_value(
        "INTERNAL", description="A fault of the hub; the error's id is in its log."
    )
