"""Whether a call may be made with the token it came with."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from sandbox.graph.accounts import Login
from sandbox.graph.errors import (
    NO_TOKEN,
    SESSION_EXPIRED,
    SESSION_RESET,
    UNREADABLE_TOKEN,
    GraphError,
    Refusal,
    bad_parameter,
)
from sandbox.graph.settings import GraphSettings
from sandbox.graph.tokens.deaths import refusal_of_the_dead
from sandbox.graph.tokens.refusals import NOT_GRANTED
from sandbox.graph.tokens.token import Token
from sandbox.graph.wire import GraphRequest
from sandbox.world import World

NO_PROOF = Refusal(code=104, message="API calls from the server require an appsecret_proof argument")
BAD_PROOF = bad_parameter("Invalid appsecret_proof provided in the API argument")


class Admission:
    """Asked before every call."""

    def __init__(self, *, world: World, tokens: Mapping[str, Token], settings: GraphSettings) -> None:
        self._world = world
        self._tokens = tokens
        self._settings = settings

    def alive(self, value: str | None, host: Login) -> Token:
        """Return the token if this host accepts it; raises `GraphError`."""
        if value is None:
            raise GraphError(NO_TOKEN)
        token = self._tokens.get(value)
        if token is None or token.login is not host:
            raise GraphError(UNREADABLE_TOKEN)
        if token.dead_subcode is not None:
            raise GraphError(refusal_of_the_dead(token.dead_subcode))
        if token.is_over(self._world.clock.now()):
            raise GraphError(SESSION_EXPIRED)
        return token

    def admitted(self, asked: GraphRequest, subject: Mapping[str, str]) -> Token:
        """Return the token of a call about this subject; raises `GraphError`."""
        token = self.alive(asked.token, asked.host)
        about = {"account": next(iter(token.account_ids + token.page_ids), "")} | dict(subject)
        if fault := self._world.faults.behaves("graph", "expire_token", about):
            body: Any = fault.body
            token.dead_subcode = body["subcode"] if isinstance(body, dict) else SESSION_RESET.subcode
            self.alive(asked.token, asked.host)
        self._check_proof(asked, token)
        return token

    def check_scopes(self, token: Token, *, writes: bool) -> None:
        """Refuse a call about an Instagram account for which consent is missing; raises `GraphError`."""
        prefix = "instagram" if token.login is Login.FACEBOOK else "instagram_business"
        if not token.may(f"{prefix}_basic") or (writes and not token.may(f"{prefix}_content_publish")):
            raise GraphError(NOT_GRANTED)

    def _check_proof(self, asked: GraphRequest, token: Token) -> None:
        proof = asked.params.get("appsecret_proof")
        if proof is None:
            if self._settings.require_appsecret_proof and token.login is Login.FACEBOOK:
                raise GraphError(NO_PROOF)
            return
        if not hmac.compare_digest(proof.encode(), self._proof_of(token).encode()):
            raise BAD_PROOF

    def _proof_of(self, token: Token) -> str:
        secret = self._settings.secret_of(token.login)
        return hmac.new(secret.encode(), token.value.encode(), hashlib.sha256).hexdigest()
