"""`GET /debug_token`: what a token is, asked with the app's own token or with one of its person's."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sandbox.graph.accounts import Login
from sandbox.graph.errors import NO_TOKEN, UNREADABLE_TOKEN, GraphError, bad_parameter, no_such_object
from sandbox.graph.settings import GraphSettings
from sandbox.graph.tokens.admission import Admission
from sandbox.graph.tokens.holders import NOBODY
from sandbox.graph.tokens.token import Token, TokenKind
from sandbox.graph.wire import GraphRequest


class Inspection:
    """Looks into tokens; one that is dead is reported inside the answer."""

    def __init__(self, *, tokens: Mapping[str, Token], admission: Admission, settings: GraphSettings) -> None:
        self._tokens = tokens
        self._admission = admission
        self._settings = settings

    def debug(self, asked: GraphRequest) -> dict[str, Any]:
        """Answer the call; raises `GraphError` for one that may not ask."""
        if asked.host is Login.INSTAGRAM:
            raise no_such_object("debug_token", asked.method)
        self._check_asker(asked)
        if "input_token" not in asked.params:
            raise bad_parameter("(#100) The parameter input_token is required")
        token = self._tokens.get(asked.params["input_token"])
        if token is None or token.login is not asked.host:
            unknown = {"code": 190, "message": "Invalid OAuth access token."}
            return {"data": {"error": unknown, "is_valid": False, "scopes": []}}
        return {"data": self._described(token)}

    def _check_asker(self, asked: GraphRequest) -> None:
        if asked.token is None:
            raise GraphError(NO_TOKEN)
        if "|" not in asked.token:
            self._admission.admitted(asked, {})
        elif asked.token != f"{self._settings.facebook_app_id}|{self._settings.facebook_app_secret}":
            raise GraphError(UNREADABLE_TOKEN)

    def _described(self, token: Token) -> dict[str, Any]:
        error: dict[str, Any] | None = None
        try:
            self._admission.alive(token.value, token.login)
        except GraphError as refused:
            refusal = refused.refusal
            error = {"code": refusal.code, "message": refusal.message, "subcode": refusal.subcode}
        data: dict[str, Any] = {
            "app_id": self._settings.facebook_app_id,
            "type": token.kind.value,
            "application": "Storyline sandbox",
            "data_access_expires_at": _unix(token.data_access_until()),
            "expires_at": _unix(token.expires_at) if token.expires_at else 0,
            "is_valid": error is None,
            "scopes": token.granted(),
            "granular_scopes": [_granular(scope, token) for scope in token.granted()],
            "user_id": token.user_id or NOBODY,
        }
        if token.is_long_lived:
            data["issued_at"] = _unix(token.issued_at)
        if token.kind is TokenKind.PAGE:
            data["profile_id"] = token.page_ids[0]
        return data | ({"error": error} if error else {})


def _granular(scope: str, token: Token) -> dict[str, Any]:
    targets = token.account_ids if scope.startswith("instagram_") else token.page_ids
    return {"scope": scope} | ({"target_ids": targets} if targets else {})


def _unix(at: dt.datetime) -> int:
    return int(at.timestamp())
