"""Domain objects and rows with all that a test does not care about."""

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.account import AccessToken
from domain.ids import AccountId, ChatId, MediaId, PlatformName, PostId, PublicationId, WorkspaceId
from domain.media import Description, MediaFacts, MediaKind
from domain.publication import COMMAND_LINE, State
from domain.token import Grant
from repositories.tables import publications
from services.repositories.publications import NewPost, NewPublication
from services.unit_of_work import Database, UnitOfWork

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
INSTAGRAM = PlatformName("instagram")


def image_facts(**changes: Any) -> MediaFacts:
    """Return the facts of a JPEG fit for a story."""
    facts = MediaFacts(kind=MediaKind.IMAGE, format="JPEG", size_bytes=200_000, width=1080, height=1920)
    return dataclasses.replace(facts, **changes)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A workspace with one account and one post."""

    workspace_id: WorkspaceId
    chat_id: ChatId
    account_id: AccountId
    post_id: PostId
    media_id: MediaId

    def publication(self, **changes: Any) -> NewPublication:
        """Return a story of the post on the account, due now."""
        new = NewPublication(
            workspace_id=self.workspace_id,
            post_id=self.post_id,
            account_id=self.account_id,
            platform=INSTAGRAM,
            placement="story",
            due_at=NOW,
        )
        return dataclasses.replace(new, **changes)


async def add_team(database: Database, *, number: int = 1, token: str = "EAAB-a-token-of-the-tests") -> Team:
    """Add a workspace with an account, its token, a media item and a post of it."""
    async with database.begin() as uow:
        chat_id = ChatId(-1000 - number)
        workspace_id = await uow.workspaces.add(name=f"Team {number}", chat_id=chat_id, at=NOW)
        account_id = await add_account(uow, workspace_id, number=number)
        await uow.accounts.set_token(account_id, Grant(token=AccessToken(token)), at=NOW)
        media_id = await add_media(uow, workspace_id, number=number)
        post_id = await add_post(uow, workspace_id, media_id)
        await uow.commit()
    return Team(
        workspace_id=workspace_id, chat_id=chat_id, account_id=account_id, post_id=post_id, media_id=media_id
    )


async def add_account(uow: UnitOfWork, workspace_id: WorkspaceId, *, number: int = 1) -> AccountId:
    """Add an Instagram account."""
    return await uow.accounts.add(
        workspace_id,
        platform=INSTAGRAM,
        external_id=f"1784{number}",
        name=f"profile{number}",
        login="facebook",
        at=NOW,
    )


async def add_media(uow: UnitOfWork, workspace_id: WorkspaceId, *, number: int = 1) -> MediaId:
    """Add an image to the library; each number is another content."""
    added = await uow.media.add(
        workspace_id,
        path=f"/library/{number}.jpg",
        sha256=f"{number:064x}",
        facts=image_facts(),
        description=Description(),
        at=NOW,
    )
    assert added is not None
    return added


async def add_post(uow: UnitOfWork, workspace_id: WorkspaceId, *media: MediaId) -> PostId:
    """Add a post of these items."""
    return await uow.posts.add(
        NewPost(workspace_id=workspace_id, caption="Good morning", link="", needs=frozenset(), media=media),
        at=NOW,
    )


async def queue(
    database: Database, *new_publications: NewPublication, at: dt.datetime = NOW
) -> list[PublicationId]:
    """Put publications into the queue, each of which must find its slot free."""
    async with database.begin() as uow:
        added = [await uow.publications.add(new, at=at, actor=COMMAND_LINE) for new in new_publications]
        await uow.commit()
    assert None not in added
    return [publication_id for publication_id in added if publication_id is not None]


async def add_backlog(
    engine: AsyncEngine, team: Team, account_ids: Sequence[AccountId], *, due: int, future: int, done: int
) -> None:
    """Put many publications into the queue at once, spread over the accounts, one second apart."""
    ages = [*range(due), *range(-future, 0)]
    scheduled = [_row(team, account_ids, age, State.SCHEDULED) for age in ages]
    published = [_row(team, account_ids, age, State.PUBLISHED) for age in range(done)]
    rows = scheduled + published
    async with engine.begin() as connection:
        for start in range(0, len(rows), 10_000):
            await connection.execute(sa.insert(publications), rows[start : start + 10_000])
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.exec_driver_sql("ANALYZE")


def _row(team: Team, account_ids: Sequence[AccountId], age: int, state: State) -> dict[str, Any]:
    due_at = NOW - dt.timedelta(seconds=age)
    return {
        "workspace_id": team.workspace_id,
        "post_id": team.post_id,
        "account_id": account_ids[age % len(account_ids)],
        "platform": INSTAGRAM,
        "placement": "story",
        "state": state,
        "version": 1,
        "planned_at": due_at,
        "due_at": due_at,
        "lane_detail": "",
        "attempts": 0,
        "checkpoint": {},
        "created_at": due_at,
        "updated_at": due_at,
    }
