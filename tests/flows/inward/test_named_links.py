"""What a page, a feed or a credential merely names is not gone to, or not inwards."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from isthmus.credentials.contract import Document
from isthmus.model.verification import VerificationOutcome
from tests.conftest import ROOT
from tests.flows.inward.doors import Doors
from tests.support.inward import Internet, Trap
from tests.support.inward_addresses import addresses
from tests.support.replay import Reply

NOW = datetime(2026, 11, 24, tzinfo=UTC)
XML = "application/xml"


def real(doors: Doors, name: str) -> str:
    """Put a connector of the house among those of the trial."""
    shutil.copytree(ROOT / "connectors" / name, doors.folder / name)
    return name


def posting(url: str) -> dict[str, Any]:
    """Write a posting that names one address wherever an address may stand."""
    return {
        "@context": url, "@type": "JobPosting", "@id": url, "identifier": url, "title": "Nurse",
        "url": url, "sameAs": url, "relatedLink": url, "potentialAction": {"target": url},
        "hiringOrganization": {"@type": "Organization", "name": "Acme", "sameAs": url, "logo": url},
        "nextItem": {"@id": url}, "applicationContact": {"url": url},
    }  # fmt: skip


async def test_no_link_of_a_pages_linked_data_is_followed(
    doors: Doors, trap: Trap, internet: Internet
) -> None:
    urls = [url for _, url in addresses(trap.ports) if len(url) < 200]
    data = orjson.dumps({"@graph": [posting(url) for url in urls]}).decode()
    links = "".join(f'<link rel="next" href="{url}"><iframe src="{url}"></iframe>' for url in urls)
    page = f'<html>{links}<script type="application/ld+json">{data}</script></html>'
    doors.board.answers["/"] = Reply(page.encode(), headers={"content-type": "text/html"})
    assert await doors.read(real(doors, "jobposting"), doors.outside) == ("DONE", "None")
    assert await doors.hub.database.value("SELECT count(*) FROM record") > 50
    assert (doors.board.hits.total(), trap.hits, internet.strangers()) == (1, [], [])


FEEDS = {
    "links, enclosures and a stylesheet": (
        ('<?xml version="1.0"?><?xml-stylesheet href="URL" type="text/xsl"?>'
        '<rss xmlns:atom="http://www.w3.org/2005/Atom" xmlns:xi="http://www.w3.org/2001/XInclude">'
        '<channel><atom:link rel="next" href="URL"/><xi:include href="URL"/><item><title>Nurse'
        '</title><guid>1</guid><link>URL</link><enclosure url="URL"/></item></channel></rss>'),
        ("DONE", "None"),
    ),
    "a site map": (
        ('<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>URL</loc>'
        "</sitemap></sitemapindex>"),
        ("DONE", "None"),
    ),
    "a document type elsewhere": (
        '<!DOCTYPE rss SYSTEM "URL"><rss><channel/></rss>',
        ("SOURCE_BAD_DATA", "declares a document type, which no source may"),
    ),
    "an entity elsewhere": (
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "URL">]><rss><channel><item>&x;</item></channel></rss>',
        ("SOURCE_BAD_DATA", "declares a document type, which no source may"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", FEEDS)
async def test_no_link_of_a_feed_is_followed(
    case: str, doors: Doors, trap: Trap, internet: Internet
) -> None:
    text, said = FEEDS[case]
    body = text.replace("URL", f"http://127.0.0.1:{trap.ports[0]}/x").encode()
    doors.board.answers["/"] = Reply(body, headers={"content-type": XML})
    assert await doors.read(real(doors, "rss-jobs"), doors.outside) == said
    assert (doors.board.hits.total(), trap.hits, internet.strangers()) == (1, [], [])


def badge(url: str, *, whole: bool) -> Document:
    """Write a hosted badge that names one address for itself, its class and its issuer."""
    kind = {"id": url, "type": "BadgeClass", "name": "Nursing", "issuer": url}
    return Document(
        orjson.dumps({
            "@context": "https://w3id.org/openbadges/v2", "type": "Assertion", "id": url,
            "badge": kind if whole else url, "issuedOn": "2026-01-01T00:00:00Z",
            "recipient": {"type": "email", "hashed": False, "identity": "a@b.example"},
            "verification": {"type": "HostedBadge"},
        })
    )  # fmt: skip


@pytest.mark.parametrize("whole", [True, False])
async def test_what_a_badge_names_is_looked_up_outside_only(
    whole: bool, doors: Doors, trap: Trap, internet: Internet
) -> None:
    verifier = doors.hub.verifier()
    for _, url in addresses(trap.ports):
        _, said = await verifier.verify(badge(url, whole=whole), now=NOW)
        assert said.outcome is not VerificationOutcome.PASSED, url
    assert (trap.hits, internet.strangers()) == ([], [])
    await verifier.verify(badge(f"{doors.outside}/badge", whole=whole), now=NOW)
    assert doors.board.hits["/badge"] > 0
