"""What the product has and renews Meta's tokens with, at a running Graph API."""

import datetime as dt
from typing import Any

import httpx

from domain.account import AccessToken, Account, AccountState
from domain.ids import AccountId, PlatformName, WorkspaceId
from domain.token import Grant
from platforms.facebook.settings import FacebookSettings
from platforms.facebook.tokens import facebook_tokens
from platforms.instagram.settings import InstagramSettings
from platforms.instagram.tokens import instagram_tokens
from services.ports import TokenClient
from support.instagram import WorldClock
from support.meta import OWN_ACCOUNT, PAGE, PAGE_ACCOUNT, Meta

APPS: dict[str, Any] = {
    "facebook_app_id": "100000000000001",
    "facebook_app_secret": "sandbox-facebook-app-secret",
}
LIFE = dt.timedelta(seconds=5_183_944)


def instagram_client(meta: Meta, http: httpx.AsyncClient, **settings: Any) -> TokenClient:
    """Return Instagram's client, with both apps unless told otherwise."""
    given: dict[str, Any] = {**APPS, "instagram_app_secret": "sandbox-instagram-app-secret", **settings}
    return instagram_tokens(
        settings=InstagramSettings(
            graph_api_base_url=meta.facebook, instagram_graph_api_base_url=meta.instagram, **given
        ),
        http=http,
        clock=WorldClock(meta.world),
    )


def page_client(meta: Meta, http: httpx.AsyncClient, **settings: Any) -> TokenClient:
    """Return the client of Facebook Pages, with its app unless told otherwise."""
    return facebook_tokens(
        settings=FacebookSettings(graph_api_base_url=meta.facebook, **{**APPS, **settings}),
        http=http,
        clock=WorldClock(meta.world),
    )


def connected(*, platform: str = "instagram", login: str = "facebook", external_id: str = "") -> Account:
    """Return a connected account; its id is that of this platform and login in the sandbox."""
    known = {
        ("instagram", "facebook"): PAGE_ACCOUNT,
        ("instagram", "instagram"): OWN_ACCOUNT,
        ("facebook", "facebook"): PAGE,
    }
    return Account(
        id=AccountId(1),
        workspace_id=WorkspaceId(1),
        platform=PlatformName(platform),
        external_id=external_id or known[platform, login],
        name="harbour.lane",
        login=login,
        state=AccountState.ACTIVE,
        has_token=True,
    )


def holding(token: str, **more: Any) -> Grant:
    """Return access with this token."""
    return Grant(token=AccessToken(token), **more)
