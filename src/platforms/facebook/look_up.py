"""Finds out whether a publication is out after its outcome was unclear."""

import dataclasses
import datetime as dt

from domain.errors import PublishingError
from platforms._shared.captions import loosely
from platforms.facebook.api import FacebookApi, Post
from platforms.facebook.checkpoint import Checkpoint
from platforms.facebook.errors import ALREADY_OUT
from platforms.facebook.payloads import post_params
from services.ports import Absent, Job, Live, Receipt, Surroundings, Unknown

CLOCK_TOLERANCE = dt.timedelta(minutes=2)
"""How far Meta's clock may be behind ours; a post may seem that much older than its intent."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class LookUp:
    """One look at one publication."""

    api: FacebookApi
    job: Job
    surroundings: Surroundings
    now: dt.datetime
    reading_gap: dt.timedelta
    """How far two readings must lie apart."""

    async def run(self) -> Live | Absent | Unknown:
        """Look, by reading alone."""
        checkpoint = Checkpoint.parse(self.job.publication.checkpoint)
        begun = checkpoint.unclear_since or self.job.publication.intent_at or self.now
        checkpoint = dataclasses.replace(checkpoint, unclear_since=begun)
        try:
            return await self._weigh(checkpoint, begun - CLOCK_TOLERANCE)
        except PublishingError as error:
            return self._unknown(checkpoint, f"Facebook could not be asked: {error}")

    async def _weigh(self, checkpoint: Checkpoint, since: dt.datetime) -> Live | Absent | Unknown:
        if (remaining := self._until_second_reading(checkpoint)) is not None:
            return self._unknown(checkpoint, "One reading shows no trace of it.", again_after=remaining)
        candidates = [
            post
            for post in await self.api.published_posts(since=since)
            if self._may_be_ours(post, checkpoint)
        ]
        ours = [post for post in candidates if self._is_ours(post, checkpoint)]
        if len(ours) == 1:
            return Live(receipt=Receipt(platform_post_id=ours[0].id, permalink=ours[0].permalink))
        if (doubt := self._doubt(candidates)) is not None:
            return self._unknown(checkpoint, doubt)
        if checkpoint.clear_reading_at is None:
            seen = dataclasses.replace(checkpoint, clear_reading_at=self.now)
            return Unknown(
                checkpoint=seen.stored(),
                why="One reading shows no trace of it; a second one follows.",
                again_after=self.reading_gap,
            )
        same = dataclasses.replace(checkpoint, clear_reading_at=None)
        return Absent(checkpoint=same.stored(), proof="two readings of the Page show no trace of it")

    def _doubt(self, candidates: list[Post]) -> str | None:
        if candidates:
            return (
                f"Facebook shows {len(candidates)} new of this kind, and it cannot be told whether this one "
                "is among them."
            )
        failure = self.job.publication.failure
        if failure is not None and {failure.code, failure.subcode} & ALREADY_OUT:
            return "Facebook says that this was posted already, and does not show where."
        if self.surroundings.others_since_intent:
            return "Another publication went to this Page meanwhile."
        return None

    def _may_be_ours(self, post: Post, checkpoint: Checkpoint) -> bool:
        if {post.id, *post.object_ids} & self.surroundings.known_post_ids:
            return False
        return post.message is None or self._shows_our_uploads(post, checkpoint) or self._says_the_same(post)

    def _is_ours(self, post: Post, checkpoint: Checkpoint) -> bool:
        if self._shows_our_uploads(post, checkpoint):
            return True
        return self._says_the_same(post) and not self.surroundings.others_since_intent

    def _shows_our_uploads(self, post: Post, checkpoint: Checkpoint) -> bool:
        return bool(post.object_ids & frozenset(checkpoint.photo_ids))

    def _says_the_same(self, post: Post) -> bool:
        message = loosely(post_params(self.job.post).get("message", ""))
        return message != "" and post.message is not None and loosely(post.message) == message

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
