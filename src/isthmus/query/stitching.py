"""Generated code for texts, and the functions that all generated code may call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

import orjson

from isthmus.model.asked import is_all
from isthmus.query.calling import Irregular
from isthmus.query.cursors import encode_cursor
from isthmus.query.languages import choose, choose_list, direction

if TYPE_CHECKING:
    from isthmus.query.compiling import Compiler
    from isthmus.query.selections import Asked

NULL_MET = b"\x01"
"""What the database writes where a null met a field that may not be null: never JSON."""

TEXT = {
    "__typename": ("'LocalizedText'", "'LocalizedText'"),
    "value": ("v", "c.value"),
    "language": ("g", "c.language"),
    "direction": ("direction(g)", "c.direction"),
    "isFallback": ("False", "c.is_fallback"),
    "origin": ("'SOURCE'", "'SOURCE'"),
}
"""Each field of a text: where its own language is wanted, and where one was chosen."""


def text_function(compiler: Compiler, asked: Asked) -> str:
    """Write the function that makes a text as a field asks for it; give its name."""
    type_ = compiler.graph.object_type("LocalizedText")
    fields = [(a.key, TEXT[a.name]) for a in compiler.selections.of(type_, asked.selection_sets())]
    own = ", ".join(f"{key!r}: {code[0]}" for key, code in fields)
    chosen = ", ".join(f"{key!r}: {code[1]}" for key, code in fields)
    name = f"text{len(compiler.functions)}"
    compiler.function(
        [
            f"def {name}(v, g, o, a):",
            "    if v is None or g is None: return None",
            f"    if not a or a[0] == g: return {{{own}}}",
            f"    return {name}_of(choose(v, g, o, a))",
            f"def {name}_of(c):",
            f"    return {{{chosen}}}",
        ]
    )
    return name


def own_text(compiler: Compiler, asked: Asked, value: str, language: str) -> str:
    """Write the code of a text in its own language, over the code of its parts."""
    type_ = compiler.graph.object_type("LocalizedText")
    parts = {"value": value, "language": language, "direction": f"direction({language})"}
    fields = [
        f"{a.key!r}: {parts.get(a.name, TEXT[a.name][0])}"
        for a in compiler.selections.of(type_, asked.selection_sets())
    ]
    return f"{{{', '.join(fields)}}}"


def values(held: Any) -> list[Any]:
    """Give a list held as JSON."""
    return held if isinstance(held, list) else orjson.loads(held) if held else []


def fragment(text: bytes) -> Any:
    """Give JSON that the database wrote; a null where none may stand is the executor's."""
    if NULL_MET in text:
        raise Irregular
    return orjson.Fragment(text)


def as_json(value: Any) -> bytes:
    """Write values of an answer, fragments of JSON among them, as JSON."""
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS)


def null() -> NoReturn:
    """Meet a null where none may stand: the executor knows what becomes of it."""
    raise Irregular


def some(value: Any) -> Any:
    """Give a value that must not be null."""
    if value is None:
        raise Irregular
    return value


def tally(rows: Sequence[Any], place: int) -> dict[int, int]:
    """Count rows by the value at a place."""
    found: dict[int, int] = {}
    for row in rows:
        found[row[place]] = found.get(row[place], 0) + 1
    return found


FUNCTIONS = {
    "values": values,
    "null": null,
    "some": some,
    "tally": tally,
    "choose": choose,
    "choose_list": choose_list,
    "direction": direction,
    "cursor": encode_cursor,
    "fragment": fragment,
    "is_all": is_all,
    "EMPTY": [],
}
