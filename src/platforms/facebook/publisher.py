"""Posts to Facebook Pages: what can be repeated is done first, and one call makes it seen."""

import dataclasses
import datetime as dt

import httpx

from domain.account import AccessToken, Account
from domain.errors import AuthorizationError, PublishingError, TransientError, UnsupportedError
from domain.quota import Quota
from platforms._shared.graph import GraphClient
from platforms.facebook.api import FacebookApi
from platforms.facebook.checkpoint import Checkpoint
from platforms.facebook.errors import ERRORS
from platforms.facebook.look_up import LookUp
from platforms.facebook.payloads import Way, photo_params, post_params, way_of
from platforms.facebook.settings import FacebookSettings
from services.ports import (
    Absent,
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

PHOTOS_KEPT_FOR = dt.timedelta(hours=20)
"""Facebook forgets unpublished photos after about 24 hours. Source: the Page photos reference, as recorded
2026-11-20."""
INSTAGRAM_TOKEN = "IG"  # noqa: S105 - what such tokens begin with
"""Source: client logs, as recorded 2026-11-20."""


class FacebookPublisher:
    """Posts to Facebook Pages."""

    def __init__(self, *, settings: FacebookSettings, http: httpx.AsyncClient, clock: Clock) -> None:
        self._reading_gap = settings.reading_gap
        self._clock = clock
        secret = settings.facebook_app_secret

        def graph_at(base_url: str) -> GraphClient:
            return GraphClient(
                http=http,
                base_url=base_url,
                version=settings.graph_api_version,
                platform="facebook",
                errors=ERRORS,
                app_secret=secret.get_secret_value() if secret else None,
            )

        self._graph = graph_at(settings.graph_api_base_url)
        self._video_graph = graph_at(settings.graph_video_base_url)

    async def prepare(self, job: Job, files: Files) -> Progress | Wait | Ready:
        """Upload the next photo or the next part of a video, or see that all is there."""
        way = way_of(job.post, job.publication.placement)
        checkpoint = Checkpoint.parse(job.publication.checkpoint)
        api = self._api_of(job)
        match way:
            case Way.POST | Way.PHOTO_STORY:
                return await self._with_photos(api, job, checkpoint, files)
            case Way.SIMPLE_VIDEO | Way.LARGE_VIDEO | Way.REEL | Way.VIDEO_STORY:
                raise UnsupportedError("Videos are still to come.", platform="facebook")

    async def publish(self, job: Job) -> Receipt:
        """Make the call that makes it seen. What is not certain is an `OutcomeUnknownError`."""
        checkpoint = Checkpoint.parse(job.publication.checkpoint)
        if not checkpoint.is_ready:
            raise TransientError("It is not prepared yet; it is prepared again.", platform="facebook")
        api = self._api_of(job)
        return Receipt(platform_post_id=await api.post(post_params(job.post, checkpoint.photo_ids)))

    async def permalink(self, job: Job, platform_post_id: str) -> str | None:
        """Return the public address of a post; None also when Facebook cannot be asked."""
        try:
            return await self._api_of(job).permalink(platform_post_id)
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

    async def _with_photos(
        self, api: FacebookApi, job: Job, checkpoint: Checkpoint, files: Files
    ) -> Progress | Ready:
        now = self._clock.now()
        if checkpoint.photos_at is not None and now - checkpoint.photos_at > PHOTOS_KEPT_FOR:
            checkpoint = checkpoint.without_photos()
        if len(checkpoint.photo_ids) == len(job.post.media):
            return Ready(checkpoint=dataclasses.replace(checkpoint, is_ready=True).stored(), did="ready")
        item = job.post.media[len(checkpoint.photo_ids)]
        url = await files.url(item)
        photo_id = await api.upload_photo(photo_params(job.post, item, url))
        return Progress(checkpoint=checkpoint.with_photo(photo_id, at=now).stored(), did="upload_photo")

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
        return FacebookApi(
            graph=self._graph,
            video_graph=self._video_graph,
            page_id=account.external_id,
            token=token,
        )
