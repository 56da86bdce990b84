"""What people sent to the bot, and what became of it."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.contribution import (
    ContributedFile,
    Contribution,
    ContributionPanel,
    ContributionStage,
    FileForm,
    FileStage,
    Wish,
)
from domain.ids import ChatId, ContributionId, MediaId, WorkspaceId
from repositories.rows import read
from repositories.tables import (
    IS_GATHERING,
    IS_UNSWEPT,
    IS_WAITING,
    contributed_files,
    contributions,
    media_items,
)
from repositories.types import UtcDateTime
from repositories.upsert import insert_into
from services.repositories.contributions import SentFile


class SqlContributions:
    """The `ContributionRepository` of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(
        self, sent: SentFile, *, category: str, wish: Wish, at: dt.datetime, ready_at: dt.datetime
    ) -> None:
        """Add a file to its album's contribution, or as one of its own; a known message is passed over."""
        is_known = sa.exists().where(
            contributed_files.c.chat_id == sent.chat_id, contributed_files.c.message_id == sent.message_id
        )
        if await self._connection.scalar(sa.select(is_known)):
            return
        insert = insert_into(self._connection, contributions)
        contribution_id = await self._connection.scalar(
            insert.values(
                workspace_id=sent.workspace_id,
                chat_id=sent.chat_id,
                album=sent.album,
                sent_by=sent.sent_by,
                first_message_id=sent.message_id,
                sent_at=at,
                ready_at=ready_at,
                stage=ContributionStage.GATHERING,
                version=1,
                caption=sent.caption,
                category=category,
                needs=frozenset(),
                wish=wish,
                is_carousel=False,
                panel=ContributionPanel.MAIN,
                touched_at=at,
            )
            .on_conflict_do_update(
                index_elements=[contributions.c.chat_id, contributions.c.album],
                set_={
                    "ready_at": ready_at,
                    "stage": ContributionStage.GATHERING,
                    "swept_at": None,
                    "version": contributions.c.version + 1,
                    "caption": sa.case(
                        (contributions.c.caption != "", contributions.c.caption),
                        else_=insert.excluded.caption,
                    ),
                },
            )
            .returning(contributions.c.id)
        )
        await self._connection.execute(
            sa.insert(contributed_files).values(
                contribution_id=contribution_id,
                chat_id=sent.chat_id,
                message_id=sent.message_id,
                form=sent.form,
                file_id=sent.file_id,
                unique_id=sent.unique_id,
                name=sent.name,
                size_bytes=sent.size_bytes,
                caption=sent.caption,
                stage=FileStage.REFUSED if sent.refusal else FileStage.WAITING,
                detail=sent.refusal,
                tries=0,
                next_try_at=at,
            )
        )

    async def get(self, contribution_id: ContributionId) -> Contribution | None:
        """Return one contribution."""
        return await self._one(contributions.c.id == contribution_id)

    async def answered_by(self, chat_id: ChatId, message_id: int) -> Contribution | None:
        """Return what a message of the bot is the answer to."""
        return await self._one(contributions.c.chat_id == chat_id, contributions.c.message_id == message_id)

    async def files(self, contribution_id: ContributionId) -> list[ContributedFile]:
        """Return its files in the order of their messages."""
        rows = await self._connection.execute(
            sa.select(contributed_files)
            .where(contributed_files.c.contribution_id == contribution_id)
            .order_by(contributed_files.c.message_id)
        )
        return [read(ContributedFile, contributed_files, row) for row in rows.mappings()]

    async def to_fetch(self, *, now: dt.datetime, limit: int) -> list[tuple[Contribution, ContributedFile]]:
        """Return files of complete contributions that are to be fetched now, oldest first."""
        rows = await self._connection.execute(
            sa.select(contributed_files)
            .join(contributions)
            .where(IS_WAITING, contributed_files.c.next_try_at <= now, contributions.c.ready_at <= now)
            .order_by(contributed_files.c.id)
            .limit(limit)
        )
        files = [read(ContributedFile, contributed_files, row) for row in rows.mappings()]
        wanted = {file.contribution_id for file in files}
        found = {each.id: each for each in await self._all(contributions.c.id.in_(wanted), limit=limit)}
        return [(found[file.contribution_id], file) for file in files]

    async def to_answer(self, *, now: dt.datetime, limit: int) -> list[Contribution]:
        """Return complete contributions of which all files are settled, oldest first."""
        waits = sa.exists().where(IS_WAITING, contributed_files.c.contribution_id == contributions.c.id)
        return await self._all(IS_GATHERING, contributions.c.ready_at <= now, ~waits, limit=limit)

    async def next_at(self) -> dt.datetime | None:
        """Return when there is something to be fetched or answered next; None: nothing is."""
        waits = (
            sa.select(sa.func.min(contributed_files.c.next_try_at))
            .where(IS_WAITING, contributed_files.c.contribution_id == contributions.c.id)
            .scalar_subquery()
        )
        at = sa.case((waits > contributions.c.ready_at, waits), else_=contributions.c.ready_at)
        found: dt.datetime | None = await self._connection.scalar(
            sa.select(sa.func.min(at, type_=UtcDateTime())).where(IS_GATHERING)
        )
        return found

    async def same_file(self, workspace_id: WorkspaceId, unique_id: str) -> MediaId | None:
        """Return the item that an earlier sending of the same file became."""
        found: MediaId | None = await self._connection.scalar(
            sa.select(contributed_files.c.media_id)
            .join(contributions)
            .join(media_items, media_items.c.id == contributed_files.c.media_id)
            .where(
                contributions.c.workspace_id == workspace_id,
                contributed_files.c.unique_id == unique_id,
                contributed_files.c.stage.in_([FileStage.TAKEN, FileStage.KNOWN]),
                media_items.c.missing_since.is_(None),
            )
            .order_by(contributed_files.c.id)
            .limit(1)
        )
        return found

    async def photo(self, media_id: MediaId) -> tuple[Contribution, ContributedFile] | None:
        """Return the photo of which Telegram's smaller copy is this item, and what it was sent with."""
        rows = await self._connection.execute(
            sa.select(contributed_files)
            .where(
                contributed_files.c.media_id == media_id,
                contributed_files.c.stage == FileStage.TAKEN,
                contributed_files.c.form == FileForm.PHOTO,
            )
            # There are two where its file was lost behind our back and it was sent again.
            .order_by(contributed_files.c.id.desc())
            .limit(1)
        )
        row = rows.mappings().one_or_none()
        if row is None:
            return None
        file = read(ContributedFile, contributed_files, row)
        (contribution,) = await self._all(contributions.c.id == file.contribution_id, limit=1)
        return contribution, file

    async def settle(
        self, file: ContributedFile, stage: FileStage, *, media_id: MediaId | None = None, detail: str = ""
    ) -> bool:
        """Store what became of a file; False: somebody stored that before."""
        changed = await self._connection.execute(
            sa.update(contributed_files)
            .where(contributed_files.c.id == file.id, contributed_files.c.stage == file.stage)
            .values(stage=stage, media_id=media_id, detail=detail)
        )
        return bool(changed.rowcount)

    async def try_later(self, file: ContributedFile, *, at: dt.datetime, why: str) -> None:
        """Fetch a file again then."""
        await self._connection.execute(
            sa.update(contributed_files)
            .where(contributed_files.c.id == file.id, IS_WAITING)
            .values(tries=contributed_files.c.tries + 1, next_try_at=at, detail=why)
        )

    async def change(
        self, contribution: Contribution, *, at: dt.datetime | None, **changes: Any
    ) -> Contribution | None:
        """Store fields that changed; None: somebody changed it in the meantime."""
        touched = {} if at is None else {"touched_at": at, "swept_at": None}
        changed = await self._connection.execute(
            sa.update(contributions)
            .where(contributions.c.id == contribution.id, contributions.c.version == contribution.version)
            .values(version=contribution.version + 1, **touched, **changes)
            .returning(contributions)
        )
        row = changed.mappings().one_or_none()
        return None if row is None else read(Contribution, contributions, row)

    async def forget_captions(self, contribution_id: ContributionId) -> None:
        """Let the contribution's caption hold for all its files."""
        await self._connection.execute(
            sa.update(contributed_files)
            .where(contributed_files.c.contribution_id == contribution_id)
            .values(caption="")
        )

    async def delivered(self, contribution_id: ContributionId, *, message_id: int) -> None:
        """Store where its answer stands."""
        await self._connection.execute(
            sa.update(contributions)
            .where(contributions.c.id == contribution_id)
            .values(message_id=message_id)
        )

    async def unswept(self, *, before: dt.datetime, limit: int) -> list[Contribution]:
        """Return answered contributions that nobody touched since, and that were not swept after that."""
        return await self._all(
            IS_UNSWEPT,
            contributions.c.touched_at < before,
            contributions.c.stage == ContributionStage.ANSWERED,
            limit=limit,
        )

    async def swept(self, contribution_id: ContributionId, *, at: dt.datetime) -> None:
        """Store that it was looked whether its files are used."""
        await self._connection.execute(
            sa.update(contributions).where(contributions.c.id == contribution_id).values(swept_at=at)
        )

    async def _one(self, *conditions: sa.ColumnElement[bool]) -> Contribution | None:
        found = await self._all(*conditions, limit=1)
        return found[0] if found else None

    async def _all(self, *conditions: sa.ColumnElement[bool], limit: int) -> list[Contribution]:
        rows = await self._connection.execute(
            sa.select(contributions).where(*conditions).order_by(contributions.c.id).limit(limit)
        )
        return [read(Contribution, contributions, row) for row in rows.mappings()]
