"""Certificates as a locker holds them: XML of the academic schema, of a skill course, and a PDF.

Kept on purpose, because the original does it too: attributes for everything, empty ones where
nothing is known, days first in dates, a `uid` beside the name of a person.
"""

from __future__ import annotations

from xml.etree import ElementTree as ET

from isthmus.playground.draw import Draw
from isthmus.playground.people import HeldCertificate, Person, StoreIssuer

SUBJECTS = (("101", "English"), ("041", "Mathematics"), ("043", "Chemistry"), ("042", "Physics"))
OUTCOMES = (
    ("ELE/N9901", "install photovoltaic systems"),
    ("ELE/N9902", "mount photovoltaic panels"),
    ("ELE/N9903", "install inverter"),
    ("ELE/N9904", "follow safety procedures when working at heights"),
    ("ELE/N9905", "electrical wiring plans"),
)
COURSE = "Solar Panel Installation Technician"
TITLES = {"school": "Higher Secondary Certificate", "course": COURSE, "pdf": "Degree Certificate"}
_ADDRESS = ("type", "line1", "line2", "house", "landmark", "locality", "vtc", "district", "pin")


def title_of(held: HeldCertificate) -> str:
    """Name a certificate as the locker lists it."""
    return TITLES[held.form]


def document_of(person: Person, held: HeldCertificate, issuer: StoreIssuer) -> tuple[bytes, str]:
    """Return a certificate's bytes and media type."""
    if held.form == "pdf":
        return _pdf(
            f"{TITLES['pdf']} {held.number}, {person.name}, {issuer.name}"
        ), "application/pdf"
    root = _certificate(person, held, issuer)
    data = ET.SubElement(root, "CertificateData")
    (_school if held.form == "school" else _course)(data, person, held)
    body: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return body, "application/xml"


def _certificate(person: Person, held: HeldCertificate, issuer: StoreIssuer) -> ET.Element:
    # one of them carries what no certificate should: a number the hub must never keep or show
    name = TITLES[held.form] + (f" {person.aadhaar}" if person.aadhaar else "")
    day = held.issued.strftime("%d-%m-%Y")
    root = ET.Element(
        "Certificate", language="99", name=name, type=held.kind, number=held.number,
        prevNumber="", expiryDate="", validFromDate=day, issuedAt="", issueDate=day, status="A",
    )  # fmt: skip
    by = ET.SubElement(ET.SubElement(root, "IssuedBy"), "Organization", name=issuer.name,
                       code="", tin="", uid="", type=issuer.kind)  # fmt: skip
    _address(by, state=issuer.state)
    to = ET.SubElement(
        ET.SubElement(root, "IssuedTo"), "Person", uid=person.aadhaar, title="", name=person.name,
        dob=person.born.strftime("%d-%m-%Y"), swd="", swdIndicator="", motherName="",
        gender=person.gender, maritalStatus="", religion="", category="", disabilityStatus="",
        phone="", email="",
    )  # fmt: skip
    _address(to, state=issuer.state)
    ET.SubElement(to, "Photo", format="")
    return root


def _address(of: ET.Element, *, state: str) -> None:
    ET.SubElement(of, "Address", dict.fromkeys(_ADDRESS, "") | {"state": state, "country": "IN"})


def _school(data: ET.Element, person: Person, held: HeldCertificate) -> None:
    draw = Draw(f"marks:{person.key}")
    ET.SubElement(data, "School", name="Sea View High School", code="20077")
    year = f"{held.issued.year}"
    ET.SubElement(
        data, "Examination", name="Higher Secondary Examination", month="MARCH", year=year
    )
    marks = [draw.number(55, 96) for _ in SUBJECTS]
    performance = ET.SubElement(
        data, "Performance", result="PASS", marksTotal=f"{sum(marks)}",
        marksMax=f"{100 * len(marks)}", percentage="", cgpa="", cgpaMax="", grade="",
        resultDate=held.issued.strftime("%d-%m-%Y"), updateDate="",
    )  # fmt: skip
    subjects = ET.SubElement(performance, "Subjects")
    for (code, name), total in zip(SUBJECTS, marks, strict=True):
        ET.SubElement(
            subjects, "Subject", name=name, code=code, marksTheory=f"{total - 18}",
            marksMaxTheory="80", marksPractical="18", marksMaxPractical="20",
            marksTotal=f"{total}", marksMax="100", gp="", gpMax="", grade="A2",
        )  # fmt: skip


def _course(data: ET.Element, person: Person, held: HeldCertificate) -> None:
    ET.SubElement(
        data, "Course", name=COURSE, qpCode="ELE/Q9900", nsqfLevel="4", nsqfVersion="2023",
        sector="Power", scheme="Short Term Training", hours="320", credits="11",
    )  # fmt: skip
    ET.SubElement(data, "TrainingPartner", name="Sunrise Skills Centre", code="TP0000")
    outcomes = ET.SubElement(data, "Outcomes")
    for code, name in OUTCOMES:
        ET.SubElement(outcomes, "Outcome", code=code, name=name)
    day = held.issued.strftime("%d-%m-%Y")
    grade = Draw(f"grade:{person.key}").one(("A", "B"))
    ET.SubElement(data, "Performance", result="PASS", grade=grade, percentage="", resultDate=day)


def _pdf(text: str) -> bytes:
    """Write one line on one page."""
    said = text.encode("latin-1", errors="replace").replace(b"(", b"[").replace(b")", b"]")
    stream = b"BT /F1 14 Tf 60 760 Td (" + said + b") Tj ET"
    font = b"/Resources << /Font << /F1 5 0 R >> >>"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R %s >>" % font,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    tail = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return body + head + table + tail % (len(parts) + 1, len(body))
