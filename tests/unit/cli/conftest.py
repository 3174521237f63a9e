"""A connector whose config has every kind of value."""

from __future__ import annotations

import pytest

from isthmus.connector.manifest import Manifest, load

TEXT = """
isthmus: 1
id: catalogue
version: 1.0.0
title: A catalogue
maintainers: [somebody]
transport: rest
modes: [synced]
config:
  type: object
  properties:
    boards: {type: array}
    pages: {type: integer}
    share: {type: number}
    full: {type: boolean}
    locale: {type: string}
    odd: {}
streams:
  courses:
    produces: Qualification@1
    request: {path: /courses}
    id: id
    deletes: snapshot
    map: {title: title}
"""


@pytest.fixture(scope="session")
def manifest() -> Manifest:
    """The connector's manifest."""
    return load(TEXT)


@pytest.fixture(scope="session")
def locker(manifest: Manifest) -> Manifest:
    """The same with a secret among its values."""
    odd = "    odd: {}\n"
    return load(TEXT.replace(odd, odd + "    client_secret: {type: string, secret: true}\n"))
