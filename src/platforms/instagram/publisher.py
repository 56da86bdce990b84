"""Posts to Instagram: a container is made, waited for, and published."""

import dataclasses
import datetime as dt
from collections.abc import Mapping

import httpx

from domain.account import AccessToken, Account
from domain.errors import AuthorizationError, PublishingError, RateLimitedError, TransientError
from domain.quota import Quota
from platforms._shared.facebook_login import facebook_login_graph
from platforms._shared.graph import GraphClient
from platforms._shared.rupload import UploadHost
from platforms._shared.without_effect import without_effect
from platforms.instagram.api import InstagramApi
from platforms.instagram.capabilities import CAROUSEL, REEL
from platforms.instagram.carousel import carousel_step
from platforms.instagram.checkpoint import Checkpoint
from platforms.instagram.drafts import Workbench
from platforms.instagram.errors import (
    ERRORS,
    FACEBOOK_LOGIN,
    INSTAGRAM_LOGIN,
    wrong_login,
)
from platforms.instagram.look_up import LookUp
from platforms.instagram.payloads import container_params
from platforms.instagram.settings import InstagramSettings
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

QUOTA_PAUSE = dt.timedelta(hours=1)
"""How long to wait when the day's posts are used up; Meta does not say when the next one is free."""


class InstagramPublisher:
    """Posts to Instagram, by either login."""

    def __init__(self, *, settings: InstagramSettings, http: httpx.AsyncClient, clock: Clock) -> None:
        self._polls = settings.container_polls
        self._reading_gap = settings.reading_gap
        self._clock = clock
        self._video_upload = settings.instagram_video_upload
        self._graphs = {
            FACEBOOK_LOGIN: facebook_login_graph(
                settings, http, platform="instagram", errors=ERRORS[FACEBOOK_LOGIN]
            ),
            INSTAGRAM_LOGIN: GraphClient(
                http=http,
                base_url=settings.instagram_graph_api_base_url,
                version=settings.graph_api_version,
                platform="instagram",
                errors=ERRORS[INSTAGRAM_LOGIN],
            ),
        }
        self._uploads = {
            login: UploadHost(
                http=http, base_url=settings.graph_upload_base_url, platform="instagram", errors=errors
            )
            for login, errors in ERRORS.items()
        }

    async def prepare(self, job: Job, files: Files) -> Progress | Wait | Ready:
        """Make the next container, send it its file, or see how far it is."""
        # What cannot be expressed is found before anything is uploaded.
        params = container_params(job.post, job.publication.placement)
        checkpoint = Checkpoint.parse(job.publication.checkpoint)
        bench = self._workbench(job, files)
        refusal = without_effect(
            job.publication.failure,
            errors=ERRORS[job.account.login],
            platform="instagram",
            absences=checkpoint.absences,
        )
        if refusal is not None:
            raise refusal
        draft = checkpoint.draft
        if draft.container_id and bench.is_worn_out(draft) and not checkpoint.is_unclear:
            await bench.refuse_published(draft)
            checkpoint = checkpoint.without_container()
        if not checkpoint.draft.container_id or bench.is_upload_broken(draft):
            return await self._begin(bench, checkpoint, params)
        if draft.upload_to:
            sent = await bench.sent(draft, job.post.media[0])
            return Progress(checkpoint=checkpoint.with_draft(sent).stored(), did="upload")
        if (pending := await bench.pending(draft, is_unclear=checkpoint.is_unclear)) is not None:
            return pending.step(checkpoint.following(pending.draft))
        return await self._ready(bench.api, checkpoint)

    async def publish(self, job: Job) -> Receipt:
        """Publish the container. Never repeated: what is not certain is an `OutcomeUnknownError`."""
        checkpoint = Checkpoint.parse(job.publication.checkpoint)
        container_id = checkpoint.draft.container_id
        if not container_id:
            raise TransientError(
                "There is no container to publish; it is prepared again.", platform="instagram"
            )
        return Receipt(platform_post_id=await self._api_of(job).publish(container_id))

    async def permalink(self, job: Job, platform_post_id: str) -> str | None:
        """Return the public address of a post; None also when Instagram cannot be asked."""
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
        """Ask Instagram for the account's name and quota."""
        api = self._api(account, token)
        return AccountFacts(name=await api.username(), quota=await api.quota())

    async def quota(self, account: Account, token: AccessToken) -> Quota:
        """Ask Instagram how many posts of the last 24 hours count."""
        return await self._api(account, token).quota()

    async def _begin(
        self, bench: Workbench, checkpoint: Checkpoint, params: Mapping[str, str]
    ) -> Progress | Wait:
        if bench.job.publication.placement == CAROUSEL:
            return await carousel_step(bench, checkpoint, params)
        item = bench.job.post.media[0]
        made = await bench.made(checkpoint.draft, {**params, **await self._cover(bench)}, item)
        return Progress(checkpoint=checkpoint.with_draft(made).stored(), did="create_container")

    async def _cover(self, bench: Workbench) -> dict[str, str]:
        cover = bench.job.post.cover
        if bench.job.publication.placement != REEL or cover is None:
            return {}
        return {"cover_url": await bench.files.url(cover)}

    async def _ready(self, api: InstagramApi, checkpoint: Checkpoint) -> Ready:
        quota = await api.quota()
        if quota.used >= quota.total:
            raise RateLimitedError(
                f"The account has used up its {quota.total} posts of 24 hours.",
                retry_after=QUOTA_PAUSE,
                is_quota=True,
                platform="instagram",
            )
        ready = dataclasses.replace(checkpoint, quota_usage=quota.used)
        return Ready(checkpoint=ready.stored(), did="content_publishing_limit")

    def _workbench(self, job: Job, files: Files) -> Workbench:
        return Workbench(
            api=self._api_of(job),
            job=job,
            files=files,
            clock=self._clock,
            polls=self._polls,
            video_upload=self._video_upload,
        )

    def _api_of(self, job: Job) -> InstagramApi:
        if job.token is None:
            raise AuthorizationError(
                "The account has no access token. Connect it again.", platform="instagram"
            )
        return self._api(job.account, job.token)

    def _api(self, account: Account, token: AccessToken) -> InstagramApi:
        graph = self._graphs.get(account.login)
        if graph is None:
            raise AuthorizationError(
                f"Instagram has no login {account.login}; there are {' and '.join(self._graphs)}.",
                platform="instagram",
            )
        if (wrong := wrong_login(account.login, token)) is not None:
            raise wrong
        return InstagramApi(graph, self._uploads[account.login], account_id=account.external_id, token=token)
