"""Delete what people sent and nobody used; what was used is an original, and originals are never deleted."""

import asyncio
import datetime as dt
import html
from pathlib import Path

from domain.contribution import ContributedFile, Contribution, FileStage, Wish
from domain.ids import MediaId
from domain.publication import BOT, State
from services.contributions.answer import show
from services.messages import SendText, Urgency
from services.ports import Clock
from services.repositories.records import AuditEntry
from services.unit_of_work import Database, UnitOfWork

AT_ONCE = 100
EVER_PLANNED = tuple(State)
NOT_TAKEN_OUT = tuple(state for state in State if state is not State.CANCELLED)


class ContributionSweeper:
    """Deletes the files of discarded and unused contributions after a while."""

    def __init__(self, *, database: Database, clock: Clock, folder: Path, retention: dt.timedelta) -> None:
        """Take the folder of what was fetched; nothing outside of it is ever deleted."""
        self._database = database
        self._clock = clock
        self._folder = folder
        self._retention = retention

    async def sweep(self) -> int:
        """Look at what nobody touched for so long; return how many files were deleted.

        A file that cannot be deleted keeps no other: its error comes out when all are done.
        """
        before = self._clock.now() - self._retention
        async with self._database.read() as look:
            unswept = await look.contributions.unswept(before=before, limit=AT_ONCE)
        deleted, failures = 0, list[OSError]()
        for contribution in unswept:
            try:
                deleted += await self._sweep(contribution)
            except OSError as error:
                failures.append(error)
        if failures:
            raise failures[0]
        return deleted

    async def _sweep(self, contribution: Contribution) -> int:
        async with self._database.begin() as uow:
            removed = await self._remove(uow, contribution)
            await uow.commit()
        # Only now, so that no item is chosen whose file is gone; a kill before this repeats the sweep.
        async with self._database.read() as look:
            files = await look.contributions.files(contribution.id)
            gone = [file.media_id for file in files if file.stage is FileStage.REMOVED and file.media_id]
            # What was sent again since then lies elsewhere, and is wanted.
            paths = [Path(item.path) for item in await look.media.get(gone) if item.missing_since]
        await asyncio.to_thread(self._delete, paths)
        async with self._database.begin() as uow:
            await uow.contributions.swept(contribution.id, at=self._clock.now())
            await uow.commit()
        return len(removed)

    async def _remove(self, uow: UnitOfWork, contribution: Contribution) -> list[MediaId]:
        """Retire the items that nobody used, and say so; their files are to be deleted."""
        now = self._clock.now()
        # Nobody may choose one of them in this moment.
        await uow.plan.alone([account.id for account in await uow.accounts.find(contribution.workspace_id)])
        unused = [
            (file, file.media_id)
            for file in await uow.contributions.files(contribution.id)
            if file.media_id is not None and await _is_unused(uow, contribution, file, file.media_id)
        ]
        if not unused:
            return []
        media_ids = [media_id for _, media_id in unused]
        await uow.media.retire(media_ids, is_retired=True)
        await uow.media.missing(media_ids, at=now)
        for file, media_id in unused:
            await uow.contributions.settle(file, FileStage.REMOVED, media_id=media_id)
        await uow.audit.add(
            AuditEntry(
                at=now,
                actor=BOT,
                action="media_removed",
                workspace_id=contribution.workspace_id,
                detail={"contribution": contribution.id, "media": media_ids},
            )
        )
        await show(uow, contribution, now=now)
        if contribution.wish is not Wish.DISCARD:
            told = SendText(html=self._told(len(media_ids)), reply_to=contribution.message_id)
            await uow.outbox.add(contribution.chat_id, told, urgency=Urgency.ALERT, at=now)
        return media_ids

    def _told(self, count: int) -> str:
        files, were = ("A file", "was") if count == 1 else (f"{count} files", "were")
        hours = f"{self._retention / dt.timedelta(hours=1):g}"
        return html.escape(
            f"🗑 {files} of these {were} used nowhere within {hours} hours, and deleted here. "
            "Send again what is still wanted."
        )

    def _delete(self, paths: list[Path]) -> None:
        own = self._folder.resolve()
        for path in paths:
            if path.resolve().is_relative_to(own):
                path.unlink(missing_ok=True)


async def _is_unused(
    uow: UnitOfWork, contribution: Contribution, file: ContributedFile, media_id: MediaId
) -> bool:
    """Whether a file may go: discarded before it went anywhere, or never in any slot or queue.

    What was discarded and restored in the library since is wanted.
    """
    if file.stage is FileStage.REPLACED:
        return not await uow.publications.showing([media_id], states=NOT_TAKEN_OUT)
    if file.stage is not FileStage.TAKEN or contribution.wish is Wish.LIBRARY:
        return False
    is_discarded = contribution.wish is Wish.DISCARD
    if is_discarded and not all(item.is_retired for item in await uow.media.get([media_id])):
        return False
    states = NOT_TAKEN_OUT if is_discarded else EVER_PLANNED
    return not await uow.publications.showing([media_id], states=states)
