"""Finds out whether a publication is out after its outcome was unclear.

The container is asked first. PUBLISHED proves that it is out, EXPIRED and ERROR that it is not. FINISHED and
IN_PROGRESS prove nothing by themselves: then it is absent only if two complete readings of the account's
posts, some time apart, show no trace of it, the account's count of posts is what it was before the intent,
and no other publication of ours went to the account meanwhile. Everything else stays unknown.
"""

import dataclasses
import datetime as dt

from domain.errors import PublishingError
from domain.media import MediaKind
from platforms._shared.captions import loosely
from platforms.instagram.api import ContainerState, InstagramApi, Post
from platforms.instagram.capabilities import CAROUSEL, FEED, REEL, STORY
from platforms.instagram.checkpoint import Checkpoint
from services.ports import Absent, Job, Live, Receipt, Surroundings, Unknown

CLOCK_TOLERANCE = dt.timedelta(minutes=2)
"""How far Meta's clock may be behind ours; a post may seem that much older than its intent."""
STORIES_LISTED_FOR = dt.timedelta(hours=23)
"""Stories are listed while they live, 24 hours; the rest is tolerance. Source: the ig-user/stories reference,
as recorded 2026-11-20."""
_MEDIA_TYPES = {MediaKind.IMAGE: "IMAGE", MediaKind.VIDEO: "VIDEO"}
_PRODUCT_TYPES = {STORY: "STORY", FEED: "FEED", REEL: "REELS", CAROUSEL: "FEED"}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class LookUp:
    """One look at one publication."""

    api: InstagramApi
    job: Job
    surroundings: Surroundings
    now: dt.datetime
    reading_gap: dt.timedelta
    """How far two readings must lie apart."""

    async def run(self) -> Live | Absent | Unknown:
        """Look, by reading alone."""
        checkpoint = Checkpoint.parse(self.job.publication.checkpoint)
        checkpoint = dataclasses.replace(checkpoint, is_unclear=True)
        if not checkpoint.draft.container_id:
            return self._unknown(checkpoint, "Nothing is stored by which Instagram could be asked.")
        # Without an intent, what is out came from an earlier one; it cannot be older than its container.
        since = (self.job.publication.intent_at or checkpoint.draft.made_at[-1]) - CLOCK_TOLERANCE
        try:
            container = await self.api.container(checkpoint.draft.container_id)
            match container.state:
                case ContainerState.PUBLISHED:
                    return Live(receipt=await self._receipt(since))
                case ContainerState.EXPIRED | ContainerState.ERROR:
                    dead = dataclasses.replace(checkpoint, absences=checkpoint.absences + 1)
                    return Absent(
                        checkpoint=dead.without_container().stored(),
                        proof=f"Instagram says the container is {container.state.lower()}",
                    )
                case ContainerState.FINISHED | ContainerState.IN_PROGRESS:
                    return await self._weigh(checkpoint, since)
        except PublishingError as error:
            unknown = self._unknown(checkpoint, f"Instagram could not be asked: {error}")
            return dataclasses.replace(unknown, again_after=error.retry_after)

    async def _receipt(self, since: dt.datetime) -> Receipt:
        # That it is out is proved already; which one it is may stay open.
        try:
            candidates = await self._candidates(since)
        except PublishingError:
            candidates = []
        if len(candidates) != 1 or not self._is_ours(candidates[0]):
            return Receipt(platform_post_id=None)
        return Receipt(platform_post_id=candidates[0].id, permalink=candidates[0].permalink)

    async def _weigh(self, checkpoint: Checkpoint, since: dt.datetime) -> Live | Absent | Unknown:
        if (remaining := self._until_second_reading(checkpoint)) is not None:
            return self._unknown(checkpoint, "One reading shows no trace of it.", again_after=remaining)
        candidates = await self._candidates(since)
        if len(candidates) == 1 and self._has_our_caption(candidates[0]) and self._is_alone:
            post = candidates[0]
            return Live(receipt=Receipt(platform_post_id=post.id, permalink=post.permalink))
        if (doubt := await self._doubt(checkpoint, candidates, since)) is not None:
            return self._unknown(checkpoint, doubt)
        if checkpoint.clear_reading_at is None:
            seen = dataclasses.replace(checkpoint, clear_reading_at=self.now)
            return Unknown(
                checkpoint=seen.stored(),
                why="One reading shows no trace of it; a second one follows.",
                again_after=self.reading_gap,
            )
        same_container = dataclasses.replace(
            checkpoint, clear_reading_at=None, absences=checkpoint.absences + 1
        )
        return Absent(
            checkpoint=same_container.stored(),
            proof="two readings of the account show no trace of it, and its count of posts has not changed",
        )

    async def _doubt(self, checkpoint: Checkpoint, candidates: list[Post], since: dt.datetime) -> str | None:
        if candidates:
            return (
                f"Instagram shows {len(candidates)} new of this kind, and it cannot be told whether this one "
                "is among them."
            )
        if self.job.publication.placement == STORY and self.now - since > STORIES_LISTED_FOR:
            return "Stories of that time are no longer listed."
        if not self._is_alone:
            return "Another publication went to this account meanwhile."
        if checkpoint.quota_usage is None:
            return "The account's count of posts before the call is not known."
        usage = (await self.api.quota()).used
        if usage != checkpoint.quota_usage:
            return (
                f"The account's count of posts of the day is {usage}; before the call it was "
                f"{checkpoint.quota_usage}."
            )
        return None

    async def _candidates(self, since: dt.datetime) -> list[Post]:
        placement = self.job.publication.placement
        if placement == STORY:
            listed = await self.api.stories()
        else:
            listed = await self.api.media(since=since, with_children=placement == CAROUSEL)
        return [
            post
            for post in listed
            if post.posted_at >= since
            and post.id not in self.surroundings.known_post_ids
            and post.product_type in {None, _PRODUCT_TYPES[placement]}
            and post.media_type == self._media_type
            and post.children in {None, self._children}
            and self._may_have_our_caption(post)
        ]

    def _is_ours(self, post: Post) -> bool:
        # The container is known to be out, so the only new one is it, unless another of ours is out too.
        return self._is_alone or self._has_our_caption(post)

    def _has_our_caption(self, post: Post) -> bool:
        caption = loosely(self.job.post.caption)
        return (
            self.job.publication.placement != STORY
            and caption != ""
            and post.caption is not None
            and loosely(post.caption) == caption
        )

    def _may_have_our_caption(self, post: Post) -> bool:
        if self.job.publication.placement == STORY or post.caption is None:
            return True
        return loosely(post.caption) == loosely(self.job.post.caption)

    @property
    def _is_alone(self) -> bool:
        return not self.surroundings.others_since_intent

    @property
    def _media_type(self) -> str:
        if self.job.publication.placement == CAROUSEL:
            return "CAROUSEL_ALBUM"
        return _MEDIA_TYPES[self.job.post.media[0].facts.kind]

    @property
    def _children(self) -> tuple[str, ...]:
        return tuple(_MEDIA_TYPES[item.facts.kind] for item in self.job.post.media)

    def _until_second_reading(self, checkpoint: Checkpoint) -> dt.timedelta | None:
        if checkpoint.clear_reading_at is None:
            return None
        passed = self.now - checkpoint.clear_reading_at
        return self.reading_gap - passed if dt.timedelta() <= passed < self.reading_gap else None

    def _unknown(
        self, checkpoint: Checkpoint, why: str, *, again_after: dt.timedelta | None = None
    ) -> Unknown:
        if again_after is None:
            # A reading in between that was not clear makes the one before it worthless.
            checkpoint = dataclasses.replace(checkpoint, clear_reading_at=None)
        return Unknown(checkpoint=checkpoint.stored(), why=why, again_after=again_after)
