"""What is remembered of catalogues: bounded, and gone with the generation."""

from __future__ import annotations

from typing import Any

from isthmus.query.remembering import Memory


def shelf_of(memory: Memory, generation: str | None, reading: Any = "reading") -> Any:
    return memory.shelf(generation, reading, [("en",)])


def test_what_was_put_is_found_again_in_the_same_generation() -> None:
    memory = Memory(10_000)
    memory.put(shelf_of(memory, "1"), {7: {"a": 1}})
    assert list(shelf_of(memory, "1")) == [7]


def test_another_generation_begins_with_nothing() -> None:
    memory = Memory(10_000)
    memory.put(shelf_of(memory, "1"), {7: {"a": 1}})
    assert shelf_of(memory, "2") == {}
    assert shelf_of(memory, "1") == {}


def test_nothing_is_remembered_while_the_generation_is_unknown() -> None:
    memory = Memory(10_000)
    memory.put(shelf_of(memory, None), {7: {"a": 1}})
    assert shelf_of(memory, None) == {}


def test_pieces_and_languages_do_not_mix() -> None:
    memory = Memory(10_000)
    memory.put(memory.shelf("1", "a", [("en",)]), {7: {}})  # type: ignore[arg-type]
    assert memory.shelf("1", "a", [("fr",)]) == {}  # type: ignore[arg-type]
    assert memory.shelf("1", "b", [("en",)]) == {}  # type: ignore[arg-type]


def test_over_its_bound_all_of_it_is_forgotten() -> None:
    memory = Memory(1_000)
    memory.put(shelf_of(memory, "1"), {n: {"text": "x" * 100} for n in range(10)})
    assert shelf_of(memory, "1") == {}
