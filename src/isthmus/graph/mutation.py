"""The root of every mutation: what is asked to be done."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Annotated

import strawberry
from strawberry.federation.schema_directives import Cost

from isthmus.credentials.contract import Document
from isthmus.credentials.verifier import Verifier
from isthmus.errors import ErrorCode, Refused
from isthmus.graph.credential_inputs import DocumentInput, VerifyCredentialInput
from isthmus.graph.fields import PLAN, GraphInfo
from isthmus.graph.types.payload import UserError, UserErrorCode
from isthmus.graph.types.verification import VerifyCredentialPayload
from isthmus.model.credential import CredentialFormat
from isthmus.model.verification import CheckKind
from isthmus.query.vocabulary import Errand

LARGEST = 1_000_000
"""Most bytes of a document; the web's limit on a whole request is of the same size."""
VERIFYING = 2000
"""What one verification costs, in rows of the store."""
BODY, ADDRESS = ["target", "document", "body"], ["target", "badgeUrl"]
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]+={0,2}")


@strawberry.type(description="Everything that can be done.")
class Mutation:
    """The root."""

    @strawberry.federation.field(
        description="Verify a credential, and show every check. Nothing of it is stored.",
        metadata={PLAN: Errand(VERIFYING)},
        directives=[Cost(weight=VERIFYING)],
    )
    async def verify_credential(
        self,
        info: GraphInfo,
        input: Annotated[
            VerifyCredentialInput, strawberry.argument(description="What to verify, and how far.")
        ],
    ) -> VerifyCredentialPayload | None:
        """Read and check."""
        if info.context.verifier is None:
            raise Refused(ErrorCode.FORBIDDEN, "This graph verifies nothing.")
        verifier = info.context.verifier()
        found = await _document(input, verifier)
        if isinstance(found, UserError):
            return VerifyCredentialPayload.refusing(found)
        kinds = {CheckKind[kind.name] for kind in input.checks or ()}
        reading, made = await verifier.verify(found, now=info.context.now, kinds=kinds)
        if reading is None:
            code, unread = UserErrorCode.UNSUPPORTED_FORMAT, made.checks[0].detail
            place = BODY if input.target.document else ADDRESS
            return VerifyCredentialPayload.refusing(
                UserError(code=code, message=unread, path=place)
            )
        return VerifyCredentialPayload.of(made)


async def _document(asked: VerifyCredentialInput, verifier: Verifier) -> Document | UserError:
    given = asked.target.document
    if given:
        return _given(given)
    url = str(asked.target.badge_url)
    answer = await verifier.fetch(url)
    if answer.body is None:
        message = "The address did not answer with a badge."
        return UserError(code=UserErrorCode.SOURCE_UNREACHABLE, message=message, path=ADDRESS)
    return Document(answer.body, hosted_at=url)


def _given(given: DocumentInput) -> Document | UserError:
    body = body_of(given.body)
    if not body.strip():
        return UserError(code=UserErrorCode.INVALID, message="The document is empty.", path=BODY)
    if len(body) > LARGEST:
        message = f"The document has more than {LARGEST} bytes."
        return UserError(code=UserErrorCode.INVALID, message=message, path=BODY)
    stated = CredentialFormat[given.format.name] if given.format else None
    return Document(body, format=stated)


def body_of(text: str) -> bytes:
    """Give the bytes of a document: of its base64, where it is that as a whole, else its text."""
    if _BASE64.fullmatch(text.strip()):
        try:
            return base64.b64decode("".join(text.split()), validate=True)
        except binascii.Error:
            pass  # it only looked like it
    return text.encode("utf-8", "surrogatepass")
