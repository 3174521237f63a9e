"""Data Integrity proofs, and the signature suites before them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from isthmus.credentials.contract import Surroundings
from isthmus.credentials.proofs.binding import binding_check, party_of
from isthmus.credentials.proofs.contexts import Contexts, ContextUnknown
from isthmus.credentials.proofs.dids import FoundKey, find_key
from isthmus.credentials.proofs.keys import Key
from isthmus.credentials.proofs.linked_data import LinkedDataFault, UndefinedTerm
from isthmus.credentials.proofs.rdfc import CanonicalFormTooCostly
from isthmus.credentials.proofs.rows import broken, row, without_context, without_key
from isthmus.credentials.proofs.selective import is_disclosed
from isthmus.credentials.proofs.suites import (
    SECURITY_CONTEXT,
    ProofMalformed,
    Secured,
    Suite,
    is_signed,
    suite_of,
)
from isthmus.model.verification import Check, CheckResult

MOST_PROOFS = 16
UNCOVERED = "no signature covers what no context defines"
CLOCK_DRIFT = timedelta(minutes=5)


async def check_proofs(
    document: Mapping[str, Any],
    surroundings: Surroundings,
    *,
    path: str = "",
    context: Any = None,
) -> list[Check]:
    """Check each proof of a document: SIGNATURE, ISSUER_BINDING, and TAMPER where it can be named.

    A document without a proof gives one SIGNATURE row SKIPPED. `path` is where the document
    stands in a larger one (a JSON pointer), "" at the top; `context` is that of the larger one,
    for a document without its own. Contexts not at hand and undefined terms give a FORMAT row
    beside the SIGNATURE row.
    """
    proofs = list(_proofs(document, path))
    if not proofs:
        return [row("SIGNATURE", "SKIPPED", "the document carries no proof", path)]
    if len(proofs) > MOST_PROOFS:
        return [row("SIGNATURE", "FAIL", f"more than {MOST_PROOFS} proofs", f"{path}/proof")]
    if context is not None and "@context" not in document:
        document = {"@context": context, **document}
    checking = _Checking(
        Secured(document, surroundings.contexts), [proof for _, proof in proofs], surroundings
    )
    rows = [check for at, proof in proofs for check in await checking.rows(proof, at)]
    return list(dict.fromkeys(rows))


def _proofs(document: Mapping[str, Any], path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    stated = document.get("proof")
    if isinstance(stated, Mapping):
        yield f"{path}/proof", stated
    elif isinstance(stated, list):
        for number, proof in enumerate(stated):
            if isinstance(proof, Mapping):
                yield f"{path}/proof/{number}", proof


@dataclass(frozen=True, slots=True)
class _Checking:
    """One document's proofs under check."""

    secured: Secured
    proofs: Sequence[Mapping[str, Any]]
    surroundings: Surroundings

    async def rows(self, proof: Mapping[str, Any], path: str) -> list[Check]:
        suite = suite_of(proof)
        if suite is None:
            name = proof.get("cryptosuite") or proof.get("type")
            return [row("SIGNATURE", "SKIPPED", f"the suite {name} is not known here", path)]
        fault = _purpose_fault(proof, self.secured.document)
        if fault:
            return [row("SIGNATURE", "FAIL", fault, path)]
        reference = proof.get("verificationMethod") or proof.get("creator")
        if not isinstance(reference, str | Mapping):
            return [row("SIGNATURE", "FAIL", "the proof names no verification method", path)]
        found = await find_key(reference, _purpose(proof), self.surroundings)
        return [
            *self._signature(proof, suite, found, path),
            *_times(proof, self.surroundings.now, path),
        ]

    def _signature(
        self, proof: Mapping[str, Any], suite: Suite, found: FoundKey, path: str
    ) -> list[Check]:
        if found.key is None:
            return without_key(found, path)
        if found.key.kind not in suite.keys:
            detail = f"{suite.name} does not allow a key of kind {found.key.kind}"
            return [row("SIGNATURE", "FAIL", detail, path, found)]
        key = found.key
        parts = (self.secured.document, self.proofs, proof, key.kind, key.body, path)
        rows = self.surroundings.remembered(parts, lambda: self._verified(proof, suite, key, path))
        if rows[0].result is not CheckResult.PASS:
            return rows
        return [*rows, binding_check(found, party_of(self.secured.document), path)]

    def _verified(self, proof: Mapping[str, Any], suite: Suite, key: Key, path: str) -> list[Check]:
        place = path.rpartition("/proof")[0]
        try:
            good = self._reading_signed(proof, suite, key)
        except ContextUnknown as fault:
            return without_context(fault, path, place)
        except UndefinedTerm as fault:
            return [
                row("SIGNATURE", "FAIL", f"cannot be good: {fault}", path),
                row("FORMAT", "FAIL", str(fault), place + fault.path),
                row("TAMPER", "WARN", UNCOVERED, place + fault.path),
            ]
        except (LinkedDataFault, CanonicalFormTooCostly) as fault:
            return [
                row("SIGNATURE", "FAIL", f"cannot be good: {fault}", path),
                row("FORMAT", "FAIL", str(fault), place),
            ]
        except ProofMalformed as fault:
            return [row("SIGNATURE", "FAIL", str(fault), path)]
        if good is None:
            return broken("document", path)
        passed = row("SIGNATURE", "PASS", f"{suite.name} by a key of kind {key.kind}", path)
        return [passed, *_unsaid_rows(good, place)]

    def _reading_signed(self, proof: Mapping[str, Any], suite: Suite, key: Key) -> Secured | None:
        """Give the reading of the document that was signed; None where none was."""
        previous = self._previous(proof)
        if suite.form == "sd" and previous:
            raise ProofMalformed("a selective disclosure cannot build on other proofs")
        first_fault: LinkedDataFault | None = None
        for secured, context in self._readings(suite):
            try:
                if _signs(proof, suite, key, secured, previous, context):
                    return secured
            except LinkedDataFault as fault:  # another edition of a context may define the term
                first_fault = first_fault or fault
        if first_fault is not None:
            raise first_fault
        return None

    def _previous(self, proof: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        stated = proof.get("previousProof")
        names = stated if isinstance(stated, list) else [] if stated is None else [stated]
        found = [
            next((other for other in self.proofs if name and other.get("id") == name), None)
            for name in names
        ]
        if None in found:
            raise ProofMalformed("a proof that it builds on is missing")
        return [other for other in found if other is not None]

    def _readings(self, suite: Suite) -> Iterator[tuple[Secured, Any]]:
        """Give the document under each edition of its contexts; the first is nearly always it."""
        yield self.secured, self._own_context(suite)
        if suite.form == "jcs":
            return
        if "@direction" in self.secured.unsaid:
            yield self.secured.directed(), self._own_context(suite)
        if suite.jws_algorithms is not None and self._holds(SECURITY_CONTEXT):
            # the libraries of 2018 canonised the options under this context, not the document's
            yield self.secured, SECURITY_CONTEXT
        for contexts in _other_editions(self.secured):
            yield self.secured.under(contexts), self._own_context(suite)

    def _own_context(self, suite: Suite) -> Any:
        """Give the contexts of the options, with the suite's own where the document lacks it."""
        if suite.context is None or not self._holds(suite.context):
            return None
        stated = self.secured.document.get("@context", [])
        listed = stated if isinstance(stated, list) else [stated]
        return None if suite.context in listed else [*listed, suite.context]

    def _holds(self, url: str) -> bool:
        try:
            self.secured.contexts.document(url)
        except ContextUnknown:
            return False
        return True


def _signs(
    proof: Mapping[str, Any],
    suite: Suite,
    key: Key,
    secured: Secured,
    previous: list[Mapping[str, Any]],
    context: Any,
) -> bool:
    """Tell whether a proof is over one reading of a document."""
    if suite.form == "sd":
        return is_disclosed(secured, proof, key, context)
    data = secured.hash_data(proof, suite, suite.hash_for(key), previous, context=context)
    return is_signed(proof, suite, key, data)


def _unsaid_rows(secured: Secured, place: str) -> list[Check]:
    """Warn of what lawful JSON-LD keeps out of statements, so that anybody could change it."""
    return [
        row("TAMPER", "WARN", f"no signature covers what stands under {keyword}", place)
        for keyword in sorted(secured.unsaid)
    ]


def _other_editions(secured: Secured) -> Iterator[Contexts]:
    stated = secured.document.get("@context")
    for url in stated if isinstance(stated, list) else [stated]:
        number = 1
        while isinstance(url, str) and (other := secured.contexts.with_edition(url, number)):
            yield other
            number += 1


def _purpose(proof: Mapping[str, Any]) -> str:
    return str(proof.get("proofPurpose", "assertionMethod")).rpartition("#")[2]


def _purpose_fault(proof: Mapping[str, Any], document: Mapping[str, Any]) -> str | None:
    purpose = _purpose(proof)
    types = document.get("type", document.get("@type"))
    is_presentation = "VerifiablePresentation" in (types if isinstance(types, list) else [types])
    allowed = {"assertionMethod", "authentication"} if is_presentation else {"assertionMethod"}
    return None if purpose in allowed else f"the proof is made for {purpose}, not for claims"


def _times(proof: Mapping[str, Any], now: datetime, path: str) -> list[Check]:
    """Check when a proof was made and until when it holds; silence about either is lawful."""
    rows = []
    created, expires = _moment(proof.get("created")), _moment(proof.get("expires"))
    if created is None and "created" in proof:
        rows.append(row("FORMAT", "FAIL", "the proof's time of making is none", path))
    if created is not None and created > now + CLOCK_DRIFT:
        rows.append(row("EXPIRY", "WARN", "the proof is dated in the future", path))
    if expires is None and "expires" in proof:
        rows.append(row("EXPIRY", "FAIL", "the proof's end is no moment", path))
    if expires is not None and expires <= now:
        rows.append(row("EXPIRY", "FAIL", "the proof itself has expired", path))
    return rows


def _moment(stated: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(stated) if isinstance(stated, str) else None
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found
