"""What lets the hub itself in at a source, as words of the manifest (`http.auth`)."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Word = Annotated[str, Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,60}$")]
"""The name of a value of `config`."""
Header = Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]{1,60}$")]
Address = Annotated[str, Meta(min_length=1, max_length=2000)]


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Words of the manifest: an unknown one is a finding, never ignored."""


class ClientCredentialsWords(_Words, frozen=True, kw_only=True):
    """OAuth 2: a token for the hub's own id and secret, asked for at `token`.

    `{config.x}` alone as `token` is a whole address. `form` is sent beside what OAuth asks for.
    """

    token: Address
    id: Word = "client_id"
    secret: Word = "client_secret"  # noqa: S105 - the name of a value
    scopes: list[str] = []
    client: Literal["body", "basic"] = "body"
    scheme: Literal["Bearer", "JWT"] = "Bearer"
    form: dict[str, str] = {}


class ApiKeyWords(_Words, frozen=True, kw_only=True):
    """A key in a header of its own."""

    header: Header
    secret: Word = "api_key"  # noqa: S105


class BearerWords(_Words, frozen=True, kw_only=True):
    """A token that was given once, and is sent as it is."""

    secret: Word = "token"  # noqa: S105
