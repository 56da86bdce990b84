"""Looks into the access to a Facebook Page."""

import httpx

from platforms._shared.facebook_login import facebook_app, facebook_login_graph
from platforms._shared.meta_examination import FacebookExaminer
from platforms.base import Examiner
from platforms.facebook.errors import ERRORS
from platforms.facebook.settings import FacebookSettings

NEEDED = ("pages_manage_posts", "pages_read_engagement")
"""Source: the Pages API's posts guide, as recorded 2026-11-20."""


def facebook_examiner(*, settings: FacebookSettings, http: httpx.AsyncClient) -> Examiner:
    """Return what looks into a Page's access."""
    graph = facebook_login_graph(settings, http, platform="facebook", errors=ERRORS)
    return FacebookExaminer(graph=graph, app=facebook_app(settings), needed=NEEDED)
