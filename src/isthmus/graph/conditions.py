"""What the fields of filters mean in SQL; each is backed by an index."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from isthmus.errors import ErrorCode, Refused
from isthmus.query.ids import key_of
from isthmus.query.vocabulary import Condition, Sort

LONGEST_SEARCH = 500


def words(value: Any) -> Sequence[Any]:
    """Check a search text."""
    text = str(value)
    if len(text) > LONGEST_SEARCH or "\0" in text:
        message = f"`q` may hold {LONGEST_SEARCH} characters, and no control characters."
        raise Refused(ErrorCode.ARGUMENT_INVALID, message)
    return (text,)


def safe_text(value: Any) -> Sequence[Any]:
    """Check a text."""
    if "\0" in str(value):
        raise Refused(ErrorCode.ARGUMENT_INVALID, "A text holds a NUL character.")
    return (str(value),)


def key(prefix: str) -> Callable[[Any], Sequence[Any]]:
    """Read an id of one type."""
    return lambda value: (key_of(str(value), prefix),)


def keys(prefix: str) -> Callable[[Any], Sequence[Any]]:
    """Read several ids of one type."""
    return lambda value: (sorted({key_of(str(text), prefix) for text in value}),)


def names(value: Any) -> Sequence[Any]:
    """Read several enum values."""
    return (sorted(set(value)),)


def search() -> Condition:
    """Find records by the words of a search box."""
    return Condition("{t}.search @@ isthmus_words({0})", read=words)


def equals(column: str) -> Condition:
    """Compare a text column."""
    return Condition(f"{{t}}.{column} = {{0}}", read=safe_text)


def among(column: str) -> Condition:
    """Find a text column among several values."""
    return Condition(f"{{t}}.{column} = ANY({{0}})", ("text[]",), names)


def holds(column: str) -> Condition:
    """Find a value in a column that holds a list."""
    return Condition(f"{{t}}.{column} @> ARRAY[{{0}}]", read=safe_text)


def points_at(column: str, prefix: str) -> Condition:
    """Compare a pointer by an id."""
    return Condition(f"{{t}}.{column} = {{0}}", ("bigint",), key(prefix))


def points_at_one_of(column: str, prefix: str) -> Condition:
    """Find a pointer among several ids."""
    return Condition(f"{{t}}.{column} = ANY({{0}})", ("bigint[]",), keys(prefix))


def asks_for_all(link: str, owner: str, target: str, prefix: str) -> Condition:
    """Find records linked to every one of several others."""
    return Condition(
        f"{{t}}.id IN (SELECT {owner} FROM {link} WHERE {target} = ANY({{0}})"
        f" GROUP BY {owner} HAVING count(*) = cardinality({{0}}))",
        ("bigint[]",),
        keys(prefix),
    )


def since(column: str) -> Condition:
    """Find what is newer than a moment."""
    return Condition(f"{{t}}.{column} > {{0}}", ("timestamptz",))


def true_or_false(column: str) -> Condition:
    """Compare a truth value."""
    return Condition(f"{{t}}.{column} = {{0}}", ("boolean",))


def language(column: str) -> Condition:
    """Find a language in a column that holds a list of tags, any region of it."""
    return Condition(
        f"({{t}}.{column} @> ARRAY[{{0}}] OR {{t}}.{column} @> ARRAY[{{1}}])",
        ("text", "text"),
        lambda tag: (str(tag), str(tag).partition("-")[0]),
    )


RELEVANCE = Sort(
    "ts_rank({t}.search, isthmus_words({0}))::float8", "float8", descends=True, needs="q"
)
UPDATED_SINCE = since("changed_at")
SOURCE = points_at_one_of("source_id", "src")

SKILL_CONDITIONS: Mapping[str, Condition] = {
    "q": search(),
    "scheme": points_at("scheme_id", "sch"),
    "kind": equals("kind"),
    "lang": Condition(
        "({t}.label_lang = {0} OR {t}.label_i18n ? {0})", read=lambda tag: (str(tag),)
    ),
    "include_deprecated": Condition("({0} OR NOT {t}.deprecated)", ("boolean",), default=False),
    "include_groups": Condition("({0} OR NOT {t}.is_group)", ("boolean",), default=False),
    "updated_since": UPDATED_SINCE,
    "source": SOURCE,
}
OCCUPATION_CONDITIONS: Mapping[str, Condition] = {
    "q": search(),
    "scheme": points_at("scheme_id", "sch"),
    "isco_group": equals("isco_group"),
    "lang": SKILL_CONDITIONS["lang"],
    "include_deprecated": SKILL_CONDITIONS["include_deprecated"],
    "include_groups": SKILL_CONDITIONS["include_groups"],
    "updated_since": UPDATED_SINCE,
    "source": SOURCE,
}
ORGANIZATION_CONDITIONS: Mapping[str, Condition] = {
    "q": search(),
    "role": holds("roles"),
    "country": equals("country"),
    "updated_since": UPDATED_SINCE,
    "source": SOURCE,
}
QUALIFICATION_CONDITIONS: Mapping[str, Condition] = {
    "q": search(),
    "scale": equals("scale"),
    "learning_type": equals("learning_type"),
    "skill": asks_for_all("skill_qualification", "qualification_id", "skill_id", "skl"),
    "provider": points_at("provider_id", "org"),
    "language": language("languages"),
    "country": holds("countries"),
    "max_hours": Condition("coalesce({t}.hours_max, 'infinity') <= {0}", ("float8",)),
    "free": Condition("({t}.cost_amount = 0) = {0}", ("boolean",)),
    "delivery": Condition("{t}.delivery && {0}", ("text[]",), names),
    "level": points_at("level_id", "lvl"),
    "partial": true_or_false("partial"),
    "register_status": among("register_status"),
    "programme": holds("programmes"),
    "updated_since": UPDATED_SINCE,
    "source": SOURCE,
}
VACANCY_CONDITIONS: Mapping[str, Condition] = {
    "q": search(),
    "occupation": points_at_one_of("occupation_id", "occ"),
    "skill": asks_for_all("vacancy_skill", "vacancy_id", "skill_id", "skl"),
    "employer": points_at("employer_id", "org"),
    "country": holds("countries"),
    "region": holds("regions"),
    "remote": true_or_false("remote"),
    "language": equals("title_lang"),
    "employment_type": among("employment_type"),
    "status": among("status"),
    "published_after": Condition("coalesce({t}.published_at, '-infinity') > {0}", ("timestamptz",)),
    "updated_since": UPDATED_SINCE,
    "source": SOURCE,
}
SOURCE_CONDITIONS: Mapping[str, Condition] = {
    "connector": Condition("{t}.connector_id = {0}", ("bigint",), key("con")),
    "produces": holds("produces"),
    "state": among("state"),
}

QUALIFICATION_SORTS: Mapping[str, Sort] = {
    "RELEVANCE": RELEVANCE,
    "TITLE": Sort("{t}.title_key", "text"),
    "HOURS": Sort("coalesce({t}.hours_max, 'infinity')", "float8"),
    "COST": Sort("coalesce({t}.cost_amount, 'infinity')", "numeric"),
}
PUBLISHED = Sort("coalesce({t}.published_at, '-infinity')", "timestamptz", descends=True)
VACANCY_SORTS: Mapping[str, Sort] = {
    "RELEVANCE": RELEVANCE,
    "PUBLISHED": PUBLISHED,
    "CLOSES": Sort("coalesce({t}.closes_at, 'infinity')", "timestamptz"),
}
