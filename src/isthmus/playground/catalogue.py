"""What can be earned in the playground, and who offers it."""

from __future__ import annotations

import msgspec

from isthmus.playground.data_rows import rows_of

LEARN_PROVIDER = "harbourlight"


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    """Who offers qualifications: one of six kinds, none of them real."""

    key: str
    kind: str
    agent_type: str = msgspec.field(name="agentType")
    country: str
    city: str
    currency: str
    languages: tuple[str, ...]
    names: dict[str, str]
    about: dict[str, str]

    @property
    def webpage(self) -> str:
        """Where the provider would be found; `.example` never resolves."""
        return f"https://{self.key}.example"


class RegistryQualification(msgspec.Struct, frozen=True, kw_only=True):
    """A qualification that its provider publishes in the credential registry."""

    key: str
    provider: str
    type: str
    titles: dict[str, str]
    focus: dict[str, str]
    duration: str
    price: float
    level: str
    skills: tuple[str, ...]
    own: tuple[dict[str, str], ...] = ()
    parts: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    entry: dict[str, str] | None = None
    credit: tuple[float, str] | None = None
    occupation: str | None = None
    delivery: str = "BlendedDelivery"
    assesses: bool = False


class RegistryPhrase(msgspec.Struct, frozen=True):
    """A sentence that the entries of the registry share, in every language."""

    key: str
    texts: dict[str, str]


class LearnItem(msgspec.Struct, frozen=True, kw_only=True):
    """An item of the online platform's catalogue; which fields it has depends on its kind."""

    kind: str
    key: str
    titles: dict[str, str]
    skills: tuple[str, ...]
    level: str
    roles: tuple[str, ...]
    products: tuple[str, ...]
    subjects: tuple[str, ...] = ()
    minutes: int | None = None
    hours: int | None = None
    modules: tuple[str, ...] = ()
    guide: tuple[str, ...] = ()
    certification_type: str | None = None
    exams: tuple[str, ...] = ()
    courses: tuple[str, ...] = ()
    certification: str | None = None
    exam: str | None = None
    retires_in_days: int | None = None


def load_providers() -> dict[str, Provider]:
    """Read the providers, by key."""
    return {each.key: each for each in rows_of("providers.json", Provider)}


def load_registry() -> tuple[RegistryQualification, ...]:
    """Read the qualifications of the credential registry."""
    return rows_of("registry_qualifications.json", RegistryQualification)


def load_registry_phrases() -> dict[str, dict[str, str]]:
    """Read the shared sentences of the registry, by key and language."""
    return {each.key: each.texts for each in rows_of("registry_phrases.json", RegistryPhrase)}


def load_learn() -> tuple[LearnItem, ...]:
    """Read the items of the online platform."""
    return rows_of("learn_catalogue.json", LearnItem)
