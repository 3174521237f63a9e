"""Slots in addresses: percent-encoded, never in a host, never silently empty."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isthmus.connector.template import base_address, check_address, check_slots, fill
from isthmus.errors import Misconfigured

BASE = "https://api.example/v1/{config.board}/jobs"


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.text(min_size=1, max_size=20) | st.sampled_from([".", "..", "../..", "a/b", "?x#y"]))
def test_a_value_stays_one_step_of_the_path(value: str) -> None:
    address = base_address(BASE, {"board": value})
    step = address.removeprefix("https://api.example/v1/").removesuffix("/jobs")
    assert unquote(step) == value
    assert not set(step) & set("/?#{}")
    assert step not in {".", ".."}


def test_a_code_with_a_slash_survives() -> None:
    assert fill("/qp/{config.code}", {"config": {"code": "NIE/ELE/Q0803"}}, encode=True) == (
        "/qp/NIE%2FELE%2FQ0803"
    )


def test_a_template_without_its_value_is_left_out() -> None:
    assert fill("{watermark}", {"watermark": None}, encode=False) is None
    assert fill("{config.since}", {"config": {}}, encode=False) is None
    assert fill("no slot", {}, encode=False) == "no slot"


def test_a_list_is_joined_by_commas() -> None:
    assert fill("{config.ids}", {"config": {"ids": [1, "b"]}}, encode=False) == "1,b"


def test_a_base_address_that_lacks_a_value_is_refused() -> None:
    with pytest.raises(Misconfigured, match="the config lacks a value used in https://api"):
        base_address(BASE, {})


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("https://{config.host}/v1", "host must be constant"),
        ("https://api.{config.region}.example/", "host must be constant"),
        ("ftp://api.example/", "must begin with"),
        ("api.example/v1", "must begin with"),
        ("https:///v1", "names no host"),
        ("https://me:pass@api.example/", "secrets do not belong"),
        ("https://[::1/", "does not read"),
        ("https://api.example:99999/", "does not read"),
        ("https://api.example\\@127.0.0.1/", "does not read"),
        ("https://api%2eexample/", "does not read"),
        ("https://api.example/\r\nx: y", "does not read"),
    ],
)
def test_an_address_that_cannot_be_a_base_is_told_why(address: str, said: str) -> None:
    assert said in (check_address(address) or "")


@pytest.mark.parametrize("address", [BASE, "http://127.0.0.1:8080", "file:///data/esco"])
def test_an_address_that_can_be_a_base_is_silent(address: str) -> None:
    assert check_address(address) is None


@pytest.mark.parametrize(
    "template",
    ["{board}", "{config}", "{config.", "config.board}", "{watermark.x}", "{{config.a}}"],
)
def test_a_brace_that_is_no_slot_is_told(template: str) -> None:
    assert check_slots(template) is not None
