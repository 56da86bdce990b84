"""Where tokens are issued, renewed, aged and ended."""

import dataclasses
import datetime as dt
import hashlib
import random
import string
from collections.abc import Mapping

from sandbox.graph.accounts import Account, Login
from sandbox.graph.pages.records import Page
from sandbox.graph.tokens.code import AuthorizationCode
from sandbox.graph.tokens.token import Token, TokenKind
from sandbox.world import World

LONG_LIFE = dt.timedelta(seconds=5_183_944)
"""Of a long-lived token: 60 days less some seconds, as seen on the wire."""
SHORT_LIFE = dt.timedelta(hours=1)
"""Of a token fresh from a login; Meta says one to two hours for Facebook's."""
_LETTERS = string.ascii_letters + string.digits


class TokenDesk:
    """Holds all tokens and authorization codes. A token that was renewed lives on until its own end."""

    def __init__(self, world: World, *, accounts: Mapping[str, Account], pages: Mapping[str, Page]) -> None:
        self.tokens: dict[str, Token] = {}
        self.codes: dict[str, AuthorizationCode] = {}
        self._world = world
        self._accounts = accounts
        self._pages = pages
        self._random = random.Random(world.seed + 2)

    def issue(
        self,
        value: str | None = None,
        *,
        account_ids: list[str] | None = None,
        page_ids: list[str] | None = None,
        kind: TokenKind | None = None,
        user_id: str | None = None,
        scopes: list[str] | None = None,
        expires_at: dt.datetime | None = None,
        is_long_lived: bool = True,
    ) -> Token:
        """Let a token reach these accounts and Pages, or let it live again. They share a login.

        Without a kind, one that reaches a single Page is that Page's, and one that reaches several is a
        system user's. Without a value, one is drawn; a short-lived one ends after an hour unless told
        otherwise. A person's token may reach nothing: then the person ticked no Page in the dialog.

        Raises:
            ValueError: there is no such account or Page, or the token is of the other family.
        """
        account_ids, page_ids = account_ids or [], page_ids or []
        if not account_ids + page_ids and user_id is None:
            raise ValueError("a token reaches an account or a Page, or is a person's")
        login = self._login_of(account_ids, page_ids)
        value = value or self._drawn(login)
        if not value.startswith(login.token_prefix):
            raise ValueError(f"a token of the {login} login begins with {login.token_prefix}")
        linked = [page.id for page in self._pages.values() if page.instagram_id in account_ids]
        reached = [*linked, *(each for each in page_ids if each not in linked)]
        now = self._world.clock.now()
        if expires_at is None and not is_long_lived:
            expires_at = now + SHORT_LIFE
        token = Token(
            value=value,
            login=login,
            account_ids=account_ids,
            page_ids=reached,
            kind=kind or _kind(login, account_ids, reached),
            user_id=user_id,
            scopes=scopes,
            issued_at=now,
            expires_at=expires_at,
            is_long_lived=is_long_lived,
        )
        self.tokens[value] = token
        return token

    def renewed(self, token: Token) -> Token:
        """Return a long-lived token that reaches what this one reaches; a Page's never expires."""
        now = self._world.clock.now()
        new = dataclasses.replace(
            token,
            value=self._drawn(token.login),
            issued_at=now,
            expires_at=None if token.kind is TokenKind.PAGE else now + LONG_LIFE,
            data_access_expires_at=token.data_access_until(),
            is_long_lived=True,
        )
        self.tokens[new.value] = new
        return new

    def of_page(self, token: Token, page: Page) -> Token:
        """Return the Page's own token for the person behind this one: the same at each asking.

        From a long-lived token it never expires, from a short-lived one it ends with that. A Page's token is
        its own.
        """
        if token.kind is TokenKind.PAGE:
            return token
        digest = hashlib.sha256(f"{token.value}/{page.id}".encode()).hexdigest()
        value = f"{token.login.token_prefix}{digest}"
        if value not in self.tokens:
            self.tokens[value] = dataclasses.replace(
                token,
                value=value,
                kind=TokenKind.PAGE,
                page_ids=[page.id],
                account_ids=[page.instagram_id] if page.instagram_id else [],
                issued_at=self._world.clock.now(),
                expires_at=None if token.is_long_lived else token.expires_at,
            )
        return self.tokens[value]

    def kill(self, *, value: str | None = None, user_id: str | None = None, subcode: int) -> list[Token]:
        """Let Meta refuse a token, or all of a person, from now on; return those that ended.

        Raises:
            ValueError: there is none.
        """
        ended = [
            token
            for token in self.tokens.values()
            if token.value == value or (user_id is not None and token.user_id == user_id)
        ]
        if not ended:
            raise ValueError("there is no such token")
        for token in ended:
            token.dead_subcode = subcode
        return ended

    def age(
        self,
        value: str,
        *,
        issued_days_ago: float | None = None,
        expires_in_days: float | None = None,
        data_access_expires_in_days: float | None = None,
    ) -> Token:
        """Move a token's times; what is not named stays.

        Raises:
            ValueError: there is no such token.
        """
        token = self.tokens.get(value)
        if token is None:
            raise ValueError("there is no such token")
        now = self._world.clock.now()
        if issued_days_ago is not None:
            token.issued_at = now - dt.timedelta(days=issued_days_ago)
        if expires_in_days is not None:
            token.expires_at = now + dt.timedelta(days=expires_in_days)
        if data_access_expires_in_days is not None:
            token.data_access_expires_at = now + dt.timedelta(days=data_access_expires_in_days)
        return token

    def consent(self, account_id: str, redirect_uri: str) -> AuthorizationCode:
        """Return the code that the dialog gives when the owner of an account consents.

        Raises:
            ValueError: there is no such account with the Instagram login.
        """
        account = self._accounts.get(account_id)
        if account is None or account.login is not Login.INSTAGRAM:
            raise ValueError(f"no such account with the Instagram login: {account_id}")
        code = AuthorizationCode(
            value=f"AQ{self._letters(60)}",
            account_id=account_id,
            redirect_uri=redirect_uri,
            issued_at=self._world.clock.now(),
        )
        self.codes[code.value] = code
        return code

    def _login_of(self, account_ids: list[str], page_ids: list[str]) -> Login:
        if missing := [each for each in account_ids if each not in self._accounts]:
            raise ValueError(f"no such account: {', '.join(missing)}")
        if missing := [each for each in page_ids if each not in self._pages]:
            raise ValueError(f"no such Page: {', '.join(missing)}")
        return self._accounts[account_ids[0]].login if account_ids else Login.FACEBOOK

    def _drawn(self, login: Login) -> str:
        return login.token_prefix + self._letters(80)

    def _letters(self, count: int) -> str:
        return "".join(self._random.choices(_LETTERS, k=count))


def _kind(login: Login, account_ids: list[str], page_ids: list[str]) -> TokenKind:
    if login is Login.INSTAGRAM or not account_ids + page_ids:
        return TokenKind.USER
    return TokenKind.PAGE if len(page_ids) == 1 else TokenKind.SYSTEM_USER
