"""A platform in memory: what was posted on it, and how it answers."""

import dataclasses
import datetime as dt
from collections.abc import Awaitable, Callable, Collection
from typing import Any

from domain.account import AccessToken, Account
from domain.capabilities import Capabilities, MediaLimits, Placement
from domain.errors import PublishingError
from domain.ids import PlatformName
from domain.quota import Quota
from domain.token import Grant
from services.ports import (
    Absent,
    Accepted,
    AccountFacts,
    Files,
    Job,
    Live,
    Network,
    Progress,
    Publisher,
    Ready,
    Receipt,
    Received,
    Surroundings,
    Unknown,
    Wait,
)

FAKE = PlatformName("fake")
CONTAINER_WAIT = dt.timedelta(seconds=2)
STORY = Placement(
    name="story",
    image=MediaLimits(formats=frozenset({"JPEG"}), max_bytes=8_000_000),
    video=None,
)
CAROUSEL = dataclasses.replace(STORY, name="carousel", video=STORY.image, min_media=2, max_media=10)
REEL = dataclasses.replace(STORY, name="reel", image=None, video=STORY.image)
SCHEDULED = dataclasses.replace(STORY, name="scheduled", takes_native_schedule=True)


class FakeTokens:
    """Takes every token as it is; none ends."""

    async def receive(self, token: AccessToken, *, login: str) -> Received:
        return Received(grant=Grant(token=token))

    async def refresh(self, account: Account, grant: Grant) -> Grant:
        return grant

    async def inspect(self, account: Account, grant: Grant) -> Grant:
        return grant


async def at_once() -> None:
    """Let a call go on without a pause."""


@dataclasses.dataclass
class FakePublisher:
    """Counts what really went out. One upload, one container, one wait, then ready."""

    posts: list[int] = dataclasses.field(default_factory=list[int])
    """Publication ids in the order in which they went out; an id twice is a double post."""
    waits: int = 0
    """How often the container is still being processed."""
    prepare_error: PublishingError | None = None
    publish_error: PublishingError | None = None
    posts_despite_error: bool = False
    accepts: Accepted | None = None
    """The answer to the irreversible call while the platform still works on the post."""
    look_up_answers: list[Live | Absent | Unknown] = dataclasses.field(
        default_factory=list[Live | Absent | Unknown]
    )
    """Given in turn; afterwards it looks into `posts`."""
    look_up_error: Exception | None = None
    while_preparing: Callable[[], Awaitable[None]] = at_once
    """Runs within each step of the preparation: it may wait, and it may raise."""
    while_publishing: Callable[[], Awaitable[None]] = at_once
    """Runs within the irreversible call, before anything is out."""
    check_error: PublishingError | None = None
    quota_answer: Quota | None = None
    quota_error: PublishingError | None = None
    quota_calls: int = 0
    posts_per_hour: int | None = None
    shows_posts: bool = True
    """Whether what is out has an address; what the platform posts by its own schedule has none before."""
    surroundings: Surroundings | None = None

    async def prepare(self, job: Job, files: Files) -> Progress | Wait | Ready:
        await self.while_preparing()
        if self.prepare_error is not None:
            raise self.prepare_error
        checkpoint = dict[str, Any](job.publication.checkpoint)
        if "container" not in checkpoint:
            for item in job.post.media:
                await files.url(item)
            return Progress(checkpoint={"container": f"c{job.publication.id}"}, did="create")
        if checkpoint.get("waited", 0) < self.waits:
            waited = {**checkpoint, "waited": checkpoint.get("waited", 0) + 1}
            return Wait(checkpoint=waited, after=CONTAINER_WAIT, did="status")
        return Ready(checkpoint=checkpoint, did="status")

    async def publish(self, job: Job) -> Receipt | Accepted:
        await self.while_publishing()
        if self.publish_error is not None:
            if self.posts_despite_error:
                self.posts.append(job.publication.id)
            raise self.publish_error
        if self.accepts is not None:
            return self.accepts
        self.posts.append(job.publication.id)
        return Receipt(platform_post_id=f"p{job.publication.id}")

    async def permalink(self, job: Job, platform_post_id: str) -> str | None:
        return f"https://fake.example/{platform_post_id}" if self.shows_posts else None

    async def look_up(self, job: Job, surroundings: Surroundings) -> Live | Absent | Unknown:
        self.surroundings = surroundings
        if self.look_up_error is not None:
            raise self.look_up_error
        if self.look_up_answers:
            return self.look_up_answers.pop(0)
        if job.publication.id in self.posts:
            return Live(receipt=Receipt(platform_post_id=f"p{job.publication.id}"))
        return Absent(checkpoint=job.publication.checkpoint, proof="two readings without it")

    async def check(self, account: Account, token: AccessToken) -> AccountFacts:
        if self.check_error is not None:
            raise self.check_error
        return AccountFacts(name=account.name.upper(), quota=self.quota_answer)

    async def quota(self, account: Account, token: AccessToken) -> Quota | None:
        self.quota_calls += 1
        if self.quota_error is not None:
            raise self.quota_error
        return self.quota_answer

    def network(self, *, publisher: Publisher | None = None, more: Collection[Placement] = ()) -> Network:
        """Return the platform, on request with something around its publisher, and with more placements."""
        placements = (STORY, SCHEDULED, *more)
        return Network(
            name=FAKE,
            capabilities=Capabilities(placements={each.name: each for each in placements}),
            publisher=publisher or self,
            tokens=FakeTokens(),
            logins=("fake", "other"),
            posts_per_hour=self.posts_per_hour,
        )
