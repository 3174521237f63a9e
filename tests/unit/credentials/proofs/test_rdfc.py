from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.credentials.proofs.nquads import parse_nquads
from isthmus.credentials.proofs.rdfc import (
    CanonicalFormTooCostly,
    Quad,
    canonical_labels,
    canonical_nquads,
)

NODES = [f"_:n{number}" for number in range(5)]
TERMS = st.sampled_from([*NODES, "<urn:a>", "<urn:b>"])
QUADS = st.lists(
    st.tuples(
        TERMS,
        st.sampled_from(["<urn:p>", "<urn:q>"]),
        st.one_of(TERMS, st.just('"text"')),
        st.sampled_from(["", "<urn:g>", *NODES[:2]]),
    ),
    max_size=12,
)


def entries(folder: Path, kind: str) -> list[dict[str, str]]:
    manifest = json.loads((folder / "manifest.jsonld").read_bytes())
    return [entry for entry in manifest["entries"] if entry["type"] == f"rdfc:{kind}"]


def given_by(folder: Path, name: str) -> str:
    return (folder / name).read_bytes().decode()


def algorithm_of(entry: dict[str, str]) -> str:
    return entry.get("hashAlgorithm", "SHA256").lower()


@pytest.fixture
def suite(credentials: Path) -> Path:
    return credentials / "w3c-vc" / "rdf-canon"


@pytest.mark.shared
def test_every_dataset_of_the_suite_gets_its_canonical_form(suite: Path) -> None:
    wrong = [
        entry["id"]
        for entry in entries(suite, "RDFC10EvalTest")
        if canonical_nquads(
            parse_nquads(given_by(suite, entry["action"])), algorithm=algorithm_of(entry)
        )
        != given_by(suite, entry["result"])
    ]
    assert wrong == []


@pytest.mark.shared
def test_every_blank_node_of_the_suite_gets_its_label(suite: Path) -> None:
    wrong = [
        entry["id"]
        for entry in entries(suite, "RDFC10MapTest")
        if canonical_labels(
            parse_nquads(given_by(suite, entry["action"])), algorithm=algorithm_of(entry)
        )
        != json.loads(given_by(suite, entry["result"]))
    ]
    assert wrong == []


@pytest.mark.shared
def test_the_poisoned_dataset_of_the_suite_is_refused(suite: Path) -> None:
    for entry in entries(suite, "RDFC10NegativeEvalTest"):
        with pytest.raises(CanonicalFormTooCostly):
            canonical_nquads(parse_nquads(given_by(suite, entry["action"])))


@pytest.mark.shared
def test_blank_graph_names_come_out_as_the_recommendation_has_them(credentials: Path) -> None:
    folder = credentials / "w3c-vc" / "rdf-canon-extra"
    found = canonical_nquads(parse_nquads(given_by(folder, "complete-min.nq")))
    assert found == given_by(folder, "complete-min.expected.nq")


@given(QUADS, st.permutations(NODES), st.randoms(use_true_random=False))
def test_names_and_order_do_not_matter(quads: list[Quad], names: list[str], random: object) -> None:
    other = dict(zip(NODES, (f"_:x{name[2:]}" for name in names), strict=True))
    renamed = [tuple(other.get(term, term) for term in quad) for quad in quads]
    random.shuffle(renamed)
    assert canonical_nquads(renamed) == canonical_nquads(quads)


@given(QUADS)
def test_a_canonical_form_is_its_own(quads: list[Quad]) -> None:
    once = canonical_nquads(quads)
    assert canonical_nquads(parse_nquads(once)) == once


def test_a_clique_of_blank_nodes_is_refused_before_it_takes_hours() -> None:
    nodes = [f"_:n{number}" for number in range(12)]
    clique = [(a, "<urn:p>", b, "") for a in nodes for b in nodes if a != b]
    with pytest.raises(CanonicalFormTooCostly):
        canonical_nquads(clique)


def test_a_long_ring_of_blank_nodes_is_refused_and_not_a_crash() -> None:
    ring = [(f"_:n{n}", "<urn:p>", f"_:n{(n + 1) % 2000}", "") for n in range(2000)]
    with pytest.raises(CanonicalFormTooCostly):
        canonical_nquads(ring)
