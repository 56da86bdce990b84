"""A platform's tokens that live and die by a fake clock."""

import dataclasses
import datetime as dt
import itertools
from collections.abc import Awaitable, Callable

from domain.account import AccessToken, Account
from domain.errors import AuthorizationError, TransientError
from domain.token import Grant
from services.ports import Clock, Received

LIFE = dt.timedelta(days=60)
YOUNGEST = dt.timedelta(hours=24)


@dataclasses.dataclass(slots=True)
class Life:
    """What the platform knows of a token."""

    born: dt.datetime
    end: dt.datetime | None
    dead_subcode: int | None = None


class StrictTokens:
    """Implements `TokenClient`: refuses what is over, dead or too young, and counts what it is asked.

    With `derives`, an account gets a token without an end, from a person's of 60 days; else its token is one
    of 60 days that is renewed itself.
    """

    def __init__(self, clock: Clock, *, derives: bool = False) -> None:
        self._clock = clock
        self._derives = derives
        self._numbers = itertools.count(1)
        self._lives: dict[AccessToken, Life] = {}
        self.errors: list[Exception] = []
        """Given in turn to renewals, before anything happens."""
        self.stillborn: int | None = None
        """The subcode with which every token is refused that the next renewal gives."""
        self.silences = 0
        """How many of the next renewals take effect without an answer."""
        self.renewed: list[dt.datetime] = []
        """When a renewal was answered."""
        self.asked = 0
        """How often a token was looked into."""
        self.outages: list[Exception] = []
        """Given in turn to looks into a token."""
        self.while_asked: Callable[[], Awaitable[None]] | None = None
        """Runs once, within the next look into a token."""
        self.consent_ends_at: dt.datetime | None = None

    def grant(self) -> Grant:
        """Return new access, as a person has just given it."""
        now = self._clock.now()
        lasting = self._born(end=now + LIFE)
        if not self._derives:
            return Grant(token=lasting, issued_at=now, expires_at=now + LIFE)
        return Grant(token=self._born(end=None), issued_at=now, source=lasting, source_expires_at=now + LIFE)

    def kill(self, token: AccessToken, subcode: int) -> None:
        """Refuse a token from now on."""
        self._lives[token].dead_subcode = subcode

    def kill_next(self, subcode: int) -> None:
        """Let the next renewal give a token that does not work."""
        self.stillborn = subcode

    async def receive(self, token: AccessToken, *, login: str) -> Received:
        return Received(grant=self.grant())

    async def refresh(self, account: Account, grant: Grant) -> Grant:
        if self.errors:
            raise self.errors.pop(0)
        asked = grant.source or grant.token
        self._check(asked)
        if self._clock.now() - self._lives[asked].born < YOUNGEST:
            raise AuthorizationError("the token is too young", code=190)
        renewed = self.grant()
        if self.stillborn is not None:
            self.kill(renewed.token, self.stillborn)
            self.stillborn = None
        if self.silences:
            self.silences -= 1
            raise TransientError("no answer came")
        self.renewed.append(self._clock.now())
        return renewed

    async def inspect(self, account: Account, grant: Grant) -> Grant:
        self.asked += 1
        if self.while_asked is not None:
            happen, self.while_asked = self.while_asked, None
            await happen()
        if self.outages:
            raise self.outages.pop(0)
        self._check(grant.token)
        return dataclasses.replace(grant, data_access_expires_at=self.consent_ends_at)

    def _check(self, token: AccessToken) -> None:
        life = self._lives[token]
        if life.dead_subcode is not None:
            raise AuthorizationError("the token is dead", code=190, subcode=life.dead_subcode)
        if life.end is not None and self._clock.now() >= life.end:
            raise AuthorizationError("the token is over", code=190, subcode=463)

    def _born(self, *, end: dt.datetime | None) -> AccessToken:
        token = AccessToken(f"token-{next(self._numbers)}-of-a-strict-platform")
        self._lives[token] = Life(born=self._clock.now(), end=end)
        return token
