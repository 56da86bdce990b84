"""Who holds a token of the Facebook login, and what they let it reach."""

from collections.abc import Sequence
from typing import Any

from sandbox.graph.errors import GraphError
from sandbox.graph.pages.records import Page
from sandbox.graph.paging import page_of
from sandbox.graph.store import GraphStore
from sandbox.graph.tokens.desk import TokenDesk
from sandbox.graph.tokens.refusals import NO_ACCOUNTS_OF_A_PAGE, NOT_GRANTED
from sandbox.graph.tokens.token import SCOPES, Token, TokenKind
from sandbox.graph.wire import GraphRequest, only_fields, parse_fields

NOBODY = "122000000000001"
"""The person behind a token for whom none was named."""
_TASKS = ["ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MESSAGING", "MODERATE", "MANAGE"]


class Holders:
    """Answers what a person may ask of themselves."""

    def __init__(self, store: GraphStore) -> None:
        self._store = store
        self._desk: TokenDesk = store.desk

    def me(self, asked: GraphRequest, token: Token) -> dict[str, Any]:
        """`GET /me` with a person's token."""
        user_id = token.user_id or NOBODY
        person = self._store.people.get(user_id)
        node = {"id": user_id, "name": person.name if person else "Sandbox", "email": None}
        return only_fields(node, parse_fields(asked.params.get("fields", "id,name")), kind="User")

    def accounts(self, asked: GraphRequest, token: Token) -> dict[str, Any]:
        """`GET /me/accounts`: the Pages, each with a token of its own."""
        if token.kind is TokenKind.PAGE:
            raise GraphError(NO_ACCOUNTS_OF_A_PAGE)
        if not token.may("pages_show_list"):
            raise GraphError(NOT_GRANTED)
        return self._listed(asked, token, [page for page in self._pages(token) if page.business_id is None])

    def businesses(self, _asked: GraphRequest, token: Token) -> dict[str, Any]:
        """`GET /me/businesses`: the portfolios that hold Pages of theirs."""
        if not token.may("business_management"):
            raise GraphError(NOT_GRANTED)
        ids = dict.fromkeys(page.business_id for page in self._pages(token) if page.business_id)
        return {"data": [{"id": each, "name": f"Portfolio {each}"} for each in ids]}

    def owned_pages(self, asked: GraphRequest, token: Token) -> dict[str, Any]:
        """`GET /{business}/owned_pages`: a portfolio's Pages that they may use."""
        if not token.may("business_management"):
            raise GraphError(NOT_GRANTED)
        owned = [page for page in self._pages(token) if page.business_id == asked.path[0]]
        return self._listed(asked, token, owned)

    def client_pages(self, asked: GraphRequest, token: Token) -> dict[str, Any]:
        """`GET /{business}/client_pages`: no portfolio works for others here."""
        return self._listed(asked, token, [])

    def permissions(self, _asked: GraphRequest, token: Token) -> dict[str, Any]:
        """`GET /me/permissions`: what was granted and what was not."""
        granted = token.granted()
        return {
            "data": [
                {"permission": scope, "status": "granted" if scope in granted else "declined"}
                for scope in SCOPES[token.login]
            ]
        }

    def _pages(self, token: Token) -> list[Page]:
        return [self._store.pages.pages[each] for each in token.page_ids]

    def _listed(self, asked: GraphRequest, token: Token, pages: Sequence[Page]) -> dict[str, Any]:
        shown, paging = page_of(pages, asked)
        fields = parse_fields(asked.params.get("fields", "access_token,category,name,id,tasks"))
        answer: dict[str, Any] = {
            "data": [only_fields(self._page(page, token), fields, kind="Page") for page in shown]
        }
        return answer | ({"paging": paging} if paging else {})

    def _page(self, page: Page, token: Token) -> dict[str, Any]:
        account = self._store.accounts.get(page.instagram_id or "")
        linked = {"id": account.id, "username": account.username, "name": account.name} if account else None
        return {
            "id": page.id,
            "name": page.name,
            "category": page.category,
            "access_token": self._desk.of_page(token, page).value,
            "tasks": _TASKS,
            "instagram_business_account": linked,
            "connected_instagram_account": linked,
        }
