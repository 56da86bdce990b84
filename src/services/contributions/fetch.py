"""Fetch the files of what people sent, and take them into the library."""

import asyncio
import datetime as dt
import re
from pathlib import Path, PurePath
from typing import Protocol

from domain.contribution import ContributedFile, Contribution, FileForm, FileStage
from domain.ids import MediaId
from domain.publication import person
from services.contributions.answer import ContributionAnswers, description_of
from services.media.ingest import IngestService
from services.ports import Clock, UnreadableMediaError
from services.unit_of_work import Database

AT_ONCE = 4
"""How many files are fetched at the same time."""
FIRST_WAIT = dt.timedelta(seconds=2)
LONGEST_WAIT = dt.timedelta(minutes=10)
MOST_TRIES = 40
"""Over five hours and more; then the person is asked to send it again."""
_SUFFIXES = {FileForm.PHOTO: ".jpg", FileForm.VIDEO: ".mp4", FileForm.DOCUMENT: ""}
_ODD = re.compile(r"[^\w-]+")
MOST_NAME_CHARS = 40


class ChatFileRefusedError(Exception):
    """Telegram will never give the file; the text is a sentence for the person who sent it."""


class ChatFileDelayedError(Exception):
    """The file did not come this time; the text says why, for the log."""


class ChatFiles(Protocol):
    """Fetches files that people sent."""

    async def fetch(self, file_id: str, to: Path) -> None:
        """Write a file to a path, whole or not at all.

        Raises:
            ChatFileRefusedError: it cannot be had, such as one that is too large for a bot.
            ChatFileDelayedError: it may come at another try.
            OSError: it cannot be stored.
        """
        ...


class ContributionFetcher:
    """Works through what people sent. Only one process may."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        files: ChatFiles,
        ingest: IngestService,
        answers: ContributionAnswers,
        folder: Path,
    ) -> None:
        """Take the folder for what is fetched; it must not lie in the watched one."""
        self._database = database
        self._clock = clock
        self._files = files
        self._ingest = ingest
        self._answers = answers
        self._folder = folder

    async def work(self) -> dt.datetime | None:
        """Fetch and answer what is due now; return when there is more to do, None: nothing waits.

        A file with which something unforeseen happens is put off, and the error comes out when all others
        are done.
        """
        async with self._database.read() as look:
            waiting = await look.contributions.to_fetch(now=self._clock.now(), limit=AT_ONCE)
        fetches = (self._fetch(contribution, file) for contribution, file in waiting)
        failures = list[Exception]()
        for (_, file), outcome in zip(
            waiting, await asyncio.gather(*fetches, return_exceptions=True), strict=True
        ):
            if isinstance(outcome, Exception):
                await self._put_off(file, type(outcome).__name__)
                failures.append(outcome)
            elif outcome is not None:
                raise outcome
        await self._answers.give()
        if failures:
            raise failures[0]
        async with self._database.read() as look:
            return await look.contributions.next_at()

    async def _fetch(self, contribution: Contribution, file: ContributedFile) -> None:
        async with self._database.read() as look:
            known = await look.contributions.same_file(contribution.workspace_id, file.unique_id)
        if known is not None:
            return await self._settle(file, FileStage.KNOWN, media_id=known)
        folder = await asyncio.to_thread(self._folder_of, contribution)
        path = folder / f"{file.id}-{_plain_name(file)}"
        try:
            await self._files.fetch(file.file_id, path)
            item = await self._ingest.import_file(
                path,
                workspace_id=contribution.workspace_id,
                description=description_of(contribution, file),
                actor=person(contribution.sent_by),
            )
        except ChatFileDelayedError as delay:
            return await self._put_off(file, str(delay))
        except (ChatFileRefusedError, UnreadableMediaError) as error:
            await asyncio.to_thread(path.unlink, missing_ok=True)
            return await self._settle(file, FileStage.REFUSED, detail=str(error))
        except OSError as error:
            return await self._settle(
                file, FileStage.REFUSED, detail=f"it could not be stored here: {error.strerror}"
            )
        if item.path == str(path):
            return await self._settle(file, FileStage.TAKEN, media_id=item.id)
        await asyncio.to_thread(path.unlink, missing_ok=True)
        return await self._settle(file, FileStage.KNOWN, media_id=item.id)

    def _folder_of(self, contribution: Contribution) -> Path:
        folder = self._folder.resolve() / str(contribution.workspace_id)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    async def _settle(
        self, file: ContributedFile, stage: FileStage, *, media_id: MediaId | None = None, detail: str = ""
    ) -> None:
        async with self._database.begin() as uow:
            await uow.contributions.settle(file, stage, media_id=media_id, detail=detail)
            await uow.commit()

    async def _put_off(self, file: ContributedFile, why: str) -> None:
        if file.tries >= MOST_TRIES:
            await self._settle(file, FileStage.REFUSED, detail="Telegram did not give it; send it again")
            return
        wait = min(FIRST_WAIT * 2 ** min(file.tries, 20), LONGEST_WAIT)
        async with self._database.begin() as uow:
            await uow.contributions.try_later(file, at=self._clock.now() + wait, why=why)
            await uow.commit()


def _plain_name(file: ContributedFile) -> str:
    """Return a name that any file system takes, from what the sender's file was called."""
    name = PurePath(file.name)
    suffix = _ODD.sub("", name.suffix.lower())[:8]
    stem = _ODD.sub("-", name.stem).strip("-")[:MOST_NAME_CHARS]
    return f"{stem or file.form}.{suffix}" if suffix else f"{stem or file.form}{_SUFFIXES[file.form]}"
