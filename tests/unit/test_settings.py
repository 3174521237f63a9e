"""Settings: the file, then the environment, then options; what is misspelt is refused by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from isthmus.errors import Misconfigured
from isthmus.settings import FILE, Loaded, Settings, descriptions, load


def read(folder: Path, toml: str = "", env: dict[str, str] | None = None, **options: Any) -> Loaded:
    if toml:
        (folder / FILE).write_text(toml, encoding="utf-8")
    return load(directory=folder, environment=env or {}, options=options)


def refused(folder: Path, *arguments: Any, **options: Any) -> Misconfigured:
    with pytest.raises(Misconfigured) as found:
        read(folder, *arguments, **options)
    return found.value


def test_with_nothing_stated_the_defaults_are_in_force(tmp_path: Path) -> None:
    loaded = read(tmp_path)
    assert loaded.settings == Settings()
    assert {row.origin for row in loaded.rows()} == {"default"}


def test_the_environment_wins_over_the_file_and_an_option_over_both(tmp_path: Path) -> None:
    env = {"ISTHMUS_PORT": "2", "ISTHMUS_HOST": "env.example"}
    loaded = read(tmp_path, 'port = 1\nhost = "file.example"\nsync_page = 7', env, port=3)
    settings = loaded.settings
    assert (settings.port, settings.host, settings.sync_page) == (3, "env.example", 7)


def test_each_value_says_where_it_came_from(tmp_path: Path) -> None:
    loaded = read(tmp_path, "sync_page = 7", {"ISTHMUS_HOST": "0.0.0.0"}, port=3)
    origins = {row.name: row.origin for row in loaded.rows()}
    assert origins["sync_page"] == FILE
    assert origins["host"] == "ISTHMUS_HOST"
    assert origins["port"] == "option"
    assert origins["home"] == "default"


def test_an_option_that_is_none_was_not_given(tmp_path: Path) -> None:
    assert read(tmp_path, "port = 1", port=None).settings.port == 1


def test_a_misspelt_key_of_the_file_is_refused_by_name(tmp_path: Path) -> None:
    error = refused(tmp_path, "prot = 1")
    assert error.code == "SETTING_UNKNOWN"
    assert f"prot in {FILE}" in str(error)


def test_a_misspelt_variable_is_refused_by_name(tmp_path: Path) -> None:
    error = refused(tmp_path, "", {"ISTHMUS_PROT": "1"})
    assert error.code == "SETTING_UNKNOWN"
    assert "ISTHMUS_PROT" in str(error)


def test_a_misspelt_option_is_refused_by_name(tmp_path: Path) -> None:
    error = refused(tmp_path, prot=1)
    assert error.code == "SETTING_UNKNOWN"
    assert "prot in option" in str(error)


def test_a_table_in_the_file_is_no_setting(tmp_path: Path) -> None:
    assert "server in" in str(refused(tmp_path, "[server]\nport = 1"))


def test_variables_of_other_programs_and_secrets_are_left_alone(tmp_path: Path) -> None:
    env = {"PATH": "/bin", "PORT": "9", "ISTHMUS_SECRET_LEARN": "hush", "isthmus_port": "9"}
    loaded = read(tmp_path, "", env)
    assert loaded.settings == Settings()
    assert "hush" not in repr(loaded)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", -1), ("port", 65536), ("port", "many"), ("database_pool", 1),
        ("sync_max_loss", 1.5), ("source_attempts", 0), ("log_level", "loud"),
        ("introspection", "perhaps"), ("home", 5), ("languages", 5),
    ],
)  # fmt: skip
def test_a_value_out_of_bounds_or_of_another_kind_is_refused_by_name(
    tmp_path: Path, name: str, value: object
) -> None:
    error = refused(tmp_path, **{name: value})
    assert error.code == "SETTING_INVALID"
    assert name in str(error)


def test_a_refusal_does_not_repeat_a_value_that_may_be_secret(tmp_path: Path) -> None:
    assert "hush" not in str(refused(tmp_path, "", {"ISTHMUS_PORT": "hush"}))


@pytest.mark.parametrize("text", [b"port = ", b"\xff\xfe", b"port = 1\nport = 2"])
def test_a_file_that_is_no_toml_is_refused_with_its_name(tmp_path: Path, text: bytes) -> None:
    (tmp_path / FILE).write_bytes(text)
    error = refused(tmp_path)
    assert error.code == "SETTING_INVALID"
    assert FILE in str(error)


def test_a_variable_is_read_as_what_its_setting_is(tmp_path: Path) -> None:
    env = {
        "ISTHMUS_LANGUAGES": "fr, en,,", "ISTHMUS_ALLOW_LOOPBACK": "true",
        "ISTHMUS_SOURCE_TIMEOUT": "2.5", "ISTHMUS_HOME": "data",
    }  # fmt: skip
    settings = read(tmp_path, "", env).settings
    assert settings.languages == ("fr", "en")
    assert settings.allow_loopback is True
    assert (settings.source_timeout, settings.home) == (2.5, Path("data"))


def test_every_setting_has_a_sentence() -> None:
    assert set(descriptions()) == set(Settings.__struct_fields__)
    assert all(sentence.endswith(".") for sentence in descriptions().values())


def test_every_default_is_within_its_own_bounds(tmp_path: Path) -> None:
    defaults = {name: getattr(Settings(), name) for name in Settings.__struct_fields__}
    options = {n: str(v) if isinstance(v, Path) else v for n, v in defaults.items()}
    assert read(tmp_path, **options).settings == Settings()


def test_settings_do_not_change_once_read() -> None:
    with pytest.raises(AttributeError):
        Settings().port = 1  # type: ignore[misc]
