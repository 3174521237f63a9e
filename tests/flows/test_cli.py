"""The command line as an operator meets it: real processes, a home of their own."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.flows.commands import isthmus
from tests.flows.jobs import a_board
from tests.support.replay import Replay

Surroundings = Mapping[str, str]


def _add(surroundings: Surroundings, url: str) -> subprocess.CompletedProcess[str]:
    return isthmus(
        surroundings, "source", "add", "board", "--connector", "greenhouse",
        "--set", "board=acme", "--base-url", url,
    )  # fmt: skip


def test_a_source_is_added_read_and_shown(at_home: Surroundings, replay: Replay) -> None:
    replay.answers["/jobs"] = a_board(range(30))
    added = _add(at_home, replay.url)
    assert added.returncode == 0, added.stderr
    assert "Run `isthmus sync board`" in added.stdout
    synced = isthmus(at_home, "sync")
    assert synced.returncode == 0, synced.stderr
    assert "board vacancies: 30 seen: 30 added" in synced.stdout
    again = isthmus(at_home, "sync", "board")
    assert "30 unchanged; nothing was written" in again.stdout
    listed = isthmus(at_home, "source", "list")
    assert "board" in listed.stdout
    assert "UP" in listed.stdout
    status = isthmus(at_home, "source", "status", "board")
    assert "(greenhouse) is UP; holds 30 vacancy" in status.stdout


def test_a_fault_ends_with_its_code_and_what_to_do(at_home: Surroundings, replay: Replay) -> None:
    _add(at_home, replay.url)
    synced = isthmus(at_home, "sync", "board")
    assert synced.returncode == 1
    assert "failed: answered 404 for /jobs (SOURCE_REFUSED)" in synced.stdout
    assert "Check the source's config and address." in synced.stdout
    assert "Traceback" not in synced.stderr
    status = isthmus(at_home, "source", "status", "board")
    assert "is DOWN" in status.stdout
    assert "to do: vacancies: answered 404" in status.stdout


def test_the_mode_of_a_source_is_chosen_and_changed(at_home: Surroundings) -> None:
    added = isthmus(
        at_home, "source", "add", "board", "--connector", "greenhouse", "--set", "board=acme",
        "--mode", "live",
    )  # fmt: skip
    assert "asked when a question needs it" in added.stdout
    changed = isthmus(at_home, "source", "mode", "board", "hybrid")
    assert changed.stdout.strip() == "board: hybrid."
    refused = isthmus(
        at_home, "source", "add", "esco", "--connector", "esco", "--mode", "live",
        "--set", "version=1.2.0", "--set", "archives=a.zip",
    )  # fmt: skip
    assert refused.returncode == 2
    assert "its modes are synced" in refused.stderr
    assert "CONFIG_INVALID" in refused.stderr


def test_loopback_is_refused_unless_the_operator_allows_it(
    at_home: Surroundings, replay: Replay
) -> None:
    replay.answers["/jobs"] = a_board(range(3))
    _add(at_home, replay.url)
    strict = {k: v for k, v in at_home.items() if k != "ISTHMUS_ALLOW_LOOPBACK"}
    refused = isthmus(strict, "sync", "board")
    assert refused.returncode == 1
    assert "private or reserved address" in refused.stdout
    assert replay.hits.total() == 0
    assert isthmus(at_home, "sync", "board").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("sync", "nowhere"), "There is no source nowhere"),
        (("source", "add", "../x", "--connector", "frameworks"), "the name of a source is"),
        (
            ("source", "add", "x", "--connector", "greenhouse", "--set", "bord=acme"),
            "[CONFIG_INVALID]",
        ),
    ],
)
def test_a_mistake_is_one_sentence_with_its_code(
    at_home: Surroundings, arguments: tuple[str, ...], words: str
) -> None:
    done = isthmus(at_home, *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1 or "migrating" in done.stderr


def test_check_prints_where_each_setting_came_from(
    surroundings: Surroundings, tmp_path: Path
) -> None:
    (tmp_path / "isthmus.toml").write_text("sync_page = 50\n")
    done = isthmus(surroundings, "check", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    page = next(line for line in done.stdout.splitlines() if "sync_page" in line)
    assert "50" in page
    assert "isthmus.toml" in page


@pytest.mark.parametrize("place", ["file", "environment"])
def test_check_refuses_a_misspelt_setting(
    surroundings: Surroundings, tmp_path: Path, place: str
) -> None:
    extra = {}
    if place == "file":
        (tmp_path / "isthmus.toml").write_text("sync_pages = 50\n")
    else:
        extra["ISTHMUS_SYNC_PAGES"] = "50"
    done = isthmus(dict(surroundings) | extra, "check", cwd=tmp_path)
    assert done.returncode == 2
    assert "is not a setting" in done.stderr
    assert "[SETTING_UNKNOWN]" in done.stderr


def test_a_server_that_is_not_there_is_named_without_its_password(
    surroundings: Surroundings,
) -> None:
    url = "postgresql://hub:hunter2@127.0.0.1:9/isthmus"
    done = isthmus(dict(surroundings) | {"ISTHMUS_DATABASE_URL": url}, "source", "list")
    assert done.returncode == 2
    assert "[DATABASE_UNREACHABLE]" in done.stderr
    assert "hunter2" not in done.stderr + done.stdout
