"""European Digital Credentials of the first generation: the European Learning Model 2 in XML."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from isthmus.credentials.contract import DocumentUnreadable, Reading, Surroundings
from isthmus.credentials.formats import elm_words, stated
from isthmus.credentials.formats.decoding import local_name
from isthmus.credentials.formats.faults import Fault, rows
from isthmus.credentials.formats.opened_format import OpenedFormat, ReadPart, opened_of
from isthmus.credentials.formats.opening import Opened
from isthmus.credentials.formats.xml_signature import signature_rows
from isthmus.model.credential import (
    Credential,
    CredentialAssessment,
    CredentialForm,
    CredentialFormat,
    Result,
    StatedOutcome,
    StatedQualification,
    StatedSkill,
    Subject,
)
from isthmus.model.organization import Organization, OrganizationRole
from isthmus.model.outcome import LevelMark
from isthmus.model.qualification import CreditValue
from isthmus.model.reference import Identifier
from isthmus.model.text import Text
from isthmus.model.verification import Check, CheckKind

_ROOTS = {"verifiablePresentation", "europassCredential"}
_NAMESPACE = "http://data.europa.eu/snb"
_DEEPEST = 4

Node = etree._Element  # noqa: SLF001 - lxml has no other name for it


class EuropeanCredentialXml(OpenedFormat):
    """A credential whose parts point at one another by id inside the document."""

    name = CredentialFormat.ELM_2_XML
    names = (CredentialFormat.ELM_2_XML,)

    def claims(self, opened: Opened) -> bool:
        """Tell by root element and namespace."""
        root = opened.root
        if root is None or local_name(root) not in _ROOTS:
            return False
        return any(str(space).startswith(_NAMESPACE) for space in root.nsmap.values())

    def read_opened(self, opened: Opened, read_part: ReadPart) -> Reading:
        """Read the first credential of the presentation."""
        root = opened.root
        found = None if root is None else _Tree(root).credential()
        if found is None:
            raise DocumentUnreadable("the presentation holds no European Digital Credential")
        return Reading(self.name, found, opened, opened.document)

    async def check(self, reading: Reading, surroundings: Surroundings) -> list[Check]:
        """Check form and seal."""
        root = opened_of(reading).root
        found = rows(CheckKind.FORMAT, _faults(reading.credential), "is a European credential")
        return found if root is None else found + signature_rows(root)


def _faults(credential: Credential) -> Iterator[Fault]:
    for name in ("title", "issuer", "issued_at", "qualification"):
        if getattr(credential, name) is None:
            yield Fault("", f"the credential must state its {name}")


class _Tree:
    """A document with its parts by id."""

    def __init__(self, root: Node) -> None:
        self._root = root
        self._by_id: dict[str, Node] = {}
        for element in root.iter(etree.Element):
            key = element.get("id")
            if key is not None:
                self._by_id.setdefault(key, element)

    def credential(self) -> Credential | None:
        """Read the credential, or None where there is none."""
        is_bare = local_name(self._root) == "europassCredential"
        found = self._root if is_bare else _child(self._root, "europassCredential")
        if found is None:
            return None
        person = _child(found, "credentialSubject")
        achieved = self._achieved(person)
        fields: dict[str, Any] = self._award(achieved, 0) if achieved is not None else {}
        fields.pop("title", None)
        fields.pop("description", None)
        return Credential(
            format=CredentialFormat.ELM_2_XML,
            form=CredentialForm.VERIFIABLE_CREDENTIAL,
            title=_text(_child(found, "title")),
            description=_text(_child(found, "description")),
            uri=_attribute(found, "id"),
            issuer=self._organisation(_child(found, "issuer")),
            subject=_person(person),
            scale=elm_words.scale(_concept(_child(found, "type"))),
            issued_at=stated.moment(_value(found, "issued")),
            valid_from=stated.moment(_value(found, "validFrom")),
            valid_until=stated.moment(_value(found, "validUntil")),
            **fields,
        )

    def _achieved(self, person: Node | None) -> Node | None:
        holder = _child(person, "achievements")
        return _child(holder, "learningAchievement")

    def _target(self, element: Node | None) -> Node | None:
        """Follow a reference to what it names."""
        if element is None:
            return None
        return self._by_id.get(element.get("idref") or "", element)

    def _award(self, achieved: Node, depth: int) -> dict[str, Any]:
        spec = self._target(_child(achieved, "specifiedBy"))
        title = _text(_child(spec, "title")) or _text(_child(achieved, "title"))
        outcomes = tuple(self._outcomes(spec))
        holder = _child(achieved, "hasPart")
        inner = (
            [] if holder is None or depth >= _DEEPEST else _children(holder, "learningAchievement")
        )
        return {
            "title": _text(_child(achieved, "title")) or title,
            "description": _text(_child(achieved, "description")),
            "qualification": _qualification(spec, title),
            "learning_type": elm_words.learning_type(_concept(_child(spec, "learningSettingType"))),
            "outcomes": outcomes,
            "skills": tuple(dict.fromkeys(s for found in outcomes for s in found.skills)),
            "credits": tuple(_credits(spec)),
            "level": _level(spec),
            "workload": elm_words.workload(_value(spec, "volumeOfLearning")),
            "assessment": _assessment(_children(achieved, "wasDerivedFrom")),
            "languages": tuple(_languages(spec)),
            "parts": tuple(self._part(item, depth) for item in inner),
        }

    def _part(self, achieved: Node, depth: int) -> Credential:
        return Credential(
            format=CredentialFormat.ELM_2_XML,
            form=CredentialForm.VERIFIABLE_CREDENTIAL,
            **self._award(achieved, depth + 1),
        )

    def _outcomes(self, spec: Node | None) -> Iterator[StatedOutcome]:
        holder = _child(spec, "learningOutcomes")
        for item in (*_children(holder, "learningOutcome"), *_children(spec, "learningOutcome")):
            found = self._target(item)
            title = _text(_child(found, "name")) or _text(_child(found, "title"))
            if title is not None:
                yield StatedOutcome(title, None, tuple(_skills(found)))

    def _organisation(self, element: Node | None) -> Organization | None:
        found = self._target(element)
        name = _text(_child(found, "prefLabel")) or _text(_child(found, "altLabel"))
        if found is None or name is None:
            return None
        page = _child(found, "homepage")
        return Organization(
            name=name,
            uri=stated.url(page.get("uri")) if page is not None else None,
            roles=(OrganizationRole.ISSUER,),
            identifiers=tuple(_identifiers(found)),
        )


def _children(element: Node | None, name: str) -> list[Node]:
    if element is None:
        return []
    return [child for child in element if local_name(child) == name]


def _child(element: Node | None, name: str) -> Node | None:
    return next(iter(_children(element, name)), None)


def _value(element: Node | None, name: str) -> str | None:
    found = _child(element, name)
    return stated.word(found.text) if found is not None else None


def _attribute(element: Node, name: str) -> str | None:
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name and stated.is_url(str(value)):
            return str(value)
    return None


def _text(element: Node | None) -> Text | None:
    told = [
        {"@value": item.text, "@language": item.get("lang") or "und"}
        for item in _children(element, "text")
    ]
    return stated.text(told, "en")


def _concept(element: Node | None) -> str | None:
    found = _text(_child(element, "targetName"))
    return found.value if found else None


def _qualification(spec: Node | None, title: Text | None) -> StatedQualification | None:
    if title is None:
        return None
    return StatedQualification(name=title, code=_value(spec, "identifier"))


def _skills(outcome: Node | None) -> Iterator[StatedSkill]:
    for name, scheme in (("relatedEscoSkill", "ESCO"), ("relatedSkill", None)):
        for item in _children(outcome, name):
            found, uri = _text(_child(item, "targetName")), item.get("uri")
            yield StatedSkill(
                text=found.value if found else None,
                uri=uri if stated.is_url(uri) else None,
                scheme=scheme or item.get("targetFrameworkUrl"),
                language=found.language if found else None,
            )


def _credits(spec: Node | None) -> Iterator[CreditValue]:
    points = stated.number(_value(spec, "hasECTSCreditPoints"))
    if points is not None:
        yield CreditValue("ECTS", points)


def _level(spec: Node | None) -> LevelMark | None:
    level = _child(spec, "eqfLevel")
    if level is None:
        return None
    found = elm_words.eqf(level.get("uri"))
    return LevelMark("EQF", found) if found else None


def _assessment(found: list[Node]) -> CredentialAssessment | None:
    if not found:
        return None
    watched = elm_words.supervision(_concept(_child(found[0], "idVerificationMethod")))
    return CredentialAssessment(
        supervised=watched.supervised,
        identity_checked=watched.identity_checked,
        results=tuple(_results(found)),
    )


def _results(found: list[Node]) -> Iterator[Result]:
    for item in found:
        title, grade = _text(_child(item, "title")), _value(item, "grade")
        if grade is not None:
            yield Result(title.value if title else None, grade)


def _languages(spec: Node | None) -> Iterator[str]:
    for item in _children(spec, "language"):
        found = elm_words.language(item.get("uri") or stated.word(item.text))
        if found:
            yield found


def _identifiers(found: Node) -> Iterator[Identifier]:
    for name, scheme in (("vatIdentifier", "VAT"), ("registration", "REGISTRATION")):
        for item in _children(found, name):
            if value := stated.word(item.text):
                yield Identifier(scheme, value)


def _person(found: Node | None) -> Subject:
    if found is None:
        return Subject()
    name = _text(_child(found, "fullName"))
    box = _child(_child(found, "contactPoint"), "mailBox")
    email = (box.get("uri") or "").removeprefix("mailto:") if box is not None else ""
    return Subject(
        id=found.get("id"),
        name=name.value if name else None,
        identity=email or None,
        identity_kind="email" if email else None,
    )
