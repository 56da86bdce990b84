"""A workspace with accounts, media and publications, put into a database for tests of media and planning."""

import dataclasses
import datetime as dt

from domain.ids import AccountId, ChatId, MediaId, PlatformName, PublicationId, WorkspaceId
from domain.publication import BOT
from services.unit_of_work import Database, NewPublication

NOW = dt.datetime(2026, 3, 10, 12, 0, tzinfo=dt.UTC)
"""A Tuesday, noon."""


@dataclasses.dataclass(slots=True)
class FixedClock:
    """Time that stands still, and waiting that takes none."""

    time: dt.datetime = NOW

    def now(self) -> dt.datetime:
        """Return the time it was given."""
        return self.time

    def monotonic(self) -> float:
        """Return the same time in seconds."""
        return self.time.timestamp()

    async def sleep(self, duration: dt.timedelta) -> None:
        """Go on at once."""


async def add_workspace(database: Database, *, chat: int = -1001, **settings: str) -> WorkspaceId:
    """Add a workspace with one account and these settings."""
    async with database.begin() as uow:
        workspace_id = await uow.workspaces.add(name="Team", chat_id=ChatId(chat), at=NOW)
        for key, value in settings.items():
            await uow.workspaces.set_setting(workspace_id, key, value, at=NOW)
        await uow.commit()
    await add_account(database, workspace_id, name=f"team{chat}")
    return workspace_id


async def add_account(
    database: Database, workspace_id: WorkspaceId, *, name: str, platform: str = "instagram"
) -> AccountId:
    """Connect an account."""
    async with database.begin() as uow:
        account_id = await uow.accounts.add(
            workspace_id,
            platform=PlatformName(platform),
            external_id=f"id of {name}",
            name=name,
            login="facebook",
            at=NOW,
        )
        await uow.commit()
    return account_id


async def add_publication(database: Database, workspace_id: WorkspaceId, media_id: MediaId) -> PublicationId:
    """Queue a story of an item on the workspace's first account."""
    async with database.begin() as uow:
        account = (await uow.accounts.find(workspace_id))[0]
        post_id = await uow.posts.add(
            workspace_id, caption="", link="", needs=frozenset(), media=[media_id], at=NOW
        )
        publication_id = await uow.publications.add(
            NewPublication(
                workspace_id=workspace_id,
                post_id=post_id,
                account_id=account.id,
                platform=account.platform,
                placement="story",
                due_at=NOW,
            ),
            at=NOW,
            actor=BOT,
        )
        await uow.commit()
    assert publication_id is not None
    return publication_id
