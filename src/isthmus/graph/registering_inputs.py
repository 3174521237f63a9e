"""Inputs about connectors and sources."""

from __future__ import annotations

import strawberry

from isthmus.graph.inputs import says
from isthmus.graph.people_inputs import AGAIN
from isthmus.graph.scalars import URI, Duration
from isthmus.graph.source_enums import SourceMode

ID = strawberry.ID
TRY = "True, unless said otherwise: try it, show what it comes to, and store nothing."
NUMBER = "Its number, such as `1.0.0`."


@strawberry.input(description="A file that comes with a manifest.")
class SampleInput:
    """A file."""

    name: str = strawberry.field(
        description="`<situation>.json` (or .xml, .csv, ...), `<situation>.expected.json`,"
        " `<situation>/<part>`, or `tables/<name>.json`."
    )
    body: str = strawberry.field(description="Its text.")


@strawberry.input(description="One value of a source's config.")
class ConfigInput:
    """A value."""

    name: str = strawberry.field(description="Its name in the connector's config schema.")
    value: str = strawberry.field(description="The value as text; a list is parted by commas.")


@strawberry.input(description="A connector: a manifest with its samples, or the address of a feed.")
class RegisterConnectorInput:
    """A connector."""

    manifest: str | None = says("The text of connector.yaml; or else `feed`.")
    samples: list[SampleInput] | None = says("Its samples and tables.")
    feed: URI | None = says("The address of a feed, which says itself what it is.")
    config: list[ConfigInput] | None = says(
        "For a dry run: with it the first page is read from where the manifest says."
    )
    dry_run: bool | None = says(TRY, default=True)
    idempotency_key: str | None = says(AGAIN)


@strawberry.input(description="A version to be approved.")
class ApproveConnectorInput:
    """A version."""

    connector: ID = strawberry.field(description="Of which connector.")
    version: str = strawberry.field(description=NUMBER)


@strawberry.input(description="A version to be run in shadow.")
class ShadowConnectorInput:
    """A version."""

    connector: ID = strawberry.field(description="Of which connector.")
    version: str = strawberry.field(description=NUMBER)


@strawberry.input(description="A version to be put in force.")
class SwitchConnectorInput:
    """A version."""

    connector: ID = strawberry.field(description="Of which connector.")
    version: str = strawberry.field(description=NUMBER)


@strawberry.input(description="A connector that goes back to the version before.")
class RollbackConnectorInput:
    """A connector."""

    connector: ID = strawberry.field(description="Which.")


@strawberry.input(description="A connector that ends.")
class RetireConnectorInput:
    """A connector."""

    connector: ID = strawberry.field(description="Which.")


@strawberry.input(description="A source of a connector that is in force.")
class AddSourceInput:
    """A source."""

    connector: ID = strawberry.field(description="Of which connector.")
    name: str = strawberry.field(description="What it is called, here and nowhere else.")
    config: list[ConfigInput] = strawberry.field(
        description="What the connector's config schema asks for; secrets may come later, by"
        " `setSourceSecret`."
    )
    base_url: URI | None = says(
        "An address in place of the connector's own; needs the scope connector:approve."
    )
    mode: SourceMode = strawberry.field(
        description="One that the connector has; LIVE needs the scope connector:approve."
    )
    schedule: Duration | None = says("How often it is read; unsaid: as the connector says.")
    owner: ID | None = says("The organization that owns it; unsaid: the caller's.")
    dry_run: bool | None = says(TRY, default=True)
    idempotency_key: str | None = says(AGAIN)


@strawberry.input(description="A source as it is to be from now on.")
class UpdateSourceInput:
    """A source."""

    source: ID = strawberry.field(description="Which.")
    config: list[ConfigInput] | None = says(
        "All of its config but the secrets, which stay; unsaid: as it is."
    )
    base_url: URI | None = says("Another address; needs the scope connector:approve.")
    mode: SourceMode | None = says("Another mode; LIVE needs the scope connector:approve.")
    schedule: Duration | None = says("How often it is read.")


@strawberry.input(description="A secret, which is sealed and never shown again.")
class SetSourceSecretInput:
    """A secret."""

    source: ID = strawberry.field(description="Of which source.")
    name: str = strawberry.field(description="Its name in the connector's config schema.")
    value: str = strawberry.field(description="The secret.")


@strawberry.input(description="A source that is not to be read for now.")
class PauseSourceInput:
    """A source."""

    source: ID = strawberry.field(description="Which.")
    reason: str | None = says("Why; everyone can read it.")


@strawberry.input(description="A source that is to be read again.")
class ResumeSourceInput:
    """A source."""

    source: ID = strawberry.field(description="Which.")
