"""An installation that is looked at, and what it depends on, to break either."""

import contextlib
import dataclasses
import sqlite3
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from app.doctor.examination import examine
from app.doctor.installation import Installation, visited
from app.settings import read
from domain.account import AccessToken
from domain.finding import Finding
from domain.ids import ChatId, PlatformName, WorkspaceId
from domain.token import Grant
from repositories.engine import create_engine
from repositories.unit_of_work import SqlDatabase
from repositories.vault import TokenVault
from sandbox.serving import listening
from sandbox.telegram.stand_in import TelegramStandIn
from sandbox.world import World
from services.unit_of_work import UnitOfWork
from support.builders import NOW
from support.cloud import KEY, NAME, SECRET, RunningCloud, cloud_running
from support.meta import OWN_ACCOUNT, PAGE, PAGE_ACCOUNT, PAGE_TOKEN, Meta, meta_running
from support.meta_tokens import APPS
from support.telegram_api import ANNA, GROUP, TOKEN, team_in

TEAM = "Harbour Lane"
ACCOUNT = "harbour.lane"
NOBODY = "http://127.0.0.1:9"


class Examined:
    """An installation; of the outside there is nothing unless it is told of it."""

    def __init__(self, folder: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(folder)
        self.folder = folder
        self.key = Fernet.generate_key().decode()
        self.url = url
        self._monkeypatch = monkeypatch
        (folder / "media").mkdir()
        self.given(
            data_dir=str(folder),
            database_url=url,
            encryption_keys=self.key,
            telegram_api_base_url=NOBODY,
            graph_api_base_url=NOBODY,
            graph_upload_base_url=NOBODY,
            graph_video_base_url=NOBODY,
            instagram_graph_api_base_url=NOBODY,
            cloudinary_upload_prefix=NOBODY,
            cloud_storage_provider="cloudinary",
        )

    def given(self, **settings: str) -> None:
        """Set environment variables, by their names in lower case; an empty one is as if it was not set."""
        for name, value in settings.items():
            self._monkeypatch.setenv(name.upper(), value)

    async def change(self, work: Callable[[UnitOfWork], Awaitable[object]]) -> None:
        """Do something in a transaction."""
        database = SqlDatabase(create_engine(self.url), TokenVault([self.key]))
        try:
            async with database.begin() as uow:
                await work(uow)
                await uow.commit()
        finally:
            await database.close()

    async def found_team(self) -> None:
        """Add the team."""

        async def add(uow: UnitOfWork) -> None:
            workspace_id = await uow.workspaces.add(name=TEAM, chat_id=ChatId(GROUP), at=NOW)
            await uow.workspaces.set_setting(workspace_id, "api", "on", at=NOW)

        await self.change(add)

    async def connect(
        self, *, token: str = PAGE_TOKEN, platform: str = "instagram", login: str = "facebook", **grant: Any
    ) -> None:
        """Connect the account of this platform and login, or connect it anew."""
        known = {("instagram", "facebook"): PAGE_ACCOUNT, ("instagram", "instagram"): OWN_ACCOUNT}

        async def add(uow: UnitOfWork) -> None:
            account_id = await uow.accounts.add(
                WorkspaceId(1),
                platform=PlatformName(platform),
                external_id=known.get((platform, login), PAGE),
                name=ACCOUNT,
                login=login,
                at=NOW,
            )
            await uow.accounts.set_token(account_id, Grant(token=AccessToken(token), **grant), at=NOW)

        await self.change(add)

    def rows(self) -> list[str]:
        """Return all that is stored, as text."""
        with contextlib.closing(sqlite3.connect(self.url.removeprefix("sqlite:///"))) as connection:
            return list(connection.iterdump())

    async def findings(self) -> list[Finding]:
        """Look at everything."""
        return await examine(read())

    async def look(self, check: Callable[[Installation], Awaitable[Sequence[Finding]]]) -> list[str]:
        """Look at one subject; return its lines as `check: level, found → to do`."""
        async with visited(read()) as installation:
            return [line(finding) for finding in await check(installation)]


def line(finding: Finding) -> str:
    """Return a finding as one line of text."""
    to_do = f" → {finding.to_do}" if finding.to_do else ""
    return f"{finding.check}: {finding.level}, {finding.found}{to_do}"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Outside:
    """The world that an installation depends on."""

    telegram: TelegramStandIn
    meta: Meta
    cloud: RunningCloud
    settings: dict[str, str]
    """What an installation is told of it."""


@contextlib.asynccontextmanager
async def outside_running() -> AsyncGenerator[Outside]:
    """Serve the outside world while inside."""
    async with (
        meta_running() as meta,
        cloud_running() as cloud,
        telegram_running(meta.world) as (telegram, url),
    ):
        yield Outside(
            telegram=telegram,
            meta=meta,
            cloud=cloud,
            settings={
                **telegram_at(url),
                **meta_at(meta),
                "cloudinary_upload_prefix": cloud.url,
                "cloudinary_cloud_name": NAME,
                "cloudinary_api_key": KEY,
                "cloudinary_api_secret": SECRET,
            },
        )


@contextlib.asynccontextmanager
async def telegram_running(world: World) -> AsyncGenerator[tuple[TelegramStandIn, str]]:
    """Serve a Telegram with a team in it while inside."""
    telegram = team_in(world)
    async with listening({"telegram": (telegram.app, 0)}) as urls:
        try:
            yield telegram, urls["telegram"]
        finally:
            await telegram.close()


def telegram_at(url: str) -> dict[str, str]:
    """Return what an installation is told of Telegram and its team."""
    return {
        "telegram_api_base_url": url,
        "telegram_bot_token": TOKEN,
        "telegram_chat_id": str(GROUP),
        "telegram_admin_ids": str(ANNA),
    }


def meta_at(meta: Meta) -> dict[str, str]:
    """Return what an installation is told of Meta and its app."""
    return {
        "graph_api_base_url": meta.facebook,
        "instagram_graph_api_base_url": meta.instagram,
        "facebook_app_id": str(APPS["facebook_app_id"]),
        "facebook_app_secret": str(APPS["facebook_app_secret"]),
    }
