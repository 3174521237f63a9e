"""Every keyword of JSON-LD 1.1 in a signed credential: covered, told as uncovered, or refused."""

from __future__ import annotations

import base64
import copy
from typing import Any

import pytest

from isthmus.credentials.proofs.data_integrity import check_proofs
from isthmus.credentials.proofs.linked_data import (
    LinkedDataFault,
    UndefinedTerm,
    canonicalised,
    quads_of,
)
from isthmus.credentials.proofs.suites import Secured, suite_of
from tests.unit.credentials.proofs.around import (
    CONTEXT,
    TERMS,
    a_key,
    a_proof,
    an_award,
    contexts_of,
    detail_of,
    results,
    signed,
    surroundings,
)

OWN = "https://terms.example/"
GOOD = {"SIGNATURE": "PASS", "ISSUER_BINDING": "PASS"}


def term(**meaning: Any) -> dict[str, Any]:
    """Give a context of one term `own`, with this meaning beside its address."""
    return {"own": {"@id": f"{OWN}own", **meaning}}


INSIDE = {"id": "urn:part", "title": "before"}
COVERED = {
    "JSON literal": (term(**{"@type": "@json"}), {"own": {"a b": {"c d": ["before", 1.5, None]}}}),
    "JSON literal of keywords": (term(**{"@type": "@json"}), {"own": [{"@id": 3, "x": "before"}]}),
    "included": ({}, {"@included": [INSIDE]}),
    "included by another name": ({"also": "@included"}, {"also": [INSIDE]}),
    "nest": ({"about": "@nest", **term(**{"@nest": "about"})}, {"about": {"own": "before"}}),
    "reverse": (term(), {"@reverse": {"own": INSIDE}}),
    "reverse term": ({"own": {"@reverse": f"{OWN}own"}}, {"own": INSIDE}),
    "list": (term(**{"@container": "@list"}), {"own": ["first", "before"]}),
    "set": (term(**{"@container": "@set"}), {"own": ["first", "before"]}),
    "graph": (term(**{"@container": "@graph"}), {"own": {"title": "before"}}),
    "named graph": (
        term(**{"@container": ["@graph", "@id"]}),
        {"own": {"https://g.example/1": {"title": "before"}}},
    ),
    "map by id": (term(**{"@container": "@id"}), {"own": {"urn:b": {"title": "before"}}}),
    "map by type": (term(**{"@container": "@type"}), {"own": {"Award": {"title": "before"}}}),
    "map by language": (term(**{"@container": "@language"}), {"own": {"en": "before"}}),
    "map by a property": (
        term(**{"@container": "@index", "@index": f"{OWN}key"}),
        {"own": {"before": INSIDE}},
    ),
    "scoped to a property": (
        term(**{"@context": {"inner": f"{OWN}inner"}}),
        {"own": {"inner": "before"}},
    ),
    "scoped to a type": (
        {"Kind": {"@id": f"{OWN}Kind", "@context": {"inner": f"{OWN}inner"}}},
        {"credentialSubject": {"type": "Kind", "inner": "before"}},
    ),
    "vocabulary": ({"@vocab": "https://v.example/"}, {"undefined": "before"}),
    "vocabulary on another": ({"@vocab": "https://v.example/a#"}, {"b": "before"}),
    "vocabulary of a value": (
        {"@vocab": "https://v.example/", **term(**{"@type": "@vocab"})},
        {"own": "before"},
    ),
    "direction of one, text of another": (
        {},
        {"credentialSubject": {"title": [{"@value": "before", "@language": "ar"}]}},
    ),
    "protected, defined again inside a scope": (
        {"@protected": True, **term(**{"@context": {"title": f"{OWN}name"}})},
        {"own": {"title": "before"}},
    ),
}


def awarded(context: dict[str, Any], claims: dict[str, Any]) -> tuple[dict[str, Any], Any]:
    """Give a signed award under the usual terms and these."""
    private, did = a_key()
    document = an_award(did, **{**claims, "@context": [TERMS, context]})
    return signed(document, a_proof(did), private), private


def altered(value: Any) -> Any:
    """Give a copy in which what said `before` says `after`."""
    if isinstance(value, dict):
        return {altered(key): altered(item) for key, item in value.items()}
    if isinstance(value, list):
        return [altered(item) for item in value]
    return "after" if value == "before" else value


@pytest.mark.parametrize("name", COVERED)
async def test_what_a_keyword_holds_is_signed(name: str) -> None:
    document, _ = awarded(*COVERED[name])
    assert results(await check_proofs(document, surroundings())) == GOOD
    forged = altered(document)
    assert forged != document
    found = results(await check_proofs(forged, surroundings()))
    assert (found["SIGNATURE"], found["TAMPER"]) == ("FAIL", "FAIL")


UNCOVERED = {
    "direction": ({}, {"title": {"@value": "x", "@language": "ar", "@direction": "rtl"}}),
    "direction by its context": (term(**{"@direction": "rtl"}), {"own": "x"}),
    "index": (term(**{"@container": "@index"}), {"own": {"a b": {"title": "x"}, "c": "d"}}),
    "index of a value": ({}, {"title": {"@value": "x", "@index": "first"}}),
}


@pytest.mark.parametrize("name", UNCOVERED)
async def test_what_no_statement_holds_is_told_and_fails_nothing(name: str) -> None:
    document, _ = awarded(*UNCOVERED[name])
    rows = await check_proofs(document, surroundings())
    assert results(rows) == {**GOOD, "TAMPER": "WARN"}
    keyword = "@index" if name.startswith("index") else "@direction"
    assert detail_of(rows, "TAMPER") == f"no signature covers what stands under {keyword}"


async def test_a_direction_that_was_signed_is_covered() -> None:
    private, did = a_key()
    told = {"@value": "x", "@language": "ar-EG", "@direction": "rtl"}
    document, proof = an_award(did, title=told), a_proof(did)
    suite = suite_of(proof)
    assert suite is not None
    secured = Secured(document, contexts_of({TERMS: CONTEXT}), directed=True)
    data = secured.hash_data(proof, suite, "sha256", [])
    plain = signed(document, proof, private)
    value = copy.deepcopy(plain["proof"])
    value["proofValue"] = "u" + _base64url(private.sign(data))
    rows = await check_proofs({**document, "proof": value}, surroundings())
    assert results(rows) == GOOD
    turned = {**document, "title": {**told, "@direction": "ltr"}, "proof": value}
    assert results(await check_proofs(turned, surroundings()))["SIGNATURE"] == "FAIL"


def _base64url(body: bytes) -> str:
    return base64.urlsafe_b64encode(body).decode().rstrip("=")


def test_a_direction_stands_in_the_datatype() -> None:
    told = {"@value": "x", "@language": "ar-EG", "@direction": "rtl"}
    document = {"@context": TERMS, "id": "urn:a", "title": told}
    found = canonicalised(document, contexts_of({TERMS: CONTEXT}), directed=True)
    assert found.text.split(" ")[2] == '"x"^^<https://www.w3.org/ns/i18n#ar-eg_rtl>'
    assert not found.unsaid


@pytest.mark.parametrize(
    ("context", "claims", "term"),
    [
        pytest.param({}, {"@reverse": {"nope": INSIDE}}, "nope", id="reverse"),
        pytest.param({}, {"@included": [{"nope": "x"}]}, "nope", id="included"),
        pytest.param({"about": "@nest"}, {"about": {"nope": "x"}}, "nope", id="nest"),
        pytest.param(
            term(**{"@container": "@id"}), {"own": {"nine": INSIDE | {"id": None}}}, None,
            id="relative id of a map",
        ),
        pytest.param(
            term(**{"@container": "@type"}), {"own": {"Nope": {"title": "x"}}}, "Nope",
            id="type of a map",
        ),
        pytest.param(
            term(**{"@context": {"inner": f"{OWN}inner"}}), {"inner": "x"}, "inner",
            id="outside its scope",
        ),
        pytest.param({"@vocab": ""}, {"nope": "x"}, "nope", id="vocabulary relative to nothing"),
        pytest.param(term(**{"@type": "@vocab"}), {"own": "Nope"}, "Nope", id="value"),
        pytest.param({}, {"credentialSubject": {"@graph": ["x"]}}, None, id="value of no node"),
        pytest.param({}, {"@included": [{"@value": "x"}]}, None, id="included value"),
        pytest.param(
            {"val": "@value"}, {"credentialSubject": {"@graph": [{"val": "x"}]}}, None,
            id="value of no node by another name",
        ),
        pytest.param({"title": None}, {"title": "x"}, None, id="undefined on purpose"),
        pytest.param({}, {"@unknown": "x"}, None, id="like a keyword"),
    ],
)  # fmt: skip
def test_what_nobody_could_sign_is_refused(
    context: dict[str, Any], claims: dict[str, Any], term: str | None
) -> None:
    document = an_award("urn:i", **{**claims, "@context": [TERMS, context]})
    with pytest.raises((UndefinedTerm, LinkedDataFault)) as caught:
        quads_of(document, contexts_of({TERMS: CONTEXT}))
    assert term is None or term in str(caught.value)


@pytest.mark.parametrize(
    "claims",
    [
        {"title": None},
        {"title": {"@value": None, "@language": "en"}},
        {"credentialSubject": {"@language": "en"}},
        {"@included": [{"@id": "urn:b"}]},
        {"credentialSubject": {"@graph": [{"id": "urn:b"}]}},
    ],
)
def test_what_says_nothing_may_be_left_out(claims: dict[str, Any]) -> None:
    assert quads_of(an_award("urn:i", **claims), contexts_of({TERMS: CONTEXT}))


def test_a_protected_term_cannot_be_defined_again() -> None:
    held = contexts_of({TERMS: {"@context": {**CONTEXT["@context"], "@protected": True}}})
    document = an_award("urn:i", **{"@context": [TERMS, {"title": "urn:other"}]})
    with pytest.raises(LinkedDataFault, match="protected term redefinition"):
        quads_of(document, held)
