from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from isthmus.credentials.proofs import contexts as module
from isthmus.credentials.proofs.contexts import Contexts, ContextUnknown, fetch_contexts
from isthmus.errors import SourceUnavailable

URL = "https://terms.example/c"
BODY = b'{"@context": {"a": "urn:a"}}'
OTHER = b'{"@context": {"a": "urn:other"}}'
W3C_BYTES = "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734"


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def a_folder(folder: Path, body: bytes, pinned: bytes = BODY) -> Path:
    (folder / "any-name.json").write_bytes(body)
    (folder / "INDEX.tsv").write_text(f"{URL}\tany-name.json\t{digest(pinned)}\n")
    return folder


def test_a_file_is_found_by_its_hash(tmp_path: Path) -> None:
    assert Contexts.of_folder(a_folder(tmp_path, BODY)).document(URL) == json.loads(BODY)


def test_a_file_whose_bytes_changed_is_not_at_hand(tmp_path: Path) -> None:
    with pytest.raises(ContextUnknown):
        Contexts.of_folder(a_folder(tmp_path, OTHER)).document(URL)


def test_an_address_without_a_pin_is_unknown_and_never_fetched() -> None:
    with pytest.raises(ContextUnknown, match=r"https://terms\.example/c"):
        Contexts([BODY], {}).document(URL)


def test_one_address_may_have_several_editions() -> None:
    held = Contexts([BODY, OTHER], {URL: [digest(OTHER), digest(BODY)]})
    other = held.with_edition(URL, 1)
    assert held.document(URL) == json.loads(OTHER)
    assert other is not None
    assert other.document(URL) == json.loads(BODY)
    assert held.with_edition(URL, 2) is None


def test_an_edition_that_differs_in_white_space_only_is_none() -> None:
    spaced = BODY.replace(b" ", b"  ")
    held = Contexts([BODY, spaced], {URL: [digest(BODY), digest(spaced)]})
    assert held.with_edition(URL, 1) is None


def test_a_missing_folder_gives_no_contexts_and_names_what_is_missing(tmp_path: Path) -> None:
    missing = Contexts.of_folder(tmp_path / "nowhere").missing()
    assert "https://www.w3.org/ns/credentials/v2" in missing


def test_the_publishers_bytes_are_pinned_first() -> None:
    assert module.shipped_pins()["https://www.w3.org/ns/credentials/v2"][0] == W3C_BYTES


async def test_fetched_bytes_are_kept_only_where_a_pin_knows_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        module,
        "shipped_pins",
        lambda: {URL: [digest(BODY)], f"{URL}2": [digest(BODY)], f"{URL}3": [digest(BODY)]},
    )

    async def get(url: str) -> bytes:
        if url.endswith("3"):
            raise SourceUnavailable("answered 503")
        return OTHER if url.endswith("2") else BODY

    came = await fetch_contexts(get, tmp_path)
    assert came.kept == (URL,)
    assert digest(OTHER) in came.refused[f"{URL}2"]
    assert came.refused[f"{URL}3"] == "answered 503"
    assert Contexts.of_folder(tmp_path).document(URL) == json.loads(BODY)


@pytest.mark.shared
def test_the_shared_folder_holds_every_pinned_context(contexts: Contexts) -> None:
    assert contexts.missing() == []
