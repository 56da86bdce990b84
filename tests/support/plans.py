"""Workspaces with accounts and media of which nothing is planned yet, and what a planner made of them."""

import collections
import dataclasses
import datetime as dt

from domain.ids import AccountId, ChatId, MediaId, PlatformName, WorkspaceId
from domain.media import Description, MediaKind
from repositories.unit_of_work import SqlDatabase
from services.messages import SendText
from services.ports import Job
from services.unit_of_work import Database
from support.builders import image_facts
from support.fake_network import FAKE

NOW = dt.datetime(2026, 3, 10, 12, 0, tzinfo=dt.UTC)


async def add_workspace(
    database: Database, *, chat: int = -1, platform: str = FAKE, **settings: str
) -> tuple[WorkspaceId, AccountId]:
    async with database.begin() as uow:
        workspace_id = await uow.workspaces.add(name="Team", chat_id=ChatId(chat), at=NOW)
        for key, value in ({"horizon_days": "2"} | settings).items():
            await uow.workspaces.set_setting(workspace_id, key, value, at=NOW)
        await uow.commit()
    return workspace_id, await add_account(database, workspace_id, number=chat, platform=platform)


async def add_account(
    database: Database, workspace_id: WorkspaceId, *, number: int, platform: str = FAKE
) -> AccountId:
    async with database.begin() as uow:
        account_id = await uow.accounts.add(
            workspace_id,
            platform=PlatformName(platform),
            external_id=f"17{number}",
            name=f"profile{number}",
            login="fake",
            at=NOW,
        )
        await uow.commit()
    return account_id


async def add_media(
    database: Database,
    workspace_id: WorkspaceId,
    *,
    count: int,
    description: Description | None = None,
    kind: MediaKind = MediaKind.IMAGE,
) -> list[MediaId]:
    added: list[MediaId] = []
    async with database.begin() as uow:
        known = len(await uow.media.find(workspace_id))
        for number in range(known, known + count):
            media_id = await uow.media.add(
                workspace_id,
                path=f"/library/{number}.jpg",
                sha256=f"{number:064x}",
                facts=dataclasses.replace(image_facts(), kind=kind),
                description=description or Description(),
                at=NOW,
            )
            assert media_id is not None
            added.append(media_id)
        await uow.commit()
    return added


async def per_date(database: SqlDatabase) -> dict[dt.date, int]:
    """Return how many slots of each local date are filled, or recorded as missed."""
    async with database.read() as look:
        return dict(
            sorted(
                collections.Counter(
                    s.local_date for s in await look.plan.filled_slots(since=dt.date.min)
                ).items()
            )
        )


async def sent(database: Database) -> list[str]:
    async with database.begin() as uow:
        waiting = await uow.outbox.waiting(now=NOW + dt.timedelta(days=99), limit=99)
    return [each.message.html for each in waiting if isinstance(each.message, SendText)]


async def queued(database: Database, workspace_id: WorkspaceId) -> list[Job]:
    async with database.begin() as uow:
        return await uow.publications.find(workspace_id)
