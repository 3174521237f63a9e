"""Certificates of DigiLocker and API Setu, in XML or its JSON form, by local name."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from lxml import etree

from isthmus.credentials.contract import Document, DocumentUnreadable, Reading, Surroundings
from isthmus.credentials.formats import stated
from isthmus.credentials.formats.decoding import local_name, xml_root
from isthmus.credentials.formats.delivery import delivery_rows, issuer_of_uri
from isthmus.credentials.formats.digilocker_course import course_of
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
    StatedQualification,
    Subject,
)
from isthmus.model.organization import Organization, OrganizationRole
from isthmus.model.qualification import LearningType
from isthmus.model.reference import Identifier
from isthmus.model.text import Text
from isthmus.model.verification import Check, CheckKind, CheckResult

_DEEPEST = 12
_STATUS = {
    "A": (CheckResult.PASS, "the certificate says that it is active"),
    "E": (CheckResult.FAIL, "the certificate says that it expired"),
    "R": (CheckResult.FAIL, "the certificate says that it was revoked"),
    "S": (CheckResult.FAIL, "the certificate says that it is suspended"),
}
_RESULT_KEYS = ("grade", "marksTotal", "gp")


class DigiLocker(OpenedFormat):
    """An academic certificate of an Indian board, university or institute."""

    name = CredentialFormat.DIGILOCKER_XML
    names = (CredentialFormat.DIGILOCKER_XML,)

    def claims(self, opened: Opened) -> bool:
        """Tell by the root's local name, or by the parts of the JSON form."""
        if opened.root is not None:
            return local_name(opened.root) in {"Certificate", "PullURIResponse", "PullDocResponse"}
        return "CertificateData" in opened.claims or "IssuedTo" in opened.claims

    def read_opened(self, opened: Opened, read_part: ReadPart) -> Reading:
        """Read a certificate, also where it comes in an answer of the issuer's interface."""
        if opened.root is not None:
            document = _named(opened.document, opened.root)
            opened = replace(opened, document=document, root=_certificate(opened.root))
        tree = _tree(opened)
        credential = _credential(tree, opened)
        return Reading(self.name, credential, opened, opened.document)

    async def check(self, reading: Reading, surroundings: Surroundings) -> list[Check]:
        """Check form, what a certificate must state, its status, signature and delivery."""
        del surroundings
        opened = opened_of(reading)
        tree = _tree(opened)
        found = rows(CheckKind.FORMAT, _form(tree), "is a certificate of the store's form")
        found += rows(CheckKind.SCHEMA, _required(tree), "states what a certificate must")
        found += _status_rows(tree)
        if opened.root is not None:
            found += signature_rows(opened.root)
        named = reading.credential.issuer is not None
        return found + delivery_rows(opened.document, names_issuer=named)


def _named(document: Document, root: etree._Element) -> Document:
    """Take the issuer's id from the URI that an answer states, where the store named none.

    A URI inside the certificate itself is its writer's word, and is not looked at.
    """
    if document.issued_by is not None or local_name(root) == "Certificate":
        return document
    parts = [root, *(child for child in root if local_name(child) == "DocDetails")]
    stated = [child.text or "" for part in parts for child in part if local_name(child) == "URI"]
    return replace(document, issued_by=next(map(issuer_of_uri, stated), None))


def _certificate(root: etree._Element) -> etree._Element:
    if local_name(root) == "Certificate":
        return root
    for element in root.iter(etree.Element):
        if local_name(element) == "Certificate":
            return element
        if local_name(element) == "DataContent" and (element.text or "").strip():
            return _inner(element.text or "")
    raise DocumentUnreadable("the answer of the issuer holds no certificate")


def _inner(content: str) -> etree._Element:
    try:
        body = base64.b64decode("".join(content.split()), validate=True)
    except (binascii.Error, ValueError) as fault:
        raise DocumentUnreadable("the content of the answer is not base64") from fault
    root = xml_root(body)
    if local_name(root) != "Certificate":
        raise DocumentUnreadable("the content of the answer is no certificate")
    return root


def _tree(opened: Opened) -> Mapping[str, Any]:
    """Give XML and JSON the one shape of the JSON form."""
    return opened.claims if opened.root is None else _node(opened.root, 0)


def _node(element: etree._Element, depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        str(key).rpartition("}")[2]: str(value) for key, value in element.attrib.items()
    }
    if depth < _DEEPEST:
        for child in element:
            name = local_name(child)
            if name and name != "Signature":
                found[name] = [*stated.many(found.get(name)), _node(child, depth + 1)]
    return found


def _down(tree: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    for name in names:
        tree = stated.first(tree.get(name))
    return tree


def _credential(tree: Mapping[str, Any], opened: Opened) -> Credential:
    data = _down(tree, "CertificateData")
    name = stated.word(tree.get("name"))
    title = Text(name) if name else None
    delivered = opened.document.hmac is not None or opened.document.register is not None
    course = course_of(data, "en")  # the form states texts in English, whatever it says of itself
    return Credential(
        format=CredentialFormat.DIGILOCKER_XML,
        form=CredentialForm.REGISTER_ENTRY if delivered else CredentialForm.SIGNED_DOCUMENT,
        title=title,
        description=_examination(data),
        issuer=_issuer(tree, opened.document.issued_by),
        subject=_subject(tree),
        qualification=_qualification(tree, title, course.code),
        learning_type=_setting(data),
        issued_at=stated.day_first(tree.get("issueDate")) or _result_date(data),
        valid_from=stated.day_first(tree.get("validFromDate")),
        valid_until=stated.day_first(tree.get("expiryDate")),
        assessment=_assessment(data),
        outcomes=course.outcomes,
        skills=tuple(skill for outcome in course.outcomes for skill in outcome.skills),
        level=course.level,
        credits=course.credits,
        workload=course.workload,
    )


def _qualification(
    tree: Mapping[str, Any], title: Text | None, code: str | None
) -> StatedQualification | None:
    kind = stated.word(tree.get("type"))
    return StatedQualification(name=title, kind=kind, code=code) if title or kind else None


def _setting(data: Mapping[str, Any]) -> LearningType:
    """Tell the setting: a certificate that names the school it is of is of formal learning."""
    return LearningType.FORMAL if _down(data, "School") else LearningType.UNKNOWN


def _result_date(data: Mapping[str, Any]) -> Any:
    return stated.day_first(_down(data, "Performance").get("resultDate"))


def _examination(data: Mapping[str, Any]) -> Text | None:
    found = _down(data, "Examination")
    said = [stated.word(found.get(name)) for name in ("name", "month", "year")]
    return Text(" ".join(word for word in said if word)) if said[0] else None


def _issuer(tree: Mapping[str, Any], stated_by_store: str | None) -> Organization | None:
    found = _down(tree, "IssuedBy", "Organization")
    name = stated.word(found.get("name"))
    if name is None:
        return None
    named = (stated_by_store or "").partition(":")[2]
    code = stated.word(found.get("code"))
    country = stated.word(_down(found, "Address").get("country"))
    return Organization(
        name=Text(name),
        roles=(OrganizationRole.ISSUER,),
        country=country if country is not None and len(country) == 2 else None,  # noqa: PLR2004
        identifiers=tuple(Identifier("DIGILOCKER", x) for x in dict.fromkeys((named, code)) if x),
    )


def _subject(tree: Mapping[str, Any]) -> Subject:
    """Read the name; the number of the person, the parents and the photo stay unread."""
    return Subject(name=stated.word(_down(tree, "IssuedTo", "Person").get("name")))


def _assessment(data: Mapping[str, Any]) -> CredentialAssessment | None:
    performance = _down(data, "Performance")
    found = list(_results(performance))
    return CredentialAssessment(results=tuple(found)) if found else None


def _results(performance: Mapping[str, Any]) -> Iterator[Result]:
    overall = stated.word(performance.get("result"))
    if overall:
        marks = ("grade", "cgpa", "percentage", "marksTotal")
        yield Result(None, _first_of(performance, marks), overall)
    holder = performance.get("Subjects")
    for item in stated.objects(holder):
        subjects = stated.objects(item.get("Subject")) if "Subject" in item else [item]
        for subject in subjects:
            name = stated.word(subject.get("name"))
            value = _first_of(subject, _RESULT_KEYS)
            if name:
                yield Result(name, value)


def _first_of(found: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    return next((value for name in names if (value := stated.word(found.get(name)))), None)


def _form(tree: Mapping[str, Any]) -> Iterator[Fault]:
    for name in ("IssuedBy", "IssuedTo", "CertificateData"):
        if not stated.objects(tree.get(name)):
            yield Fault(f"/{name}", f"a certificate must have {name}")


def _required(tree: Mapping[str, Any]) -> Iterator[Fault]:
    for name in ("name", "type", "number"):
        if stated.word(tree.get(name)) is None:
            yield Fault(f"/{name}", f"a certificate must state its {name}")
    for name in ("issueDate", "validFromDate", "expiryDate"):
        if stated.word(tree.get(name)) and stated.day_first(tree[name]) is None:
            yield Fault(f"/{name}", f"{name} must be a date")


def _status_rows(tree: Mapping[str, Any]) -> list[Check]:
    found = _STATUS.get((stated.word(tree.get("status")) or "").upper())
    if found is None:
        return []
    kind = CheckKind.EXPIRY if "expired" in found[1] else CheckKind.STATUS_LIST
    result, detail = found
    if result is CheckResult.PASS:  # its own word for it, from the day it was written
        result = CheckResult.WARN
        detail += "; no list was asked"
    return [Check(kind, result, detail, path="/status")]
