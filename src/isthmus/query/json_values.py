"""Single values written as JSON by the database, each as an SQL expression of text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from graphql import GraphQLField, get_named_type, is_enum_type, is_list_type, is_non_null_type
from graphql import get_nullable_type as nullable

from isthmus.query.languages import RIGHT_TO_LEFT

# see `stitching.NULL_MET`
_NULL_MET_SQL = r"E'\x01'"
_PLAIN = frozenset({"String", "ID", "URI", "LanguageTag", "CountryCode", "Duration", "Date"}) | {
    "Boolean",
    "Float",
}
_RIGHT_TO_LEFT = ", ".join(f"'{tag}'" for tag in sorted(RIGHT_TO_LEFT))
_ORIGIN = '"SOURCE"'
_MOMENT = '"\\""YYYY-MM-DD"T"HH24:MI:SS'


class NotText(Exception):
    """Something that is not said in SQL."""


def literal(text: str) -> str:
    """Write text of our own as SQL: names of the schema and of the caller's aliases."""
    return f"'{text}'"


def braced(parts: Iterable[tuple[str, str]]) -> str:
    """Write an object: keys, which are names of GraphQL and need no quoting, with their values.

    Texts of our own that meet are one: each `||` copies all that stands before it.
    """
    said, head = "", "{"
    for key, text in parts:
        said = _after(said, literal(f'{head}"{key}":'))
        said = _after(said, text)
        head = ","
    return _after(said, literal("}")) if said else literal("{}")


def _after(said: str, text: str) -> str:
    if said.endswith("'") and text.startswith("'"):
        return said[:-1] + text[1:]
    return f"{said} || {text}" if said else text


def plain(sql: str) -> str:
    """Write a value as PostgreSQL writes it in JSON."""
    return f"to_json({sql})::text"


def number(sql: str) -> str:
    """Write a whole number."""
    return f"{sql}::text"


def exact(sql: str) -> str:
    """Write a decimal number as text, which keeps its digits."""
    return f"""'"' || {sql}::text || '"'"""


def moment(sql: str) -> str:
    """Write a moment in UTC, with six digits of a second where it has any."""
    return (
        f"to_char({sql} AT TIME ZONE 'UTC', CASE WHEN {sql} = date_trunc('second', {sql})"
        f""" THEN '{_MOMENT}"+00:00\\""' ELSE '{_MOMENT}.US"+00:00\\""' END)"""
    )


_SCALARS: Mapping[str, Callable[[str], str]] = {
    **dict.fromkeys(_PLAIN, plain),
    "Decimal": exact,
    "DateTime": moment,
    "Int": number,
}


def column(definition: GraphQLField, sql: str) -> str:
    """Write a column as its field has it; NULL stays NULL."""
    named = get_named_type(definition.type)
    write = plain if is_enum_type(named) else _SCALARS.get(named.name)
    if write is None or (write is not plain and is_list_type(nullable(definition.type))):
        raise NotText
    return write(sql)


def item(definition: GraphQLField, name: str, held: str) -> str:
    """Write one key of an object that is held as JSON."""
    return f"coalesce(nullif(({held} -> '{name}')::text, 'null'), {null(definition)})"


def null(definition: GraphQLField) -> str:
    """Write a null, or the mark of one that may not be."""
    return _NULL_MET_SQL if is_non_null_type(definition.type) else "'null'"


def text_parts(value: str, language: str, asked: str = "") -> Mapping[str, str]:
    """Write each field of a text in one language; `asked` are those asked for, in their order."""
    return {
        "__typename": literal('"LocalizedText"'),
        "value": plain(value),
        "language": plain(language),
        "direction": f"CASE WHEN {_base(language)} IN ({_RIGHT_TO_LEFT})"
        """ THEN '"RTL"' ELSE '"LTR"' END""",
        "isFallback": f"({_base(language)} <> {_base(f'({asked})[1]')})::text"
        if asked
        else literal("false"),
        "origin": literal(_ORIGIN),
    }


def chosen(value: str, language: str, others: str, asked: str) -> str:
    """Write where a text's `value` and `language` come from: `languages.choose`, said in SQL."""
    held = (
        f"(SELECT {language} AS tag, 0::bigint AS place UNION ALL"
        f" SELECT * FROM jsonb_object_keys({others}) WITH ORDINALITY) h"
    )
    best = (
        f"SELECT h.tag FROM unnest({asked}) WITH ORDINALITY a(tag, place) JOIN {held}"
        f" ON {_base('h.tag')} = {_base('a.tag')}"
        " ORDER BY a.place, h.tag <> a.tag, h.place LIMIT 1"
    )
    return (
        f"(SELECT b.tag AS language, CASE WHEN b.tag = {language} THEN {value}"
        f" ELSE {others} ->> b.tag END AS value"
        f" FROM (SELECT coalesce(({best}), {language}) AS tag) b) g"
    )


def _base(tag: str) -> str:
    """Write a tag's language, without its region."""
    return f"split_part({tag}, '-', 1)"
