"""Facebook's publisher at a running Graph API, and jobs for it."""

import contextlib
import dataclasses
import datetime as dt
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import Any

import httpx

from domain.media import MediaItem, MediaKind
from domain.post import Post, PostDetails
from platforms._shared.http import shared_client
from platforms.facebook.publisher import FacebookPublisher
from platforms.facebook.settings import FacebookSettings
from sandbox.graph.pages.records import PagePost
from services.ports import Absent, Accepted, Job, Live, Progress, Ready, Receipt, Surroundings, Unknown, Wait
from support.claimed_jobs import POST, WORKSPACE, claimed_job
from support.instagram import ALONE, HostedFiles, WorldClock, changed, media_item
from support.made_media import picture
from support.meta import Meta, meta_running

PAGE = "100200300400500"
"""The Page that is posted to."""
TOKEN = "EAAbakery-page-token"
ENDED = dt.timedelta(hours=3)
"""A preparation that takes longer will not end."""


def facebook_job(
    *,
    placement: str,
    caption: str = "",
    link: str = "",
    media: Sequence[MediaItem] = (),
    token: str = TOKEN,
    now: dt.datetime = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC),
    **details: Any,
) -> Job:
    """Return a claimed publication for the Page."""
    return claimed_job(
        Post(
            id=POST,
            workspace_id=WORKSPACE,
            caption=caption,
            link=link,
            needs=frozenset(),
            media=tuple(media),
            details=PostDetails(**details),
        ),
        platform="facebook",
        placement=placement,
        external_id=PAGE,
        account_name="Corner Bakery",
        workspace_name="Corner Bakery",
        login="facebook",
        token=token,
        now=now,
    )


def video_item(path: Path, *, seconds: float = 3.0) -> MediaItem:
    """Return a video that lies there."""
    item = media_item(kind=MediaKind.VIDEO, path=str(path))
    facts = dataclasses.replace(
        item.facts,
        size_bytes=path.stat().st_size,
        width=540,
        height=960,
        duration=dt.timedelta(seconds=seconds),
    )
    return dataclasses.replace(item, facts=facts)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Facebook:
    """The publisher, the world it works in, and a file to post."""

    meta: Meta
    publisher: FacebookPublisher
    files: HostedFiles
    page: str = PAGE

    async def ready(self, job: Job) -> Job:
        """Prepare a job to the end, at once by the sandbox's clock."""
        waited = dt.timedelta()
        while waited < ENDED:
            match await self.publisher.prepare(job, self.files):
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

    async def receipt(self, job: Job) -> Receipt:
        """Publish a job that needs no processing."""
        answer = await self.publisher.publish(job)
        assert isinstance(answer, Receipt)
        return answer

    async def accepted(self, job: Job) -> Job:
        """Publish a video; return its job as it is looked up."""
        answer = await self.publisher.publish(job)
        assert isinstance(answer, Accepted)
        self.meta.world.clock.advance(answer.after)
        return job.at(answer.checkpoint)

    async def look_up(self, job: Job, surroundings: Surroundings = ALONE) -> Live | Absent | Unknown:
        """Look once."""
        return await self.publisher.look_up(job, surroundings)

    async def resolved(self, job: Job) -> Live | Absent:
        """Look up until it is decided, as the service does, from the end of the grace on."""
        self.meta.later(seconds=90)
        for _ in range(60):
            match await self.publisher.look_up(job, ALONE):
                case Unknown(checkpoint=checkpoint, again_after=after):
                    job = job.at(checkpoint)
                    self.meta.world.clock.advance(after or dt.timedelta(seconds=30))
                case decided:
                    return decided
        raise AssertionError("it was never decided")

    @property
    def posts(self) -> list[PagePost]:
        """What stands on the Page's timeline, newest first."""
        now = self.meta.world.clock.now()
        return self.meta.graph.store.pages.timeline(PAGE, now)

    async def listed(self, edge: str, field: str = "id") -> list[str]:
        """Return the ids of what the Page lists on this edge."""
        answer = await self.meta.get(f"{PAGE}/{edge}", access_token=TOKEN, fields=field)
        assert answer.status_code == 200, answer.text
        return [node[field] for node in answer.json()["data"]]

    async def stories(self) -> list[str]:
        """Return what stands in the Page's story ring."""
        return await self.listed("stories", "post_id")

    def calls(self, operation: str) -> int:
        """Return how many calls of this operation arrived."""
        return sum(call.operation == operation for call in self.meta.world.calls)


@contextlib.asynccontextmanager
async def facebook_running() -> AsyncGenerator[Facebook]:
    """Serve a Graph API with a Page and give its publisher while inside."""
    async with meta_running() as meta, shared_client(timeout=dt.timedelta(seconds=5)) as http:
        meta.graph.add_page(id=PAGE, name="Corner Bakery", token=TOKEN)
        yield Facebook(meta=meta, publisher=publisher_at(meta, http), files=HostedFiles(meta.put(picture())))


def publisher_at(meta: Meta, http: httpx.AsyncClient, **settings: Any) -> FacebookPublisher:
    """Return a publisher that calls this Graph API."""
    given = FacebookSettings(
        graph_api_base_url=meta.facebook,
        graph_video_base_url=meta.facebook,
        graph_upload_base_url=meta.graph.settings.upload_base_url,
        **settings,
    )
    return FacebookPublisher(settings=given, http=http, clock=WorldClock(meta.world))
