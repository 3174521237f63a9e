"""The static check of what a manifest says about live and personal data."""

from __future__ import annotations

from collections.abc import Iterator

from isthmus.connector import template
from isthmus.connector.authority_check import of_own, path_fault
from isthmus.connector.expression import ExpressionInvalid, compile_expression
from isthmus.connector.functions import ConnectorFunctions
from isthmus.connector.live_words import Auth, Discovery, OAuth2
from isthmus.connector.manifest import Manifest, Stream, seconds
from isthmus.connector.yaml_lines import Path

PERSONAL = frozenset({"Credential@1"})
"""What is about one learner, and never synced."""
OF_LEARNERS = frozenset({"oauth2", "addresses"})
"""The ways in that each learner has of their own."""

Faults = Iterator[tuple[Path, str]]


def live_faults(manifest: Manifest) -> Faults:
    """List what is wrong with how a manifest deals with people and their stores."""
    yield from _of_personal(manifest)
    for name, stream in manifest.streams.items():
        yield from _of_stream(("streams", name), stream, manifest)
    if isinstance(manifest.http.auth, Auth):
        yield from _of_auth(manifest.http.auth, manifest)


def _of_personal(manifest: Manifest) -> Faults:
    if manifest.personal:
        if "synced" in manifest.modes:
            yield ("modes",), "modes: personal data is never synced"
        if manifest.consent is None:
            yield ("personal",), "personal: needs a `consent` block that says what for"
        return
    if manifest.consent is not None:
        yield ("consent",), "consent: belongs to personal data; say `personal: true`"
    if set(manifest.auth.named) & OF_LEARNERS:
        yield ("http", "auth"), "http.auth: a link of each learner is for personal data"


def _of_stream(at: Path, stream: Stream, manifest: Manifest) -> Faults:
    is_personal = stream.produces in PERSONAL
    if is_personal != manifest.personal:
        wanted = "needs" if is_personal else "cannot stand beside"
        yield (*at, "produces"), f"{stream.produces} {wanted} `personal: true`"
    if "live" not in manifest.modes:
        for word in ("deadline", "detail", "live"):
            if getattr(stream, word) is not None:
                yield (*at, word), f"{word}: is a word of live streams"
    elif manifest.personal and stream.live is not None:
        yield (*at, "live"), "live: is for public records; a learner's store is asked by link"
    elif not manifest.personal:
        yield from _of_question(at, stream)


def _of_question(at: Path, stream: Stream) -> Faults:
    """List what is wrong with how a question becomes a request."""
    if stream.detail is not None:
        yield (*at, "detail"), "detail: is for documents of people"
    words, place = stream.asking, (*at, "live")
    named = words.parameters
    request = stream.request
    if named and (request is None or stream.is_file or request.sparql is not None):
        yield place, f"live: nothing takes {', '.join(named)}: parameters need a plain `request`"
    elif request is not None:
        for word in [w for w, name in named.items() if name in request.query]:
            yield (*place, word), f"live.{word}: {named[word]} stands in the request already"
    if set(named) == {"first"}:
        yield (*place, "first"), "live.first: goes with `search` or `since`; a list is read whole"
    if seconds(words.stale) < seconds(words.keep):
        yield (*place, "stale"), "live.stale: is shorter than `keep`"


def _of_auth(auth: Auth, manifest: Manifest) -> Faults:
    at = ("http", "auth")
    if len(auth.named) != 1:
        yield at, f"http.auth: say one of {', '.join(auth.__struct_fields__)}"
    for word in set(auth.named) - OF_LEARNERS:
        yield from of_own((*at, word), getattr(auth, word), manifest)
    if auth.oauth2 is not None:
        yield from _of_oauth2(("http", "auth", "oauth2"), auth.oauth2, manifest)


def _of_oauth2(at: Path, oauth2: OAuth2, manifest: Manifest) -> Faults:
    fixed = (oauth2.authorize, oauth2.token)
    if oauth2.discover is None and None in fixed:
        yield at, "oauth2: needs authorize and token, or discover"
    if oauth2.discover is not None:
        if any((*fixed, oauth2.revoke)):
            yield (*at, "discover"), "discover: stands in place of authorize, token and revoke"
        yield from _of_discovery((*at, "discover"), oauth2.discover)
    yield from _of_addresses(at, oauth2, manifest)
    yield from _of_client(at, oauth2, manifest)
    forgets = manifest.consent is None or manifest.consent.on_withdraw == "forget"
    if not forgets and oauth2.discover is None and oauth2.revoke is None:
        yield ("consent",), "consent.on_withdraw: there is no address to revoke at"


def _of_addresses(at: Path, oauth2: OAuth2, manifest: Manifest) -> Faults:
    for word in ("authorize", "token", "revoke"):
        stated = getattr(oauth2, word)
        said = path_fault(stated, manifest) if stated is not None else None
        if said:
            yield (*at, word), f"{word}: {said}"


def _of_client(at: Path, oauth2: OAuth2, manifest: Manifest) -> Faults:
    can_register = oauth2.discover is not None and oauth2.discover.register is not None
    required = manifest.config.get("required")
    if not can_register and "client_id" not in (required if isinstance(required, list) else ()):
        yield at, "oauth2: config must require client_id, by which the store knows the hub"
    known = manifest.config.get("properties")
    has_secret = isinstance(known, dict) and "client_secret" in known
    if has_secret and "client_secret" not in manifest.secrets:
        yield ("config",), "config: client_secret must be marked `secret: true`"


def _of_discovery(at: Path, discovery: Discovery) -> Faults:
    for word in ("authorize", "token", "revoke", "register", "base"):
        expression = getattr(discovery, word)
        if expression is None:
            continue
        try:
            compile_expression(expression, ConnectorFunctions())
        except ExpressionInvalid as error:
            yield (*at, word), f"{word}: {error}"


def detail_faults(at: Path, stream: Stream) -> Faults:
    """List what is wrong with the call for a record's document."""
    if stream.detail is None:
        return
    path = stream.detail.path
    said = template.check_slots(path, ("record",))
    if said:
        yield (*at, "path"), f"detail.path: {said}"
        return
    known = {"id", *(stream.map or {})}
    for name in template.names_of(path, "record"):
        if stream.map is not None and name not in known:
            yield (*at, "path"), f"detail.path: {{record.{name}}} is not in the map"
