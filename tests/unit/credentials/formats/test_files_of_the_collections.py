"""Every file of the collections is read, or refused with a sentence; never anything else."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from isthmus.credentials.contract import Document, DocumentUnreadable
from isthmus.credentials.reading import read
from isthmus.model.outcome import LevelMark
from isthmus.model.qualification import CreditValue, LearningType, Scale, Workload

FOLDERS = (
    "blockcerts", "clr-2", "dcc", "did", "digilocker", "elm", "incredible", "ler-rs",
    "openbadges-2", "openbadges-3", "openid4vp", "sd-jwt", "sunbird-rc", "w3c-vc/vcdm2-suite",
    "w3c-vc/vcdm2-schema", "w3c-vc/vc-di-eddsa", "w3c-vc/vc-di-ecdsa",
)  # fmt: skip
# folders of which every file of these endings is a credential
READ_WHOLE = {
    "clr-2": (".json", ".jwt"),
    "openbadges-3/spec-examples": (".json",),
    "w3c-vc/vcdm2-suite/input": (".json",),
    "dcc": (".json",),
    "elm/Credentials": (".json", ".jsonld", ".xml"),
}


@pytest.mark.shared
@pytest.mark.parametrize("folder", FOLDERS)
def test_each_file_is_read_or_refused_with_a_sentence(folder: str, fixtures: Path) -> None:
    told: Counter[bool] = Counter()
    for path in sorted((fixtures / "credentials" / folder).rglob("*")):
        if path.is_file():
            try:
                read(Document(path.read_bytes()))
            except DocumentUnreadable as unreadable:
                told[bool(str(unreadable))] += 1
    assert told[False] == 0


@pytest.mark.shared
@pytest.mark.parametrize("folder", sorted(READ_WHOLE))
def test_each_credential_of_a_folder_is_read(folder: str, fixtures: Path) -> None:
    paths = [
        path
        for path in sorted((fixtures / "credentials" / folder).rglob("*"))
        if path.suffix in READ_WHOLE[folder]
    ]
    assert paths
    for path in paths:
        assert read(Document(path.read_bytes())).document.body == path.read_bytes()


@pytest.mark.shared
@pytest.mark.parametrize(
    "name",
    ["openbadges-2/redirected-validation-subject", "incredible/schema/CompositeIdentity",
     "incredible/schema/CertificateExtension"],
)  # fmt: skip
def test_what_was_published_damaged_is_refused(name: str, fixtures: Path) -> None:
    body = (fixtures / "credentials" / f"{name}.json").read_bytes()
    with pytest.raises(DocumentUnreadable, match=r"not valid JSON|no format known"):
        read(Document(body))


@pytest.mark.shared
def test_the_full_badge_says_all_it_states(fixtures: Path) -> None:
    reading = read(Document((fixtures / "credentials/openbadges-3/complete.json").read_bytes()))
    found = reading.credential
    assert found.issuer is not None
    assert found.issuer.name.value == "1EdTech University"
    assert found.credits == (CreditValue("UNSTATED", 42.0),)
    assert "https://1edtech.edu/catalog/degree" in {skill.uri for skill in found.skills}
    assert found.assessment is not None
    assert [r.value or r.status for r in found.assessment.results] == ["A", "Mastered", "Completed"]
    assert len(reading.endorsements) == 5


@pytest.mark.mission("M2")
@pytest.mark.shared
def test_the_european_micro_credential_says_all_it_states(fixtures: Path) -> None:
    folder = fixtures / "credentials/elm/Credentials/JSON-LD Examples (ELM v3)"
    body = (folder / "Sample-MC-Annex1-signed.jsonld").read_bytes()
    found = read(Document(body)).credential
    assert found.qualification is not None
    assert found.qualification.name is not None
    assert found.qualification.name.value == "Digital micro-credential creation"
    assert (found.scale, found.learning_type) == (Scale.MICRO, LearningType.NON_FORMAL)
    assert found.level == LevelMark("EQF", "6")
    assert found.credits == (CreditValue("ECTS", 2.0),)
    assert found.workload == Workload(60.0, 60.0, "PT60H")
    assert sum(skill.scheme == "ESCO" for skill in found.skills) == 4
    assert found.assessment is not None
    assert (found.assessment.supervised, found.assessment.identity_checked) == (False, False)
    assert found.languages == ("en",)


@pytest.mark.mission("S28")
@pytest.mark.shared
def test_the_european_micro_credential_keeps_languages_and_no_picture(fixtures: Path) -> None:
    folder = fixtures / "credentials/elm/Credentials/JSON-LD Examples (ELM v3)"
    body = (folder / "Sample-MC-Annex1-signed.jsonld").read_bytes()
    found = read(Document(body)).credential
    assert found.title is not None
    assert found.title.value == "Micro-Credential"
    assert found.issuer is not None
    assert found.issuer.name.value == "ORGANIZACION TEST"
    assert found.qualification is not None
    assert found.qualification.name is not None
    assert found.qualification.name.value == "Digital micro-credential creation"
    assert found.workload == Workload(60.0, 60.0, "PT60H")  # of the activity that influenced it
    assert found.credits == (CreditValue("ECTS", 2.0),)
    texts = {outcome.text.value: dict(outcome.text.others) for outcome in found.outcomes}
    assert texts["Developing digital content"] == {"es": "Contento digital"}
    assert b"base64" in body
    assert len(repr(found)) < len(body) / 10
    assert "iVBOR" not in repr(found)
