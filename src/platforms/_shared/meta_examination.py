"""Looks into access of Facebook Login: what it was granted for, and which Page it speaks for.

Source: developers.facebook.com/docs/graph-api/reference/debug_token and the Instagram platform's overview, as
recorded 2026-11-20.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from domain.account import AccessToken, Account
from domain.errors import AuthorizationError, PublishingError, RejectedError
from domain.finding import Finding, fail, ok, skipped, warn
from domain.token import Grant
from platforms._shared.graph import GraphClient
from platforms._shared.graph_answers import object_within, objects_within, optional_text, texts_within
from platforms._shared.meta_tokens import PAGES_SCOPE, MetaApp

PERMISSIONS, PAGE = "permissions", "page"
PAGE_FIELDS = "id,name,instagram_business_account{id,username}"


class FacebookExaminer:
    """The `Examiner` of Facebook Login."""

    def __init__(self, *, graph: GraphClient, app: MetaApp | None, needed: Sequence[str]) -> None:
        """Take the host, the app that may ask about tokens, and the permissions that posting needs."""
        self._graph = graph
        self._app = app
        self._needed = needed

    async def examine(self, account: Account, grant: Grant) -> list[Finding]:
        """Ask what the token was granted for, and for the Page that it speaks for."""
        return [await self._permissions(account, grant.token), await self._page(account, grant.token)]

    async def _permissions(self, account: Account, token: AccessToken) -> Finding:
        if self._app is None:
            because = "Meta tells it the app alone, and FACEBOOK_APP_ID or FACEBOOK_APP_SECRET is not set"
            return skipped(PERMISSIONS, because, subject=account.name)
        try:
            answer = await self._graph.get("debug_token", self._app.token, input_token=token.value)
        except AuthorizationError as error:
            to_do = (
                "check FACEBOOK_APP_ID and FACEBOOK_APP_SECRET, which are the Meta app's and not Instagram's"
            )
            return fail(PERMISSIONS, f"Meta refuses the app: {error}", to_do, subject=account.name)
        except RejectedError as error:
            to_do = "connect it with a token of the app in FACEBOOK_APP_ID"
            return fail(PERMISSIONS, f"Meta does not tell: {error}", to_do, subject=account.name)
        except PublishingError as error:
            return skipped(PERMISSIONS, f"Meta does not answer ({error})", subject=account.name)
        facts = object_within(answer, "data")
        if not facts.get("is_valid"):
            return skipped(PERMISSIONS, "the access is dead", subject=account.name)
        granted = texts_within(facts, "scopes")
        missing = [scope for scope in self._needed if scope not in granted]
        if missing:
            says = f"{', '.join(missing)} was not granted"
            return fail(PERMISSIONS, says, "connect the account again and grant all", subject=account.name)
        if _is_for_others(facts, account, self._needed):
            says = "granted, but for other accounts than this one"
            return warn(PERMISSIONS, says, "connect it again and tick this account", subject=account.name)
        if PAGES_SCOPE not in granted:
            says = f"{PAGES_SCOPE} was not granted, without which the access cannot be renewed"
            return warn(PERMISSIONS, says, "connect the account again and grant it", subject=account.name)
        return ok(PERMISSIONS, f"all {len(self._needed)} that posting needs", subject=account.name)

    async def _page(self, account: Account, token: AccessToken) -> Finding:
        try:
            pages, is_of_a_page = await self._pages(token)
        except PublishingError as error:
            return skipped(PAGE, f"Meta does not tell the Page ({error})", subject=account.name)
        if account.platform == "facebook" and not is_of_a_page:
            says = "the token is a person's, with which nothing can be posted on a Page"
            return fail(PAGE, says, "connect it with the Page's own token", subject=account.name)
        linked = [page for page in pages if account.external_id in (page.get("id"), _instagram_id(page))]
        if linked:
            return ok(
                PAGE, f"{optional_text(linked[0], 'name') or linked[0].get('id')}", subject=account.name
            )
        reached = ", ".join(filter(None, (optional_text(page, "name") for page in pages))) or "no Page"
        says = f"the token reaches {reached}, which is not linked to this account"
        if account.platform == "facebook":
            says, to_do = (
                f"the token reaches {reached}, and not this Page",
                "connect it with the Page's token",
            )
        else:
            to_do = "link the account to the Page in the Page's settings, and connect it again"
        return fail(PAGE, says, to_do, subject=account.name)

    async def _pages(self, token: AccessToken) -> tuple[list[dict[str, Any]], bool]:
        """Return the Page whose token it is, or those that a person's token reaches; and which it is."""
        try:
            return [await self._graph.get("me", token, fields=PAGE_FIELDS)], True
        except (RejectedError, AuthorizationError):  # a person has no such field
            answer = await self._graph.get("me/accounts", token, fields=PAGE_FIELDS, limit="100")
            return objects_within(answer), False


def _is_for_others(facts: Mapping[str, Any], account: Account, needed: Sequence[str]) -> bool:
    """Whether a needed permission names accounts, and this one is not among them."""
    targets = [
        texts_within(grant, "target_ids")
        for grant in objects_within({"data": facts.get("granular_scopes")})
        if grant.get("scope") in needed and _is_about(str(grant.get("scope")), account)
    ]
    return any(named and account.external_id not in named for named in targets)


def _is_about(scope: str, account: Account) -> bool:
    return scope.startswith("instagram_" if account.platform == "instagram" else "pages_")


def _instagram_id(page: Mapping[str, Any]) -> str | None:
    return optional_text(object_within(page, "instagram_business_account"), "id")
