"""An installation that is looked at, with the outside world beside it, and ways to break both."""

import contextlib
import dataclasses
import sqlite3
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from app.doctor.examination import examine
from app.settings import read
from domain.account import AccessToken
from domain.finding import Finding, Level
from domain.ids import AccountId, ChatId, PlatformName, WorkspaceId
from domain.token import Grant
from repositories.engine import create_engine
from repositories.unit_of_work import SqlDatabase
from repositories.vault import TokenVault
from sandbox.serving import listening
from sandbox.telegram.stand_in import TelegramStandIn
from support.builders import NOW
from support.cloud import KEY, NAME, SECRET, RunningCloud, cloud_running
from support.meta import OWN_ACCOUNT, PAGE, PAGE_ACCOUNT, PAGE_TOKEN, Meta, meta_running
from support.meta_tokens import APPS
from support.telegram_api import ANNA, GROUP, TOKEN, team_in


@dataclasses.dataclass(frozen=True, kw_only=True)
class Outside:
    """The world that the installation depends on."""

    telegram: TelegramStandIn
    meta: Meta
    cloud: RunningCloud
    settings: dict[str, str]


@contextlib.asynccontextmanager
async def outside_running() -> AsyncGenerator[Outside]:
    """Serve the outside world while inside."""
    async with meta_running() as meta, cloud_running() as cloud:
        telegram = team_in(meta.world)
        async with listening({"telegram": (telegram.app, 0)}) as urls:
            try:
                yield Outside(
                    telegram=telegram,
                    meta=meta,
                    cloud=cloud,
                    settings={
                        "TELEGRAM_API_BASE_URL": urls["telegram"],
                        "GRAPH_API_BASE_URL": meta.facebook,
                        "GRAPH_UPLOAD_BASE_URL": meta.facebook,
                        "GRAPH_VIDEO_BASE_URL": meta.facebook,
                        "INSTAGRAM_GRAPH_API_BASE_URL": meta.instagram,
                        "CLOUDINARY_UPLOAD_PREFIX": cloud.url,
                    },
                )
            finally:
                await telegram.close()


class Examined:
    """An installation with one team, an Instagram account, and everything well about it."""

    def __init__(self, outside: Outside, folder: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.telegram, self.meta, self.cloud = outside.telegram, outside.meta, outside.cloud
        self.folder = folder
        self.key = Fernet.generate_key().decode()
        self.url = url
        self._monkeypatch = monkeypatch

    def given(self, **settings: str) -> None:
        """Set environment variables, by their names in lower case."""
        for name, value in settings.items():
            self._monkeypatch.setenv(name.upper(), value)

    def without(self, *names: str) -> None:
        """Unset environment variables."""
        for name in names:
            self._monkeypatch.delenv(name.upper(), raising=False)

    async def connect(
        self, *, token: str = PAGE_TOKEN, login: str = "facebook", platform: str = "instagram", **grant: Any
    ) -> AccountId:
        """Connect an account, as it is stored."""
        known = {("instagram", "facebook"): PAGE_ACCOUNT, ("instagram", "instagram"): OWN_ACCOUNT}
        database = SqlDatabase(create_engine(self.url), TokenVault([self.key]))
        async with database.begin() as uow:
            account_id = await uow.accounts.add(
                WorkspaceId(1),
                platform=PlatformName(platform),
                external_id=known.get((platform, login), PAGE),
                name="harbour.lane",
                login=login,
                at=NOW,
            )
            await uow.accounts.set_token(account_id, Grant(token=AccessToken(token), **grant), at=NOW)
            await uow.commit()
        await database.close()
        return account_id

    async def change(self, work: Any) -> None:
        """Do something in a transaction."""
        database = SqlDatabase(create_engine(self.url), TokenVault([self.key]))
        async with database.begin() as uow:
            await work(uow)
            await uow.commit()
        await database.close()

    def rows(self) -> list[str]:
        """Return all that is stored, as text."""
        with contextlib.closing(sqlite3.connect(self.url.removeprefix("sqlite:///"))) as connection:
            return list(connection.iterdump())

    async def findings(self) -> list[Finding]:
        """Look at it."""
        return await examine(read())

    async def find(self, check: str, *, subject: str = "") -> Finding:
        """Return the one finding of a check."""
        all_found = await self.findings()
        found = [each for each in all_found if each.check == check and subject in ("", each.subject)]
        assert len(found) == 1, all_found
        return found[0]

    async def broken(self) -> set[str]:
        """Return what does not work."""
        return {each.check for each in await self.findings() if each.level is Level.FAIL}


async def well(outside: Outside, folder: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> Examined:
    """Return an installation with one team and one account, with everything well about it."""
    monkeypatch.chdir(folder)
    examined = Examined(outside, folder, url, monkeypatch)
    (folder / "media").mkdir()
    examined.given(
        **{name.lower(): value for name, value in outside.settings.items()},
        **APPS,
        data_dir=str(folder),
        database_url=url,
        encryption_keys=examined.key,
        telegram_bot_token=TOKEN,
        telegram_chat_id=str(GROUP),
        telegram_admin_ids=str(ANNA),
        cloudinary_cloud_name=NAME,
        cloudinary_api_key=KEY,
        cloudinary_api_secret=SECRET,
        enable_instagram_api="true",
    )

    async def add_team(uow: Any) -> None:
        workspace_id = await uow.workspaces.add(name="Harbour Lane", chat_id=ChatId(GROUP), at=NOW)
        await uow.workspaces.set_setting(workspace_id, "api", "on", at=NOW)

    await examined.change(add_team)
    await examined.connect()
    return examined
