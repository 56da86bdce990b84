"""Finds out whether a publication is out after its outcome was unclear, or after Facebook took its video.

A video that Facebook was told of beforehand is asked by its id: what its phases say decides. Everything else
is searched for in what the Page shows: a post with the photos that were uploaded for it, or with its words,
since the intent. It is absent only if two complete readings, some time apart, show no trace of it, no other
publication of ours went to the Page meanwhile, and Facebook did not call it a duplicate. All the rest stays
unknown.
"""

import dataclasses
import datetime as dt

from domain.errors import FailureKind, PublishingError
from domain.media import MediaKind
from platforms._shared.captions import loosely
from platforms.facebook.api import FacebookApi, Shown
from platforms.facebook.capabilities import STORY
from platforms.facebook.checkpoint import Checkpoint, VideoUpload
from platforms.facebook.errors import ALREADY_OUT, ERRORS
from platforms.facebook.payloads import Way, way_of, words_of
from platforms.facebook.video_status import Stage, VideoStatus
from services.ports import Absent, Job, Live, Receipt, Surroundings, Unknown

CLOCK_TOLERANCE = dt.timedelta(minutes=2)
"""How far Meta's clock may be behind ours; a post may seem that much older than its intent."""
CLOCK_DOUBT = dt.timedelta(hours=26)
"""What looks like ours but for seeming up to this much older than the intent leaves a doubt: this machine's
clock may be a day or a change of the zone ahead. It is taken neither for ours nor for no trace of it."""
DURATION_TOLERANCE = dt.timedelta(seconds=1)
"""How far Facebook's length of a video may differ from ours."""
STORIES_LISTED_FOR = dt.timedelta(hours=23)
"""Stories are sure to be listed while they live, 24 hours; the rest is tolerance."""
PROCESSING_PATIENCE = dt.timedelta(minutes=15)
"""How long a small video that Facebook fetched may take to be listed; until then its absence says nothing."""
UNPROCESSED = "Facebook took the video and could not process it."


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
            if checkpoint.video is not None:
                return await self._by_id(checkpoint, checkpoint.video)
            return await self._by_listing(checkpoint, since=begun - CLOCK_TOLERANCE)
        except PublishingError as error:
            unknown = self._unknown(checkpoint, f"Facebook could not be asked: {error}")
            return dataclasses.replace(unknown, again_after=error.retry_after)

    async def _by_id(self, checkpoint: Checkpoint, video: VideoUpload) -> Live | Absent | Unknown:
        status = await self.api.video(video.id)
        match status.stage:
            case Stage.PUBLISHED | Stage.SCHEDULED:
                return self._live(checkpoint, video, status)
            case Stage.READY if checkpoint.is_accepted:
                return self._live(checkpoint, video, status)
            case Stage.FAILED:
                return Absent(
                    checkpoint=_after_failure(checkpoint, status).stored(),
                    proof="Facebook says that it could not process the video",
                )
            case Stage.SENT | Stage.SENT_IN_PART if not checkpoint.is_accepted:
                return self._unless_seen_before(checkpoint, "Facebook still waits for the video to be posted")
            case _:
                return self._unknown(checkpoint, "Facebook has the video, and does not show it yet.")

    def _live(self, checkpoint: Checkpoint, video: VideoUpload, status: VideoStatus) -> Live:
        post_id = checkpoint.story_id or video.id
        # The video's own address is not the story's, which the list of stories tells; and nobody sees yet
        # what is scheduled.
        has_none = self.job.publication.placement == STORY or status.stage is Stage.SCHEDULED
        permalink = None if has_none else status.permalink
        return Live(receipt=Receipt(platform_post_id=post_id, permalink=permalink))

    async def _by_listing(self, checkpoint: Checkpoint, *, since: dt.datetime) -> Live | Absent | Unknown:
        way = way_of(self.job.post, self.job.publication.placement)
        listed = await self._shown(way, since - CLOCK_DOUBT)
        likely = [shown for shown in listed if self._may_be_ours(shown, checkpoint)]
        candidates = [shown for shown in likely if shown.posted_at >= since]
        ours = [shown for shown in candidates if self._is_ours(shown, checkpoint)]
        if len(ours) == 1:
            return Live(receipt=Receipt(platform_post_id=ours[0].id, permalink=ours[0].permalink))
        if (doubt := self._doubt(way, candidates, since)) is not None:
            return self._unknown(checkpoint, doubt)
        if any(self._is_ours(shown, checkpoint) for shown in likely):
            return self._unknown(
                checkpoint,
                "Facebook shows the same from before it was posted. Look whether it is this one: this "
                "machine's clock may be ahead.",
            )
        return self._unless_seen_before(checkpoint, "two readings of the Page show no trace of it")

    async def _shown(self, way: Way, since: dt.datetime) -> list[Shown]:
        match way:
            case Way.PHOTO_STORY | Way.VIDEO_STORY:
                return await self.api.stories(since=since)
            case Way.SIMPLE_VIDEO | Way.LARGE_VIDEO | Way.REEL:
                return await self.api.videos(since=since)
            case Way.POST if self.job.post.details.native_schedule:
                scheduled = await self.api.scheduled_posts(since=since)
                return [*scheduled, *await self.api.published_posts(since=since)]
            case Way.POST:
                return await self.api.published_posts(since=since)

    def _may_be_ours(self, shown: Shown, checkpoint: Checkpoint) -> bool:
        if {shown.id, *shown.object_ids} & self.surroundings.known_post_ids:
            return False
        if shown.object_ids & frozenset(checkpoint.photo_ids):
            return True
        return self._may_be_of_our_kind(shown) and (shown.words is None or self._says_the_same(shown))

    def _may_be_of_our_kind(self, shown: Shown) -> bool:
        if not self.job.post.media:
            return True
        our_kind = "video" if self.job.post.media[0].facts.kind is MediaKind.VIDEO else "photo"
        return shown.kind in {"", our_kind} and self._has_our_length(shown) is not False

    def _has_our_length(self, shown: Shown) -> bool | None:
        """Tell whether a video is as long as ours; None: one of the two is not known."""
        ours = self.job.post.media[0].facts.duration if self.job.post.media else None
        if shown.duration is None or ours is None:
            return None
        return abs(shown.duration - ours) <= DURATION_TOLERANCE

    def _is_ours(self, shown: Shown, checkpoint: Checkpoint) -> bool:
        if checkpoint.photo_ids and shown.object_ids:
            return bool(shown.object_ids & frozenset(checkpoint.photo_ids))
        is_text = not (self.job.post.media or self.job.post.link)
        if self.surroundings.others_since_intent or (is_text and shown.object_ids):
            return False
        is_wordless = shown.words is None and not words_of(self.job.post)
        return self._says_the_same(shown) or (is_wordless and self._has_our_length(shown) is True)

    def _says_the_same(self, shown: Shown) -> bool:
        words = loosely(words_of(self.job.post))
        return words != "" and shown.words is not None and loosely(shown.words) == words

    def _doubt(self, way: Way, candidates: list[Shown], since: dt.datetime) -> str | None:
        if candidates:
            return (
                f"Facebook shows {len(candidates)} new of this kind, and it cannot be told whether this one "
                "is among them."
            )
        failure = self.job.publication.failure
        if failure is not None and {failure.code, failure.subcode} & ALREADY_OUT:
            return "Facebook says that this was posted already, and does not show where."
        if way is Way.SIMPLE_VIDEO and self._may_not_be_listed_yet:
            return "Facebook shows a video only once it has processed it and its time has come."
        if way is Way.PHOTO_STORY and self.now - since > STORIES_LISTED_FOR:
            return "Stories of that time are no longer listed."
        if self.surroundings.others_since_intent:
            return "Another publication went to this Page meanwhile."
        return None

    @property
    def _may_not_be_listed_yet(self) -> bool:
        """Whether a video that the last call made may be there without a list that shows it."""
        publication = self.job.publication
        seen_from = publication.intent_at or self.now
        if self.job.post.details.native_schedule:
            seen_from = max(seen_from, publication.planned_at)
        return self.now - seen_from < PROCESSING_PATIENCE

    def _unless_seen_before(self, checkpoint: Checkpoint, proof: str) -> Absent | Unknown:
        """Return that it is absent when an earlier reading was as clear as this one; else ask for another."""
        if checkpoint.clear_reading_at is None:
            seen = dataclasses.replace(checkpoint, clear_reading_at=self.now)
            return Unknown(
                checkpoint=seen.stored(),
                why="One reading shows no trace of it; a second one follows.",
                again_after=self.reading_gap,
            )
        passed = self.now - checkpoint.clear_reading_at
        if dt.timedelta() <= passed < self.reading_gap:
            return Unknown(
                checkpoint=checkpoint.stored(),
                why="One reading shows no trace of it.",
                again_after=self.reading_gap - passed,
            )
        same = dataclasses.replace(checkpoint, clear_reading_at=None, absences=checkpoint.absences + 1)
        return Absent(checkpoint=same.stored(), proof=proof)

    def _unknown(self, checkpoint: Checkpoint, why: str) -> Unknown:
        # A reading in between that was not clear makes the one before it worthless.
        return Unknown(checkpoint=dataclasses.replace(checkpoint, clear_reading_at=None).stored(), why=why)


def _after_failure(checkpoint: Checkpoint, status: VideoStatus) -> Checkpoint:
    row = ERRORS.find(status.problem_code, None)
    says = row.says if row else f"{UNPROCESSED} Convert it, or post it by hand. {status.problem}".rstrip()
    is_hopeless = row is not None and row.kind is FailureKind.REJECTED
    return dataclasses.replace(checkpoint, absences=checkpoint.absences + 1).without_video(
        says, is_hopeless=is_hopeless
    )
