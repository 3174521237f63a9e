"""Gives a source what it needs to be answered later: an address of the hub's own, and a mailbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from isthmus.connector.callback.contract import CallbackDesk
from isthmus.connector.callback.credentials import signature_words, signer_of
from isthmus.connector.manifest import Manifest
from isthmus.store.callbacks import StoredMailbox
from isthmus.store.database import Database

PATH = "/callbacks"


def desk_of(
    database: Database, address: str, source: str, manifest: Manifest, config: Mapping[str, Any]
) -> CallbackDesk | None:
    """Give the desk of a source that calls back, None of any other; `config` is in the clear."""
    words = signature_words(manifest)
    if words is None:
        return None
    own = f"{address.rstrip('/')}{PATH}/{quote(source, safe='')}"
    return CallbackDesk(own, StoredMailbox(database, source), signer_of(words, config))
