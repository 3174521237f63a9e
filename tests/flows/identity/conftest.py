"""The whole application of a hub that knows an issuer and a provider, both served on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from isthmus.hub import Hub
from isthmus.playground.issuer import Issuer, Registered
from isthmus.settings import Settings
from isthmus.store.database import Database
from isthmus.web.app import create_app
from tests.conftest import ROOT
from tests.support.forging import TokenIssuer
from tests.support.serving import listener, serving

HUB = "http://hub.test"
BACK = "https://app.example/back"
SECRET = "s3cret of the provider"


@pytest.fixture
async def issuer() -> AsyncIterator[TokenIssuer]:
    """An issuer of access tokens beside the hub."""
    at, address = listener()
    found = TokenIssuer(address)
    async with serving(found.app(), at):
        yield found


@pytest.fixture
async def provider() -> AsyncIterator[Issuer]:
    """A provider that learners sign in with."""
    at, address = listener()
    found = Issuer(address, Registered("hub", f"{HUB}/auth/callback", SECRET))
    async with serving(found.app(), at):
        yield found


@pytest.fixture
async def identity_hub(
    database: Database,
    tmp_path: Path,
    issuer: TokenIssuer,
    provider: Issuer,
    monkeypatch: pytest.MonkeyPatch,
) -> Hub:
    monkeypatch.setenv("ISTHMUS_SECRET_PROVIDER_TOWN", SECRET)
    settings = Settings(
        home=tmp_path,
        allow_loopback=True,
        public_url=HUB,
        issuers=(issuer.address,),
        providers=(f"town hub {provider.address}",),
        return_addresses=(BACK, "https://wallet.example/in/"),
    )
    return Hub(settings, database, ROOT)


@pytest.fixture
async def client(identity_hub: Hub) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application."""
    app = create_app(identity_hub, identity_hub.settings)
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url=HUB) as found:
        yield found
