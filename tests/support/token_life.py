"""Months of three accounts' access, with the real clients against the sandbox's Graph API."""

import contextlib
import dataclasses
import datetime as dt
from collections.abc import AsyncGenerator, Mapping

import sqlalchemy as sa
from cryptography.fernet import Fernet
from sqlalchemy.ext.asyncio import AsyncEngine

from app.clock import SystemRandomness
from domain.account import AccessToken, Account, AccountState
from domain.ids import ChatId, PlatformName, UserId
from domain.workspace import Workspace
from platforms._shared.http import shared_client
from repositories.tables import outbox
from repositories.unit_of_work import SqlDatabase
from repositories.vault import TokenVault
from sandbox.graph.tokens.token import TokenKind
from services.accounts.connect import AccountService
from services.accounts.health import HealthCheckService
from services.accounts.refresh import TokenRefreshService
from services.alerts import AlertService
from services.ports import Networks, TokenClient
from services.workspaces import WorkspaceService
from support.fake_network import FakePublisher
from support.instagram import WorldClock
from support.meta import OWN_ACCOUNT, PAGE, PAGE_ACCOUNT, PERSON, Meta, meta_running
from support.meta_tokens import instagram_client, page_client

CHAT = ChatId(-100777)
ADMIN = UserId(42)
ROUNDS_A_DAY = 2
"""How often a simulated day looks for what is due; the product does every five minutes."""
NAMES = {"own": OWN_ACCOUNT, "linked": PAGE_ACCOUNT, "page": PAGE}
"""An account of Instagram Login, one of Facebook Login, and its Page."""


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """An alert as it was put into the outbox."""

    about: str
    """The account's name in `NAMES`."""
    kind: str
    level: int
    is_over: bool


class TokenLife:
    """One installation and the world around it."""

    def __init__(self, *, meta: Meta, engine: AsyncEngine, workspace: Workspace, networks: Networks) -> None:
        self.meta = meta
        self._engine = engine
        self._workspace = workspace
        self._database = SqlDatabase(engine, TokenVault([Fernet.generate_key().decode()]))
        clock = WorldClock(meta.world)
        alerts = AlertService(clock=clock, admin_ids=[ADMIN])
        self._networks = networks
        self._accounts = AccountService(
            database=self._database,
            clock=clock,
            randomness=SystemRandomness(),
            networks=networks,
            alerts=alerts,
        )
        self._refreshing = TokenRefreshService(
            database=self._database,
            clock=clock,
            randomness=SystemRandomness(),
            networks=networks,
            alerts=alerts,
        )
        self._health = HealthCheckService(
            database=self._database,
            clock=clock,
            randomness=SystemRandomness(),
            networks=networks,
            alerts=alerts,
        )
        self._names: dict[int, str] = {}

    async def connect(self, name: str) -> None:
        """Let a person log in, and paste the token of an hour that they get."""
        desk = self.meta.graph.tokens
        is_own = name == "own"
        token = desk.issue(
            account_ids=[OWN_ACCOUNT] if is_own else [PAGE_ACCOUNT],
            page_ids=[] if is_own else [PAGE],
            kind=TokenKind.USER,
            user_id=None if is_own else PERSON,
            is_long_lived=False,
        )
        desk.age(token.value, expires_in_days=1 / 24)
        account = await self._accounts.add(
            self._workspace.id,
            platform="facebook" if name == "page" else "instagram",
            external_id=NAMES[name],
            name=name,
            login="instagram" if is_own else "facebook",
            token=AccessToken(token.value),
            by="test",
        )
        self._names[account.id] = name

    async def account(self, name: str) -> Account:
        """Return an account as it stands."""
        return await self._accounts.named(self._workspace.id, NAMES[name])

    async def token(self, name: str) -> str:
        """Return the access that is stored."""
        account = await self.account(name)
        async with self._database.begin() as uow:
            token = await uow.accounts.token(account.id)
        assert token is not None
        return token.value

    async def live(self, days: int) -> None:
        """Let days pass, and see on each that access which nothing ended is good."""
        for _ in range(days):
            for _ in range(ROUNDS_A_DAY):
                self.meta.later(hours=24 / ROUNDS_A_DAY)
                await self.look()
            await self._see_that_it_is_good()

    async def look(self) -> None:
        """Do what the product does every five minutes."""
        await self._refreshing.refresh_due()
        await self._health.check_due()

    async def told(self, chat_id: int = CHAT) -> list[Told]:
        """Return what was told in a chat, oldest first."""
        async with self._engine.connect() as connection:
            rows = await connection.execute(
                sa.select(outbox.c.body).where(outbox.c.chat_id == chat_id).order_by(outbox.c.id)
            )
            bodies = list(rows.scalars())
        return [
            Told(self._names[body["account_id"]], body["kind"], body["level"], body["is_over"])
            for body in bodies
        ]

    async def _see_that_it_is_good(self) -> None:
        for account in await self._accounts.find(self._workspace.id):
            token = self.meta.graph.tokens.tokens[await self.token(account.name)]
            is_over = token.is_over(self.meta.world.clock.now())
            assert account.state is not AccountState.ACTIVE or token.dead_subcode or not is_over


@contextlib.asynccontextmanager
async def token_life(engine: AsyncEngine) -> AsyncGenerator[TokenLife]:
    """Connect the three accounts while the sandbox runs."""
    async with meta_running() as meta, shared_client(timeout=dt.timedelta(seconds=5)) as http:
        clients: Mapping[str, TokenClient] = {
            "instagram": instagram_client(meta, http),
            "facebook": page_client(meta, http),
        }
        networks = {
            PlatformName(name): dataclasses.replace(
                FakePublisher().network(),
                name=PlatformName(name),
                tokens=client,
                logins=("facebook", "instagram"),
            )
            for name, client in clients.items()
        }
        database = SqlDatabase(engine, TokenVault([Fernet.generate_key().decode()]))
        workspaces = WorkspaceService(database=database, clock=WorldClock(meta.world))
        workspace = await workspaces.add(name="Team", chat_id=CHAT, by="test")
        life = TokenLife(meta=meta, engine=engine, workspace=workspace, networks=networks)
        for name in NAMES:
            await life.connect(name)
        yield life
