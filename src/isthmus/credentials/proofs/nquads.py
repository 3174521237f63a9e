"""N-Quads: statements as lines, read in any lawful spelling and written in the canonical one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from isthmus.errors import IsthmusError

Quad = tuple[str, str, str, str]
"""Subject, predicate, object, graph as canonical N-Quads terms; "" for the default graph."""

XSD_STRING = "<http://www.w3.org/2001/XMLSchema#string>"

_IRI = r"<[^\x00-\x20<>\"{}|^`]*>"
_BLANK = r"_:[^\s<>\"\\,;]*[^\s<>\"\\,;.]"
_LITERAL = (
    r'"(?:[^"\\\n\r]|\\.)*"'
    rf"(?:\^\^{_IRI}|@[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--[a-z]+)?)?"
)
_LINE = re.compile(
    rf"[ \t]*({_IRI}|{_BLANK})[ \t]*({_IRI})[ \t]*({_IRI}|{_BLANK}|{_LITERAL})"
    rf"[ \t]*({_IRI}|{_BLANK})?[ \t]*\.[ \t]*(?:#.*)?"
)
_EMPTY = re.compile(r"[ \t]*(?:#.*)?")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_SPELLED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_CANONICAL = {n: f"\\u{n:04X}" for n in (*range(0x20), 0x7F)} | {
    ord(char): f"\\{name}" for name, char in _SPELLED.items() if name != "'"
}


class NQuadsUnreadable(IsthmusError):
    """A line that is no N-Quads statement; `line` is its number."""

    code = "NQUADS_UNREADABLE"

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line} is no N-Quads statement")
        self.line = line


def parse_nquads(text: str) -> list[Quad]:
    """Read statements, each once and in the order of the text."""
    found: dict[Quad, None] = {}
    for number, line in enumerate(re.split(r"[\r\n]+", text), start=1):
        if _EMPTY.fullmatch(line):
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise NQuadsUnreadable(number)
        subject, predicate, value, graph = match.groups(default="")
        found[
            _term(subject, number),
            _term(predicate, number),
            _term(value, number),
            _term(graph, number) if graph else "",
        ] = None
    return list(found)


def serialise_nquads(quads: Iterable[Quad]) -> str:
    """Write statements one a line, in the order given."""
    return "".join(line_of(quad) for quad in quads)


def line_of(quad: Quad) -> str:
    """Write one statement with its end of line."""
    subject, predicate, value, graph = quad
    if graph:
        return f"{subject} {predicate} {value} {graph} .\n"
    return f"{subject} {predicate} {value} .\n"


def literal(value: str, datatype: str = "", language: str = "") -> str:
    """Write a literal; `datatype` is an IRI without brackets."""
    text = f'"{value.translate(_CANONICAL)}"'
    if language:
        return f"{text}@{language}"
    written = f"<{datatype}>"
    return text if not datatype or written == XSD_STRING else f"{text}^^{written}"


def _term(term: str, line: int) -> str:
    if term[0] == '"':
        end = term.rindex('"')
        value, rest = _unescaped(term[1:end], line), _unescaped(term[end + 1 :], line)
        kept = "" if rest == f"^^{XSD_STRING}" else rest
        return f'"{value.translate(_CANONICAL)}"{kept}'
    return _unescaped(term, line) if term[0] == "<" else term


def _unescaped(text: str, line: int) -> str:
    if "\\" not in text:
        return text
    try:
        return _ESCAPE.sub(_char, text)
    except (KeyError, ValueError, OverflowError):
        raise NQuadsUnreadable(line) from None


def _char(match: re.Match[str]) -> str:
    short, long, name = match.groups()
    return _SPELLED[name] if name else chr(int(short or long, 16))
