"""An Aadhaar number in a document is checked in memory, and stands nowhere afterwards."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest

from isthmus.model.consent import ConsentMode
from isthmus.normalise.aadhaar import without_aadhaar
from tests.flows.live.test_consented import an_organization, ask, granted, platform
from tests.support.stores import Linked, a_permit

NUMBER = "234567890124"


async def files_with(linked: Linked, folder: Path) -> list[str]:
    await linked.vault.database.execute("CHECKPOINT")
    return [f.name for f in folder.rglob("*") if f.is_file() and NUMBER.encode() in f.read_bytes()]


async def test_a_number_is_neither_kept_nor_logged_nor_answered(
    linked: Linked, server, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    viewer = await linked.linked("locker", "usha")
    body = await an_organization(linked)
    consent = await granted(linked, viewer, body, mode=ConsentMode.STORE)
    found = await ask(linked, platform(body), a_permit(viewer, consent))
    (one,) = found.documents
    assert NUMBER.encode() in one.document.body  # the number did come
    assert one.is_withheld
    reading, verification = await linked.hub.verifier().verify(one.document, now=datetime.now(UTC))
    assert reading is not None
    assert NUMBER not in str(without_aadhaar(reading.credential))
    assert NUMBER not in str(verification)
    assert NUMBER not in f"{one.title} {one.key} {one.kind}"
    assert await linked.vault.database.value("SELECT count(sealed) FROM credential") == 0
    assert NUMBER not in caplog.text
    assert await files_with(linked, tmp_path) == []
    assert await files_with(linked, server.home) == []
