"""Holds a document to a table of classes: types, requirements, kinds of values, by path."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from isthmus.credentials.formats import stated
from isthmus.credentials.formats.faults import Fault, pointer
from isthmus.credentials.formats.vocabulary import SHAPES, WORDS, Shape, Words
from isthmus.model.verification import CheckResult

_KINDS: Mapping[str, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str | dict),
    "url": stated.is_url,
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "flag": lambda value: isinstance(value, bool),
    "moment": lambda value: isinstance(value, str) and stated.moment(value) is not None,
}
_SAID = {
    "text": "text",
    "url": "a URL",
    "number": "a number",
    "flag": "true or false",
    "moment": "a date and time",
}


def shape_faults(
    value: Any, name: str, path: str = "", shapes: Mapping[str, Shape] = SHAPES
) -> Iterator[Fault]:
    """Yield what in a value breaks the rules of a class."""
    shape = shapes[name]
    if shape.as_url and isinstance(value, str):
        if not stated.is_url(value):
            yield Fault(path, f"{name} must be an object or a URL")
        return
    if not isinstance(value, dict):
        yield Fault(path, f"{name} must be an object")
        return
    yield from _types(value, name, shape, path)
    yield from _required(value, name, shape, path)
    yield from _properties(value, shape, path, shapes)


def _types(value: Mapping[str, Any], name: str, shape: Shape, path: str) -> Iterator[Fault]:
    if not shape.types:
        return
    if not set(shape.types) & set(stated.words(value.get("type"))):
        wanted = " or ".join(shape.types)
        yield Fault(pointer(path, "type"), f"the type of {name} must name {wanted}")


def _required(value: Mapping[str, Any], name: str, shape: Shape, path: str) -> Iterator[Fault]:
    for needed in shape.required:
        if value.get(needed) in (None, [], ""):
            yield Fault(pointer(path, needed), f"{name} must state {needed}")


def _properties(
    value: Mapping[str, Any], shape: Shape, path: str, shapes: Mapping[str, Shape]
) -> Iterator[Fault]:
    for name, kind in shape.properties.items():
        found = value.get(name)
        for at, item in enumerate(stated.many(found)):
            here = pointer(path, name, at) if isinstance(found, list) else pointer(path, name)
            yield from _value(item, name, kind, here, shapes)


def _value(
    item: Any, name: str, kind: str, path: str, shapes: Mapping[str, Shape]
) -> Iterator[Fault]:
    if kind == "any":
        return
    if kind in WORDS:
        yield from _word(item, name, WORDS[kind], path)
    elif kind in _KINDS:
        if not _KINDS[kind](item):
            yield Fault(path, f"{name} must be {_SAID[kind]}")
    else:
        yield from shape_faults(item, kind, path, shapes)


def _word(item: Any, name: str, known: Words, path: str) -> Iterator[Fault]:
    """Hold a word to a list; one that should have been coined with `ext:` is only warned of."""
    if isinstance(item, str) and item in known.words:
        return
    if not known.may_be_coined or not isinstance(item, str):
        yield Fault(path, f"{name} must be one of the words of the vocabulary")
    elif not item.startswith("ext:"):
        sentence = f"{name} is none of the words of the vocabulary, nor marked as coined"
        yield Fault(path, sentence, CheckResult.WARN)
