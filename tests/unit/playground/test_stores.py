"""The stores that learners link, held against what is published of their originals."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jsonschema_rs
import orjson
import pytest
from lxml import etree

from isthmus.normalise.aadhaar import holds_aadhaar
from isthmus.playground.people import load_people
from isthmus.playground.simulators.faults import Fault
from isthmus.playground.simulators.token_desk import CLIENT, SECRET
from isthmus.playground.stores import BACKPACK, BANK, LOCKER, SimulatedStores, create_stores

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
VERIFIER = "a-verifier-of-more-than-forty-three-characters-0"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().strip("=")
BACK = "https://app.example/back"


@pytest.fixture
def stores() -> SimulatedStores:
    return create_stores(lambda: NOW)


@pytest.fixture
async def browser(stores: SimulatedStores) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=stores.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://stores.test") as asked:
        yield asked


async def agreed(browser: httpx.AsyncClient, at: str, person: str, **more: str) -> str:
    asked = {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": BACK,
        "state": "s",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        "person": person,
    }
    answer = await browser.get(at, params=asked | more)
    assert answer.status_code == 302
    return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]


def form(code: str, **more: str) -> dict[str, str]:
    sent = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACK,
        "client_id": CLIENT,
        "client_secret": SECRET,
        "code_verifier": VERIFIER,
    }
    return sent | more


async def tokens(browser: httpx.AsyncClient, person: str) -> dict[str, Any]:
    code = await agreed(browser, f"{LOCKER}/oauth2/1/authorize", person)
    return dict((await browser.post(f"{LOCKER}/oauth2/1/token", data=form(code))).json())


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


async def test_a_code_needs_the_verifier_of_its_challenge(browser: httpx.AsyncClient) -> None:
    code = await agreed(browser, f"{LOCKER}/oauth2/1/authorize", "tara")
    answer = await browser.post(
        f"{LOCKER}/oauth2/1/token", data=form(code, code_verifier="another")
    )
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("as_json", [False, True])
async def test_tokens_are_had_by_form_and_by_json_at_either_address(
    browser: httpx.AsyncClient, version: int, as_json: bool
) -> None:
    code = await agreed(browser, f"{LOCKER}/oauth2/1/authorize", "tara")
    sent = {"json": form(code)} if as_json else {"data": form(code)}
    answer = await browser.post(f"{LOCKER}/oauth2/{version}/token", **sent)
    assert answer.status_code == 200
    assert answer.json()["dob"] == 5012004  # the first nought is lost, as in the original


async def test_a_renewing_token_seen_twice_ends_all_that_came_of_it(
    browser: httpx.AsyncClient,
) -> None:
    first = await tokens(browser, "tara")
    sent = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"],
            "client_id": CLIENT, "client_secret": SECRET}  # fmt: skip
    second = (await browser.post(f"{LOCKER}/oauth2/1/token", data=sent)).json()
    stolen = await browser.post(f"{LOCKER}/oauth2/1/token", data=sent)
    assert stolen.json()["error"] == "invalid_grant"
    answer = await browser.get(f"{LOCKER}/oauth2/1/user", headers=bearer(second["access_token"]))
    assert answer.json()["error"] == "invalid_token"


async def test_a_token_ends_with_its_hour(
    browser: httpx.AsyncClient, stores: SimulatedStores
) -> None:
    held = await tokens(browser, "tara")
    stores.locker.desk.now = lambda: NOW + timedelta(hours=1)
    answer = await browser.get(f"{LOCKER}/oauth2/1/user", headers=bearer(held["access_token"]))
    assert answer.status_code == 401


async def test_media_types_are_a_text_in_version_1_and_a_list_in_version_2(
    browser: httpx.AsyncClient,
) -> None:
    held = bearer((await tokens(browser, "tara"))["access_token"])
    one, two = [
        (await browser.get(f"{LOCKER}/oauth2/{v}/files/issued", headers=held)).json()
        for v in (1, 2)
    ]
    assert one["items"][0]["mime"] == "application/xml"
    assert two["items"][0]["mime"] == ["application/pdf", "application/xml"]


async def test_a_document_of_somebody_else_is_none(browser: httpx.AsyncClient) -> None:
    held = bearer((await tokens(browser, "imran"))["access_token"])
    uri = load_people().persons["tara"].certificates[1].uri
    answer = await browser.get(f"{LOCKER}/oauth2/1/xml/{uri}", headers=held)
    assert (answer.status_code, answer.json()["error"]) == (404, "invalid_uri")


async def test_a_fault_is_switched_on_for_a_path_a_person_and_a_count(
    browser: httpx.AsyncClient, stores: SimulatedStores
) -> None:
    tara = bearer((await tokens(browser, "tara"))["access_token"])
    imran = bearer((await tokens(browser, "imran"))["access_token"])
    stores.locker.faults.switch_on(Fault("down", at="/user", person="tara", times=1))
    at = f"{LOCKER}/oauth2/1/user"
    statuses = [
        (await browser.get(at, headers=headers)).status_code for headers in (imran, tara, tara)
    ]
    assert statuses == [200, 503, 200]


def test_one_certificate_carries_what_the_hub_must_never_keep() -> None:
    assert holds_aadhaar(load_people().persons["usha"].aadhaar.encode())


# ---- held against what is published


def described(fixtures: Path) -> dict[str, Any]:
    file = fixtures / "credentials/digilocker/openapi-authpartner.json"
    return dict(orjson.loads(file.read_bytes()))


def validator(schema: dict[str, Any], whole: dict[str, Any]) -> Any:
    return jsonschema_rs.Draft7Validator({**schema, "components": whole["components"]})


def answer_schema(whole: dict[str, Any], path: str, method: str, kind: str) -> dict[str, Any]:
    found = whole["paths"][path][method]["responses"]["200"]["content"][kind]["schema"]
    return dict(found)


@pytest.mark.shared
async def test_tokens_are_of_the_published_form(browser: httpx.AsyncClient, fixtures: Path) -> None:
    whole = described(fixtures)
    found = await tokens(browser, "tara")
    schema = answer_schema(whole, "/oauth2/1/token", "post", "application/json")
    validator(schema, whole).validate(found)
    asked = whole["components"]["schemas"]["AccessToken"]
    validator(asked, whole).validate(form("c"))


@pytest.mark.shared
async def test_a_list_of_documents_is_of_the_published_form(
    browser: httpx.AsyncClient, fixtures: Path
) -> None:
    whole = described(fixtures)
    held = bearer((await tokens(browser, "tara"))["access_token"])
    found = (await browser.get(f"{LOCKER}/oauth2/2/files/issued", headers=held)).json()
    schema = answer_schema(whole, "/oauth2/2/files/issued", "get", "application/json")
    validator(schema, whole).validate(found)
    assert len(found["items"]) == 3
    of_one = answer_schema(whole, "/oauth2/1/files/issued", "get", "application/json")
    known = of_one["properties"]["details"]
    older = (await browser.get(f"{LOCKER}/oauth2/1/files/issued", headers=held)).json()
    for item in older["items"]:
        validator(known, whole).validate(item)


@pytest.mark.shared
async def test_an_account_is_of_the_published_form(
    browser: httpx.AsyncClient, fixtures: Path
) -> None:
    whole = described(fixtures)
    held = bearer((await tokens(browser, "tara"))["access_token"])
    found = (await browser.get(f"{LOCKER}/oauth2/1/user", headers=held)).json()
    known = answer_schema(whole, "/oauth2/1/user", "get", "application/json")
    known = known["properties"]["details"]["properties"]
    assert known.keys() <= found.keys()
    assert found["gender"] in known["gender"]["enum"]


@pytest.mark.shared
async def test_a_school_certificate_has_every_attribute_of_the_published_schema(
    browser: httpx.AsyncClient, fixtures: Path
) -> None:
    held = bearer((await tokens(browser, "tara"))["access_token"])
    uri = load_people().persons["tara"].certificates[0].uri
    answer = await browser.get(f"{LOCKER}/oauth2/1/xml/{uri}", headers=held)
    made = hmac.new(SECRET.encode(), answer.content, hashlib.sha256).digest()
    assert answer.headers["hmac"] == base64.b64encode(made).decode()
    root = etree.fromstring(answer.content)
    file = fixtures / "credentials/digilocker/schema-academic-certificate.json"
    schema = orjson.loads(file.read_bytes())
    assert list(missing(root, schema, "Certificate")) == []


def missing(element: etree._Element, schema: dict[str, Any], at: str) -> list[str]:
    """Name what a schema requires and an element lacks, attributes and parts alike."""
    found: list[str] = []
    for name in schema.get("required", ()):
        known = schema["properties"][name]
        if known.get("type") != "object" and known.get("type") != "array":
            found += [] if name in element.attrib else [f"{at}@{name}"]
            continue
        inner = known.get("items", known)
        tag = inner.get("xml", {}).get("name", name)
        holder = element.find(name) if known.get("type") == "array" else element
        parts = [] if holder is None else holder.findall(tag if holder is not element else name)
        found += [f"{at}/{name}"] if not parts else []
        for part in parts:
            found += missing(part, inner, f"{at}/{name}")
    return found


@pytest.mark.shared
async def test_a_backpack_answers_by_the_published_schemas(
    browser: httpx.AsyncClient, fixtures: Path
) -> None:
    folder = fixtures / "credentials/openbadges-2/badge-connect/schema/openapi3"
    whole = orjson.loads((folder / "imsob_v2p1.json").read_bytes())
    known = (await browser.get(f"{BACKPACK}/.well-known/badgeconnect.json")).json()
    api = known["badgeConnectAPI"][0]
    code = await agreed(browser, f"{BACKPACK}/authorize", "noor")
    held = bearer((await browser.post(api["tokenUrl"], data=form(code))).json()["access_token"])
    answers = {
        "ManifestDType": known,
        "AssertionsResponseDType": (
            await browser.get(f"{api['apiBase']}/assertions", headers=held)
        ).json(),
        "ProfileResponseDType": (
            await browser.get(f"{api['apiBase']}/profile", headers=held)
        ).json(),
        "StatusResponseDType": (await browser.get(f"{api['apiBase']}/profile")).json(),
    }
    for name, answer in answers.items():
        schema = whole["components"]["schemas"][name]
        validator(schema, whole).validate(without_nulls(answer))


def without_nulls(value: Any) -> Any:
    """Leave out nulls: the description allows one where its schema forgets to."""
    if isinstance(value, dict):
        return {k: without_nulls(v) for k, v in value.items() if v is not None}
    return [without_nulls(v) for v in value] if isinstance(value, list) else value


async def test_a_backpack_pages_and_tells_what_is_new(browser: httpx.AsyncClient) -> None:
    code = await agreed(browser, f"{BACKPACK}/authorize", "noor")
    held = bearer((await browser.post(f"{BACKPACK}/token", data=form(code))).json()["access_token"])
    at = f"{BACKPACK}/ims/ob/v2p1/assertions"
    first = await browser.get(at, params={"limit": 3}, headers=held)
    assert len(first.json()["assertions"]) == 3
    assert first.headers["x-total-count"] == "4"
    further = first.headers["link"].partition(">")[0].removeprefix("<")
    assert len((await browser.get(further, headers=held)).json()["assertions"]) == 1
    since = (NOW - timedelta(days=100)).isoformat()
    newer = await browser.get(at, params={"since": since}, headers=held)
    assert [one["id"].rpartition("/")[2] for one in newer.json()["assertions"]] == [
        "data-associate"
    ]


async def test_a_credit_bank_gives_a_row_for_each_subject(browser: httpx.AsyncClient) -> None:
    code = await agreed(browser, f"{BANK}/oauth/authorize", "tara")
    given = await browser.post(f"{BANK}/oauth/token", data=form(code))
    held = bearer(given.json()["access_token"])
    pages = [
        (await browser.get(f"{BANK}/v1/entries", params={"page": n}, headers=held)).json()
        for n in (1, 2)
    ]
    assert [len(page["rows"]) for page in pages] == [2, 1]
    assert pages[0]["total"] == 3
