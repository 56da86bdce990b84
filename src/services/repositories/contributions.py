"""What the use cases need of the database for media that people send to the bot."""

import dataclasses
import datetime as dt
from typing import Any, Protocol

from domain.contribution import ContributedFile, Contribution, FileForm, FileStage, Wish
from domain.ids import ChatId, ContributionId, MediaId, UserId, WorkspaceId


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """One message with a file, as it came."""

    workspace_id: WorkspaceId
    chat_id: ChatId
    message_id: int
    album: str | None
    """What the messages of one album have in common; None: it stands alone."""
    sent_by: UserId
    form: FileForm
    file_id: str
    unique_id: str
    name: str
    size_bytes: int | None
    caption: str
    refusal: str = ""
    """Why it cannot be used, where that is seen without fetching it."""


class ContributionRepository(Protocol):
    """What people sent, and what became of it."""

    async def add(
        self, sent: SentFile, *, category: str, wish: Wish, at: dt.datetime, ready_at: dt.datetime
    ) -> None:
        """Add a file to its album's contribution, or as one of its own; a known message is passed over.

        An album that was answered already is gathered again.
        """
        ...

    async def get(self, contribution_id: ContributionId) -> Contribution | None:
        """Return one contribution."""
        ...

    async def answered_by(self, chat_id: ChatId, message_id: int) -> Contribution | None:
        """Return what a message of the bot is the answer to."""
        ...

    async def files(self, contribution_id: ContributionId) -> list[ContributedFile]:
        """Return its files in the order of their messages."""
        ...

    async def to_fetch(self, *, now: dt.datetime, limit: int) -> list[tuple[Contribution, ContributedFile]]:
        """Return files of complete contributions that are to be fetched now, oldest first."""
        ...

    async def to_answer(self, *, now: dt.datetime, limit: int) -> list[Contribution]:
        """Return complete contributions of which all files are settled, oldest first."""
        ...

    async def next_at(self) -> dt.datetime | None:
        """Return when there is something to be fetched or answered next; None: nothing is."""
        ...

    async def same_file(self, workspace_id: WorkspaceId, unique_id: str) -> MediaId | None:
        """Return the item that an earlier sending of the same file became."""
        ...

    async def photo(self, media_id: MediaId) -> tuple[Contribution, ContributedFile] | None:
        """Return the photo of which Telegram's smaller copy is this item, and what it was sent with."""
        ...

    async def settle(
        self, file: ContributedFile, stage: FileStage, *, media_id: MediaId | None = None, detail: str = ""
    ) -> bool:
        """Store what became of a file; False: somebody stored that before."""
        ...

    async def try_later(self, file: ContributedFile, *, at: dt.datetime, why: str) -> None:
        """Fetch a file again then."""
        ...

    async def change(
        self, contribution: Contribution, *, at: dt.datetime | None, **changes: Any
    ) -> Contribution | None:
        """Store fields that changed; None: somebody changed it in the meantime.

        Args:
            contribution: as it was read.
            at: when a person said so; None: nobody did.
            changes: fields of `Contribution` and their new values.
        """
        ...

    async def forget_captions(self, contribution_id: ContributionId) -> None:
        """Let the contribution's caption hold for all its files."""
        ...

    async def delivered(self, contribution_id: ContributionId, *, message_id: int) -> None:
        """Store where its answer stands."""
        ...

    async def unswept(self, *, before: dt.datetime, limit: int) -> list[Contribution]:
        """Return answered contributions that nobody touched since, and that were not swept after that."""
        ...

    async def swept(self, contribution_id: ContributionId, *, at: dt.datetime) -> None:
        """Store that it was looked whether its files are used."""
        ...
