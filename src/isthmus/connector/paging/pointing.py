"""Lists whose answers point at the next page: by a token, by an address, by OAI-PMH's token."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urljoin

from isthmus.connector.paging.contract import Onward, PageAnswer
from isthmus.connector.paging.counting import Undivided
from isthmus.connector.paging_words import Cursor, Link, Oai
from isthmus.errors import SourceGarbled
from isthmus.outbound import Answer

NO_RECORDS = "noRecordsMatch"
_LINK = re.compile(r"<([^>]*)>([^<]*)")
_REL = re.compile(r'\brel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))', re.IGNORECASE)


class ByToken(Undivided):
    """Each answer holds the next page's cursor; null or empty on the last."""

    def __init__(self, words: Cursor, find: Callable[[Any], Any]) -> None:
        self._words = words
        self._find = find

    def parameters(self, cursor: str | None) -> Mapping[str, Any]:
        """Name the page."""
        words = self._words
        size: dict[str, Any] = {words.size_param: words.size} if words.size_param else {}
        return size if cursor is None else size | {words.param: cursor}

    def onward(self, page: PageAnswer) -> Onward:
        """Take the token; one that says `false` is none either."""
        token = self._find(page.body)
        return Onward(None if token in (None, "", False) else str(token))


class ByLink(Undivided):
    """Each answer names the next page's address: in its Link header, or in its body."""

    def __init__(self, words: Link, find: Callable[[Any], Any] | None) -> None:
        self._words = words
        self._find = find

    def parameters(self, cursor: str | None) -> Mapping[str, Any]:
        """Ask for a size at the start; an address that was named says all itself."""
        words = self._words
        return {words.size_param: words.size} if words.size_param and cursor is None else {}

    def address(self, cursor: str | None) -> str | None:
        """Give the address that was named."""
        return cursor

    def onward(self, page: PageAnswer) -> Onward:
        """Take the address, counted from the answer's own."""
        found = self._find(page.body) if self._find is not None else _link_header(page.answer)
        if not found:
            return Onward(None)
        try:
            return Onward(urljoin(page.answer.url, str(found)))
        except ValueError:
            raise SourceGarbled("names a next page whose address does not read") from None


class ByResumption(Undivided):
    """OAI-PMH's own way on."""

    def __init__(self, words: Oai) -> None:
        self._words = words

    def parameters(self, cursor: str | None) -> Mapping[str, Any]:
        """Ask for records; a token stands alone beside the verb."""
        if cursor is not None:
            return {"verb": "ListRecords", "resumptionToken": cursor}
        words = self._words
        only = {"set": words.set} if words.set else {}
        return {"verb": "ListRecords", "metadataPrefix": words.metadata_prefix} | only

    def onward(self, page: PageAnswer) -> Onward:
        """Take the token of a list; an error other than an empty list is the run's end."""
        said = page.body.get("OAI-PMH") if isinstance(page.body, dict) else None
        if not isinstance(said, dict):
            raise SourceGarbled("is no answer of OAI-PMH")
        error = said.get("error")
        if error is not None:
            code = error.get("@code") if isinstance(error, dict) else None
            if code == NO_RECORDS:
                return Onward(None)
            raise SourceGarbled(f"answers with the OAI-PMH error {str(code or 'unnamed')[:40]}")
        listed = said.get("ListRecords")
        token = listed.get("resumptionToken") if isinstance(listed, dict) else None
        text = token.get("#text") if isinstance(token, dict) else token
        return Onward(str(text) if text else None)

    def tolerates(self, body: Any) -> bool:
        """Leave an answer that says `error` to `onward`, which knows which of them are none."""
        said = body.get("OAI-PMH") if isinstance(body, dict) else None
        return isinstance(said, dict) and "error" in said


def _link_header(answer: Answer) -> str | None:
    """Find the next page's address; addresses may hold commas, and a link several relations."""
    for address, parameters in _LINK.findall(answer.headers.get("link", "")):
        relation = _REL.search(parameters)
        if relation and "next" in (relation[1] or relation[2] or "").lower().split():
            return str(address).strip()
    return None
