from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from isthmus.credentials.proofs import expanding
from isthmus.credentials.proofs.contexts import Contexts, ContextUnknown
from isthmus.credentials.proofs.linked_data import (
    LinkedDataFault,
    UndefinedTerm,
    canonical_form,
    quads_of,
)
from tests.unit.credentials.proofs.around import CONTEXT, TERMS, an_award, contexts_of


@pytest.fixture
def held() -> Contexts:
    return contexts_of({TERMS: CONTEXT})


def test_a_document_becomes_statements(held: Contexts) -> None:
    found = canonical_form({"@context": TERMS, "id": "urn:a", "title": "Welding"}, held)
    assert found == '<urn:a> <https://terms.example/title> "Welding" .\n'


def test_a_property_that_no_context_defines_is_named_with_its_place(held: Contexts) -> None:
    with pytest.raises(UndefinedTerm) as caught:
        quads_of(an_award("urn:i", credentialSubject={"salary": 1}), held)
    assert (caught.value.term, caught.value.path) == ("salary", "/credentialSubject/salary")


def test_a_type_that_no_context_defines_is_named(held: Contexts) -> None:
    with pytest.raises(UndefinedTerm, match="Diploma"):
        quads_of(an_award("urn:i", credentialSubject={"type": "Diploma"}), held)


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({"credentialSubject": {"id": "relative"}}, id="relative identifier"),
        pytest.param({"credentialSubject": {"id": "https://a b"}}, id="identifier with a space"),
        pytest.param({"credentialSubject": {"id": "urn:a\n"}}, id="identifier with a line end"),
        pytest.param({"_:p": "x"}, id="blank property"),
        pytest.param({"title": {"@value": "x", "@language": "en <urn:g>"}}, id="language"),
        pytest.param({"title": {"@value": "x", "@type": "unknown"}}, id="datatype"),
        pytest.param({"title": {"@value": 1, "@language": "en"}}, id="number with a language"),
    ],
)
def test_what_statements_cannot_carry_is_refused(held: Contexts, claims: dict[str, Any]) -> None:
    with pytest.raises(LinkedDataFault):
        quads_of(an_award("urn:i", **claims), held)


def test_a_context_that_is_not_at_hand_is_named(held: Contexts) -> None:
    with pytest.raises(ContextUnknown, match=r"https://elsewhere\.example/c"):
        quads_of({"@context": [TERMS, "https://elsewhere.example/c"], "id": "urn:a"}, held)


def test_a_document_of_malicious_depth_is_refused(held: Contexts) -> None:
    document: Any = "x"
    for _ in range(100_000):
        document = [document]
    with pytest.raises(LinkedDataFault, match="levels deep"):
        quads_of(an_award("urn:i", title=document), held)


def test_contexts_of_one_document_do_not_leak_into_the_next(held: Contexts) -> None:
    own = {"@context": [TERMS, {"salary": "urn:salary"}], "id": "urn:a", "salary": "1"}
    assert "urn:salary" in canonical_form(own, held)
    with pytest.raises(UndefinedTerm):
        quads_of({"@context": TERMS, "id": "urn:a", "salary": "1"}, held)


def test_contexts_written_in_documents_do_not_pile_up(held: Contexts) -> None:
    for number in range(3000):
        own = {"@context": [TERMS, {"salary": f"urn:salary:{number}"}], "id": "urn:a"}
        quads_of({**own, "salary": "1"}, held)
    assert len(held.processed) <= expanding.MOST_KEPT


@pytest.mark.shared
@pytest.mark.parametrize(
    ("document", "canonical", "algorithm"),
    [
        ("eddsa/unsigned.json", "eddsa/eddsa-rdfc-2022/canonDocDataInt.txt", "sha256"),
        ("eddsa/unsigned.json", "eddsa/Ed25519Signature2020/canonDocEdSig.txt", "sha256"),
        ("ecdsa/unsigned.json", "ecdsa/ecdsa-rdfc-2019-p256/canonDocECDSAP256.txt", "sha256"),
        ("ecdsa/unsigned.json", "ecdsa/ecdsa-rdfc-2019-p384/canonDocECDSAP384.txt", "sha384"),
        (
            "ecdsa/employmentAuth.json",
            "ecdsa/ecdsa-rdfc-2019-p256/employ/canonDocECDSAP256.txt",
            "sha256",
        ),
        (
            "ecdsa/employmentAuth.json",
            "ecdsa/ecdsa-rdfc-2019-p384/employ/canonDocECDSAP384.txt",
            "sha384",
        ),
    ],
)
def test_the_canonical_forms_of_the_w3c_vectors(
    credentials: Path, contexts: Contexts, document: str, canonical: str, algorithm: str
) -> None:
    folder = credentials / "w3c-vc"
    stated = json.loads((folder / f"vc-di-{document}").read_bytes())
    wanted = (folder / f"vc-di-{canonical}").read_bytes().decode()
    assert canonical_form(stated, contexts, algorithm=algorithm) == wanted


@pytest.mark.shared
def test_the_document_that_breaks_safe_mode_is_refused_by_name(
    credentials: Path, contexts: Contexts
) -> None:
    document = json.loads((credentials / "dcc/eddsa/v2/safeModeBreaker.json").read_bytes())
    with pytest.raises(UndefinedTerm, match="StatusList2021Entry"):
        quads_of(document, contexts)
