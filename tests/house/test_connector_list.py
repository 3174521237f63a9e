"""The list of connectors is what `make connectors` would write."""

from __future__ import annotations

from tests.support.connector_list import README, text


def test_the_list_of_connectors_is_fresh() -> None:
    assert README.read_text("utf-8") == text(), "run `make connectors`"
