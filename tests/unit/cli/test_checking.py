"""`isthmus check`: every setting as it may be seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from isthmus.cli.checking import print_settings, shown
from isthmus.settings import Settings, load


@pytest.mark.parametrize("password", ["hush", "p@ss", "hu:sh", "%40%2F"])
def test_a_password_in_an_address_is_hidden(password: str) -> None:
    text = shown(f"postgresql://user:{password}@db.example:5432/isthmus")
    assert text == "postgresql://user:***@db.example:5432/isthmus"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (8000, "8000"), (True, "True"), ("", "-"), ((), "-"), (("fr", "en"), "fr, en"),
        (Path("data"), "data"), (0.5, "0.5"), ("http://example.org/a?b", "http://example.org/a?b"),
        ("postgresql://user@db/isthmus", "postgresql://user@db/isthmus"),
    ],
)  # fmt: skip
def test_any_other_value_is_shown_as_it_is(value: object, text: str) -> None:
    assert shown(value) == text


def test_every_setting_is_printed_with_its_origin(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = "postgresql://me:hush@db/x"
    print_settings(load(directory=tmp_path, environment={"ISTHMUS_DATABASE_URL": url}))
    printed = capsys.readouterr().out
    assert all(name in printed for name in Settings.__struct_fields__)
    assert "ISTHMUS_DATABASE_URL" in printed
    assert "hush" not in printed
