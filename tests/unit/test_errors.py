"""Failures: one tree, drawn as it is, each with a stable code."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from isthmus import errors
from isthmus.errors import ErrorCode, IsthmusError, Misconfigured, Refused, SourceFault

DRAWN = re.compile(
    r"^ {4}(?P<bars>[│ ]*)[├└]── (?P<name>\w+)(?:\s+(?P<code>[A-Z_]{4,}))?", re.MULTILINE
)


def tree(kind: type[IsthmusError]) -> Iterator[type[IsthmusError]]:
    """List a class and all below it; those other parts derive for themselves are theirs."""
    yield kind
    for child in kind.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from tree(child)


def drawn() -> dict[str, tuple[str, str | None]]:
    """Read the drawing: each class with its parent and its code."""
    found: dict[str, tuple[str, str | None]] = {}
    last = ""
    for match in DRAWN.finditer(errors.__doc__ or ""):
        nested = bool(match["bars"])
        found[match["name"]] = (last if nested else "IsthmusError", match["code"])
        last = last if nested else match["name"]
    return found


def test_the_tree_is_as_it_is_drawn() -> None:
    real = {k.__name__: k.__bases__[0].__name__ for k in tree(IsthmusError)}
    del real["IsthmusError"]
    assert {name: parent for name, (parent, _) in drawn().items()} == real


def test_the_codes_are_as_they_are_drawn() -> None:
    for name, (_, code) in drawn().items():
        if code is not None:
            assert getattr(errors, name).code == code, name


def test_each_fault_of_a_source_has_a_code_of_its_own_that_callers_know() -> None:
    codes = [kind.code for kind in tree(SourceFault) if kind is not SourceFault]
    assert len(set(codes)) == len(codes) == 5
    assert all(code in ErrorCode for code in codes)


def test_each_code_is_its_own_name_and_stands_once() -> None:
    assert all(code.value == name for name, code in ErrorCode.__members__.items())
    assert len({code.value for code in ErrorCode}) == len(ErrorCode.__members__)


def test_only_what_may_pass_is_worth_another_try() -> None:
    again = {kind.code for kind in tree(IsthmusError) if kind.retryable}
    assert again == {"SOURCE_DOWN", "SOURCE_TIMEOUT", "SOURCE_RATE_LIMITED"}


def test_a_fault_of_a_source_says_which_and_when_to_try_again() -> None:
    fault = errors.SourceRateLimited("Too many calls.", source="esco", retry_after=30.0)
    assert (fault.source, fault.retry_after, str(fault)) == ("esco", 30.0, "Too many calls.")
    assert SourceFault("x").source == ""
    assert SourceFault("x").retry_after is None


@pytest.mark.parametrize("kind", [Misconfigured, Refused])
def test_a_refusal_carries_its_own_code(kind: type[Misconfigured | Refused]) -> None:
    error = kind(ErrorCode.ID_INVALID, "This is not an id.")
    assert (error.code, str(error)) == (ErrorCode.ID_INVALID, "This is not an id.")
    assert kind.code == "INTERNAL"
    assert isinstance(error, IsthmusError)


def test_every_class_says_what_it_is_for() -> None:
    assert all((kind.__doc__ or "").strip() for kind in tree(IsthmusError))
