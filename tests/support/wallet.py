"""A learner's wallet for tests: it comes over HTTP, answers, or misbehaves by name."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from isthmus.credentials.presenting.dcql import JWT, LINKED_DATA, SD_JWT
from isthmus.credentials.proofs.contexts import Contexts
from isthmus.credentials.proofs.signing import SigningKey
from isthmus.credentials.proofs.tokens import read_token
from isthmus.playground.issuing import issue_sd_jwt, issue_token, sign_document
from isthmus.playground.wallet import Wallet
from tests.support.vocabulary import V2

Form = dict[str, str]
Request = Mapping[str, Any]
Misdeed = Callable[["LearnersWallet", Request], Form]

KIND = "https://college.example/types/welding"
LONG_AGO = 3600


class LearnersWallet(Wallet):
    """A wallet with one credential of each format, issued to its own key by one college."""

    def __init__(self, contexts: Contexts, key: SigningKey | None = None) -> None:
        super().__init__(contexts, key)
        self.college = SigningKey.draw()
        self.stranger = SigningKey.draw()
        self.keep(SD_JWT, self.sd_jwt())
        self.keep(LINKED_DATA, self.award())
        self.keep(JWT, self.token())

    # ---- what it holds

    def sd_jwt(self, holder: SigningKey | None = None, **claims: Any) -> str:
        said = {"vct": KIND, "iat": int(time.time()), **claims}
        hidden = {"trade": "Welding", "level": 3}
        return issue_sd_jwt(said, hidden, self.college, holder or self.key)

    def unbound_sd_jwt(self) -> str:
        return issue_sd_jwt({"vct": KIND}, {"trade": "Welding"}, self.college, None)

    def award(self, to: str | None = None, **claims: Any) -> dict[str, Any]:
        return sign_document(self.claims(to, **claims), self.college, self.contexts)

    def token(self) -> str:
        claims = self.claims()
        return issue_token(claims, self.college)

    def claims(self, to: str | None = None, **more: Any) -> dict[str, Any]:
        return {
            "@context": [V2],
            "type": ["VerifiableCredential"],
            "issuer": self.college.did,
            "validFrom": "2026-01-01T00:00:00Z",
            "name": "Welding",
            "credentialSubject": {"id": to or self.did},
            **more,
        }

    # ---- over HTTP

    async def fetch(self, http: httpx.AsyncClient, link: str) -> dict[str, Any]:
        """Follow a link to its request, and check that it is the verifier's."""
        stated = parse_qs(urlsplit(link).query)
        answer = await http.get(stated["request_uri"][0])
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/oauth-authz-req+jwt"
        return self.read_request(answer.text, stated["client_id"][0])

    async def respond(
        self, http: httpx.AsyncClient, link: str, misdeed: Misdeed | None = None
    ) -> httpx.Response:
        """Answer the request that a link leads to."""
        request = await self.fetch(http, link)
        form = misdeed(self, request) if misdeed else self.answer(request)
        return await http.post(request["response_uri"], data=form)

    # ---- pieces of answers

    def form(self, request: Request, **token: list[Any]) -> Form:
        names = {"sd_jwt": "sd-jwt", "linked_data": "linked-data", "jwt": "jwt"}
        named = {names.get(name, name): shown for name, shown in token.items()}
        return {"vp_token": json.dumps(named), "state": request["state"]}

    def bound(self, request: Request, text: str | None = None, **claims: Any) -> str:
        return self.bind(text or self.sd_jwt(), request["nonce"], request["client_id"], **claims)

    def shown(self, request: Request, *credentials: Any, **options: Any) -> dict[str, Any]:
        inside = list(credentials or [self.award()])
        made_for = {"nonce": request["nonce"], "audience": request["client_id"]}
        return self.sign_presentation(inside, **(made_for | options))


def _sd(**claims: Any) -> Misdeed:
    return lambda wallet, request: wallet.form(request, sd_jwt=[wallet.bound(request, **claims)])


def _ldp(**options: Any) -> Misdeed:
    return lambda wallet, request: wallet.form(
        request, linked_data=[wallet.shown(request, **options)]
    )


def _altered(**changes: Any) -> Misdeed:
    """Sign a presentation, then say something else in it."""
    return lambda wallet, request: wallet.form(
        request, linked_data=[{**wallet.shown(request), **changes}]
    )


def _without_holders_token(wallet: LearnersWallet, request: Request) -> Form:
    return wallet.form(request, sd_jwt=[wallet.sd_jwt()])


def _bound_by_another(wallet: LearnersWallet, request: Request) -> Form:
    other = LearnersWallet(wallet.contexts)
    return wallet.form(request, sd_jwt=[other.bound(request, wallet.sd_jwt())])


def _unbound_credential(wallet: LearnersWallet, request: Request) -> Form:
    return wallet.form(request, sd_jwt=[wallet.bound(request, wallet.unbound_sd_jwt())])


def _withholding_after_signing(wallet: LearnersWallet, request: Request) -> Form:
    token, _, second, held = wallet.bound(request).split("~")
    return wallet.form(request, sd_jwt=[f"{token}~{second}~{held}"])


def _unsigned_binding(wallet: LearnersWallet, request: Request) -> Form:
    text, _, held = wallet.bound(request).rpartition("~")
    _, payload, _ = held.split(".")
    return wallet.form(
        request, sd_jwt=[f"{text}~eyJhbGciOiJub25lIiwidHlwIjoia2Irand0In0.{payload}."]
    )


def _binding_of_another_type(wallet: LearnersWallet, request: Request) -> Form:
    made = wallet.bound(request)
    text, _, held = made.rpartition("~")
    claims = read_token(held).claims
    return wallet.form(request, sd_jwt=[f"{text}~{wallet.key.token({'typ': 'JWT'}, claims)}"])


def _without_proof(wallet: LearnersWallet, request: Request) -> Form:
    shown = wallet.shown(request)
    del shown["proof"]
    return wallet.form(request, linked_data=[shown])


def _signed_twice(wallet: LearnersWallet, request: Request) -> Form:
    shown = wallet.shown(request)
    return wallet.form(request, linked_data=[{**shown, "proof": [shown["proof"]] * 2}])


def _another_put_in(wallet: LearnersWallet, request: Request) -> Form:
    shown = wallet.shown(request)
    return wallet.form(
        request, linked_data=[{**shown, "verifiableCredential": [wallet.award(name="Other")]}]
    )


def _in_anothers_name(wallet: LearnersWallet, request: Request) -> Form:
    """Name another as the holder, and sign it oneself."""
    shown = {**wallet.shown(request), "holder": wallet.stranger.did}
    proof = {**shown.pop("proof")}
    del proof["proofValue"]
    return wallet.form(
        request, linked_data=[sign_document(shown, wallet.key, wallet.contexts, **proof)]
    )


def _with_undefined_terms(wallet: LearnersWallet, request: Request) -> Form:
    return wallet.form(request, linked_data=[{**wallet.shown(request), "favouriteColour": "red"}])


def _of_an_unknown_suite(wallet: LearnersWallet, request: Request) -> Form:
    shown = wallet.shown(request)
    shown["proof"]["cryptosuite"] = "bbs-2023"
    return wallet.form(request, linked_data=[shown])


def _as_text(wallet: LearnersWallet, request: Request) -> Form:
    return wallet.form(request, linked_data=[json.dumps(wallet.shown(request))])


def _showing_nothing(wallet: LearnersWallet, request: Request) -> Form:
    shown = wallet.sign_presentation([], request["nonce"], request["client_id"])
    return wallet.form(request, linked_data=[shown])


def _token(**claims: Any) -> Misdeed:
    return lambda wallet, request: wallet.form(
        request,
        jwt=[wallet.sign_token([wallet.token()], request["nonce"], request["client_id"], **claims)],
    )


def _other_state(wallet: LearnersWallet, request: Request) -> Form:
    return wallet.answer(request) | {"state": "of-another-request"}


def _raw(text: str) -> Misdeed:
    return lambda _, request: {"vp_token": text, "state": request["state"]}


def _too_many(wallet: LearnersWallet, request: Request) -> Form:
    return wallet.form(request, sd_jwt=[wallet.bound(request) for _ in range(17)])


_HOUR = LONG_AGO
MISDEEDS: dict[str, tuple[Misdeed, str]] = {
    "an SD-JWT without the holder's token": (_without_holders_token, "HOLDER_UNPROVED"),
    "an SD-JWT that another key presents": (_bound_by_another, "HOLDER_KEY_OTHER"),
    "an SD-JWT bound to no key": (_unbound_credential, "HOLDER_UNPROVED"),
    "a disclosure withheld after signing": (_withholding_after_signing, "DISCLOSURES_OTHER"),
    "a holder's token that is not signed": (_unsigned_binding, "HOLDER_KEY_OTHER"),
    "a holder's token of another type": (_binding_of_another_type, "PURPOSE_OTHER"),
    "an SD-JWT for another nonce": (_sd(nonce="of-another-request"), "NONCE_OTHER"),
    "an SD-JWT for another verifier": (_sd(aud="https://other.example"), "AUDIENCE_OTHER"),
    "an SD-JWT for several verifiers": (_sd(aud=["a", "b"]), "AUDIENCE_OTHER"),
    "an SD-JWT presented an hour ago": (_sd(iat=int(time.time()) - _HOUR), "TIME_OTHER"),
    "an SD-JWT presented in an hour": (_sd(iat=int(time.time()) + _HOUR), "TIME_OTHER"),
    "an SD-JWT presented at no time": (_sd(iat=None), "TIME_OTHER"),
    "a presentation without a proof": (_without_proof, "HOLDER_UNPROVED"),
    "a presentation signed twice": (_signed_twice, "HOLDER_UNPROVED"),
    "a presentation signed as a claim": (_ldp(proofPurpose="assertionMethod"), "PURPOSE_OTHER"),
    "a presentation for another nonce": (_ldp(challenge="of-another"), "NONCE_OTHER"),
    "a presentation for another verifier": (_ldp(domain="https://other.example"), "AUDIENCE_OTHER"),
    "a presentation of last year": (_ldp(created="2025-01-01T00:00:00Z"), "TIME_OTHER"),
    "a presentation with another put in": (_another_put_in, "SIGNATURE_BROKEN"),
    "a presentation altered after signing": (_altered(id="urn:example:other"), "SIGNATURE_BROKEN"),
    "a presentation in another's name": (_in_anothers_name, "HOLDER_OTHER"),
    "a presentation that names an issuer": (_altered(issuer="did:example:other"), "UNREADABLE"),
    "a presentation with undefined terms": (_with_undefined_terms, "TERMS_UNDEFINED"),
    "a presentation of an unknown suite": (_of_an_unknown_suite, "PROOF_UNKNOWN"),
    "a presentation as text": (_as_text, "FORMAT_OTHER"),
    "a presentation of nothing": (_showing_nothing, "QUERY_UNANSWERED"),
    "a token for another nonce": (_token(nonce="of-another"), "NONCE_OTHER"),
    "a token for another verifier": (_token(aud="other"), "AUDIENCE_OTHER"),
    "a token in another's name": (_token(iss="did:jwk:e30"), "HOLDER_OTHER"),
    "an answer of another request": (_other_state, "STATE_OTHER"),
    "an answer that is no JSON": (_raw("vp"), "UNREADABLE"),
    "an answer in a list": (_raw("[]"), "UNREADABLE"),
    "an answer that says one thing twice": (_raw('{"jwt": [], "jwt": []}'), "UNREADABLE"),
    "an answer of an old draft": (_raw('{"jwt": "ey.ey.ey"}'), "UNREADABLE"),
    "an answer to what was not asked": (_raw('{"passport": ["ey.ey.ey"]}'), "QUERY_UNKNOWN"),
    "an empty answer": (_raw("{}"), "QUERY_UNANSWERED"),
    "more than was asked for": (_too_many, "TOO_MANY"),
}  # fmt: skip
"""What a wallet may do wrong, and by which name it is refused."""
