"""Taking credentials in: verified first, and kept only where the learner says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from isthmus.credentials.contract import Document
from isthmus.credentials.presenting.refusals import PresentationRefused
from isthmus.errors import ErrorCode, Refused
from isthmus.graph.fields import GraphInfo
from isthmus.graph.mutations.documents import document_of
from isthmus.graph.mutations.once import once
from isthmus.graph.people_inputs import PresentCredentialInput
from isthmus.graph.seeing import Verified
from isthmus.graph.types.payload import UserError, UserErrorCode, wrong
from isthmus.graph.wallet import Shown
from isthmus.model.credential import CredentialForm
from isthmus.model.learner import HeldCredential
from isthmus.normalise.aadhaar import holds_aadhaar
from isthmus.store.database import Connection
from isthmus.store.people.credentials import digest_of, hold_credential, known_elsewhere
from isthmus.store.people.vault import Vault

NOBODY: Mapping[str, str] = {"": ""}
"""What is known of documents where no other copy of one is held."""


async def present(
    info: GraphInfo, learner: int, input: PresentCredentialInput
) -> Sequence[Verified] | UserError:
    """Take what a learner presents; give it verified, the first of it kept where that is said."""
    documents = await _documents(info, input)
    if isinstance(documents, UserError):
        return documents
    made = [await _verified(info, learner, one) for one in documents]
    error = _unfit(made, store=bool(input.store))
    if error is not None or not input.store:
        return error or made
    return await _kept(info, learner, input, made)


async def _documents(
    info: GraphInfo, input: PresentCredentialInput
) -> Sequence[Document] | UserError:
    if not input.request:
        if not input.document:
            return wrong(UserErrorCode.REQUIRED, "Give a document, or a request.", "document")
        found = document_of(input.document, input.format or None, ["document"])
        return found if isinstance(found, UserError) else (found,)
    presentations = info.context.seeing.people.presentations
    if presentations is None:
        raise Refused(ErrorCode.FORBIDDEN, "This hub asks no wallets.")
    try:
        if input.document:
            return await presentations.present(
                info.context.viewer, str(input.request), input.document
            )
        return await presentations.collect(
            info.context.viewer, str(input.request), code=input.code or None
        )
    except PresentationRefused as refused:
        return wrong(UserErrorCode[refused.code], str(refused), "request")


async def _verified(info: GraphInfo, learner: int, document: Document) -> Verified:
    """Verify a document that is not held, told apart by a hash of it."""
    digest = digest_of(document.body)
    shown = Shown(
        0, learner, None, "", document, info.context.now, named=f"crd_{digest.hex()[:24]}"
    )
    return await info.context.seeing.verify(shown, await others_with(info, learner, digest))


async def others_with(info: GraphInfo, learner: int, digest: bytes) -> Mapping[str, str]:
    """Say whether somebody else holds the same bytes; never who."""
    vault = info.context.seeing.people.vault
    async with vault.on_errand() as connection:
        holders = await known_elsewhere(vault, connection, digest)
    return {digest.hex(): "somebody else"} if holders - {learner} else NOBODY


def _unfit(made: Sequence[Verified], *, store: bool) -> UserError | None:
    if not made:
        return wrong(UserErrorCode.REQUIRED, "Nothing was presented.", "request")
    for one in made:
        if one.reading is None:
            message = one.verification.checks[0].detail
            return wrong(UserErrorCode.UNSUPPORTED_FORMAT, message, "document")
        if store and one.credential.form is CredentialForm.NFT_RECORD:
            message = "A record of a ledger is shown, and never stored as a credential."
            return wrong(UserErrorCode.UNSUPPORTED_FORMAT, message, "store")
        if store and holds_aadhaar(one.shown.document.body):
            message = "The document carries an Aadhaar number; such numbers are never kept."
            return wrong(UserErrorCode.INVALID, message, "document")
    return None


async def _kept(
    info: GraphInfo, learner: int, input: PresentCredentialInput, made: Sequence[Verified]
) -> Sequence[Verified]:
    vault, viewer = info.context.seeing.people.vault, info.context.viewer
    first, *others = made

    async def keep(connection: Connection) -> int:
        key = await hold(vault, connection, learner, first.shown.document, uri_of(first))
        for one in others:
            await hold(vault, connection, learner, one.shown.document, uri_of(one))
        return key

    async with vault.viewing(viewer) as connection:
        key = await once(vault, connection, viewer, "presentCredential", input, keep)
    held = await shown_of(info, learner, key)
    return [held, *others] if held else made


def uri_of(one: Verified) -> str | None:
    """Give the name a credential is known by again: what it states, if it does."""
    return one.credential.uri


async def hold(
    vault: Vault, connection: Connection, learner: int, document: Document, uri: str | None = None
) -> int:
    """Hold a document of the learner's own; the same one, or one of the same name, once."""
    held = HeldCredential(
        0,
        learner,
        None,
        uri or f"urn:sha-256:{digest_of(document.body).hex()}",
        document=document.body,
        media_type=document.media_type,
        presented_by=document.presented_by,
    )
    return await hold_credential(vault, connection, held)


async def shown_of(info: GraphInfo, learner: int, key: int) -> Verified | None:
    """Give a credential just written, as any other is shown."""
    found = await info.context.seeing.own_held(learner, key)
    return await info.context.seeing.verified(found) if found else None
