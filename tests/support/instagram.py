"""Instagram's publisher at a running Graph API, and jobs for it."""

import contextlib
import dataclasses
import datetime as dt
import itertools
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import httpx

from domain.ids import MediaId, WorkspaceId
from domain.media import Description, MediaFacts, MediaItem, MediaKind
from domain.post import Post, PostDetails
from platforms._shared.http import shared_client
from platforms.instagram.publisher import InstagramPublisher
from platforms.instagram.settings import InstagramSettings
from sandbox.world import World
from services.ports import Job, Progress, Publisher, Ready, Surroundings, Wait
from support.claimed_jobs import POST, WORKSPACE, claimed_job
from support.made_media import film, picture
from support.meta import OWN_ACCOUNT, OWN_TOKEN, PAGE_ACCOUNT, PAGE_TOKEN, Meta, meta_running

ALONE = Surroundings(known_post_ids=frozenset(), others_since_intent=False)
ENDED = dt.timedelta(hours=3)
"""A preparation that takes longer will not end."""
_ids = itertools.count(1)


@dataclasses.dataclass(frozen=True, slots=True)
class WorldClock:
    """The sandbox's clock as the product's; waiting takes no time."""

    world: World

    def now(self) -> dt.datetime:
        return self.world.clock.now()

    def monotonic(self) -> float:
        return self.now().timestamp()

    async def sleep(self, duration: dt.timedelta) -> None:
        self.world.clock.advance(duration)


@dataclasses.dataclass(slots=True)
class HostedFiles:
    """Files that lie at one address, but for those that have one of their own."""

    address: str
    own: dict[MediaId, str] = dataclasses.field(default_factory=dict[MediaId, str])
    asked: int = 0

    async def url(self, item: MediaItem) -> str:
        self.asked += 1
        return self.own.get(item.id, self.address)

    async def path(self, item: MediaItem) -> Path:
        return Path(item.path)


def media_item(*, kind: MediaKind = MediaKind.IMAGE, alt: str = "", path: str = "/library/one") -> MediaItem:
    is_video = kind is MediaKind.VIDEO
    return MediaItem(
        id=MediaId(next(_ids)),
        workspace_id=WorkspaceId(1),
        path=path,
        sha256="0" * 64,
        facts=MediaFacts(
            kind=kind,
            format="MP4" if is_video else "JPEG",
            size_bytes=1000,
            width=90,
            height=160,
            duration=dt.timedelta(seconds=3) if is_video else None,
        ),
        description=Description(alt=alt),
        added_at=dt.datetime(2026, 11, 20, tzinfo=dt.UTC),
    )


def instagram_job(
    *,
    placement: str = "story",
    caption: str = "",
    alt: str = "",
    kind: MediaKind = MediaKind.IMAGE,
    login: str = "facebook",
    token: str | None = None,
    now: dt.datetime = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC),
) -> Job:
    """Return a claimed publication of one file, for the account of this login."""
    is_page = login == "facebook"
    return claimed_job(
        Post(
            id=POST,
            workspace_id=WORKSPACE,
            caption=caption,
            link="",
            needs=frozenset(),
            media=(media_item(kind=kind, alt=alt),),
        ),
        platform="instagram",
        placement=placement,
        external_id=PAGE_ACCOUNT if is_page else OWN_ACCOUNT,
        account_name="harbour.lane",
        workspace_name="Harbour Lane",
        login=login,
        token=token or (PAGE_TOKEN if is_page else OWN_TOKEN),
        now=now,
    )


def posting(job: Job, *media: MediaItem, cover: MediaItem | None = None, **details: Any) -> Job:
    """Return the job with other media, if any are given, and with details of its post."""
    post = dataclasses.replace(
        job.post, media=media or job.post.media, cover=cover, details=PostDetails(**details)
    )
    return dataclasses.replace(job, post=post)


def changed(job: Job, **fields: Any) -> Job:
    """Return the job with other fields of its publication."""
    return dataclasses.replace(job, publication=dataclasses.replace(job.publication, **fields))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Instagram:
    """The publisher, the world it works in, and a file to post."""

    meta: Meta
    publisher: InstagramPublisher
    files: HostedFiles

    def picture(self, width: int = 100, height: int = 100) -> MediaItem:
        """Return a picture of its own, hosted."""
        item = media_item()
        self.files.own[item.id] = self.meta.put(picture(width, height), name=f"{item.id}.jpg")
        return item

    def film(self, folder: Path, **facts: Any) -> MediaItem:
        """Return a film of its own, hosted and in the folder."""
        number = next(_ids)
        path = folder / f"{number}.mp4"
        data = film(path, **facts)
        item = media_item(kind=MediaKind.VIDEO, path=str(path))
        self.files.own[item.id] = self.meta.put(data, name=f"{number}.mp4", content_type="video/mp4")
        return item

    def job(self, placement: str, folder: Path, **fields: Any) -> Job:
        """Return a job with files that this placement takes."""
        match placement:
            case "reel":
                media = [self.film(folder)]
            case "carousel":
                media = [self.picture(), self.film(folder)]
            case _:
                media = [self.picture()]
        return posting(instagram_job(placement=placement, **fields), *media)

    async def ready(self, job: Job, publisher: Publisher | None = None) -> Job:
        """Prepare a job to the end, at once by the sandbox's clock."""
        waited = dt.timedelta()
        while waited < ENDED:
            await self.meta.graph.settle()
            match await (publisher or self.publisher).prepare(job, self.files):
                case Progress(checkpoint=checkpoint):
                    job = job.at(checkpoint)
                case Wait(checkpoint=checkpoint, after=after):
                    job = job.at(checkpoint)
                    waited += after
                    self.meta.world.clock.advance(after)
                case Ready(checkpoint=checkpoint):
                    return job.at(checkpoint)
        raise AssertionError("it never became ready")

    async def intended(self, job: Job) -> Job:
        """Prepare a job to the end and set its intent."""
        return changed(await self.ready(job), intent_at=self.meta.world.clock.now())

    def posts(self, account_id: str = PAGE_ACCOUNT) -> int:
        """Return how many posts went live."""
        return len(self.meta.graph.posts(account_id))

    def calls(self, operation: str) -> int:
        """Return how many calls of this operation arrived."""
        return sum(call.operation == operation for call in self.meta.world.calls)


@contextlib.asynccontextmanager
async def instagram_running() -> AsyncGenerator[Instagram]:
    """Serve a Graph API and give its publisher while inside."""
    async with meta_running() as meta, shared_client(timeout=dt.timedelta(seconds=5)) as http:
        yield Instagram(meta=meta, publisher=publisher_at(meta, http), files=HostedFiles(meta.put(picture())))


def publisher_at(meta: Meta, http: httpx.AsyncClient, **settings: Any) -> InstagramPublisher:
    """Return a publisher that calls this Graph API."""
    given = InstagramSettings(
        graph_api_base_url=meta.facebook,
        instagram_graph_api_base_url=meta.instagram,
        graph_upload_base_url=meta.graph.settings.upload_base_url,
        **settings,
    )
    return InstagramPublisher(settings=given, http=http, clock=WorldClock(meta.world))
