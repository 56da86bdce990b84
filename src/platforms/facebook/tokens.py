"""Access tokens of Facebook Pages."""

from collections.abc import Mapping
from typing import Any

import httpx

from platforms._shared.graph import GraphClient
from platforms._shared.graph_answers import optional_text
from platforms._shared.meta_tokens import FacebookTokens, MetaApp, Profile
from platforms.facebook.errors import ERRORS
from platforms.facebook.settings import FacebookSettings
from services.ports import Clock, TokenClient


def facebook_tokens(*, settings: FacebookSettings, http: httpx.AsyncClient, clock: Clock) -> TokenClient:
    """Return what Pages' tokens are had and renewed with."""
    secret = settings.facebook_app_secret.get_secret_value() if settings.facebook_app_secret else None
    return FacebookTokens(
        graph=GraphClient(
            http=http,
            base_url=settings.graph_api_base_url,
            version=settings.graph_api_version,
            platform="facebook",
            errors=ERRORS,
            app_secret=secret,
        ),
        clock=clock,
        app=MetaApp.of(settings.facebook_app_id, secret),
        platform="facebook",
        errors=ERRORS,
        profile=_page_itself,
        # The permissions to post on Pages outlive the consent. Source: auth-vs-data guide, as recorded
        # 2026-11-20.
        consent_ends=False,
    )


def _page_itself(page: Mapping[str, Any]) -> Profile | None:
    found = optional_text(page, "id")
    return Profile(external_id=found, name=optional_text(page, "name") or "") if found else None
