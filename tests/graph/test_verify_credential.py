"""`verifyCredential`: one shape for every format, with an honest verdict for each."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from isthmus.credentials.contract import Fetched
from isthmus.credentials.proofs.contexts import Contexts
from isthmus.credentials.registries import ListedIssuer, Registry
from isthmus.credentials.verifier import Verifier
from isthmus.graph.executing import Graph, GraphAnswer, Limits, Operation
from isthmus.graph.mutation import VERIFYING
from isthmus.graph.mutations.documents import LARGEST, body_of
from tests.conftest import NOW
from tests.unit.credentials.signing import Signer, an_award, written

VERIFY = """mutation ($input: VerifyCredentialInput!) { verifyCredential(input: $input) {
    verification { level outcome reason { value } offline verifiedAt validAsOf
      checks { kind result path detail { value language isFallback } source at ageSeconds } }
    userErrors { code message path } } }"""
COLLEGE = Signer()
BADGE = "https://badges.example/1"


class Hosts:
    """A world outside with one badge in it."""

    def __init__(self, **bodies: bytes) -> None:
        self.bodies = bodies

    async def fetch(self, url: str) -> Fetched:
        """Give the badge at its address; nothing else answers."""
        body = self.bodies.get("badge") if url == BADGE else None
        if body is None:
            return Fetched(url, None, fault="offline")
        return Fetched(url, body, at=NOW - timedelta(minutes=5), age_seconds=300)


def a_graph(contexts: Contexts | None = None, **hosts: bytes) -> Graph:
    listing = Registry("colleges", ids={COLLEGE.did: ListedIssuer("College")})
    verifier = Verifier(contexts or Contexts([], {}), Hosts(**hosts), [listing])
    return Graph(None, verifier=lambda: verifier)


async def answered(graph: Graph, target: dict[str, Any], **more: Any) -> GraphAnswer:
    asked = Operation(VERIFY, variables={"input": {"target": target, **more}})
    return await graph.run(asked, more.pop("languages", ()), now=NOW)


async def payload(graph: Graph, target: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = await answered(graph, target, **more)
    assert answer.errors == []
    return dict((answer.data or {})["verifyCredential"])


async def verification(body: bytes | str, graph: Graph | None = None) -> dict[str, Any]:
    text = body if isinstance(body, str) else body.decode()
    found = await payload(graph or a_graph(), {"document": {"body": text}})
    assert found["userErrors"] == []
    return dict(found["verification"])


@pytest.mark.mission("M19")
async def test_a_signed_document_is_verified_with_every_check() -> None:
    found = await verification(written(COLLEGE.sign(an_award(COLLEGE.did))))
    assert (found["level"], found["outcome"], found["offline"]) == ("INDEPENDENT", "PASSED", False)
    assert len({check["kind"] for check in found["checks"]}) == 12
    signature = next(c for c in found["checks"] if c["kind"] == "SIGNATURE")
    assert (signature["result"], signature["path"]) == ("PASS", "/proof")
    assert found["verifiedAt"].startswith("2026-11-24T12:00")


async def test_text_and_base64_are_the_same_document() -> None:
    body = written(COLLEGE.sign(an_award(COLLEGE.did)))
    coded = base64.b64encode(body).decode()
    assert body_of(coded) == body_of(body.decode()) == body
    assert await verification(coded) == await verification(body)


async def test_checks_may_be_narrowed() -> None:
    body = written(COLLEGE.sign(an_award(COLLEGE.did))).decode()
    found = await payload(a_graph(), {"document": {"body": body}}, checks=["SIGNATURE"])
    made = {c["kind"] for c in found["verification"]["checks"] if c["result"] != "SKIPPED"}
    assert made == {"FORMAT", "SIGNATURE"}


async def test_a_sentence_of_the_hub_says_that_it_is_english() -> None:
    body = written(an_award(COLLEGE.did)).decode()
    asked = Operation(VERIFY, variables={"input": {"target": {"document": {"body": body}}}})
    answer = await a_graph().run(asked, ("hi",), now=NOW)
    details = [
        c["detail"] for c in (answer.data or {})["verifyCredential"]["verification"]["checks"]
    ]
    assert {(d["language"], d["isFallback"]) for d in details} == {("en", True)}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("hello there", "UNSUPPORTED_FORMAT"),
        ("{}", "UNSUPPORTED_FORMAT"),
        ("<a/>", "UNSUPPORTED_FORMAT"),
        (" ", "INVALID"),
        ("x " * (LARGEST // 2 + 1), "INVALID"),
    ],
    ids=["text", "json", "xml", "empty", "large"],
)
async def test_what_the_caller_can_put_right_is_a_user_error(body: str, code: str) -> None:
    found = await payload(a_graph(), {"document": {"body": body}})
    assert found["verification"] is None
    (error,) = found["userErrors"]
    assert (error["code"], error["path"]) == (code, ["target", "document", "body"])


@pytest.mark.parametrize("target", [{}, {"document": {"body": "{}"}, "badgeUrl": BADGE}])
async def test_a_target_is_exactly_one(target: dict[str, Any]) -> None:
    answer = await answered(a_graph(), target)
    assert answer.codes == ("VALIDATION_FAILED",)
    assert not answer.executed


async def test_a_hosted_badge_that_does_not_answer_is_a_user_error() -> None:
    found = await payload(a_graph(), {"badgeUrl": BADGE})
    (error,) = found["userErrors"]
    assert (error["code"], error["path"]) == ("SOURCE_UNREACHABLE", ["target", "badgeUrl"])


async def test_a_hosted_badge_is_fetched_and_verified() -> None:
    body = written(COLLEGE.sign(an_award(COLLEGE.did)))
    found = await payload(a_graph(badge=body), {"badgeUrl": BADGE})
    assert found["verification"]["level"] == "INDEPENDENT"


async def test_a_verification_costs_what_the_schema_says() -> None:
    body = {"target": {"document": {"body": "{}"}}}
    text = "mutation ($i: VerifyCredentialInput!) { a: verifyCredential(input: $i) { __typename }"
    asked = Operation(
        text + " b: verifyCredential(input: $i) { __typename } }", variables={"i": body}
    )
    limited = Graph(None, limits=Limits(max_cost=2 * VERIFYING - 1))
    assert (await limited.run(asked)).codes == ("COST_EXCEEDED",)


async def test_a_graph_without_a_verifier_says_so() -> None:
    answer = await answered(Graph(None), {"document": {"body": "{}"}})
    assert answer.codes == ("FORBIDDEN",)


async def test_three_formats_give_one_shape_and_three_honest_verdicts(fixtures: Path) -> None:
    credentials = fixtures / "credentials"
    contexts = Contexts.of_folder(credentials / "jsonld-contexts")
    elm = credentials / "elm" / "Credentials" / "JSON-LD Examples (ELM v3)"
    store = json.loads((credentials / "digilocker/example-academic-certificate.json").read_text())
    bodies = {
        "badge": (credentials / "openbadges-3" / "complete.json").read_text(),
        "micro": (elm / "Sample-MC-Annex1-signed.jsonld").read_text(),
        "store": _certificate(store),
    }
    fields = VERIFY[VERIFY.index("verification {") : VERIFY.rindex("}")]
    parts = [f"{k}: verifyCredential(input: {{target: {{document: {{body: ${k}}}}}}}) {{ {fields}"
             for k in bodies]  # fmt: skip
    head = ", ".join(f"${k}: String!" for k in bodies)
    answer = await a_graph(contexts).run(
        Operation(f"mutation ({head}) {{ {' '.join(parts)} }}", variables=bodies), now=NOW
    )
    assert answer.errors == []
    found = {k: v["verification"] for k, v in (answer.data or {}).items()}
    results = {
        key: {c["kind"]: c["result"] for c in reversed(made["checks"]) if not _is_inside(c)}
        for key, made in found.items()
    }
    assert {frozenset(made) for made in found.values()} == {frozenset(found["badge"])}
    assert {k: r["SIGNATURE"] for k, r in results.items()} == {
        "badge": "PASS", "micro": "PASS", "store": "SKIPPED",
    }  # fmt: skip
    assert results["badge"]["ISSUER_BINDING"] == "WARN"
    assert {c["result"] for c in found["micro"]["checks"] if c["kind"] == "EXPIRY"} == {
        "WARN", "PASS",
    }  # fmt: skip
    assert found["store"]["outcome"] == "NOT_CHECKED"
    assert {made["level"] for made in found.values()} == {"SELF"}


def _is_inside(check: dict[str, Any]) -> bool:
    return "endorsement" in (check["path"] or "")


def _certificate(example: dict[str, Any]) -> str:
    """Write an example of the schema as the XML that the schema describes."""
    root = etree.Element("Certificate")
    _fill(root, example)
    return etree.tostring(root, encoding="unicode")


def _fill(element: etree._Element, values: dict[str, Any]) -> None:
    for name, value in values.items():
        if isinstance(value, dict):
            _fill(etree.SubElement(element, name), value)
        elif isinstance(value, list):
            holder = etree.SubElement(element, name)
            for item in value:
                _fill(etree.SubElement(holder, name.removesuffix("s")), item)
        else:
            element.set(name, str(value))
