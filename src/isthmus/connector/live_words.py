"""How a learner's store is reached, and on what terms, as words of the manifest."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from isthmus.connector.authority_words import ApiKeyWords, BearerWords, ClientCredentialsWords

Address = Annotated[str, Meta(min_length=1, max_length=2000)]
Expression = Annotated[str, Meta(min_length=1, max_length=2000)]
Seconds = Annotated[str, Meta(pattern=r"^[1-9]\d{0,4}(ms|s)$")]


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Words of the manifest: an unknown one is a finding, never ignored."""


class Discovery(_Words, frozen=True, kw_only=True):
    """A document of the store that names its addresses; each word but `path` is JMESPath."""

    path: Address
    authorize: Expression
    token: Expression
    revoke: Expression | None = None
    register: Expression | None = None
    base: Expression | None = None


class OAuth2(_Words, frozen=True, kw_only=True):
    """A code for each learner, proved by PKCE; `discover` stands in place of the addresses.

    `send` is how parameters of the token address are written, `client` where the hub names itself.
    """

    flow: Literal["authorization_code"]
    authorize: Address | None = None
    token: Address | None = None
    revoke: Address | None = None
    discover: Discovery | None = None
    scopes: list[str] = []
    send: Literal["form", "json"] = "form"
    client: Literal["body", "basic"] = "body"


class Addresses(_Words, frozen=True, kw_only=True):
    """The learner names the addresses of what is theirs; nobody signs in anywhere."""

    most: Annotated[int, Meta(ge=1, le=500)] = 50


class Auth(_Words, frozen=True, kw_only=True):
    """One way of being allowed in: of each learner (the first two), or of the hub itself."""

    oauth2: OAuth2 | None = None
    addresses: Addresses | None = None
    client_credentials: ClientCredentialsWords | None = None
    api_key: ApiKeyWords | None = None
    bearer: BearerWords | None = None

    @property
    def named(self) -> list[str]:
        """Name the ways it says."""
        return [word for word in self.__struct_fields__ if getattr(self, word) is not None]


class ConsentTerms(_Words, frozen=True, kw_only=True):
    """What a learner agrees to when they link a store of this kind."""

    purpose: Annotated[str, Meta(min_length=1, max_length=300)]
    max_age: Annotated[str, Meta(pattern=r"^[1-9]\d{0,4}d$")]
    data: Annotated[list[Literal["Credential"]], Meta(min_length=1)]
    on_withdraw: Literal["revoke_and_forget", "forget"]


class Detail(_Words, frozen=True, kw_only=True):
    """One more call a record, for the bytes of its document; `{record.x}` is a field of it."""

    path: Address
    kind: Literal["document", "evidence"] = msgspec.field(default="document", name="as")


def seconds_of(deadline: str) -> float:
    """Read `3s`, `1500ms`."""
    if deadline.endswith("ms"):
        return int(deadline[:-2]) / 1000
    return float(int(deadline[:-1]))
