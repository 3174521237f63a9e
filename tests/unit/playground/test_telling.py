"""What is told of a story: a step that did not go as told is never passed over."""

from __future__ import annotations

import pytest

from isthmus.playground.stories.telling import Telling


def test_a_step_goes_as_told_only_where_what_was_found_is_what_was_wanted() -> None:
    heard: list[str] = []
    telling = Telling(heard.append)
    telling.expect("the door is open", "OPEN", "OPEN")
    assert telling.went
    telling.expect("the window is open", "SHUT", "OPEN")
    assert not telling.went
    assert heard == [
        "  as told  the door is open: OPEN",
        "  NOT SO   the window is open: SHUT, where it should be OPEN",
    ]
    assert telling.faults == heard[1:]


@pytest.mark.parametrize("found", [None, "", [], False])
def test_nothing_is_no_thing_to_hold(found: object) -> None:
    telling = Telling()
    telling.hold("somebody is there", found)
    assert not telling.went


def test_a_story_without_steps_did_not_go_well() -> None:
    assert not Telling().went
