"""Whoever asks the graph in a story: with a token, over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

from isthmus.playground.stories.browser import Browser


class StoryBroken(Exception):
    """A step gave nothing that the next one could go on with."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the graph answered."""

    status: int
    data: Mapping[str, Any]
    errors: tuple[Mapping[str, Any], ...] = ()
    text: str = ""

    @property
    def codes(self) -> frozenset[str]:
        """The codes of its errors."""
        return frozenset(error["extensions"]["code"] for error in self.errors)


@dataclass(slots=True)
class Caller:
    """Somebody with a token, at one hub."""

    hub: str
    token: str = ""
    browser: Browser = field(default_factory=Browser)

    async def ask(self, document: str, **variables: Any) -> Told:
        """Ask the graph."""
        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}
        sent = {"query": document, "variables": variables}
        page = await self.browser.post_json(f"{self.hub}/graphql", sent, headers)
        found = page.json() or {}
        errors = tuple(found.get("errors") or ())
        return Told(page.status, found.get("data") or {}, errors, page.body.decode())

    async def do(self, mutation: str, give: str, **stated: Any) -> Mapping[str, Any]:
        """Do something; give its payload, where nothing is to be put right."""
        kind = f"{mutation[0].upper()}{mutation[1:]}Input"
        text = (
            f"mutation ($input: {kind}!) {{ {mutation}(input: $input)"
            f" {{ {give} userErrors {{ code message path }} }} }}"
        )
        told = await self.ask(text, input=stated)
        payload: Mapping[str, Any] = told.data.get(mutation) or {}
        if told.errors or not payload or payload["userErrors"]:
            said = [*told.codes, *(error["code"] for error in payload.get("userErrors", ()))]
            message = f"{mutation} was answered by {', '.join(said) or told.status}"
            raise StoryBroken(message)
        return payload


def document(name: str) -> str:
    """Give the text of one of the stories' operations."""
    folder = files("isthmus.playground.stories") / "documents"
    return (folder / f"{name}.graphql").read_text(encoding="utf-8")


def documents() -> list[str]:
    """Give all of them, in their order."""
    folder = files("isthmus.playground.stories") / "documents"
    found = sorted((f for f in folder.iterdir() if f.name.endswith(".graphql")), key=str)
    return [each.read_text(encoding="utf-8") for each in found]


async def sign_in(hub: str, provider: str, person: str) -> Caller:
    """Sign an invented person in, as their browser does."""
    browser = Browser()
    begun = await browser.get(f"{hub}/auth/login/{provider}")
    joint = "&" if "?" in begun.location else "?"
    back = await browser.get(f"{begun.location}{joint}{urlencode({'login_hint': person})}")
    done = await browser.get(back.location, {"accept": "application/json"})
    token = (done.json() or {}).get("access_token")
    if not token:
        message = f"the sign-in of {person} was answered by {done.status}"
        raise StoryBroken(message)
    return Caller(hub, token, browser)


async def admit(hub: str, client: str, secret: str) -> Caller:
    """Let a client in, as its program does."""
    browser = Browser()
    form = {"grant_type": "client_credentials", "client_id": client, "client_secret": secret}
    page = await browser.post_form(f"{hub}/auth/token", form)
    token = (page.json() or {}).get("access_token")
    if not token:
        message = f"the token of {client} was answered by {page.status}"
        raise StoryBroken(message)
    return Caller(hub, token, browser)
