"""Access tokens of Facebook Pages."""

from collections.abc import Mapping
from typing import Any

import httpx

from platforms._shared.facebook_login import facebook_app, facebook_login_graph
from platforms._shared.graph_answers import optional_text
from platforms._shared.meta_tokens import FacebookTokens, Profile
from platforms.facebook.errors import ERRORS
from platforms.facebook.settings import FacebookSettings
from services.ports import Clock, TokenClient


def facebook_tokens(*, settings: FacebookSettings, http: httpx.AsyncClient, clock: Clock) -> TokenClient:
    """Return what Pages' tokens are had and renewed with."""
    return FacebookTokens(
        graph=facebook_login_graph(settings, http, platform="facebook", errors=ERRORS),
        clock=clock,
        app=facebook_app(settings),
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
