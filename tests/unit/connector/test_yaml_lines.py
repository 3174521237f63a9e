"""YAML with the lines of its keys: whatever does not read is refused with file and line."""

from __future__ import annotations

import pytest

from isthmus.connector.yaml_lines import MAX_NODES, read_yaml
from isthmus.errors import Misconfigured

LAUGHS = "\n".join(
    ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
)
UNREADABLE = {
    "empty": ("", "line 1: is empty"),
    "a control character": ("a: 1\nb: \x1f", "line 2: holds a character that YAML does not know"),
    "a key given twice": ("a: 1\nb: 2\na: 3", "line 3: a is given twice"),
    "an unknown alias": ("a: 1\nb: *c", "line 2: found undefined alias 'c'"),
    "an unknown tag": ("a: 1\nb: !!python/name:os.system x", "line 2: could not determine"),
    "two documents": ("a: 1\n---\nb: 2", "line 2: but found another document"),
    "an alias to itself": ("a: &a\n  - *a", "nested over 40 deep"),
    "a list in a list": ("[" * 1200, "nested over 40 deep"),
    "a list in a list, closed": ("[" * 60 + "]" * 60, "line 1: nested over 40 deep"),
    "few lines that come to many": (LAUGHS, f"comes to over {MAX_NODES} values"),
    "a word that is no number": ("a: !!int five", "line 1: a value does not fit the type"),
    "a word that is no moment": ("a: !!timestamp five", "line 1: a value does not fit the type"),
    "a word that is no truth": ("a: !!bool perhaps", "line 1: a value does not fit the type"),
    "a number of 5000 digits": ("a: " + "9" * 5000, "line 1: a value does not fit the type"),
    "a text of a million characters": ("a" * 1_000_001, "line 1: over 1000000 characters"),
}


def refusal(text: str) -> str:
    with pytest.raises(Misconfigured) as refused:
        read_yaml(text, "connector.yaml")
    assert refused.value.code == "MANIFEST_INVALID"
    return str(refused.value)


def test_each_key_and_each_place_of_a_list_has_its_line() -> None:
    data, lines = read_yaml("a: 1\nb:\n  - c: 2\n  - d\n", "connector.yaml")
    assert data == {"a": 1, "b": [{"c": 2}, "d"]}
    assert lines[("b",)] == 2
    assert lines[("b", "0", "c")] == 3
    assert lines[("b", "1")] == 4


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_does_not_read_is_refused_with_file_and_line(case: str) -> None:
    text, message = UNREADABLE[case]
    said = refusal(text)
    assert said.startswith("connector.yaml: line ")
    assert message in said


def test_dates_stay_the_text_they_are() -> None:
    data, _ = read_yaml("since: 2026-11-24\nat: 2026-11-24T10:00:00Z", "connector.yaml")
    assert data == {"since": "2026-11-24", "at": "2026-11-24T10:00:00Z"}


def test_a_merged_map_keeps_what_it_was_merged_from() -> None:
    data, lines = read_yaml("one: &one {a: 1, b: 2}\ntwo:\n  <<: *one\n  b: 3\n", "connector.yaml")
    assert data["two"] == {"a": 1, "b": 3}
    assert lines[("two", "b")] == 4
