"""What an operator may choose, read once: `isthmus.toml`, then `ISTHMUS_*`, then options.

Unknown keys are refused, so that a misspelt limit never goes unnoticed. Every setting has a
default, a unit and a sentence; `isthmus check` prints them with where each value came from.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, get_args, get_type_hints

import msgspec
from msgspec import Meta

from isthmus.errors import Misconfigured

PREFIX = "ISTHMUS_"
SECRET_PREFIX = "ISTHMUS_SECRET_"  # noqa: S105 - the name of the variables, not a secret
FILE = "isthmus.toml"
LISTS = frozenset(
    {
        "role_costs",
        "role_points",
        "languages",
        "cors_origins",
        "trust_registries",
        "issuers",
        "providers",
        "return_addresses",
    }
)
"""Settings that a variable of the environment holds parted by commas."""

UNNAMED = "http://isthmus.localhost"
"""What a hub without a `public_url` is called in its tokens."""


def setting(description: str, **bounds: Any) -> Meta:
    """Describe one setting; `bounds` as in msgspec (`ge`, `le`, `pattern`)."""
    return Meta(description=description, **bounds)


RoleNumber = Annotated[
    str, Meta(pattern=r"^(public|learner|platform|partner|steward|adviser)=\d{1,12}$")
]
"""A number for the callers of one role; `public` are those without a token."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The settings in force."""

    home: Annotated[Path, setting("Folder of the embedded database and of files in work.")] = Path(
        ".isthmus"
    )
    database_url: Annotated[
        str, setting("A PostgreSQL server, as postgresql://...; empty: the embedded one.")
    ] = ""
    database_pool: Annotated[int, setting("Connections to the database.", ge=2, le=200)] = 10
    host: Annotated[str, setting("Address the server listens on.")] = "127.0.0.1"
    port: Annotated[
        int, setting("Port the server listens on; 0: any free one.", ge=0, le=65535)
    ] = 8000
    connectors_dir: Annotated[
        str, setting("Folder of connectors; empty: ./connectors, else those installed.")
    ] = ""
    allow_loopback: Annotated[
        bool, setting("Let sources stand on loopback and private addresses (development).")
    ] = False
    source_timeout: Annotated[
        float, setting("Seconds for one whole answer of a source.", ge=0.1, le=3600)
    ] = 30.0
    source_max_bytes: Annotated[
        int, setting("Largest answer taken into memory, in bytes.", ge=1024)
    ] = 64 * 1024 * 1024
    source_max_file_bytes: Annotated[
        int, setting("Largest file taken to disk, in bytes.", ge=1024)
    ] = 4 * 1024 * 1024 * 1024
    source_attempts: Annotated[
        int, setting("How often one request is tried before the run fails.", ge=1, le=10)
    ] = 3
    live_deadline: Annotated[
        float,
        setting("Seconds a query waits for a live source that names none.", ge=0.05, le=60),
    ] = 3.0
    sync_page: Annotated[int, setting("Records written in one transaction.", ge=1, le=100_000)] = (
        1000
    )
    sync_max_loss: Annotated[
        float, setting("Share of records that may vanish at once without an operator.", ge=0, le=1)
    ] = 0.2
    sync_max_rejected: Annotated[
        float, setting("Share of records a run may reject before it stops.", ge=0, le=1)
    ] = 0.05
    hub_id: Annotated[
        str, setting("Name of this hub in its changes; empty: one drawn at its first start.")
    ] = ""
    changes_kept: Annotated[
        float, setting("Days that changes are kept in the feed.", ge=0.01, le=3650)
    ] = 30.0
    sweep_every: Annotated[
        float, setting("Seconds between sweeps of what has run out.", ge=1, le=86_400)
    ] = 60.0
    languages: Annotated[
        tuple[str, ...],
        setting("Order of languages when a request names none; empty: the source's."),
    ] = ()
    contexts_dir: Annotated[
        str, setting("Folder of pinned JSON-LD contexts; empty: `contexts` under `home`.")
    ] = ""
    trust_registries: Annotated[
        tuple[str, ...], setting("Files that list trusted issuers; see docs/credentials.md.")
    ] = ()
    status_ttl: Annotated[
        int, setting("Seconds that status lists and keys are kept.", ge=0, le=604_800)
    ] = 3600
    body_max_bytes: Annotated[int, setting("Largest request body, in bytes.", ge=1024)] = 1_000_000
    max_tokens: Annotated[int, setting("Most tokens of a GraphQL document.", ge=10)] = 2000
    max_depth: Annotated[int, setting("Most levels of fields of a document.", ge=1)] = 12
    max_introspection_depth: Annotated[
        int, setting("Most levels below __schema and __type.", ge=1)
    ] = 16
    max_aliases: Annotated[int, setting("Most aliases of an operation.", ge=0)] = 30
    max_root_fields: Annotated[int, setting("Most root fields of an operation.", ge=1)] = 20
    max_selections: Annotated[
        int, setting("Most selections of a document, fragments written out.", ge=1)
    ] = 5000
    max_repeats: Annotated[int, setting("Most fields of one response name in one place.", ge=1)] = (
        30
    )
    max_directives: Annotated[int, setting("Most directives in one place.", ge=1)] = 10
    max_operations: Annotated[int, setting("Most operations of a document.", ge=1)] = 10
    max_fragments: Annotated[int, setting("Most fragments of a document.", ge=0)] = 100
    max_variables: Annotated[int, setting("Most variables of an operation.", ge=0)] = 100
    max_cost: Annotated[
        int, setting("Most rows an operation may come to, by the estimate before it runs.", ge=1)
    ] = 100_000
    rate_points: Annotated[
        int, setting("Rows one caller may ask for in a minute, by the estimate; 0: any.", ge=0)
    ] = 0
    role_costs: Annotated[
        tuple[RoleNumber, ...], setting("`max_cost` of callers of a role, as `platform=200000`.")
    ] = ()
    role_points: Annotated[
        tuple[RoleNumber, ...], setting("`rate_points` of callers of a role, as `steward=0`.")
    ] = ()
    trusted_proxies: Annotated[
        int, setting("Our own proxies in a row before the hub; 0: none is believed.", ge=0, le=10)
    ] = 0
    plans: Annotated[
        bool, setting("Compile operations on stored data; off: run them field by field.")
    ] = True
    remembered_bytes: Annotated[
        int, setting("Memory for parts of answers remembered between changes; 0: none.", ge=0)
    ] = 32 * 1024 * 1024
    max_concurrent: Annotated[
        int, setting("Operations that run at once; more are told to come again.", ge=1)
    ] = 100
    request_timeout: Annotated[
        float, setting("Seconds for one operation, and for a body to arrive.", ge=0.1, le=600)
    ] = 20.0
    max_sockets: Annotated[
        int, setting("Sockets and event streams open at once.", ge=0, le=100_000)
    ] = 1000
    max_subscriptions: Annotated[
        int, setting("Subscriptions followed at once, over all connections.", ge=0, le=1_000_000)
    ] = 5000
    socket_operations: Annotated[
        int, setting("Operations that run over one socket at once.", ge=1, le=10_000)
    ] = 100
    answer_cache_bytes: Annotated[
        int, setting("Memory for public answers given before; 0: none are kept.", ge=0)
    ] = 64 * 1024 * 1024
    trusted_only: Annotated[bool, setting("Run registered documents only.")] = False
    cors_origins: Annotated[
        tuple[str, ...], setting("Origins whose pages may read answers; `*`: all.")
    ] = ()
    public_url: Annotated[
        str, setting("Address the hub is known by, without a path's end; empty: where it listens.")
    ] = ""
    audience: Annotated[str, setting("What a token's `aud` must name; empty: `public_url`.")] = ""
    issuers: Annotated[
        tuple[str, ...], setting("Issuers whose access tokens are taken beside the hub's own.")
    ] = ()
    providers: Annotated[
        tuple[str, ...],
        setting("OIDC providers that learners sign in with: each `name client_id issuer`."),
    ] = ()
    return_addresses: Annotated[
        tuple[str, ...], setting("Addresses a sign-in may lead back to; with a final `/`, below.")
    ] = ()
    sign_in_attempts: Annotated[
        int, setting("Sign-ins that one address may try in a minute; 0: any number.", ge=0)
    ] = 120
    callback_max_bytes: Annotated[
        int, setting("Largest callback of a source that answers later, in bytes.", ge=1024)
    ] = 4 * 1024 * 1024
    callback_refusals: Annotated[
        int, setting("Refused callbacks one address may send in a minute; 0: any number.", ge=0)
    ] = 600
    metrics: Annotated[bool, setting("Serve figures for Prometheus at /metrics.")] = True
    traces_endpoint: Annotated[
        str, setting("Address of an OTLP collector, as http://.../v1/traces; empty: no spans.")
    ] = ""
    introspection: Annotated[bool, setting("Answer introspection queries.")] = True
    subgraph_security: Annotated[
        bool, setting("Tell routers which fields need a token; some gateways refuse to be told.")
    ] = False
    explorer: Annotated[bool, setting("Serve GraphiQL at / and /graphql.")] = True
    log_level: Annotated[
        str, setting("Least severe log line.", pattern="^(debug|info|warning|error)$")
    ] = "info"

    @property
    def address(self) -> str:
        """Where the hub is reached: the public address, else the one it listens on."""
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"

    @property
    def name(self) -> str:
        """What the hub calls itself in tokens, the same whichever port a development one takes."""
        return self.public_url.rstrip("/") or UNNAMED


_DEFAULTS = Settings()
SPELLINGS = {"on": True, "yes": True, "off": False, "no": False}


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting in force, as `isthmus check` prints it."""

    name: str
    value: Any
    origin: str
    description: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """The settings, and where each came from: a default, the file, a variable or an option."""

    settings: Settings
    origins: Mapping[str, str]

    def rows(self) -> list[Setting]:
        """List every setting with its value, origin and sentence."""
        texts = descriptions()
        return [
            Setting(name, getattr(self.settings, name), self.origins.get(name, "default"), text)
            for name, text in texts.items()
        ]


def descriptions() -> dict[str, str]:
    """Map each setting's name to its sentence."""
    hints = get_type_hints(Settings, include_extras=True)
    return {
        name: next(m.description or "" for m in get_args(hint)[1:] if isinstance(m, Meta))
        for name, hint in hints.items()
        if name in Settings.__struct_fields__
    }


def load(
    *,
    directory: Path,
    environment: Mapping[str, str],
    options: Mapping[str, Any] | None = None,
) -> Loaded:
    """Read the settings; raise `Misconfigured` naming the key that cannot be used."""
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for origin, found in (
        (FILE, _from_file(directory / FILE)),
        ("environment", _from_environment(environment)),
        ("option", {k: v for k, v in (options or {}).items() if v is not None}),
    ):
        for name, value in found.items():
            if name not in Settings.__struct_fields__:
                raise Misconfigured("SETTING_UNKNOWN", _unknown(name, origin))
            values[name] = _spelt(name, value)
            origins[name] = f"{PREFIX}{name.upper()}" if origin == "environment" else origin
    try:
        settings = msgspec.convert(values, Settings, strict=False, dec_hook=_decode)
    except msgspec.ValidationError as error:
        raise Misconfigured("SETTING_INVALID", f"A setting does not read: {error}.") from None
    return Loaded(settings, origins)


def _from_file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{path.name} is not TOML: {error}."
        raise Misconfigured("SETTING_INVALID", message) from None


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in environment.items():
        if name.startswith(PREFIX) and not name.startswith(SECRET_PREFIX):
            key = name.removeprefix(PREFIX).lower()
            found[key] = _split(value) if key in LISTS else value
    return found


def _spelt(name: str, value: Any) -> Any:
    """Read `on` and `off` where a setting is true or false."""
    if isinstance(getattr(_DEFAULTS, name), bool) and isinstance(value, str):
        return SPELLINGS.get(value.strip().lower(), value)
    return value


def _split(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


def _unknown(name: str, origin: str) -> str:
    where = f"{PREFIX}{name.upper()}" if origin == "environment" else f"{name} in {origin}"
    return f"{where} is not a setting. `isthmus check` lists them all."


def _decode(kind: type, value: Any) -> Any:
    if kind is Path:
        return Path(value)
    raise NotImplementedError(kind.__name__)  # what msgspec asks of a hook
