"""Media that a team sends to its bot, taken through the use cases without Telegram."""

# Pillow leaves a part of what `resize` takes untyped.
# pyright: reportUnknownMemberType=false

import asyncio
import dataclasses
import datetime as dt
import hashlib
import io
import itertools
from collections.abc import Mapping
from pathlib import Path

from PIL import Image

from domain.capabilities import Placement
from domain.contribution import ContributedFile, Contribution, ContributionAction, FileForm
from domain.ids import AccountId, ChatId, ContributionId, PlatformName, UserId, WorkspaceId
from domain.media import Description, MediaFacts, MediaItem, MediaKind
from domain.publication import State
from domain.workspace import Person, Role
from services.contributions.answer import ContributionAnswers
from services.contributions.decide import ContributionDecisions, ContributionPress, Pressed
from services.contributions.fetch import ContributionFetcher
from services.contributions.outlook import ContributionOutlook, outlook_of
from services.contributions.sweep import ContributionSweeper
from services.contributions.take import ContributionIntake
from services.media.examination import Examined
from services.media.ingest import IngestService
from services.media.thumbnails import Thumbnails
from services.ports import Job, Network, UnreadableMediaError
from services.posting.plan import PlanningService
from services.repositories.contributions import SentFile
from services.unit_of_work import Database
from support.builders import image_facts
from support.fake_clock import FakeClock
from support.fake_network import FAKE, STORY, FakePublisher
from support.media_files import image

CHAT = ChatId(-1)
ANNA = Person(id=UserId(7001), name="Anna")
RETENTION = dt.timedelta(hours=24)
CAROUSEL = Placement(name="carousel", image=STORY.image, video=None, min_media=2, max_media=10)


class PlainExaminer:
    """Looks into pictures in this process, which is quick, and good enough for pictures of our own."""

    async def examine(self, path: Path) -> Examined:
        data = await asyncio.to_thread(path.read_bytes)
        try:
            with Image.open(io.BytesIO(data)) as picture:
                width, height = picture.size
                small = picture.convert("L").resize((8, 8))
        except OSError:
            raise UnreadableMediaError("it is neither an image nor a video") from None
        bright = [value > 127 for value in small.tobytes()]
        return Examined(
            sha256=hashlib.sha256(data).hexdigest(),
            facts=MediaFacts(
                kind=MediaKind.IMAGE, format="JPEG", size_bytes=len(data), width=width, height=height
            ),
            fingerprint=sum(is_bright << place for place, is_bright in enumerate(bright)),
            thumbnail=data,
        )

    async def thumbnail(self, path: Path) -> bytes:
        return await asyncio.to_thread(path.read_bytes)


class FakeChatFiles:
    """Telegram's files by id; an error instead of bytes is raised as often as it stands there."""

    def __init__(self) -> None:
        self.contents = dict[str, bytes]()
        self.failures = dict[str, list[Exception]]()
        self.fetched: list[str] = []

    async def fetch(self, file_id: str, to: Path) -> None:
        self.fetched.append(file_id)
        if failures := self.failures.get(file_id):
            raise failures.pop(0)
        await asyncio.to_thread(to.write_bytes, self.contents[file_id])


@dataclasses.dataclass(kw_only=True)
class ContributionWorld:
    """A team whose bot takes media, with a story account; time stands until it is moved."""

    database: Database
    clock: FakeClock
    folder: Path
    networks: Mapping[PlatformName, Network]
    workspace_id: WorkspaceId
    account_id: AccountId
    files: FakeChatFiles = dataclasses.field(default_factory=FakeChatFiles)
    _numbers: "itertools.count[int]" = dataclasses.field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        database, clock, networks = self.database, self.clock, self.networks
        self.intake = ContributionIntake(database=database, clock=clock)
        self.decisions = ContributionDecisions(database=database, clock=clock, networks=networks)
        self.planning = PlanningService(database=database, networks=networks)
        self.sweeper = ContributionSweeper(
            database=database, clock=clock, folder=self.folder, retention=RETENTION
        )
        self.restart()

    def restart(self, database: Database | None = None) -> None:
        """Begin anew with what the database has, as after a kill."""
        examiner, database = PlainExaminer(), database or self.database
        self.fetcher = ContributionFetcher(
            database=database,
            clock=self.clock,
            files=self.files,
            ingest=IngestService(
                database=database,
                clock=self.clock,
                examiner=examiner,
                thumbnails=Thumbnails(self.folder.parent / "thumbnails", thumbnailer=examiner),
            ),
            answers=ContributionAnswers(database=database, clock=self.clock, networks=self.networks),
            folder=self.folder,
        )

    async def send(
        self,
        *shades: int,
        caption: str = "",
        form: FileForm = FileForm.DOCUMENT,
        album: str | None = None,
        content: bytes | None = None,
    ) -> list[SentFile]:
        """Send pictures, several of them as an album with the caption on the first."""
        album = album or (f"album {next(self._numbers)}" if len(shades) > 1 else None)
        sent: list[SentFile] = []
        for position, shade in enumerate(shades):
            number = next(self._numbers)
            data = content or picture(shade)
            self.files.contents[f"file {number}"] = data
            sent.append(
                SentFile(
                    workspace_id=self.workspace_id,
                    chat_id=CHAT,
                    message_id=number,
                    album=album,
                    sent_by=ANNA.id,
                    form=form,
                    file_id=f"file {number}",
                    unique_id=hashlib.sha256(data).hexdigest(),
                    name=f"pier {shade}.jpg",
                    size_bytes=len(data),
                    caption="" if position else caption,
                )
            )
            await self.take(sent[-1])
        return sent

    async def take(self, sent: SentFile) -> None:
        """Let one message arrive, by an update of its own."""
        await self.intake.take(sent, update_id=await self.update())

    async def update(self) -> int:
        """Store an update and return its id."""
        number = next(self._numbers)
        async with self.database.begin() as uow:
            await uow.inbox.add({number: "{}"}, at=self.clock.now())
            await uow.commit()
        return number

    async def settle(self, *, within: dt.timedelta = dt.timedelta(hours=1)) -> None:
        """Let time pass until all that was sent is answered."""
        end = self.clock.now() + within
        while (next_at := await self.fetcher.work()) is not None and next_at <= end:
            self.clock.advance(max(dt.timedelta(0), next_at - self.clock.now()))

    async def sent(self, *shades: int, caption: str = "", form: FileForm = FileForm.DOCUMENT) -> Contribution:
        """Send pictures and wait for the answer; return the contribution."""
        await self.send(*shades, caption=caption, form=form)
        await self.settle()
        return (await self.contributions())[-1]

    async def sent_as(
        self, content: bytes, *, caption: str = "", form: FileForm = FileForm.DOCUMENT
    ) -> Contribution:
        """Send a picture of these bytes and wait for the answer."""
        await self.send(0, content=content, caption=caption, form=form)
        await self.settle()
        return (await self.contributions())[-1]

    async def contributions(self) -> list[Contribution]:
        """Return all contributions, oldest first."""
        async with self.database.read() as look:
            found = [await look.contributions.get(ContributionId(number)) for number in range(1, 20)]
        return [contribution for contribution in found if contribution is not None]

    async def outlook(self, contribution: Contribution) -> ContributionOutlook:
        """Return what the answer of a contribution shows."""
        async with self.database.read() as look:
            outlook = await outlook_of(look, contribution.id, self.networks, now=self.clock.now())
        assert outlook is not None
        return outlook

    async def files_of(self, contribution: Contribution) -> list[ContributedFile]:
        """Return the files of a contribution."""
        return list((await self.outlook(contribution)).files)

    async def library(self) -> list[MediaItem]:
        """Return all items of the library."""
        async with self.database.read() as look:
            return await look.media.find(self.workspace_id)

    async def planned(self) -> list[Job]:
        """Return what waits for its time, by time."""
        async with self.database.read() as look:
            return await look.publications.find(self.workspace_id, states=(State.SCHEDULED,))

    async def told(self) -> list[object]:
        """Return what waits to be sent to the chat."""
        async with self.database.read() as look:
            waiting = await look.outbox.waiting(now=self.clock.now(), limit=100)
        return [outgoing.message for outgoing in waiting]

    async def press(
        self,
        contribution: Contribution,
        action: ContributionAction,
        argument: str = "",
        *,
        role: Role = Role.POSTER,
        chat_id: ChatId = CHAT,
        update_id: int | None = None,
    ) -> Pressed:
        """Press a button of the answer as it was when `contribution` was read."""
        return await self.decisions.press(
            ContributionPress(
                chat_id=chat_id,
                contribution_id=contribution.id,
                version=contribution.version,
                action=action,
                argument=argument,
                person=ANNA,
                roles={self.workspace_id: role},
                update_id=await self.update() if update_id is None else update_id,
            )
        )

    async def pressed(
        self, contribution: Contribution, action: ContributionAction, argument: str = ""
    ) -> Contribution:
        """Press a button that must work, and return the contribution as it is then."""
        assert await self.press(contribution, action, argument) in {Pressed.DONE, Pressed.PANEL}
        return (await self.outlook(contribution)).contribution

    async def delivered(self, contribution: Contribution, *, message_id: int) -> None:
        """Let the answer stand in the chat."""
        async with self.database.begin() as uow:
            await uow.contributions.delivered(contribution.id, message_id=message_id)
            await uow.commit()

    async def add_to_library(self, count: int) -> None:
        """Put items of the watched folder's sort into the library."""
        async with self.database.begin() as uow:
            for _ in range(count):
                number = next(self._numbers)
                await uow.media.add(
                    self.workspace_id,
                    path=f"/library/{number}.jpg",
                    sha256=f"{number:064x}",
                    facts=image_facts(),
                    description=Description(category="coast"),
                    at=self.clock.now(),
                )
            await uow.commit()


def picture(shade: int) -> bytes:
    """Return a picture that looks like no other shade's."""
    return image(size=(90, 160), shade=shade)


def blocks(number: int, size: tuple[int, int]) -> bytes:
    """Return a picture of black and white blocks, which looks the same in every size."""
    pattern = Image.new("L", (4, 8))
    pattern.putdata([255 * (hashlib.sha256(bytes([number, place])).digest()[0] & 1) for place in range(32)])
    buffer = io.BytesIO()
    pattern.resize(size, Image.Resampling.NEAREST).save(buffer, "JPEG")
    return buffer.getvalue()


async def contribution_world(database: Database, folder: Path, **settings: str) -> ContributionWorld:
    """Set up a team with one account and settings of its own."""
    clock = FakeClock()
    network = FakePublisher().network()
    placements = {**network.capabilities.placements, CAROUSEL.name: CAROUSEL}
    network = dataclasses.replace(
        network, capabilities=dataclasses.replace(network.capabilities, placements=placements)
    )
    async with database.begin() as uow:
        workspace_id = await uow.workspaces.add(name="Team", chat_id=CHAT, at=clock.now())
        for key, value in settings.items():
            await uow.workspaces.set_setting(workspace_id, key, value, at=clock.now())
        account_id = await uow.accounts.add(
            workspace_id,
            platform=FAKE,
            external_id="1",
            name="harbour.lane",
            login="fake",
            at=clock.now(),
        )
        await uow.commit()
    return ContributionWorld(
        database=database,
        clock=clock,
        folder=folder / "chat",
        networks={FAKE: network},
        workspace_id=workspace_id,
        account_id=account_id,
    )
