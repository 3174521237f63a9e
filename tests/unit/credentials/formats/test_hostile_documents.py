"""Whatever the bytes: a reading, or one sentence why not."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isthmus.credentials.contract import Document, DocumentUnreadable
from isthmus.credentials.reading import read
from tests.unit.credentials.formats.shelf import SAMPLES, sample, sample_json

NAMES = sorted(path.name for path in SAMPLES.iterdir() if path.suffix != ".md")
JSON_NAMES = [name for name in NAMES if name.endswith(".json")]
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=5)
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["id", "type", "name", "@value", "en"]), inner, max_size=3),
    ),
    max_leaves=6,
)


def reads_or_says_why(body: bytes) -> None:
    try:
        read(Document(body))
    except DocumentUnreadable as unreadable:
        said = str(unreadable)
    else:
        return
    assert said


@given(st.binary(max_size=300))
def test_any_bytes(body: bytes) -> None:
    reads_or_says_why(body)


@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    reads_or_says_why(text.encode(errors="surrogatepass"))


@settings(max_examples=300)
@given(st.sampled_from(NAMES), st.integers(0, 10**6), st.integers(0, 255), st.booleans())
def test_a_sample_with_a_byte_changed_or_its_end_cut_off(
    name: str, at: int, byte: int, cut: bool
) -> None:
    body = bytearray(sample(name))
    body[at % len(body)] = byte
    reads_or_says_why(bytes(body[: at % len(body)]) if cut else bytes(body))


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    steps = value.items() if isinstance(value, dict) else ()
    steps = enumerate(value) if isinstance(value, list) else steps
    return found + [place for key, item in steps for place in places(item, (*path, key))]


def put(claims: Any, path: tuple[Any, ...], value: Any) -> None:
    for key in path[:-1]:
        claims = claims[key]
    claims[path[-1]] = value


@settings(max_examples=400)
@given(st.sampled_from(JSON_NAMES), st.integers(0, 10**6), VALUES)
def test_a_sample_with_one_value_of_another_kind(name: str, at: int, value: Any) -> None:
    claims = sample_json(name)
    found = places(claims)
    put(claims, found[at % len(found)], value)
    reads_or_says_why(json.dumps(claims).encode())


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_with_many_bytes_changed(name: str) -> None:
    chance = random.Random(name)
    for _ in range(30):
        body = bytearray(sample(name))
        for _ in range(chance.randint(1, 8)):
            body[chance.randrange(len(body))] = chance.randrange(256)
        reads_or_says_why(bytes(body))


REFUSED = {
    "nothing": (b" \n", "empty"),
    "a bomb of entities": (
        b'<!DOCTYPE a [<!ENTITY b "cc"><!ENTITY d "&b;&b;">]><a>&d;</a>',
        "entities of its own",
    ),
    "an entity from a file": (
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>',
        "entities of its own",
    ),
    "an entity in another encoding": (
        '<!DOCTYPE svg [<!ENTITY b "cc">]><svg>&b;</svg>'.encode("utf-16"),
        "format",
    ),
    "a document type from the network": (
        b'<!DOCTYPE Certificate SYSTEM "http://example.org/x.dtd"><Certificate/>',
        "document type",
    ),
    "an endless list": (b'{"type": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "JSON|deep"),
    "a deep object": (b'{"a":' * 80 + b"1" + b"}" * 80, "deep"),
    "a key twice": (b'{"type": "LearnerStatement", "type": "x"}', "twice"),
    "a number that is none": (b'{"type": NaN}', "number"),
    "half a character": (rb'{"type": "LearnerStatement", "title": "\ud800"}', "JSON"),
    "a list": (b"[1, 2]", "not one object"),
    "a large document": (b"{" + b" " * (10 * 1024 * 1024) + b"}", "larger than 10 MB"),
    "other JSON": (b'{"a": 1}', "no credential"),
    "other XML": (b"<a/>", "XML of no format"),
    "a web page": (b"<!DOCTYPE html><html></html>", "document type"),
    "prose": (b"I have a diploma.", "no format known"),
}


@pytest.mark.parametrize("situation", sorted(REFUSED))
def test_a_refusal_says_what_the_document_looks_like(situation: str) -> None:
    body, sentence = REFUSED[situation]
    with pytest.raises(DocumentUnreadable, match=sentence):
        read(Document(body))
