"""A connector is begun in an empty place, under a name that can be one."""

from __future__ import annotations

from pathlib import Path

import pytest

from isthmus.connector.kit.beginning import Kind, begin
from isthmus.errors import Misconfigured


def test_a_folder_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    folder = begin("evening-school", Kind.CSV, tmp_path)
    (folder / "README.md").write_text("mine", "utf-8")
    with pytest.raises(Misconfigured, match="already; it was left as it is"):
        begin("evening-school", Kind.REST, tmp_path)
    assert (folder / "README.md").read_text("utf-8") == "mine"


@pytest.mark.parametrize("name", ["", "Evening", "../evening", "evening school", "9am", "a" * 61])
def test_a_name_that_no_connector_may_bear_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="a name is small letters"):
        begin(name, Kind.REST, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", list(Kind))
def test_no_word_of_a_template_is_left_in_what_was_begun(kind: Kind, tmp_path: Path) -> None:
    folder = begin("evening-school", kind, tmp_path)
    for name in ("connector.yaml", "README.md"):
        text = (folder / name).read_text("utf-8")
        for word in ("{name}", "{transport}", "{stream}", "{noun}", "{field}", "{options}"):
            assert word not in text
        assert "evening-school" in text
