"""What the parts of this package agree on: documents in, readings and proofs, checks out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from isthmus.errors import IsthmusError
from isthmus.model.credential import Credential, CredentialFormat
from isthmus.model.verification import Check


class DocumentUnreadable(IsthmusError):
    """A document that is none of the formats known here; the message says what it looks like."""

    code = "UNSUPPORTED_FORMAT"


@dataclass(frozen=True, slots=True)
class Document:
    """The original bytes, never re-serialised, with what is known of where they came from.

    `hmac` and `hmac_key` belong to DigiLocker answers; `issued_by` is the id by which the store
    that delivered it knows the body that it pulled it from (`digilocker:in.gov.cbse`), and
    `register` names a register whose own answer this is, asked just now; `hosted_at` is the
    address a badge was fetched from; `presented_by` is the key or DID of the one who presents it,
    where proved.
    """

    body: bytes
    media_type: str | None = None
    format: CredentialFormat | None = None
    hosted_at: str | None = None
    hmac: str | None = None
    hmac_key: bytes | None = field(default=None, repr=False)
    issued_by: str | None = None
    presented_by: str | None = None
    register: str | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer from outside with its age; `body` is None when there was no answer."""

    url: str
    body: bytes | None
    at: datetime | None = None
    age_seconds: int = 0
    fault: str | None = None


class Fetcher(Protocol):
    """Gets what a verification needs from outside: DID documents, status lists, hosted badges.

    Whole lists only, cached for their lifetime; offline it answers from the cache with the age,
    or with `body=None`. It never raises for a source that is down.
    """

    def fetch(self, url: str) -> Coroutine[Any, Any, Fetched]:
        """Get one address."""
        ...


class Remembers(Protocol):
    """Keeps what follows from a document alone, so that it is worked out once."""

    def rows(self, of: Sequence[object], make: Callable[[], list[Check]]) -> list[Check]:
        """Give the rows that follow from these parts, kept or made."""
        ...


async def fetch_unkept(fetcher: Fetcher, url: str) -> Fetched:
    """Get what is about one person: asked anew each time, and kept in no cache."""
    ask: Callable[[str], Awaitable[Fetched]] = getattr(fetcher, "fetch_unkept", fetcher.fetch)
    return await ask(url)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """All that a verification depends on besides the document."""

    now: datetime
    fetcher: Fetcher
    contexts: Any
    registries: Sequence[Any] = ()
    known_digests: Mapping[str, str] = field(default_factory=dict)
    """Digests of documents held already -> whose, for the DUPLICATE check."""
    memory: Remembers | None = None
    """Without it everything is worked out anew."""

    def remembered(self, of: Sequence[object], make: Callable[[], list[Check]]) -> list[Check]:
        """Give rows that follow from the document and these parts, and from nothing else."""
        return make() if self.memory is None else self.memory.rows(of, make)


@dataclass(frozen=True, slots=True)
class Reading:
    """A document read: the credential in one shape, and what its checks need.

    `data` is the decoded document (JSON map, XML tree, token parts), for the format's own
    checks; `nested` are credentials inside it, such as endorsements and the parts of a CLR.
    """

    format: CredentialFormat
    credential: Credential
    data: Any
    document: Document
    findings: tuple[Check, ...] = ()
    nested: tuple[Reading, ...] = ()
    endorsements: tuple[Reading, ...] = ()


class Format(Protocol):
    """One format: tells its own documents, reads them, and checks what is peculiar to them."""

    name: CredentialFormat

    def recognises(self, document: Document) -> bool:
        """Tell cheaply whether a document is of this format."""
        ...

    def read(self, document: Document) -> Reading:
        """Read a document; raise `DocumentUnreadable` where it breaks the format's own rules."""
        ...

    async def check(self, reading: Reading, surroundings: Surroundings) -> list[Check]:
        """Check form, schema, proof, issuer binding, status and whatever else it can."""
        ...
