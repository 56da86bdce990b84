"""Accounts whose access lives and ends, with the services that watch over it."""

import dataclasses
import datetime as dt
from typing import cast

from domain.account import AccessToken, AccountState
from services.accounts.connect import AccountService
from services.accounts.health import HealthCheckService
from services.accounts.refresh import TokenRefreshService
from services.messages import SendAlert
from services.ports import Networks, TokenClient
from support.boundaries import Boundaries, Watched, WatchedDatabase
from support.fake_clock import FakeChance
from support.fake_network import FAKE
from support.fake_tokens import StrictTokens
from support.posting_world import PostingWorld


@dataclasses.dataclass(frozen=True, slots=True)
class HurriedClock:
    """The world's clock, on which a pause is over at once."""

    world: PostingWorld

    def now(self) -> dt.datetime:
        return self.world.clock.now()

    def monotonic(self) -> float:
        return self.world.clock.monotonic()

    async def sleep(self, duration: dt.timedelta) -> None:
        self.world.clock.advance(duration)


class TokenWorld:
    """One process, as far as it is about access."""

    def __init__(
        self, world: PostingWorld, platform: StrictTokens, *, boundaries: Boundaries | None = None
    ) -> None:
        self.world = world
        self.platform = platform
        places = boundaries or Boundaries()
        database = WatchedDatabase(world.database, places)
        tokens = cast("TokenClient", Watched(platform, "tokens", places))
        network = dataclasses.replace(world.publisher.network(), tokens=tokens)
        networks: Networks = {FAKE: network}
        clock = HurriedClock(world)
        self.accounts = AccountService(
            database=database,
            clock=clock,
            randomness=FakeChance(),
            networks=networks,
            alerts=world.alerts,
        )
        self.refreshing = TokenRefreshService(
            database=database,
            clock=clock,
            randomness=FakeChance(),
            networks=networks,
            alerts=world.alerts,
        )
        self.health = HealthCheckService(
            database=database,
            clock=clock,
            randomness=FakeChance(),
            networks=networks,
            alerts=world.alerts,
        )

    def restarted(self, boundaries: Boundaries | None = None) -> "TokenWorld":
        """A new process on the same database, before the same platform."""
        return TokenWorld(self.world, self.platform, boundaries=boundaries)

    async def connect(self) -> None:
        """Give the account new access, as a person does."""
        await self.accounts.add(
            self.world.workspace.id,
            platform=FAKE,
            external_id=self.world.account.external_id,
            name=self.world.account.name,
            login=None,
            token=AccessToken("what a person pasted"),
            by="test",
        )

    async def refresh_after(self, by: dt.timedelta) -> int:
        """Let time pass and renew what is due."""
        self.world.clock.advance(by)
        return await self.refreshing.refresh_due()

    async def check_after(self, by: dt.timedelta) -> int:
        """Let time pass and check what the last night lacks."""
        self.world.clock.advance(by)
        return await self.health.check_due()

    async def token(self) -> AccessToken:
        """Return the access that is stored."""
        async with self.world.database.begin() as uow:
            token = await uow.accounts.token(self.world.account.id)
        assert token is not None
        return token

    async def state(self) -> AccountState:
        """Return how the account stands."""
        async with self.world.database.begin() as uow:
            account = await uow.accounts.get(self.world.account.id)
        assert account is not None
        return account.state

    async def told(self) -> list[tuple[str, int | str]]:
        """Return what was told in the chat: kind, and `over` or the level, oldest first."""
        messages = [outgoing.message for outgoing in await self.world.sent()]
        return [
            (message.kind, "over" if message.is_over else message.level)
            for message in messages
            if isinstance(message, SendAlert)
        ]


async def token_world(world: PostingWorld, *, derives: bool = False) -> TokenWorld:
    """Connect the world's account with access of 60 days."""
    tokens = TokenWorld(world, StrictTokens(world.clock, derives=derives))
    await tokens.connect()
    return tokens
