"""Looks into the access to an Instagram account, by either login."""

from collections.abc import Mapping

import httpx

from domain.account import Account
from domain.finding import Finding, skipped
from domain.token import Grant
from platforms._shared.facebook_login import facebook_app, facebook_login_graph
from platforms._shared.meta_examination import PERMISSIONS, FacebookExaminer
from platforms.base import Examiner
from platforms.instagram.errors import ERRORS, FACEBOOK_LOGIN, INSTAGRAM_LOGIN
from platforms.instagram.settings import InstagramSettings

NEEDED = ("instagram_basic", "instagram_content_publish", "pages_read_engagement")
"""Of Facebook Login. Source: the Instagram platform's content publishing guide, as recorded 2026-11-20."""


class ExaminerByLogin:
    """The `Examiner` of a platform with several logins."""

    def __init__(self, examiners: Mapping[str, Examiner]) -> None:
        self._examiners = examiners

    async def examine(self, account: Account, grant: Grant) -> list[Finding]:
        """Ask what the account's login lets one ask."""
        examiner = self._examiners.get(account.login)
        return [] if examiner is None else await examiner.examine(account, grant)


class InstagramExaminer:
    """The `Examiner` of Instagram Login, which needs no Page."""

    async def examine(self, account: Account, grant: Grant) -> list[Finding]:
        """Say that there is nothing to ask: this host has no `debug_token`."""
        because = "Instagram Login does not tell; posting needs instagram_business_content_publish"
        return [skipped(PERMISSIONS, because, subject=account.name)]


def instagram_examiner(*, settings: InstagramSettings, http: httpx.AsyncClient) -> Examiner:
    """Return what looks into the access of both logins."""
    graph = facebook_login_graph(settings, http, platform="instagram", errors=ERRORS[FACEBOOK_LOGIN])
    facebook = FacebookExaminer(graph=graph, app=facebook_app(settings), needed=NEEDED)
    return ExaminerByLogin({FACEBOOK_LOGIN: facebook, INSTAGRAM_LOGIN: InstagramExaminer()})
