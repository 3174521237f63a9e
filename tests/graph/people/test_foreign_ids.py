"""Two hundred ids of somebody else's, by every way in: answered as ids that name nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.graph.people.conftest import AskAs
from tests.support.town import SECRETS, Town

UNKNOWN = 987_654
LEARNER = """{ id ... on Learner { displayName contact { email } skills { totalCount } } }"""
CREDENTIAL = "{ id ... on Credential { title { value } document(format: ORIGINAL) { mediaType } } }"
CONSENT = "{ id ... on Consent { purpose learner { displayName } } }"
BODIES = {"lrn": LEARNER, "crd": CREDENTIAL, "cns": CONSENT, "exp": "{ id }"}
TYPES = {"lrn": "Learner", "crd": "Credential", "cns": "Consent", "exp": "ExportJob"}
STRANGERS = ("anonymous", "ben", "stranger", "partner", "steward")


def ways(id: str) -> Iterator[tuple[str, str]]:
    """Give each way to ask for an object by its id, where `ID` stands."""
    kind = id.partition("_")[0]
    body, name = BODIES[kind], TYPES[kind]
    yield "node", f'{{ node(id: "ID") {body} }}'
    yield "alias", f'{{ a: node(id: "ID") {body} b: node(id: "ID") {{ id }} }}'
    yield "fragment", f'{{ ...Q }} fragment Q on Query {{ nodes(ids: ["skl_1", "ID"]) {body} }}'
    fields = f"... on {name} {{ id }}"
    yield (
        "_entities",
        f'{{ _entities(representations: [{{__typename: "{name}", id: "ID"}}]) {{ {fields} }} }}',
    )
    if kind == "lrn":
        yield "field", '{ learner(id: "ID") { id displayName credentials { totalCount } } }'
        yield (
            "asked",
            """mutation { requestConsent(input: {learner: "ID", purpose: RESEARCH,
            fields: [], expiresAt: "2027-01-01T00:00:00Z"}) { userErrors { code message } } }""",
        )
    if kind == "crd":
        yield "field", '{ credential(by: {id: "ID"}) { id status } }'
        yield (
            "verified",
            """mutation { verifyCredential(input: {target: {credential: "ID"}})
            { verification { level } userErrors { code message } } }""",
        )
        yield (
            "deleted",
            """mutation { deleteCredential(input: {credential: "ID"})
            { deletedId userErrors { code message } } }""",
        )
        yield (
            "endorsed",
            """mutation { endorse(input: {target: {credential: "ID"},
            relationship: "A friend"}) { userErrors { code message } } }""",
        )
    if kind == "cns":
        yield (
            "revoked",
            """mutation { revokeConsent(input: {consent: "ID"})
            { userErrors { code message } } }""",
        )
        yield (
            "refused",
            """mutation { refuseConsent(input: {request: "ID"})
            { userErrors { code message } } }""",
        )
        yield (
            "confirmed",
            """mutation { confirmConsent(input: {consent: "ID", agrees: true})
            { userErrors { code message } } }""",
        )


def foreign(town: Town) -> list[str]:
    """Give the ids of everything of Asha's."""
    credentials = [town.ids[name] for name in ("badge", "licence", "statement")]
    consents = [id for name, id in town.ids.items() if name.startswith("consent of")]
    return [f"lrn_{town.asha}", *credentials, *consents]


@pytest.mark.mission("M61")
async def test_an_id_of_somebody_else_answers_as_one_that_names_nothing(
    town: Town, ask: AskAs
) -> None:
    compared = 0
    for id in foreign(town):
        unknown = f"{id.partition('_')[0]}_{UNKNOWN}"
        for way, text in ways(id):
            for who in STRANGERS:
                if id == town.ids.get(f"consent of {who}"):
                    continue
                seen = await ask(who, text.replace("ID", id))
                nothing = await ask(who, text.replace("ID", unknown))
                assert seen.body.replace(id.encode(), b"ID") == nothing.body.replace(
                    unknown.encode(), b"ID"
                ), (way, who, text)
                assert not [word for word in SECRETS.values() if word in seen.body.decode()]
                compared += 1
    assert compared >= 200


async def test_a_cursor_of_somebody_elses_list_opens_nothing(town: Town, ask: AskAs) -> None:
    text = """query($id: ID!, $after: String) { learner(id: $id) {
        credentials(first: 1, after: $after) { pageInfo { endCursor } nodes { id } } } }"""
    own = await ask("asha", text, id=f"lrn_{town.asha}")
    cursor = (own.data or {})["learner"]["credentials"]["pageInfo"]["endCursor"]
    assert not [word for word in SECRETS.values() if word in cursor]
    ben = town.callers["ben"].learner_id
    found = await ask("ben", text, id=f"lrn_{ben}", after=cursor)
    assert (found.data or {})["learner"]["credentials"]["nodes"] == []
    assert (await ask("ben", text, id=f"lrn_{town.asha}", after=cursor)).data == {"learner": None}


async def test_filters_and_counts_tell_nothing_that_is_not_agreed_to(
    town: Town, ask: AskAs
) -> None:
    text = """query($id: ID!, $f: CredentialFilter) { learner(id: $id) {
        credentials(filter: $f) { totalCount nodes { id } } } }"""
    id = f"lrn_{town.asha}"
    titles = await ask("credential_titles", text, id=id, f={"q": "Lanternwick"})
    assert (titles.data or {})["learner"]["credentials"]["totalCount"] == 0
    refused = await ask("credential_titles", text, id=id, f={"skill": "skl_1"})
    assert refused.codes == ("CONSENT_REQUIRED",)
    skills = await ask("skills", text, id=id, f={"q": "Brambleworth"})
    assert (skills.data or {})["learner"]["credentials"] is None
