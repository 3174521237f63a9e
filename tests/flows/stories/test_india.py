"""The story from India, end to end: provider, locker, employer, consent, and its end."""

from __future__ import annotations

import base64
import io
import logging
import zipfile
from pathlib import Path

import pytest

from isthmus.playground.stories import moves
from isthmus.playground.stories.callers import Caller
from isthmus.playground.stories.india import (
    COURSE,
    FIELDS,
    LOCKER,
    SCHOOL,
    Hired,
    India,
    read,
    results,
)
from isthmus.playground.stories.telling import Telling
from isthmus.playground.stories.trouble import Trouble
from isthmus.playground.stories.ward import Ward
from isthmus.store.embedded import EmbeddedServer
from tests.support.stories import Stage

AADHAAR = "234567890124"
ORIGINAL = """query ($learner: ID!) { learner(id: $learner) { credentials { nodes {
  document(format: ORIGINAL) { bodyBase64 } } } } }"""
EXPORT = "job { bodyBase64 }"


async def test_a_learner_shows_an_employer_what_her_locker_holds_and_takes_it_back(
    on_stage: Stage,
) -> None:
    telling = Telling()
    story = India(await on_stage.learner("tara"), await on_stage.employer(), telling)
    await story.walk()
    await story.walk()  # she may change her mind, and link and agree again
    assert telling.faults == []
    assert telling.went


async def test_what_a_learner_under_age_agrees_to_waits_for_his_guardian(on_stage: Stage) -> None:
    telling = Telling()
    ravi, meera = await on_stage.learner("ravi"), await on_stage.learner("meera")
    story = Ward(ravi, meera, await on_stage.employer(), telling)
    await story.walk()
    await story.walk()
    assert telling.faults == []


async def test_a_store_in_trouble_costs_its_own_part(on_stage: Stage) -> None:
    telling = Telling()
    tara, employer = await on_stage.learner("tara"), await on_stage.employer()
    await India(tara, employer, telling).link()
    await Trouble(tara, employer, on_stage.stores, telling).walk()
    assert telling.faults == []


async def agreed(learner: Caller, platform: Caller, *fields: str, mode: str = "VIEW") -> str:
    """Let a learner agree to what a platform asks; give the learner's id."""
    key: str = (await moves.me(learner))["id"]
    asked = await moves.request_consent(platform, key, fields or FIELDS, mode=mode)
    await moves.grant(learner, asked, fields or FIELDS, mode=mode)
    return key


async def shown_to(on_stage: Stage, *fields: str) -> Hired:
    tara, employer = await on_stage.learner("tara"), await on_stage.employer()
    await moves.link(tara, LOCKER, "Tara Lokhande")
    return await read(employer, await agreed(tara, employer, *fields))


async def test_every_check_of_a_certificate_is_there_with_its_result(on_stage: Stage) -> None:
    seen = await shown_to(on_stage)
    for name in (SCHOOL, COURSE):
        one = seen.certificates[name]
        found = results(one)
        assert found["FORMAT"] == found["SCHEMA"] == found["TAMPER"] == "PASS", found
        assert found["ISSUER_TRUST"] == "PASS"
        assert found["SIGNATURE"] == "SKIPPED"  # a locker vouches by its HMAC; no key signs it
        assert all(check["detail"]["value"] for check in one["verification"]["checks"])
        assert one["form"] == "REGISTER_ENTRY"
    assert seen.certificates[SCHOOL]["learningType"] == "FORMAL"


async def test_what_nobody_lists_does_not_stand_on_its_issuer(on_stage: Stage) -> None:
    seen = await shown_to(on_stage)
    (degree,) = [one for name, one in seen.certificates.items() if name not in {SCHOOL, COURSE}]
    assert degree["verification"]["level"] != "INDEPENDENT"
    assert degree["verification"]["outcome"] != "FAILED"


async def test_skills_alone_show_neither_certificate_nor_issuer(on_stage: Stage) -> None:
    seen = await shown_to(on_stage, "SKILLS")
    assert seen.learner["credentials"] is None
    assert seen.skills["install inverter"] == "INDEPENDENT"
    assert seen.told.codes == {"CONSENT_REQUIRED"}
    assert "Council" not in seen.told.text
    assert COURSE not in seen.told.text


async def test_a_planted_aadhaar_number_stands_nowhere(
    on_stage: Stage, server: EmbeddedServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    usha, employer = await on_stage.learner("usha"), await on_stage.employer()
    await moves.link(usha, LOCKER, "Usha Bhosale")
    learner = await agreed(usha, employer, *FIELDS, mode="STORE")
    seen = await read(employer, learner)
    assert COURSE in " ".join(seen.certificates)
    for caller in (usha, employer):
        told = await caller.ask(ORIGINAL, learner=learner)
        assert told.status == 200
        assert told.codes
        assert AADHAAR not in told.text + seen.told.text
    archive = await usha.do("exportMe", EXPORT)
    assert AADHAAR.encode() not in unpacked(archive["job"]["bodyBase64"])
    assert AADHAAR not in caplog.text
    await on_stage.hub.database.execute("CHECKPOINT")
    for folder in (server.home, tmp_path):
        assert [f for f in folder.rglob("*") if f.is_file() and AADHAAR.encode() in taken(f)] == []


def unpacked(body: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(body))) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


def taken(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""  # the server takes files away of its own accord
