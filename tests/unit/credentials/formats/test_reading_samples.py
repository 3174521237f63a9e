"""A document of each format is read into the one shape, and says no more than it states."""

from __future__ import annotations

import pytest

from isthmus.credentials.contract import Document
from isthmus.credentials.reading import FORMATS
from isthmus.model.credential import CredentialForm, CredentialFormat, EvidenceKind, StatedSkill
from isthmus.model.outcome import LevelMark
from isthmus.model.qualification import CreditValue, LearningType, Scale, Workload
from tests.unit.credentials.formats.shelf import (
    SAMPLES,
    read_json,
    read_sample,
    sample,
    sample_json,
)

FORMAT_OF = {
    "blockcerts-2.json": CredentialFormat.BLOCKCERTS,
    "clr-2.json": CredentialFormat.CLR_2,
    "digilocker.xml": CredentialFormat.DIGILOCKER_XML,
    "elm-2.xml": CredentialFormat.ELM_2_XML,
    "elm-3.json": CredentialFormat.ELM_3,
    "endorsement.json": CredentialFormat.OPEN_BADGES_3,
    "incredible.json": CredentialFormat.INCREDIBLE,
    "nft.json": CredentialFormat.NFT,
    "open-badges-2.json": CredentialFormat.OPEN_BADGES_2,
    "open-badges-3.json": CredentialFormat.OPEN_BADGES_3,
    "pages.pdf": CredentialFormat.PDF,
    "presentation.json": CredentialFormat.W3C_VC_2,
    "statement.json": CredentialFormat.SELF_STATEMENT,
    "w3c-1.json": CredentialFormat.W3C_VC_1_1,
    "w3c-2.json": CredentialFormat.W3C_VC_2,
}


def test_every_sample_has_its_format_named_here() -> None:
    assert {path.name for path in SAMPLES.iterdir() if path.suffix != ".md"} == set(FORMAT_OF)


@pytest.mark.parametrize("name", sorted(FORMAT_OF))
def test_a_sample_is_read_as_its_format_with_its_bytes_kept(name: str) -> None:
    reading = read_sample(name)
    assert reading.format is FORMAT_OF[name]
    assert reading.credential.format is reading.format
    assert reading.document.body == sample(name)


@pytest.mark.parametrize("name", sorted(FORMAT_OF))
def test_the_first_format_that_recognises_a_sample_reads_it_too(name: str) -> None:
    document = Document(sample(name))
    known = next(item for item in FORMATS if item.recognises(document))
    assert known.read(document).format is FORMAT_OF[name]


def test_a_badge_names_what_was_earned_by_whom_and_from_whom() -> None:
    found = read_sample("open-badges-3.json").credential
    assert found.title is not None
    assert found.title.value == "Hand loom weaving, stage two"
    assert found.qualification is not None
    assert found.qualification.uri == "https://weavers.example/achievements/loom-2"
    assert found.qualification.code == "LOOM-2"
    assert found.issuer is not None
    assert found.issuer.country == "KE"
    assert found.subject.hashed
    assert found.subject.salt == "pepper"
    assert found.valid_until is not None
    assert found.valid_until.year == 2031


def test_a_badge_keeps_each_alignment_with_its_target_code_and_framework() -> None:
    found = read_sample("open-badges-3.json").credential
    assert (
        StatedSkill("operate looms", "https://skills.example/loom", "S-9", "Example skills")
        in found.skills
    )
    assert found.outcomes[0].text.value == "Evenness of the cloth"
    assert found.outcomes[0].skills[0].uri == "https://skills.example/quality"


def test_a_badge_says_micro_only_because_it_states_it() -> None:
    assert read_sample("open-badges-3.json").credential.scale is Scale.MICRO
    claims = sample_json("open-badges-3.json")
    claims["credentialSubject"]["achievement"]["achievementType"] = "Badge"
    assert read_json(claims).credential.scale is Scale.UNKNOWN


def test_a_result_is_given_in_the_words_of_its_description() -> None:
    found = read_sample("open-badges-3.json").credential.assessment
    assert found is not None
    (result,) = found.results
    assert (result.name, result.value, result.status) == ("Evenness of the cloth", "B", "Completed")


def test_the_endorsement_of_an_issuer_is_a_reading_of_its_own() -> None:
    (endorsement,) = read_sample("open-badges-3.json").endorsements
    assert endorsement.credential.issuer is not None
    assert endorsement.credential.issuer.name.value == "Crafts Council"
    assert endorsement.credential.description is not None
    assert endorsement.credential.description.value == "A guild that teaches well."


def test_the_parts_of_a_record_are_credentials_of_their_own() -> None:
    reading = read_sample("clr-2.json")
    (part,) = reading.nested
    assert part.format is CredentialFormat.OPEN_BADGES_3
    assert reading.credential.parts == (part.credential,)


def test_a_presentation_shows_the_credential_in_it() -> None:
    reading = read_sample("presentation.json")
    assert len(reading.nested) == 1
    assert reading.credential.title is not None
    assert reading.credential.title.value == "First aid"


def test_names_in_several_languages_are_kept() -> None:
    title = read_sample("w3c-2.json").credential.title
    assert title is not None
    assert (title.language, dict(title.others)) == ("en", {"es": "Primeros auxilios"})


@pytest.mark.mission("S54")
def test_a_hosted_badge_keeps_the_hashed_recipient_hashed() -> None:
    found = read_sample("open-badges-2.json").credential
    assert found.form is CredentialForm.HOSTED_BADGE
    assert (found.subject.identity, found.subject.hashed) == ("sha256$00bb", True)
    assert found.skills[0].uri == "https://skills.example/bees"


def test_a_european_credential_brings_level_credits_workload_outcome_and_skill() -> None:
    found = read_sample("elm-3.json").credential
    assert found.level == LevelMark("EQF", "4")
    assert found.credits == (CreditValue("ECTS", 2.0),)
    assert found.workload == Workload(50.0, 50.0, "PT50H")
    assert found.outcomes[0].skills[0].scheme == "ESCO"
    assert found.learning_type is LearningType.NON_FORMAL
    assert found.scale is Scale.MICRO
    assert found.languages == ("fr",)


def test_a_european_assessment_says_whether_identity_was_checked() -> None:
    found = read_sample("elm-3.json").credential.assessment
    assert found is not None
    assert (found.supervised, found.identity_checked) == (True, True)
    assert found.results[0].value == "Pass"


def test_a_european_credential_in_xml_is_read_through_its_references() -> None:
    found = read_sample("elm-2.xml").credential
    assert found.issuer is not None
    assert found.issuer.name.value == "Bridge University"
    assert found.credits == (CreditValue("ECTS", 120.0),)
    assert found.level == LevelMark("EQF", "7")
    assert found.skills[0].uri == "http://data.europa.eu/esco/skill/bridge"


def test_an_indian_skill_credential_parts_the_qualification_from_its_skills() -> None:
    found = read_sample("incredible.json").credential
    assert found.qualification is not None
    assert found.qualification.code == "SOL/Q1"
    assert [skill.code for skill in found.skills] == ["SOL/N1"]
    assert found.level == LevelMark("NSQF", "4")
    assert found.evidence[0].kind is EvidenceKind.ASSESSMENT_RESULT


def test_a_store_certificate_keeps_results_and_no_number_of_the_person() -> None:
    reading = read_sample("digilocker.xml")
    found = reading.credential
    assert found.assessment is not None
    assert [(r.name, r.value) for r in found.assessment.results] == [
        (None, "8.2"),
        ("ECONOMICS", "A2"),
        ("PHYSICS", "B1"),
    ]
    assert "999999999999" not in repr(found)
    assert "Parent" not in repr(found)


def test_a_date_that_lost_its_leading_zero_is_padded() -> None:
    issued = read_sample("digilocker.xml").credential.issued_at
    assert issued is not None
    assert (issued.day, issued.month, issued.year) == (1, 5, 2021)


def test_a_pdf_claims_nothing() -> None:
    found = read_sample("pages.pdf").credential
    assert found.form is CredentialForm.UPLOADED_FILE
    assert (found.title, found.issuer, found.skills) == (None, None, ())


def test_a_token_record_shows_its_public_fields_and_not_its_owner() -> None:
    found = read_sample("nft.json").credential
    assert found.form is CredentialForm.NFT_RECORD
    assert found.title is not None
    assert found.title.value == "Graduate no. 7"
    assert "0xabc" not in repr(found)


def test_a_statement_is_the_learners_own() -> None:
    found = read_sample("statement.json").credential
    assert found.form is CredentialForm.SELF_STATEMENT
    assert [skill.text for skill in found.skills] == ["repair bicycles", "true wheels"]
    assert found.issuer is None


def test_a_degree_named_by_a_subject_is_what_was_earned() -> None:
    claims = sample_json("w3c-1.json")
    claims["credentialSubject"]["degree"] = {"type": "BachelorDegree", "name": "Bachelor of Boats"}
    found = read_json(claims).credential.qualification
    assert found is not None
    assert found.name is not None
    assert (found.name.value, found.kind) == ("Bachelor of Boats", "BachelorDegree")
