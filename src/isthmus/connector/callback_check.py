"""The static check of what a manifest says about sources that call back."""

from __future__ import annotations

from collections.abc import Iterator

from isthmus.connector.authority_check import is_required
from isthmus.connector.callback.words import Callback, SignatureWords
from isthmus.connector.live_words import seconds_of
from isthmus.connector.manifest import Manifest, Stream
from isthmus.connector.yaml_lines import Path

LONGEST = 90.0
"""Seconds that a wait may take: a run that is silent for two minutes counts as lost."""

Faults = Iterator[tuple[Path, str]]


def callback_faults(at: Path, stream: Stream, manifest: Manifest) -> Faults:
    """List what is wrong with how a stream is called back."""
    words = stream.callback
    if words is None:
        return
    here = (*at, "callback")
    if manifest.transport != "async_callback":
        yield here, "callback: is a word of transport async_callback"
    if "live" in manifest.modes:
        yield here, "callback: is a word of synced streams"
    if stream.request is None or stream.request.body is None:
        yield here, "callback: answers a request that has a `body`"
    if stream.page != "none":
        yield (*at, "page"), "page: what is called back has none"
    if stream.deletes == "snapshot":
        said = "deletes: those who answer in time are no whole list; say expiry, tombstone or never"
        yield (*at, "deletes"), said
    if seconds_of(words.deadline) > LONGEST:
        yield (*here, "deadline"), f"deadline: is over {LONGEST:g} s"
    yield from _of_words(here, words, manifest)
    yield from _of_signature((*here, "signature"), words.signature, manifest)


def expressions(words: Callback) -> Iterator[tuple[Path, str]]:
    """List the expressions of a callback, each with its place."""
    stated: dict[Path, str | None] = {
        ("ack",): words.ack,
        ("refusal",): words.refusal,
        ("error",): words.error,
    }
    join = words.join
    stated |= {("join", name): getattr(join, name) for name in join.__struct_fields__}
    yield from ((path, text) for path, text in stated.items() if text is not None)


def _of_words(at: Path, words: Callback, manifest: Manifest) -> Faults:
    signature = words.signature
    for place, name in (
        ((*at, "wait"), words.wait), ((*at, "enough"), words.enough),
        *(((*at, "signature", w), getattr(signature, w)) for w in ("registry", "keys", "gateway")),
    ):  # fmt: skip
        if name is not None and name not in manifest.config.get("properties", {}):
            yield place, f"{place[-1]}: {name} is not a word of config"


def _of_signature(at: Path, words: SignatureWords, manifest: Manifest) -> Faults:
    for word in ("subscriber", "key_id", "secret"):
        name = getattr(words, word)
        if not is_required(name, manifest):
            yield (*at, word), f"{word}: config must require {name}"
    if words.secret not in manifest.secrets:
        yield ("config",), f"config: {words.secret} must be marked `secret: true`"
    if words.registry is None and words.keys is None:
        yield at, "signature: whom is to be believed? Name a `registry`, or `keys`"
    others = {s.callback.signature for s in manifest.streams.values() if s.callback is not None}
    if len(others) > 1:
        yield at, "signature: is not the same in every stream"
