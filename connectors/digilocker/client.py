"""Fetches documents from a locker, each with the HMAC that the locker puts beside it.

XML where the locker has it, since only that can be read; else the file as it is.
"""

from __future__ import annotations

from urllib.parse import quote

from isthmus.connector.original import Listed, Original
from isthmus.connector.part import Connector, LiveContext, document
from isthmus.errors import SourceGarbled


class DigiLocker(Connector):
    """One learner's issued documents."""

    @document("credentials")
    async def fetch(self, context: LiveContext, listed: Listed) -> Original:
        """Fetch one document; what came without its HMAC does not pass for good."""
        record = listed.record
        if record.uri is None:
            raise SourceGarbled("lists a document without its URI")
        is_xml = any("xml" in kind.lower() for kind in record.media_types)
        path = f"/oauth2/1/{'xml' if is_xml else 'file'}/{quote(record.uri, safe='')}"
        answer = await context.http.get(path, headers={"accept": "*/*"})
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        return Original(
            answer.body,
            kind or None,
            hmac=answer.headers.get("hmac", ""),
            hmac_key=str(context.config["client_secret"]).encode(),
            issuer=_issuer(listed),
        )


def _issuer(listed: Listed) -> str | None:
    """Name whom the locker pulled a document from, by the locker's own id."""
    issuer = listed.record.issuer
    return f"digilocker:{issuer.id}" if issuer is not None and issuer.id else None
