"""One container on its way: made, sent its bytes, waited for, and replaced when it is dead or stuck."""

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence

from domain.errors import (
    OutcomeUnknownError,
    PublishingError,
    RateLimitedError,
    RejectedError,
    TransientError,
)
from domain.media import MediaItem, MediaKind
from platforms.instagram.api import Container, ContainerState, InstagramApi, Made
from platforms.instagram.checkpoint import Checkpoint, Draft
from platforms.instagram.errors import container_failure, may_be_the_fetch, may_work_with_new_container
from platforms.instagram.payloads import SENT_BY_US, file_params
from platforms.instagram.settings import VideoUpload
from services.ports import Clock, Files, Job, Progress, Wait

CONTAINER_PATIENCE = dt.timedelta(minutes=15)
"""How long a container may take; one that is stuck stays so. Source: client logs, as recorded 2026-11-20."""
CONTAINERS_PER_HOUR = 2
"""A second container often works where the first did not; a third would only repeat it."""
PAUSE_BEFORE_NEW_CONTAINER = dt.timedelta(seconds=30)
TRIES_PER_CONTAINER = 2
"""After so many failed tries a new container is made, however well this one looks."""
THROTTLE_PAUSE = dt.timedelta(minutes=1)
"""How long to leave a container alone when Meta says that it is asked too often; asking on prolongs that."""

BAD_PARAMETER = 100


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A container that is not finished."""

    draft: Draft
    """As it is to be stored; without a container when another one is to be made."""
    after: dt.timedelta
    """How long to leave it alone."""

    def step(self, checkpoint: Checkpoint) -> Progress | Wait:
        """Return the step that this makes, at a checkpoint that knows the draft."""
        if not self.after:
            return Progress(checkpoint=checkpoint.stored(), did="container_status")
        return Wait(checkpoint=checkpoint.stored(), after=self.after, did="container_status")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Workbench:
    """Works on the containers of one job."""

    api: InstagramApi
    job: Job
    files: Files
    clock: Clock
    polls: Sequence[dt.timedelta]
    """The longest waits between looks at a container; the last one repeats."""
    video_upload: VideoUpload

    async def made(self, draft: Draft, params: Mapping[str, str], item: MediaItem | None = None) -> Draft:
        """Return the draft with a new container, or with word of why it could not be made with a URL.

        Args:
            draft: what it takes the place of.
            params: all but the file.
            item: the file; None: the container has none of its own.
        """
        try:
            made = await self._created(draft, params, item)
        except TransientError as error:
            could_be_sent = item is not None and self._may_be_sent(item) and not draft.is_sent
            if could_be_sent and error.subcode is not None and may_be_the_fetch(error):
                return draft.without_container(is_sent=True)
            raise
        return draft.with_container(
            made.id, at=self.clock.now(), attempts=self.job.publication.attempts, upload_to=made.upload_to
        )

    async def sent(self, draft: Draft, item: MediaItem) -> Draft:
        """Return the draft once the bytes of its video have arrived."""
        path = await self.files.path(item)
        await self.api.send_file(draft.upload_to, path)
        return dataclasses.replace(draft, upload_to="", made_at=(*draft.made_at[:-1], self.clock.now()))

    async def pending(self, draft: Draft, *, is_unclear: bool = False) -> Pending | None:
        """Return what is to be waited for; None: the container is finished.

        Args:
            draft: with a container that has its file.
            is_unclear: whether it may be published already, so that it must not be replaced while it lives.

        Raises:
            PublishingError: it is dead, and another one would be no better.
            OutcomeUnknownError: it is published already, or may be and does not say.
        """
        try:
            container = await self.api.container(draft.container_id)
        except (TransientError, RateLimitedError) as error:
            # Meta has failed to show containers that were well. Source: client issues of 2026-05.
            return self._waiting(draft, error, is_unclear=is_unclear)
        match container.state:
            case ContainerState.IN_PROGRESS:
                return self._waiting(draft, None, is_unclear=is_unclear)
            case ContainerState.FINISHED:
                return None
            case ContainerState.EXPIRED | ContainerState.ERROR:
                return self._dead(draft, container)
            case ContainerState.PUBLISHED:
                raise _published_already()

    async def refuse_published(self, draft: Draft) -> None:
        """Make sure that a container that is to be replaced is not out.

        Raises:
            OutcomeUnknownError: it is.
            PublishingError: of another kind: Instagram does not say.
        """
        if (await self.api.container(draft.container_id)).state is ContainerState.PUBLISHED:
            raise _published_already()

    def is_worn_out(self, draft: Draft) -> bool:
        """Tell whether so many tries failed with this container that another one is worth it."""
        return self.job.publication.attempts - draft.attempts >= TRIES_PER_CONTAINER

    def is_upload_broken(self, draft: Draft) -> bool:
        """Tell whether an upload failed; Instagram does not say how far it came, so it starts anew."""
        return draft.upload_to != "" and self.job.publication.attempts != draft.attempts

    async def _created(self, draft: Draft, params: Mapping[str, str], item: MediaItem | None) -> Made:
        if item is None:
            return await self.api.create_container(params)
        if self._is_sent(draft, item):
            try:
                return await self.api.create_container({**params, **SENT_BY_US})
            except RejectedError as error:
                if error.code != BAD_PARAMETER:
                    raise
                # Whether each login and placement takes uploads is not documented for certain.
        return await self.api.create_container({**params, **file_params(item, await self.files.url(item))})

    def _is_sent(self, draft: Draft, item: MediaItem) -> bool:
        is_always = self.video_upload is VideoUpload.RESUMABLE
        return self._may_be_sent(item) and (is_always or draft.is_sent)

    def _may_be_sent(self, item: MediaItem) -> bool:
        return item.facts.kind is MediaKind.VIDEO and self.video_upload is not VideoUpload.URL

    def _waiting(
        self, draft: Draft, error: TransientError | RateLimitedError | None, *, is_unclear: bool
    ) -> Pending:
        age = self.clock.now() - draft.made_at[-1]
        if age >= CONTAINER_PATIENCE:
            return self._stuck(draft, error, is_unclear=is_unclear)
        after = self._until_next_look(draft.polls, age)
        if isinstance(error, RateLimitedError):
            after = max(after, error.retry_after or THROTTLE_PAUSE)
        return Pending(draft=dataclasses.replace(draft, polls=draft.polls + 1), after=after)

    def _until_next_look(self, polls: int, age: dt.timedelta) -> dt.timedelta:
        # A wait is at most a fifth of what the container took so far, so that nothing that is done lies
        # there for much longer than it took.
        longest = self.polls[min(polls, len(self.polls) - 1)]
        return min(longest, max(self.polls[0], age / 5))

    def _stuck(self, draft: Draft, error: PublishingError | None, *, is_unclear: bool) -> Pending:
        if is_unclear:
            raise OutcomeUnknownError(
                "This may have been published, and Instagram does not say so or otherwise.",
                platform="instagram",
            ) from error
        if self._containers_of_the_hour(draft) >= CONTAINERS_PER_HOUR:
            raise error or RejectedError(
                "Instagram did not finish this file, twice. Post it by hand, or convert it and try again.",
                platform="instagram",
            )
        return Pending(draft=draft.without_container(is_sent=True), after=dt.timedelta())

    def _dead(self, draft: Draft, container: Container) -> Pending:
        failure = container_failure(container.subcode)
        is_spent = (
            self._containers_of_the_hour(draft) >= CONTAINERS_PER_HOUR
            and self.job.publication.attempts == draft.attempts
        )
        if is_spent or not may_work_with_new_container(failure):
            raise failure
        is_unfetched = container.state is ContainerState.ERROR and may_be_the_fetch(failure)
        return Pending(draft=draft.without_container(is_sent=is_unfetched), after=PAUSE_BEFORE_NEW_CONTAINER)

    def _containers_of_the_hour(self, draft: Draft) -> int:
        now = self.clock.now()
        return sum(now - at < dt.timedelta(hours=1) for at in draft.made_at)


def _published_already() -> OutcomeUnknownError:
    return OutcomeUnknownError(
        "Instagram says that this is published already, though no answer said so.", platform="instagram"
    )
