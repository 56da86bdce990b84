"""Looks into the access to a Facebook Page."""

import httpx

from platforms._shared.graph import GraphClient
from platforms._shared.meta_examination import FacebookExaminer
from platforms._shared.meta_tokens import MetaApp
from platforms.base import Examiner
from platforms.facebook.errors import ERRORS
from platforms.facebook.settings import FacebookSettings

NEEDED = ("pages_manage_posts", "pages_read_engagement")
"""Source: the Pages API's posts guide, as recorded 2026-11-20."""


def facebook_examiner(*, settings: FacebookSettings, http: httpx.AsyncClient) -> Examiner:
    """Return what looks into a Page's access."""
    secret = settings.facebook_app_secret.get_secret_value() if settings.facebook_app_secret else None
    graph = GraphClient(
        http=http,
        base_url=settings.graph_api_base_url,
        version=settings.graph_api_version,
        platform="facebook",
        errors=ERRORS,
        app_secret=secret,
    )
    return FacebookExaminer(graph=graph, app=MetaApp.of(settings.facebook_app_id, secret), needed=NEEDED)
