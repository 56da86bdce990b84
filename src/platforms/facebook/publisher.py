"""Posts to Facebook Pages: what can be repeated is done first, and one call makes it seen."""

import dataclasses
import datetime as dt

import httpx

from domain.account import AccessToken, Account
from domain.errors import AuthorizationError, PublishingError, TransientError
from domain.quota import Quota
from platforms._shared.facebook_login import facebook_login_graph
from platforms._shared.rupload import UploadHost
from platforms._shared.without_effect import without_effect
from platforms.facebook.api import FacebookApi, Hosts
from platforms.facebook.capabilities import LONGEST_AHEAD, SHORTEST_AHEAD, STORY
from platforms.facebook.checkpoint import Checkpoint, VideoUpload
from platforms.facebook.errors import ERRORS
from platforms.facebook.look_up import LookUp
from platforms.facebook.payloads import Way, post_params, reel_params, video_params, way_of
from platforms.facebook.settings import FacebookSettings
from platforms.facebook.uploads import EDGES, Uploads
from platforms.facebook.video_status import Stage
from services.ports import (
    Absent,
    Accepted,
    AccountFacts,
    Clock,
    Files,
    Job,
    Live,
    Progress,
    Ready,
    Receipt,
    Surroundings,
    Unknown,
    Wait,
)

FIRST_LOOK_AFTER = dt.timedelta(seconds=5)
"""When to look for a video that Facebook has taken; a short one is processed by then."""
STORIES_LAST = dt.timedelta(hours=24)
MARGIN = dt.timedelta(minutes=1)
"""How much sooner than Facebook's own bound a post to be scheduled must be there."""
INSTAGRAM_TOKEN = "IG"  # noqa: S105 - what such tokens begin with
"""Source: client logs, as recorded 2026-11-20."""


class FacebookPublisher:
    """Posts to Facebook Pages."""

    def __init__(self, *, settings: FacebookSettings, http: httpx.AsyncClient, clock: Clock) -> None:
        self._reading_gap = settings.reading_gap
        self._clock = clock
        self._hosts = Hosts(
            graph=facebook_login_graph(settings, http, platform="facebook", errors=ERRORS),
            videos=facebook_login_graph(
                settings, http, platform="facebook", errors=ERRORS, base_url=settings.graph_video_base_url
            ),
            uploads=UploadHost(
                http=http, base_url=settings.graph_upload_base_url, platform="facebook", errors=ERRORS
            ),
        )

    async def prepare(self, job: Job, files: Files) -> Progress | Wait | Ready:
        """Upload the next photo or the next part of a video, or see that all is there."""
        way = way_of(job.post, job.publication.placement)
        checkpoint = Checkpoint.parse(job.publication.checkpoint)
        now = self._clock.now()
        if job.post.details.native_schedule and (wait := _until_window(job, now)):
            return Wait(checkpoint=job.publication.checkpoint, after=wait, did="wait_for_its_time")
        refusal = without_effect(
            job.publication.failure, errors=ERRORS, platform="facebook", absences=checkpoint.absences
        )
        if refusal is not None:
            raise refusal
        uploads = Uploads(api=self._api_of(job), job=job, files=files, now=now)
        return await uploads.next(way, checkpoint)

    async def publish(self, job: Job) -> Receipt | Accepted:
        """Make the call that makes it seen. What is not certain is an `OutcomeUnknownError`."""
        checkpoint = Checkpoint.parse(job.publication.checkpoint)
        if not checkpoint.is_ready:
            raise TransientError("It is not prepared yet; it is prepared again.", platform="facebook")
        return await self._published(self._api_of(job), job, checkpoint)

    async def _published(self, api: FacebookApi, job: Job, checkpoint: Checkpoint) -> Receipt | Accepted:
        post, video = job.post, checkpoint.video
        at = _scheduled_at(job, self._clock.now())
        match way_of(post, job.publication.placement):
            case Way.POST:
                params = post_params(post, checkpoint.photo_ids, scheduled_at=at)
                return Receipt(platform_post_id=await api.post(params))
            case Way.PHOTO_STORY:
                return Receipt(platform_post_id=await api.post_photo_story(checkpoint.photo_ids[0]))
            case Way.SIMPLE_VIDEO:
                params = {"file_url": checkpoint.video_url, **video_params(post, scheduled_at=at)}
                made = VideoUpload(id=await api.post_video(params), is_sent=True)
                return _accepted(checkpoint.with_video(made, at=self._clock.now()))
            case Way.LARGE_VIDEO if video:
                await api.finish_parts(video, video_params(post, scheduled_at=at))
                return _accepted(checkpoint)
            case Way.REEL if video:
                await api.finish_upload(EDGES[Way.REEL], video, reel_params(post, scheduled_at=at))
                return _accepted(checkpoint)
            case Way.VIDEO_STORY if video:
                story_id = await api.finish_upload(EDGES[Way.VIDEO_STORY], video, {})
                return _accepted(dataclasses.replace(checkpoint, story_id=story_id or ""))
            case _:
                raise TransientError("Its video is gone; it is prepared again.", platform="facebook")

    async def permalink(self, job: Job, platform_post_id: str) -> str | None:
        """Return the public address of a post that can be seen; None also when Facebook cannot be asked."""
        try:
            api = self._api_of(job)
            way = way_of(job.post, job.publication.placement)
            if way is Way.POST:
                return await api.permalink(platform_post_id)
            if job.publication.placement != STORY:
                status = await api.video(platform_post_id)
                return None if status.stage in {Stage.SCHEDULED, Stage.FAILED} else status.permalink
            stories = await api.stories(since=self._clock.now() - STORIES_LAST)
            links = (each.permalink for each in stories if platform_post_id in {each.id, *each.object_ids})
            return next(links, None)
        except PublishingError:
            return None

    async def look_up(self, job: Job, surroundings: Surroundings) -> Live | Absent | Unknown:
        """Find out, by reading alone, whether a job with an intent is out."""
        try:
            api = self._api_of(job)
        except PublishingError as error:
            return Unknown(checkpoint=job.publication.checkpoint, why=str(error))
        return await LookUp(
            api=api,
            job=job,
            surroundings=surroundings,
            now=self._clock.now(),
            reading_gap=self._reading_gap,
        ).run()

    async def check(self, account: Account, token: AccessToken) -> AccountFacts:
        """Ask Facebook for the Page's name."""
        return AccountFacts(name=await self._api(account, token).name())

    async def quota(self, account: Account, token: AccessToken) -> Quota | None:
        """Return None: a Page has no such limit to ask for."""
        return None

    def _api_of(self, job: Job) -> FacebookApi:
        if job.token is None:
            raise AuthorizationError("The Page has no access token. Connect it again.", platform="facebook")
        return self._api(job.account, job.token)

    def _api(self, account: Account, token: AccessToken) -> FacebookApi:
        if token.value.startswith(INSTAGRAM_TOKEN):
            raise AuthorizationError(
                "This token is one of Instagram Login. A Page needs its own token of Facebook Login, which "
                "begins with EAA. Connect the Page again.",
                platform="facebook",
            )
        return FacebookApi(self._hosts, page_id=account.external_id, token=token)


def _accepted(checkpoint: Checkpoint) -> Accepted:
    return Accepted(
        checkpoint=dataclasses.replace(checkpoint, is_accepted=True).stored(),
        after=FIRST_LOOK_AFTER,
        why="Facebook has taken the video and is processing it.",
    )


def _until_window(job: Job, now: dt.datetime) -> dt.timedelta:
    """Return how long to wait until Facebook can be told to publish it later; nothing: go on now.

    What has become too late for that, by retries or a downtime, waits for its time and is posted then.
    """
    ahead = job.publication.planned_at - now
    is_too_late = ahead < SHORTEST_AHEAD + MARGIN
    return max(dt.timedelta(), ahead if is_too_late else ahead - LONGEST_AHEAD)


def _scheduled_at(job: Job, now: dt.datetime) -> dt.datetime | None:
    """Return when Facebook is to publish it by itself; None: at once.

    Raises:
        TransientError: its time is too close for that, and has not come yet.
    """
    at = job.publication.planned_at
    if not job.post.details.native_schedule or at <= now:
        return None
    if at - now < SHORTEST_AHEAD:
        raise TransientError(
            "It is too late to have Facebook publish it; Storyline does, at its time.", platform="facebook"
        )
    return at
