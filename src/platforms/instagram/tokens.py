"""Instagram's access tokens, by Facebook Login or Instagram Login.

Source: developers.facebook.com/documentation/instagram-platform/instagram-api-with-instagram-login/
business-login, as recorded 2026-11-20.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import httpx

from domain.account import AccessToken, Account
from domain.errors import AuthorizationError, RejectedError
from domain.token import Grant
from platforms._shared.facebook_login import facebook_app, facebook_login_graph
from platforms._shared.graph import GraphClient
from platforms._shared.graph_answers import AnswerReader, object_within, objects_within, optional_text
from platforms._shared.meta_tokens import FacebookTokens, Profile, granted
from platforms.instagram.errors import ERRORS, FACEBOOK_LOGIN, INSTAGRAM_LOGIN
from platforms.instagram.settings import InstagramSettings
from services.ports import Clock, Offer, Received, TokenClient

RENEWABLE_AFTER = dt.timedelta(hours=24)
"""How old a token of Instagram Login must be to be renewed."""
ANSWERS = AnswerReader("instagram")


class TokensByLogin:
    """The `TokenClient` of a platform with several logins."""

    def __init__(self, clients: Mapping[str, TokenClient]) -> None:
        self._clients = clients

    async def receive(self, token: AccessToken, *, login: str) -> Received:
        """Exchange a token that a person gave for one that lasts, and find the accounts it reaches."""
        return await self._of(login).receive(token, login=login)

    async def refresh(self, account: Account, grant: Grant) -> Grant:
        """Return new access; the access held stays good until it is replaced."""
        return await self._of(account.login).refresh(account, grant)

    async def inspect(self, account: Account, grant: Grant) -> Grant:
        """Ask whether the access works; return it with what the platform says of its end."""
        return await self._of(account.login).inspect(account, grant)

    def _of(self, login: str) -> TokenClient:
        client = self._clients.get(login)
        if client is None:
            raise RejectedError(
                f"Instagram has no login {login}; there are {' and '.join(self._clients)}.",
                platform="instagram",
            )
        return client


class InstagramTokens:
    """The `TokenClient` of Instagram Login: one token for one account, renewed by itself."""

    def __init__(self, *, graph: GraphClient, clock: Clock, app_secret: str | None) -> None:
        """Take the secret of the Instagram app; without it a token of an hour stays one."""
        self._graph = graph
        self._clock = clock
        self._app_secret = app_secret

    async def receive(self, token: AccessToken, *, login: str) -> Received:
        """Exchange a token of an hour; one from Meta's dashboard lasts already."""
        if self._app_secret is None:
            return Received(grant=self._unknown(token))
        answer = await self._graph.get("me", token, fields="user_id,username")
        # The documentation shows a list, clients see the object itself.
        me = next(iter(objects_within(answer)), answer)
        grant = await self._lasting(token, self._app_secret)
        offer = Offer(
            external_id=ANSWERS.text(me, "user_id"), name=optional_text(me, "username") or "", grant=grant
        )
        return Received(grant=grant, offers=(offer,))

    async def refresh(self, account: Account, grant: Grant) -> Grant:
        """Renew the token for another 60 days."""
        answer = await self._graph.ask(
            "refresh_access_token", grant_type="ig_refresh_token", access_token=grant.token.value
        )
        return granted(answer, now=self._clock.now(), answers=ANSWERS)

    async def inspect(self, account: Account, grant: Grant) -> Grant:
        """Read the account; this host has no `debug_token`."""
        await self._graph.get(account.external_id, grant.token, fields="id")
        return grant

    async def _lasting(self, token: AccessToken, secret: str) -> Grant:
        try:
            answer = await self._graph.ask(
                "access_token",
                grant_type="ig_exchange_token",
                client_secret=secret,
                access_token=token.value,
            )
        except (RejectedError, AuthorizationError):
            # It works, so it lasts already: only a token of an hour is exchanged.
            return self._unknown(token)
        return granted(answer, now=self._clock.now(), answers=ANSWERS)

    def _unknown(self, token: AccessToken) -> Grant:
        return Grant(token=token, renewable_at=self._clock.now() + RENEWABLE_AFTER)


def instagram_tokens(*, settings: InstagramSettings, http: httpx.AsyncClient, clock: Clock) -> TokenClient:
    """Return what tokens of both logins are had and renewed with."""
    instagram_secret = settings.instagram_app_secret
    facebook = FacebookTokens(
        graph=facebook_login_graph(settings, http, platform="instagram", errors=ERRORS[FACEBOOK_LOGIN]),
        clock=clock,
        app=facebook_app(settings),
        platform="instagram",
        errors=ERRORS[FACEBOOK_LOGIN],
        profile=_linked_account,
        # Instagram's permissions are not among those that outlive the consent. Source: auth-vs-data guide,
        # as recorded 2026-11-20.
        consent_ends=True,
    )
    instagram = InstagramTokens(
        graph=GraphClient(
            http=http,
            base_url=settings.instagram_graph_api_base_url,
            version=settings.graph_api_version,
            platform="instagram",
            errors=ERRORS[INSTAGRAM_LOGIN],
        ),
        clock=clock,
        app_secret=instagram_secret.get_secret_value() if instagram_secret else None,
    )
    return TokensByLogin({FACEBOOK_LOGIN: facebook, INSTAGRAM_LOGIN: instagram})


def _linked_account(page: Mapping[str, Any]) -> Profile | None:
    linked = object_within(page, "instagram_business_account")
    found = optional_text(linked, "id")
    return Profile(external_id=found, name=optional_text(linked, "username") or "") if found else None
