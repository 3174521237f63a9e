"""Registries of issuers as data, in three forms: a hub's own file, DCC's, and EU trusted lists.

A registry lists issuers by DID or URI, or by the certificate they seal with; never by a name,
which anyone may bear. A trusted list's own signature is not checked: who names a registry in the
settings vouches for where it came from.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from cryptography import x509
from lxml import etree

from isthmus.errors import IsthmusError

GRANTED = ("granted", "recognisedatnationallevel", "accredited", "undersupervision")
"""The last words of a service's status under which its certificates count."""
LARGEST = 64 * 1024 * 1024


class RegistryUnreadable(IsthmusError):
    """A file that is none of the forms of registry known here."""

    code = "REGISTRY_UNREADABLE"


@dataclass(frozen=True, slots=True)
class ListedIssuer:
    """An issuer as a registry lists it."""

    name: str
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Registry:
    """Issuers by their marks: `ids` are DIDs and URIs, the others of certificates, in hex."""

    name: str
    ids: Mapping[str, ListedIssuer] = field(default_factory=dict)
    fingerprints: Mapping[str, ListedIssuer] = field(default_factory=dict)
    subject_keys: Mapping[str, ListedIssuer] = field(default_factory=dict)
    authorities: Mapping[bytes, Sequence[tuple[x509.Certificate, ListedIssuer]]] = field(
        default_factory=dict
    )
    """Listed certificates by their subject, that a seal's certificate may be issued by."""
    next_update: datetime | None = None
    fault: str | None = None
    """Why it could not be read, in a few words; then it lists nobody."""


def load_registry(place: str) -> Registry:
    """Read a registry of a file; one that cannot be read says so at every verification."""
    path = Path(place)
    try:
        if path.stat().st_size > LARGEST:
            return Registry(path.name, fault="it is too large")
        return read_registry(path.read_bytes(), path.name)
    except OSError as error:
        return Registry(path.name, fault=f"its file cannot be read ({type(error).__name__})")
    except RegistryUnreadable as error:
        return Registry(path.name, fault=str(error))


def read_registry(body: bytes, name: str) -> Registry:
    """Read a registry of any of the three forms; raise `RegistryUnreadable`."""
    try:
        if body.lstrip().startswith(b"<"):
            return _trusted_list(body, name)
        found = orjson.loads(body) if body.lstrip().startswith(b"{") else _toml(body)
        return _dcc(found, name) if "registry" in found else _own(found, name)
    except (ValueError, KeyError, TypeError, AttributeError, etree.LxmlError) as error:
        message = f"it is no registry of a known form ({type(error).__name__})"
        raise RegistryUnreadable(message) from None


def fingerprint(der: bytes) -> str:
    """Give the SHA-256 of a certificate, in hex."""
    return hashlib.sha256(der).hexdigest()


def _toml(body: bytes) -> dict[str, Any]:
    return tomllib.loads(body.decode("utf-8"))


def _dcc(found: Mapping[str, Any], name: str) -> Registry:
    """Read DCC's form: `registry` maps each DID to a name and a place."""
    ids = {
        str(did): ListedIssuer(str(entry.get("name") or did), _country(entry))
        for did, entry in found["registry"].items()
    }
    return Registry(name, ids)


def _own(found: Mapping[str, Any], name: str) -> Registry:
    """Read a hub's own form: a list `issuers`, each with a name and its marks."""
    ids: dict[str, ListedIssuer] = {}
    prints: dict[str, ListedIssuer] = {}
    for entry in found["issuers"]:
        issuer = ListedIssuer(entry["name"], _country(entry))
        ids |= dict.fromkeys((*_strings(entry, "dids"), *_strings(entry, "uris")), issuer)
        prints |= dict.fromkeys(map(_hex, _strings(entry, "certificates")), issuer)
    return Registry(str(found.get("name") or name), ids, prints)


def _strings(entry: Mapping[str, Any], key: str) -> list[str]:
    found = entry.get(key, [])
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise TypeError(key)
    return found


def _hex(text: str) -> str:
    return text.lower().removeprefix("sha256:").replace(":", "")


def _country(entry: Mapping[str, Any]) -> str | None:
    found = entry.get("country")
    return found if isinstance(found, str) else None


def _trusted_list(body: bytes, name: str) -> Registry:
    """Read the form of ETSI TS 119 612: services in good standing, by certificate or key."""
    if b"<!DOCTYPE" in body:
        raise ValueError(name)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    root = etree.fromstring(body, parser)
    if etree.QName(root).localname != "TrustServiceStatusList":
        raise ValueError(name)
    country = _text(root, "SchemeTerritory")
    listed: list[tuple[bytes, ListedIssuer]] = []
    keys: dict[str, ListedIssuer] = {}
    for provider in _all(root, "TrustServiceProvider"):
        issuer = ListedIssuer(_text(_first(provider, "TSPName"), "Name") or name, country)
        for service in _all(provider, "ServiceInformation"):
            if (_text(service, "ServiceStatus") or "").rpartition("/")[2] in GRANTED:
                listed += [(der, issuer) for der in _binaries(service, "X509Certificate")]
                keys |= dict.fromkeys((k.hex() for k in _binaries(service, "X509SKI")), issuer)
    return Registry(
        name=_list_name(root) or name,
        fingerprints={fingerprint(der): issuer for der, issuer in listed},
        subject_keys=keys,
        authorities=_by_subject(listed),
        next_update=_next_update(root),
    )


def _by_subject(
    listed: Iterable[tuple[bytes, ListedIssuer]],
) -> dict[bytes, list[tuple[x509.Certificate, ListedIssuer]]]:
    found: dict[bytes, list[tuple[x509.Certificate, ListedIssuer]]] = {}
    for der, issuer in listed:
        try:
            certificate = x509.load_der_x509_certificate(der)
            found.setdefault(certificate.subject.public_bytes(), []).append((certificate, issuer))
        except ValueError:
            continue  # one unreadable entry leaves the others
    return found


def _list_name(root: Any) -> str | None:
    return _text(_first(root, "SchemeName"), "Name")


def _next_update(root: Any) -> datetime | None:
    text = _text(_first(root, "NextUpdate"), "dateTime")
    return datetime.fromisoformat(text) if text else None


def _binaries(node: Any, name: str) -> Iterator[bytes]:
    for found in _all(node, name):
        try:
            yield base64.b64decode("".join((found.text or "").split()), validate=True)
        except binascii.Error:
            continue  # one unreadable entry leaves the others


def _all(node: Any, name: str) -> Iterable[Any]:
    return () if node is None else node.iter("{*}" + name)


def _first(node: Any, name: str) -> Any:
    return next(iter(_all(node, name)), None)


def _text(node: Any, name: str) -> str | None:
    found = _first(node, name)
    return None if found is None or not found.text else str(found.text).strip()
