"""Organizations, described or only referred to."""

from __future__ import annotations

import pytest

from isthmus.connector.records import Identifier, OrganizationRecord
from isthmus.model.organization import Organization, OrganizationRole
from isthmus.model.reference import Reference
from isthmus.model.text import Text
from isthmus.normalise.drift import Drift
from isthmus.normalise.organization import identifiers, organization, organization_link


def test_a_body_keeps_what_is_said_of_it() -> None:
    record = OrganizationRecord(
        name={"en": "Board", "fr": "Conseil"}, uri="urn:o", roles=["issuer", "Quality Agency"],
        country="France", did="did:example:1", language="fr",
        identifiers=[Identifier(scheme="SIRET", value="1")] * 2,
    )  # fmt: skip
    found = organization(record, Drift())
    assert found is not None
    assert found.name == Text("Conseil", "fr", {"en": "Board"})
    assert found.roles == (OrganizationRole.ISSUER, OrganizationRole.QUALITY_AGENCY)
    assert (found.country, found.did, len(found.identifiers)) == ("FR", "did:example:1", 1)


def test_a_body_without_a_name_is_none() -> None:
    assert organization(OrganizationRecord(), Drift()) is None
    assert organization(OrganizationRecord(name="  "), Drift()) is None


def test_a_role_that_does_not_read_is_noted_and_left_out() -> None:
    drift = Drift()
    found = organization(OrganizationRecord(name="B", roles=["king", "provider"]), drift)
    assert found is not None
    assert found.roles == (OrganizationRole.PROVIDER,)
    assert drift.lines() == ["roles: 'king' does not read (1x)"]


def test_a_role_given_and_stated_stands_once() -> None:
    stated = OrganizationRecord(name="B", roles=["employer"])
    found = organization(stated, Drift(), roles=(OrganizationRole.EMPLOYER,))
    assert found is not None
    assert found.roles == (OrganizationRole.EMPLOYER,)


def test_a_country_that_is_none_stays_unknown() -> None:
    found = organization(OrganizationRecord(name="B", country="Atlantis"), Drift())
    assert found is not None
    assert found.country is None


def test_inside_another_record_a_uri_alone_is_a_reference() -> None:
    role = OrganizationRole.EMPLOYER
    assert organization_link(None, role, "en", Drift()) is None
    assert organization_link(OrganizationRecord(), role, "en", Drift()) is None
    referred = organization_link(OrganizationRecord(uri="urn:o"), role, "en", Drift())
    assert referred == Reference(uri="urn:o")
    described = organization_link(OrganizationRecord(name="B", uri="urn:o"), role, "en", Drift())
    assert described == Organization(Text("B", "en"), "urn:o", (role,))


def test_equal_values_of_two_schemes_are_two_identifiers() -> None:
    stated = [Identifier(scheme="A", value="1"), Identifier(scheme="B", value="1")]
    assert len(identifiers([*stated, *stated])) == 2


@pytest.mark.parametrize(
    "record",
    [
        OrganizationRecord(name=" Works ", uri="urn:o", country="France", did="did:example:1"),
        OrganizationRecord(name="Werke", language="DE"),
        OrganizationRecord(name="  "),
    ],
)
def test_an_employer_reads_as_any_body_does(record: OrganizationRecord) -> None:
    role = OrganizationRole.EMPLOYER
    described = organization(record, Drift(), roles=(role,), language="en")
    for _ in range(2):
        assert organization_link(record, role, "en", Drift()) == described
