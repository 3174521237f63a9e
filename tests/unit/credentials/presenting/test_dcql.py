from __future__ import annotations

from typing import Any

import pytest

from isthmus.credentials.presenting.asking import OFFERED, query_for
from isthmus.credentials.presenting.dcql import Candidate, QueryInvalid, read_query, select
from isthmus.credentials.presenting.refusals import PresentationRefused, Reason
from isthmus.model.credential import CredentialFormat

DEGREES = {"name": "Ada", "degrees": [{"type": "Bachelor"}, {"type": "Master", "year": 2024}]}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (["name"], ["Ada"]),
        (["degrees", None, "type"], ["Bachelor", "Master"]),
        (["degrees", None, "year"], [2024]),
        (["degrees", 1, "type"], ["Master"]),
        (["degrees", 2], []),
        (["name", "first"], []),
        (["degrees", "type"], []),
        (["name", None], []),
        (["name", 0], []),
    ],
)
def test_a_path_leads_to_the_claims_it_names(path: list[Any], found: list[Any]) -> None:
    assert select(path, DEGREES) == found


def a_part(**more: Any) -> dict[str, Any]:
    return {"id": "a", "format": "dc+sd-jwt", "meta": {}} | more


def shown(types: str = "kind", **claims: Any) -> Candidate:
    return Candidate("dc+sd-jwt", frozenset({types}), claims)


def the_part(**more: Any) -> Any:
    return read_query({"credentials": [a_part(**more)]}).credentials["a"]


@pytest.mark.parametrize(
    ("values", "held", "reason"),
    [
        ([1], 1, None),
        ([1], True, Reason.CLAIM_MISSING),
        (["1"], 1, Reason.CLAIM_MISSING),
        ([True], True, None),
        (["a", "b"], "b", None),
    ],
)
def test_values_match_by_kind_and_value(values: list[Any], held: Any, reason: Any) -> None:
    part = the_part(claims=[{"path": ["x"], "values": values}])
    assert part.mismatch(shown(x=held)) is reason


def test_one_of_several_sets_of_claims_is_enough() -> None:
    claims = [{"id": name, "path": [name]} for name in "xyz"]
    part = the_part(claims=claims, claim_sets=[["x", "y"], ["z"]])
    assert part.mismatch(shown(z=1)) is None
    assert part.mismatch(shown(x=1, y=2)) is None
    assert part.mismatch(shown(x=1)) is Reason.CLAIM_MISSING


def test_types_and_formats_are_held_against_the_query() -> None:
    part = the_part(meta={"vct_values": ["kind", "other"]})
    assert part.mismatch(shown("kind")) is None
    assert part.mismatch(shown("third")) is Reason.TYPE_OTHER
    assert part.mismatch(Candidate("ldp_vc", frozenset({"kind"}), {})) is Reason.FORMAT_OTHER


def test_sets_of_credentials_say_what_a_whole_answer_is() -> None:
    parts = [a_part(id=name) for name in "abc"]
    sets = [{"options": [["a"], ["b"]]}, {"options": [["c"]], "required": False}]
    query = read_query({"credentials": parts, "credential_sets": sets})
    assert query.is_satisfied_by({"b"})
    assert not query.is_satisfied_by({"c"})
    assert not read_query({"credentials": parts}).is_satisfied_by({"a", "b"})


BROKEN: list[Any] = [
    None,
    [],
    {"credentials": []},
    {"credentials": [1]},
    {"credentials": [a_part(id="a b")]},
    {"credentials": [a_part(), a_part()]},
    {"credentials": [{"id": "a", "format": "x"}]},
    {"credentials": [a_part(multiple="yes")]},
    {"credentials": [a_part(claims=[])]},
    {"credentials": [a_part(claims=[{"path": []}])]},
    {"credentials": [a_part(claims=[{"path": [-1]}])]},
    {"credentials": [a_part(claims=[{"path": [True]}])]},
    {"credentials": [a_part(claims=[{"path": ["a"], "values": [1.5]}])]},
    {"credentials": [a_part(claims=[{"id": "x", "path": ["a"]}] * 2)]},
    {"credentials": [a_part(claim_sets=[["x"]])]},
    {"credentials": [a_part(meta={"vct_values": []})]},
    {"credentials": [a_part()], "credential_sets": [{"options": [["b"]]}]},
    {"credentials": [a_part()], "credential_sets": [{"options": []}]},
]


@pytest.mark.parametrize("stated", BROKEN)
def test_a_query_that_breaks_the_rules_is_refused(stated: Any) -> None:
    with pytest.raises(QueryInvalid):
        read_query(stated)


@pytest.mark.parametrize(
    ("formats", "asked"),
    [
        ([], ["dc+sd-jwt", "ldp_vc", "jwt_vc_json"]),
        ([CredentialFormat.SD_JWT_VC], ["dc+sd-jwt"]),
        ([CredentialFormat.CLR_2], ["ldp_vc", "jwt_vc_json"]),
    ],
)
def test_the_hub_asks_for_the_formats_it_was_told(
    formats: list[CredentialFormat], asked: list[str]
) -> None:
    query = query_for(formats)
    read = read_query(query)
    assert [part.format for part in read.credentials.values()] == asked
    assert set(asked) <= set(OFFERED)
    assert read.is_satisfied_by({next(iter(read.credentials))})


def test_the_hub_does_not_ask_for_what_no_wallet_shows() -> None:
    with pytest.raises(PresentationRefused) as refused:
        query_for([CredentialFormat.DIGILOCKER_XML])
    assert refused.value.code == "UNSUPPORTED_FORMAT"


def test_an_achievement_is_asked_for_by_its_address() -> None:
    read = read_query(query_for([], ["https://college.example/welding"]))
    badge = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#OpenBadgeCredential"
    part = read.credentials["linked-data"]
    claims = {"credentialSubject": {"achievement": {"id": "https://college.example/welding"}}}
    other = {"credentialSubject": {"achievement": {"id": "https://college.example/baking"}}}
    assert part.mismatch(Candidate("ldp_vc", frozenset({badge}), claims)) is None
    found = part.mismatch(Candidate("ldp_vc", frozenset({badge}), other))
    assert found is Reason.CLAIM_MISSING
