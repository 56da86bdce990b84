"""Posts to Instagram: a container is made, waited for, and published."""

import dataclasses
import datetime as dt

import httpx

from domain.account import AccessToken, Account
from domain.errors import (
    AuthorizationError,
    OutcomeUnknownError,
    PublishingError,
    RateLimitedError,
    RejectedError,
    TransientError,
)
from domain.publication import Publication
from domain.quota import Quota
from platforms._shared.graph import GraphClient
from platforms.instagram.api import Container, ContainerState, InstagramApi
from platforms.instagram.checkpoint import Checkpoint
from platforms.instagram.errors import (
    ERRORS,
    FACEBOOK_LOGIN,
    INSTAGRAM_LOGIN,
    container_failure,
    may_work_with_new_container,
)
from platforms.instagram.look_up import LookUp
from platforms.instagram.payloads import container_params, file_params
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

CONTAINER_PATIENCE = dt.timedelta(minutes=15)
"""How long a container may take; one that is stuck stays so. Source: client logs, as recorded 2026-11-20."""
CONTAINERS_PER_HOUR = 2
"""A second container often works where the first did not; a third would only repeat it."""
PAUSE_BEFORE_NEW_CONTAINER = dt.timedelta(seconds=30)
TRIES_PER_CONTAINER = 2
"""After so many failed tries a new container is made, however well this one looks."""
THROTTLE_PAUSE = dt.timedelta(minutes=1)
"""How long to leave a container alone when Meta says that it is asked too often; asking on prolongs that."""
QUOTA_PAUSE = dt.timedelta(hours=1)
"""How long to wait when the day's posts are used up; Meta does not say when the next one is free."""


class InstagramPublisher:
    """Posts to Instagram, by either login."""

    def __init__(self, *, settings: InstagramSettings, http: httpx.AsyncClient, clock: Clock) -> None:
        self._polls = settings.container_polls
        self._reading_gap = settings.reading_gap
        self._clock = clock
        secret = settings.facebook_app_secret
        self._graphs = {
            FACEBOOK_LOGIN: GraphClient(
                http=http,
                base_url=settings.graph_api_base_url,
                version=settings.graph_api_version,
                platform="instagram",
                errors=ERRORS[FACEBOOK_LOGIN],
                app_secret=secret.get_secret_value() if secret else None,
            ),
            INSTAGRAM_LOGIN: GraphClient(
                http=http,
                base_url=settings.instagram_graph_api_base_url,
                version=settings.graph_api_version,
                platform="instagram",
                errors=ERRORS[INSTAGRAM_LOGIN],
            ),
        }

    async def prepare(self, job: Job, files: Files) -> Progress | Wait | Ready:
        """Make the container, or see how far it is."""
        checkpoint = Checkpoint.parse(job.publication.checkpoint)
        if checkpoint.container_id is None or _is_worn_out(job.publication, checkpoint):
            return await self._make_container(job, checkpoint, files)
        return await self._follow(job, checkpoint, checkpoint.container_id)

    async def publish(self, job: Job) -> Receipt:
        """Publish the container. Never repeated: what is not certain is an `OutcomeUnknownError`."""
        checkpoint = Checkpoint.parse(job.publication.checkpoint)
        if checkpoint.container_id is None:
            raise TransientError(
                "There is no container to publish; it is prepared again.", platform="instagram"
            )
        return Receipt(platform_post_id=await self._api_of(job).publish(checkpoint.container_id))

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
        name = await api.username()
        quota = await api.quota()
        return AccountFacts(name=name, quota_used=quota.usage, quota_total=quota.total)

    async def quota(self, account: Account, token: AccessToken) -> Quota:
        """Ask Instagram how many posts of the last 24 hours count."""
        quota = await self._api(account, token).quota()
        return Quota(used=quota.usage, total=quota.total)

    async def _make_container(self, job: Job, checkpoint: Checkpoint, files: Files) -> Progress:
        # What cannot be expressed is found before anything is uploaded.
        params = container_params(job.post, job.publication.placement)
        api = self._api_of(job)
        item = job.post.media[0]
        url = await files.url(item)
        container_id = await api.create_container({**params, **file_params(item, url)})
        made = checkpoint.with_container(
            container_id, at=self._clock.now(), attempts=job.publication.attempts
        )
        return Progress(checkpoint=made.stored(), did="create_container")

    async def _follow(self, job: Job, checkpoint: Checkpoint, container_id: str) -> Progress | Wait | Ready:
        api = self._api_of(job)
        try:
            container = await api.container(container_id)
        except (TransientError, RateLimitedError) as error:
            # Meta has failed to show containers that were well. Source: client issues of 2026-05.
            return self._wait(checkpoint, error)
        match container.state:
            case ContainerState.IN_PROGRESS:
                return self._wait(checkpoint, None)
            case ContainerState.FINISHED:
                return await self._ready(api, checkpoint)
            case ContainerState.EXPIRED | ContainerState.ERROR:
                return self._replace_dead(job.publication, checkpoint, container)
            case ContainerState.PUBLISHED:
                raise OutcomeUnknownError(
                    "Instagram says that this is published already, though no answer said so.",
                    platform="instagram",
                )

    async def _ready(self, api: InstagramApi, checkpoint: Checkpoint) -> Ready:
        quota = await api.quota()
        if quota.usage >= quota.total:
            raise RateLimitedError(
                f"The account has used up its {quota.total} posts of 24 hours.",
                retry_after=QUOTA_PAUSE,
                is_quota=True,
                platform="instagram",
            )
        ready = dataclasses.replace(checkpoint, quota_usage=quota.usage)
        return Ready(checkpoint=ready.stored(), did="content_publishing_limit")

    def _wait(
        self, checkpoint: Checkpoint, error: TransientError | RateLimitedError | None
    ) -> Progress | Wait:
        age = self._clock.now() - checkpoint.made_at[-1]
        if age >= CONTAINER_PATIENCE:
            return self._replace_stuck(checkpoint, error)
        after = self._until_next_look(checkpoint.polls, age)
        if isinstance(error, RateLimitedError):
            after = max(after, error.retry_after or THROTTLE_PAUSE)
        return Wait(
            checkpoint=dataclasses.replace(checkpoint, polls=checkpoint.polls + 1).stored(),
            after=after,
            did="container_status",
        )

    def _until_next_look(self, polls: int, age: dt.timedelta) -> dt.timedelta:
        # A wait is at most a third of what the container took so far, so that nothing that is done lies
        # there for much longer than it took.
        longest = self._polls[min(polls, len(self._polls) - 1)]
        return min(longest, max(self._polls[0], age / 3))

    def _replace_stuck(self, checkpoint: Checkpoint, error: PublishingError | None) -> Progress:
        if checkpoint.is_unclear:
            raise OutcomeUnknownError(
                "This may have been published, and Instagram does not say so or otherwise.",
                platform="instagram",
            ) from error
        if self._containers_of_the_hour(checkpoint) >= CONTAINERS_PER_HOUR:
            raise error or RejectedError(
                "Instagram did not finish this file, twice. Post it by hand, or convert it and try again.",
                platform="instagram",
            )
        return Progress(checkpoint=checkpoint.without_container().stored(), did="container_status")

    def _replace_dead(self, publication: Publication, checkpoint: Checkpoint, container: Container) -> Wait:
        failure = container_failure(container.subcode)
        is_spent = (
            self._containers_of_the_hour(checkpoint) >= CONTAINERS_PER_HOUR
            and publication.attempts == checkpoint.attempts
        )
        if is_spent or not may_work_with_new_container(failure):
            raise failure
        return Wait(
            checkpoint=checkpoint.without_container().stored(),
            after=PAUSE_BEFORE_NEW_CONTAINER,
            did="container_status",
        )

    def _containers_of_the_hour(self, checkpoint: Checkpoint) -> int:
        now = self._clock.now()
        return sum(now - at < dt.timedelta(hours=1) for at in checkpoint.made_at)

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
        return InstagramApi(graph, account_id=account.external_id, token=token)


def _is_worn_out(publication: Publication, checkpoint: Checkpoint) -> bool:
    failed_with_it = publication.attempts - checkpoint.attempts
    return failed_with_it >= TRIES_PER_CONTAINER and not checkpoint.is_unclear
