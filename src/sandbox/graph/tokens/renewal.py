"""The calls that give a token for a token: exchanges of both logins, and Instagram's refresh."""

import datetime as dt
import hmac
from typing import Any

from sandbox.graph.accounts import Login
from sandbox.graph.errors import GraphError
from sandbox.graph.settings import GraphSettings
from sandbox.graph.tokens.admission import Admission
from sandbox.graph.tokens.desk import LONG_LIFE, TokenDesk
from sandbox.graph.tokens.refusals import (
    NOT_GRANTED,
    NOT_LONG_LIVED,
    NOT_SHORT_LIVED,
    TOO_YOUNG,
    WRONG_APP,
    WRONG_GRANT,
    WRONG_SECRET,
)
from sandbox.graph.tokens.token import TokenKind
from sandbox.graph.wire import GraphRequest
from sandbox.world import World

YOUNGEST = dt.timedelta(hours=24)
"""A younger token is not refreshed. Source: Instagram business login guide, as recorded 2026-11-20."""


class Renewal:
    """Answers them; a token that was renewed stays valid until its own end."""

    def __init__(
        self, *, world: World, desk: TokenDesk, admission: Admission, settings: GraphSettings
    ) -> None:
        self._world = world
        self._desk = desk
        self._admission = admission
        self._settings = settings

    def exchange_facebook(self, asked: GraphRequest) -> dict[str, Any]:
        """`GET /oauth/access_token` of graph.facebook.com: 60 days for a token that still lives."""
        _check_grant(asked, "fb_exchange_token")
        if asked.required("client_id") != self._settings.facebook_app_id:
            raise GraphError(WRONG_APP)
        self._check_secret(asked, Login.FACEBOOK)
        old = self._admission.alive(asked.required("fb_exchange_token"), Login.FACEBOOK)
        new = self._desk.renewed(old)
        answer: dict[str, Any] = {"access_token": new.value, "token_type": "bearer"}
        return answer if new.kind is TokenKind.PAGE else answer | {"expires_in": _seconds(LONG_LIFE)}

    def exchange_instagram(self, asked: GraphRequest) -> dict[str, Any]:
        """`GET /access_token` of graph.instagram.com: 60 days for one of an hour."""
        _check_grant(asked, "ig_exchange_token")
        self._check_secret(asked, Login.INSTAGRAM)
        old = self._admission.alive(asked.token, Login.INSTAGRAM)
        if old.is_long_lived:
            raise GraphError(NOT_SHORT_LIVED)
        new = self._desk.renewed(old)
        return {"access_token": new.value, "token_type": "bearer", "expires_in": _seconds(LONG_LIFE)}

    def refresh_instagram(self, asked: GraphRequest) -> dict[str, Any]:
        """`GET /refresh_access_token` of graph.instagram.com: 60 more days."""
        _check_grant(asked, "ig_refresh_token")
        old = self._admission.alive(asked.token, Login.INSTAGRAM)
        if not old.is_long_lived:
            raise GraphError(NOT_LONG_LIVED)
        if not old.may("instagram_business_basic"):
            raise GraphError(NOT_GRANTED)
        if self._world.clock.now() - old.issued_at < YOUNGEST:
            raise GraphError(TOO_YOUNG)
        new = self._desk.renewed(old)
        return {
            "access_token": new.value,
            "token_type": "bearer",
            "expires_in": _seconds(LONG_LIFE),
            "permissions": ",".join(new.granted()),
        }

    def _check_secret(self, asked: GraphRequest, login: Login) -> None:
        given = asked.required("client_secret")
        if not hmac.compare_digest(given.encode(), self._settings.secret_of(login).encode()):
            raise GraphError(WRONG_SECRET)


def _check_grant(asked: GraphRequest, grant: str) -> None:
    if asked.required("grant_type") != grant:
        raise GraphError(WRONG_GRANT)


def _seconds(life: dt.timedelta) -> int:
    return int(life.total_seconds())
