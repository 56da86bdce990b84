"""Which call about tokens or their holders a request is, and who answers it."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.graph.accounts import Login
from sandbox.graph.settings import GraphSettings
from sandbox.graph.store import GraphStore
from sandbox.graph.target import Target
from sandbox.graph.tokens.admission import Admission
from sandbox.graph.tokens.holders import Holders
from sandbox.graph.tokens.inspection import Inspection
from sandbox.graph.tokens.renewal import Renewal
from sandbox.graph.tokens.token import Token, TokenKind
from sandbox.graph.wire import GraphRequest
from sandbox.world import World

_ABOUT_TOKENS: Mapping[tuple[Login, tuple[str, ...]], str] = {
    (Login.FACEBOOK, ("oauth", "access_token")): "exchange_token",
    (Login.FACEBOOK, ("debug_token",)): "debug_token",
    (Login.INSTAGRAM, ("debug_token",)): "debug_token",
    (Login.INSTAGRAM, ("access_token",)): "exchange_token",
    (Login.INSTAGRAM, ("refresh_access_token",)): "refresh_token",
}
"""Calls that need no admission: a token is what they are about."""
_ABOUT_HOLDERS: Mapping[tuple[str, ...], str] = {
    ("me",): "user_node",
    ("me", "accounts"): "user_accounts",
    ("me", "permissions"): "permissions",
    ("me", "businesses"): "businesses",
}

Handler = Callable[[GraphRequest], dict[str, Any]]
HolderHandler = Callable[[GraphRequest, Token], dict[str, Any]]


class TokenCalls:
    """The part of both hosts that is about tokens and those who hold them."""

    def __init__(
        self, *, world: World, store: GraphStore, admission: Admission, settings: GraphSettings
    ) -> None:
        self._store = store
        self._admission = admission
        renewal = Renewal(world=world, desk=store.desk, admission=admission, settings=settings)
        inspection = Inspection(tokens=store.tokens, admission=admission, settings=settings)
        holders = Holders(store)
        self._token_handlers: Mapping[tuple[Login, str], Handler] = {
            (Login.FACEBOOK, "exchange_token"): renewal.exchange_facebook,
            (Login.FACEBOOK, "debug_token"): inspection.debug,
            (Login.INSTAGRAM, "debug_token"): inspection.debug,
            (Login.INSTAGRAM, "exchange_token"): renewal.exchange_instagram,
            (Login.INSTAGRAM, "refresh_token"): renewal.refresh_instagram,
        }
        self._holder_handlers: Mapping[str, HolderHandler] = {
            "user_node": holders.me,
            "user_accounts": holders.accounts,
            "permissions": holders.permissions,
            "businesses": holders.businesses,
            "owned_pages": holders.owned_pages,
            "client_pages": holders.client_pages,
        }

    def target(self, asked: GraphRequest) -> Target | None:
        """Return what a call is about if it is about tokens or who holds them, else None."""
        if operation := _ABOUT_TOKENS.get((asked.host, asked.path)):
            named = (asked.params.get(name) for name in ("fb_exchange_token", "input_token"))
            return self._about(operation, next(filter(None, named), asked.token))
        token = self._store.tokens.get(asked.token or "")
        operation = _ABOUT_HOLDERS.get(asked.path) or self._of_business(asked)
        if asked.host is Login.INSTAGRAM or asked.method != "GET" or not operation or token is None:
            return None
        is_page = token.kind is TokenKind.PAGE
        return None if is_page and operation == "user_node" else self._about(operation, asked.token)

    def _of_business(self, asked: GraphRequest) -> str:
        """Return the operation of a call about a portfolio, empty for any other."""
        match asked.path:
            case [business_id, ("owned_pages" | "client_pages") as edge]:
                pages = self._store.pages.pages.values()
                return edge if any(page.business_id == business_id for page in pages) else ""
            case _:
                return ""

    def answer(self, asked: GraphRequest, target: Target) -> dict[str, Any] | None:
        """Do what is asked, None for a call that is about something else; raises `GraphError`."""
        if handler := self._token_handlers.get((asked.host, target.operation)):
            return handler(asked)
        if holder_handler := self._holder_handlers.get(target.operation):
            return holder_handler(asked, self._admission.admitted(asked, target.subject()))
        return None

    def _about(self, operation: str, value: str | None) -> Target:
        token = self._store.tokens.get(value or "")
        if token and token.account_ids:
            return Target(operation=operation, account=self._store.accounts[token.account_ids[0]])
        page = self._store.pages.pages[token.page_ids[0]] if token and token.page_ids else None
        return Target(operation=operation, page=page)
