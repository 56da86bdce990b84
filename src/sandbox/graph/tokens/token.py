"""An access token: whose it is, what it reaches, how long it lives."""

import dataclasses
import datetime as dt
import enum

from sandbox.graph.accounts import Login

DATA_ACCESS_LIFE = dt.timedelta(days=90)
"""After this the person has to consent again. Source: auth-vs-data guide, as recorded 2026-11-20."""

SCOPES = {
    Login.FACEBOOK: (
        "instagram_basic",
        "instagram_content_publish",
        "pages_show_list",
        "pages_read_engagement",
        "pages_manage_posts",
        "business_management",
    ),
    Login.INSTAGRAM: ("instagram_business_basic", "instagram_business_content_publish"),
}
"""All that a client of each login asks for."""


class TokenKind(enum.StrEnum):
    """What a token speaks for: Meta's `type` of `debug_token`."""

    USER = "USER"
    """A person; on graph.instagram.com, an Instagram account."""
    PAGE = "PAGE"
    SYSTEM_USER = "SYSTEM_USER"


@dataclasses.dataclass(kw_only=True, slots=True)
class Token:
    """An access token; it reaches one account or Page, or several."""

    value: str
    login: Login
    account_ids: list[str]
    """Instagram accounts."""
    issued_at: dt.datetime
    expires_at: dt.datetime | None = None
    """None: never, as Page tokens."""
    dead_subcode: int | None = None
    """Why Meta refuses it for good, e.g. 460 after a change of password."""
    kind: TokenKind = TokenKind.PAGE
    page_ids: list[str] = dataclasses.field(default_factory=list[str])
    user_id: str | None = None
    """The person behind it; their change of password ends all that is theirs."""
    is_long_lived: bool = True
    scopes: list[str] | None = None
    """What it may do; None: all of its login."""
    data_access_expires_at: dt.datetime | None = None
    """None: as long after its issue as Meta grants."""

    @property
    def counts_by_app(self) -> bool:
        """Whether calls made with it use up the app's allowance, and not the account's or the Page's."""
        return self.kind is TokenKind.USER and self.login is Login.FACEBOOK

    def may(self, scope: str) -> bool:
        """Whether the person granted this."""
        return self.scopes is None or scope in self.scopes

    def granted(self) -> list[str]:
        """Return everything the person granted."""
        return list(SCOPES[self.login]) if self.scopes is None else self.scopes

    def data_access_until(self) -> dt.datetime:
        """Return when the person has to consent again."""
        return self.data_access_expires_at or self.issued_at + DATA_ACCESS_LIFE

    def is_over(self, now: dt.datetime) -> bool:
        """Whether its time has passed."""
        return self.expires_at is not None and now >= self.expires_at
