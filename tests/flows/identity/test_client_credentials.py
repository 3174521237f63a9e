"""Tokens for clients, over HTTP as any OAuth library asks for them."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest
from joserfc.errors import JoseError

from isthmus.hub import Hub
from isthmus.identity.key_pairs import KeyPair
from isthmus.model.client import Client
from isthmus.model.viewer import Role, Viewer
from isthmus.store.people.clients import add_client, organization_of, revoke_client
from tests.flows.identity.conftest import HUB
from tests.support.callers import a_client

SECRET = "x" * 43
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
BASIC = ("board", SECRET)
GRANT = {"grant_type": "client_credentials"}


@pytest.fixture
async def board(identity_hub: Hub) -> Viewer:
    """A platform with a secret."""
    return await a_client(identity_hub, "board", secret=SECRET)


@pytest.fixture
async def pair(identity_hub: Hub) -> KeyPair:
    """The keys of a partner that has no secret."""
    found, vault = KeyPair.draw(), await identity_hub.vault()
    organization = await organization_of(identity_hub.database, "partner", None)
    client = Client(
        "partner", "partner", Role.PARTNER, organization, frozenset({"source:read"}),
        {"keys": [dict(found.public)]},
    )  # fmt: skip
    async with vault.on_errand() as connection:
        await add_client(vault, connection, client)
    return found


def _assertion(pair: KeyPair, **stated: Any) -> dict[str, str]:
    now = int(time.time())
    claims = {
        "iss": "partner", "sub": "partner", "aud": f"{HUB}/auth/token", "exp": now + 60,
        "iat": now, "jti": f"{time.monotonic_ns()}", **stated,
    }  # fmt: skip
    claims = {name: value for name, value in claims.items() if value is not None}
    return {
        **GRANT,
        "client_assertion_type": ASSERTION,
        "client_assertion": pair.sign(claims, "JWT"),
    }


@pytest.mark.parametrize("way", ["basic", "post"])
async def test_a_client_gets_a_token_by_its_secret(
    client: httpx.AsyncClient, identity_hub: Hub, board: Viewer, way: str
) -> None:
    if way == "basic":
        answer = await client.post("/auth/token", data=GRANT, auth=BASIC)
    else:
        form = {**GRANT, "client_id": "board", "client_secret": SECRET}
        answer = await client.post("/auth/token", data=form)
    told = answer.json()
    assert (told["token_type"], told["expires_in"]) == ("Bearer", 600)
    assert answer.headers["cache-control"] == "no-store"
    viewer = await identity_hub.identity().gate.viewer(f"Bearer {told['access_token']}")
    assert viewer == board


async def test_a_client_may_ask_for_less(
    client: httpx.AsyncClient, identity_hub: Hub, board: Viewer
) -> None:
    form = {**GRANT, "scope": "learners:read"}
    told = (await client.post("/auth/token", data=form, auth=BASIC)).json()
    assert told["scope"] == "learners:read"
    viewer = await identity_hub.identity().gate.viewer(f"Bearer {told['access_token']}")
    assert viewer.scopes == {"learners:read"}


@pytest.mark.parametrize("scope", ["me", "connector:approve", "learners:read mapping:write"])
async def test_a_client_gets_no_scope_of_another_role(
    client: httpx.AsyncClient, board: Viewer, scope: str
) -> None:
    answer = await client.post("/auth/token", data={**GRANT, "scope": scope}, auth=BASIC)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")


@pytest.mark.parametrize(
    ("auth", "extra"),
    [
        (("board", "y" * 43), {}), (("nobody", SECRET), {}), (("board", ""), {}), (None, {}),
        (BASIC, {"client_secret": SECRET, "client_id": "board"}),
        (None, {"client_id": "board"}), (None, {"client_id": "board", "client_secret": ""}),
        (("partner", ""), {}), (("a\0b", SECRET), {}),
    ],
)  # fmt: skip
async def test_who_does_not_prove_to_be_a_client_gets_nothing(
    client: httpx.AsyncClient, board: Viewer, pair: KeyPair, auth: Any, extra: dict[str, str]
) -> None:
    answer = await client.post("/auth/token", data={**GRANT, **extra}, auth=auth)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert ("www-authenticate" in answer.headers) is (auth is not None)


async def test_a_revoked_client_gets_nothing(
    client: httpx.AsyncClient, identity_hub: Hub, board: Viewer
) -> None:
    vault = await identity_hub.vault()
    async with vault.on_errand() as connection:
        await revoke_client(connection, "board")
    answer = await client.post("/auth/token", data=GRANT, auth=BASIC)
    assert answer.json()["error"] == "invalid_client"


@pytest.mark.parametrize("grant", ["password", "authorization_code", "", "refresh_token"])
async def test_other_grants_are_not_offered(
    client: httpx.AsyncClient, board: Viewer, grant: str
) -> None:
    answer = await client.post("/auth/token", data={"grant_type": grant}, auth=BASIC)
    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


async def test_a_client_gets_a_token_by_its_own_key_once(
    client: httpx.AsyncClient, pair: KeyPair
) -> None:
    form = _assertion(pair)
    assert (await client.post("/auth/token", data=form)).status_code == 200
    again = await client.post("/auth/token", data=form)
    assert (again.status_code, again.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "board"}, {"sub": "board"}, {"aud": "https://other.example"}, {"aud": None},
        {"exp": 1}, {"exp": None}, {"jti": None}, {"exp": int(time.time()) + 86_400},
        {"nbf": int(time.time()) + 600},
    ],
)  # fmt: skip
async def test_a_client_s_own_token_must_say_everything(
    client: httpx.AsyncClient, pair: KeyPair, wrong: dict[str, Any]
) -> None:
    answer = await client.post("/auth/token", data=_assertion(pair, **wrong))
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


async def test_a_client_s_own_token_needs_its_own_key(
    client: httpx.AsyncClient, pair: KeyPair
) -> None:
    answer = await client.post("/auth/token", data=_assertion(KeyPair.draw()))
    assert answer.json()["error"] == "invalid_client"


async def test_a_secret_stands_nowhere_in_the_clear(identity_hub: Hub, board: Viewer) -> None:
    row = await identity_hub.database.row("SELECT row_to_json(client)::text AS it FROM client")
    assert row is not None
    assert SECRET not in row["it"]
    assert SECRET.encode().hex() not in row["it"]


async def test_the_hub_describes_itself_as_an_issuer(
    client: httpx.AsyncClient, board: Viewer
) -> None:
    told = (await client.get("/.well-known/oauth-authorization-server")).json()
    assert (told["issuer"], told["token_endpoint"]) == (HUB, f"{HUB}/auth/token")
    keys = (await client.get(told["jwks_uri"])).json()
    assert all("d" not in key for key in keys["keys"])


async def test_any_library_reads_the_hub_s_tokens_by_its_published_keys(
    client: httpx.AsyncClient, identity_hub: Hub, board: Viewer
) -> None:
    from joserfc import jwt
    from joserfc.jwk import KeySet

    token = (await client.post("/auth/token", data=GRANT, auth=BASIC)).json()["access_token"]
    keys = KeySet.import_key_set((await client.get("/.well-known/jwks.json")).json())
    read = jwt.decode(token, keys, algorithms=["ES256"])
    assert read.header["typ"] == "at+jwt"
    assert read.claims["sub"] == read.claims["client_id"] == "board"
    with pytest.raises(JoseError):
        jwt.decode(token[:-8] + "AAAAAAAA", keys, algorithms=["ES256"])


async def test_a_new_key_takes_over_and_tokens_of_the_old_one_hold(
    client: httpx.AsyncClient, identity_hub: Hub, board: Viewer
) -> None:
    old = (await client.post("/auth/token", data=GRANT, auth=BASIC)).json()["access_token"]
    desk = identity_hub.identity()
    kid = await desk.signing.rotate()
    new = await desk.tokens.issue(board, audience=HUB)
    assert await desk.gate.viewer(f"Bearer {old}") == board
    assert await desk.gate.viewer(f"Bearer {new}") == board
    published = (await desk.signing.published())["keys"]
    assert published[0]["kid"] == kid
    assert len(published) == 2


async def test_a_running_server_takes_tokens_of_a_key_drawn_elsewhere(
    identity_hub: Hub, board: Viewer
) -> None:
    running, other = identity_hub.identity(), identity_hub.identity()
    await running.gate.viewer(f"Bearer {await running.tokens.issue(board, audience=HUB)}")
    await other.signing.rotate()
    running.signing._read_at -= 1.0  # it read a second ago
    token = await other.tokens.issue(board, audience=HUB)
    assert await running.gate.viewer(f"Bearer {token}") == board


async def test_guessing_is_slowed_down(identity_hub: Hub, board: Viewer) -> None:
    import msgspec

    from isthmus.web.app import create_app

    settings = msgspec.structs.replace(identity_hub.settings, sign_in_attempts=3)
    transport = httpx.ASGITransport(app=create_app(identity_hub, settings))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url=HUB) as client:
        codes = [
            (await client.post("/auth/token", data=GRANT, auth=("board", "guess"))).status_code
            for _ in range(5)
        ]
    assert codes == [401, 401, 401, 429, 429]


@pytest.mark.parametrize(
    ("body", "media"),
    [
        (b"{}", "application/json"), (b"grant_type=a&grant_type=b", None),
        (b"x=" + b"a" * 40_000, None), (b"\xff\xfe", None), (b"", None),
    ],
)  # fmt: skip
async def test_no_body_breaks_the_token_endpoint(
    client: httpx.AsyncClient, body: bytes, media: str | None
) -> None:
    headers = {"content-type": media or "application/x-www-form-urlencoded"}
    answer = await client.post("/auth/token", content=body, headers=headers)
    assert 400 <= answer.status_code < 500
    assert "error" in answer.json()
