"""Whatever form a sample is of, its records can be taken out, doubled and renamed; nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from isthmus.connector import manifest as manifests
from isthmus.connector.kit.beginning import Kind, begin
from isthmus.connector.kit.faults import FAULTS
from isthmus.connector.kit.samples import samples_of
from isthmus.connector.kit.shapes import opened
from isthmus.connector.kit.spoiling import ALL_FAULTS, LIST_FAULTS, SHORT, grown, placed

JUDGED = (
    "slow-headers hang drip endless oversize gzip-bomb zip-bomb xml-laughs xml-xxe truncated"
    " bad-length reset empty 500 503-retry-after 429 flap bad-json deep-json nan dup-keys latin1"
    " html bom redirect-loopback redirect-metadata redirect-loop redirect-file huge-header"
    " dup-records poison drift stale-etag clock-2038 clock-past"
).split()
"""Every way in which an upstream was seen to misbehave."""
BY_NAME = {fault.name: fault for fault in ALL_FAULTS}
each_kind = pytest.mark.parametrize("kind", list(Kind))


def sample(kind: Kind, tmp_path: Path):
    folder = begin("evening-school", kind, tmp_path)
    manifest = manifests.load((folder / "connector.yaml").read_text("utf-8"))
    ((_, reply),) = samples_of(folder)[0].answers().items()
    return manifest, next(iter(manifest.streams.values())), reply


def test_no_way_of_misbehaving_is_left_out() -> None:
    assert set(JUDGED) <= set(BY_NAME)
    assert len(BY_NAME) == len(ALL_FAULTS) == len(FAULTS) + len(LIST_FAULTS)
    assert set(SHORT) <= set(BY_NAME)


@each_kind
@pytest.mark.parametrize(
    ("name", "count"), [("empty-list", 0), ("shrunken-list", 1), ("dup-records", 6)]
)
def test_records_are_taken_out_and_doubled_in_every_form(
    kind: Kind, name: str, count: int, tmp_path: Path
) -> None:
    manifest, stream, reply = sample(kind, tmp_path)
    before = len(opened(reply.body, stream).records)
    spoilt = BY_NAME[name].spoil(reply, manifest)
    assert spoilt is not None
    after = len(opened(spoilt.body, stream).records)
    assert after == {0: 0, 1: before // 2, 6: before * 3}[count]


@each_kind
def test_a_list_grows_under_ids_of_its_own(kind: Kind, tmp_path: Path) -> None:
    manifest, stream, reply = sample(kind, tmp_path)
    found = grown(reply, manifest, 5)
    if found is None:  # an id that is computed cannot be counted on
        assert kind is Kind.RSS
        return
    assert len(opened(found.body, stream).records) >= 10


@each_kind
def test_a_body_that_is_opened_and_written_again_says_the_same(kind: Kind, tmp_path: Path) -> None:
    _, stream, reply = sample(kind, tmp_path)
    once = opened(reply.body, stream)
    again = opened(once.write(once.tree), stream)
    assert again.records == once.records
    assert once.records


def test_a_value_is_placed_where_a_path_leads() -> None:
    tree = {"data": None}
    placed(tree, "data.page.next", "again")
    placed(tree, "apis[0].tokenUrl", "https://a.example")
    placed(tree, "apis[0].base", "https://b.example")
    assert tree == {
        "data": {"page": {"next": "again"}},
        "apis": [{"tokenUrl": "https://a.example", "base": "https://b.example"}],
    }
