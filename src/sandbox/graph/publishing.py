"""From a URL to a post: containers are made, report their status, and are published."""

import asyncio
import datetime as dt
from typing import Any

from sandbox.faults import Fault
from sandbox.graph.accounts import Account, Login, Media, Surface
from sandbox.graph.carousels import children_of
from sandbox.graph.container_uploads import upload_uri
from sandbox.graph.containers import CONTAINER_LIFE, Container, Status, upload_failed
from sandbox.graph.drafts import Draft, read_draft
from sandbox.graph.errors import (
    ACCOUNT_THROTTLED,
    CONTAINER_EXPIRED,
    CONTAINER_LOST,
    ITEM_ALONE,
    NOT_FETCHED,
    NOT_READY,
    OVER_QUOTA,
    RESTRICTED,
    SPAM,
    THROTTLED,
    UNKNOWN_CONTAINER,
    GraphError,
    bad_parameter,
)
from sandbox.graph.ingestion import Ingestion
from sandbox.graph.partial_files import PartialFiles
from sandbox.graph.settings import CapRefusal, GraphSettings, Republish
from sandbox.graph.store import DAY, GraphStore
from sandbox.graph.video_rules import PROCESSING_FAILED
from sandbox.graph.wire import GraphRequest, only_fields, parse_fields
from sandbox.world import World

_TOO_MANY_CONTAINERS = {
    CapRefusal.APP: THROTTLED,
    CapRefusal.ACCOUNT: ACCOUNT_THROTTLED,
    CapRefusal.QUOTA: OVER_QUOTA,
}


class Publishing:
    """The calls that lead to a post."""

    def __init__(self, *, world: World, store: GraphStore, settings: GraphSettings) -> None:
        self._world = world
        self._store = store
        self._settings = settings
        self._ingestion = Ingestion(files=store.files, settings=settings)
        self._partial_files = PartialFiles(world)
        self._processing: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """Stop what is still being fetched."""
        for task in self._processing:
            task.cancel()
        await asyncio.gather(*self._processing, return_exceptions=True)
        await self._ingestion.close()

    async def settle(self) -> None:
        """Wait until no video is being fetched or looked into."""
        await asyncio.gather(*self._processing)

    def resume(self) -> None:
        """Process the videos again that were being processed when the world was left."""
        for container in self._store.containers.values():
            if container.media is None and container.failure is None and not container.awaits_upload:
                self.begin(container)

    async def create(self, account: Account, request: GraphRequest) -> dict[str, Any]:
        """`POST /{ig}/media`: take an image at once, a video later; answer the container's id."""
        since = self._world.clock.now() - DAY
        if self._store.containers_made(account.id, since=since) >= self._settings.container_cap:
            raise GraphError(_TOO_MANY_CONTAINERS[self._settings.container_cap_refusal])
        draft = read_draft(request)
        self._check_upload(account, draft)
        container = await self._container(account, draft)
        if draft.is_uploaded:
            container.upload_version = request.version
        self._store.add_container(container)
        if container.awaits_upload:
            return {"id": container.id, "uri": upload_uri(self._settings.upload_base_url, container)}
        if container.media is None:
            self.begin(container)
        return {"id": container.id}

    def status(self, container: Container, request: GraphRequest) -> dict[str, Any]:
        """`GET /{container}`: where it stands."""
        now = self._world.clock.now()
        account = self._store.accounts[container.account_id]
        is_wordless = self._behaves("empty_status_code", account, container)
        node = {
            "id": container.id,
            "status_code": "" if is_wordless else container.status(now).value,
            "status": container.sentence(now),
            "copyright_check_status": {"status": "completed", "matches_found": False},
            "video_status": self._video_status(container, now) if container.upload_version else None,
        }
        return only_fields(node, parse_fields(request.params.get("fields", "id")), kind="IGContainer")

    def publish(self, account: Account, request: GraphRequest) -> dict[str, Any]:
        """`POST /{ig}/media_publish`: the one call that makes a post."""
        now = self._world.clock.now()
        container = self._store.containers.get(request.required("creation_id"))
        if container is None or container.account_id != account.id:
            raise GraphError(UNKNOWN_CONTAINER)
        if self._behaves("restricted_account", account, container):
            raise GraphError(RESTRICTED)
        media = _publishable(container, now)
        if container.post_ids and self._settings.republish is not Republish.DUPLICATE:
            if self._settings.republish is Republish.ERROR:
                raise GraphError(NOT_READY)
            return {"id": container.post_ids[-1]}
        if self._store.published(account.id, since=now - DAY) >= self._settings.quota_total:
            raise GraphError(OVER_QUOTA)
        if self._behaves("finished_but_not_ready", account, container):
            raise GraphError(NOT_READY)
        if self._behaves("finished_but_not_found", account, container):
            raise GraphError(UNKNOWN_CONTAINER)
        if self._behaves("builder_lost", account, container):
            raise GraphError(CONTAINER_LOST)
        post = self._store.publish(container, media, now)
        self._world.announce("phone", {"account": account.id})
        if self._behaves("spam_after_effect", account, container):
            raise GraphError(SPAM)
        return {"id": post.id}

    def limit(self, account: Account, request: GraphRequest) -> dict[str, Any]:
        """`GET /{ig}/content_publishing_limit`: posts of a rolling day, and how many there may be."""
        since = _since(request, self._world.clock.now())
        node = {
            "quota_usage": self._store.published(account.id, since=since),
            "config": {
                "quota_total": self._settings.quota_total,
                "quota_duration": int(DAY.total_seconds()),
            },
        }
        asked = parse_fields(request.params.get("fields", "quota_usage"))
        return {"data": [only_fields(node, asked, kind="IGContentPublishingLimit")]}

    def _video_status(self, container: Container, now: dt.datetime) -> dict[str, Any]:
        received = (
            container.received.size if container.received else self._partial_files.received(container.id)
        )
        counter = "bytes_transferred" if self._settings.schema_spelling else "bytes_transfered"
        uploading = "in_progress" if container.awaits_upload else "complete"
        processing = {
            Status.IN_PROGRESS: "not_started" if container.awaits_upload else "in_progress",
            Status.ERROR: "error",
            Status.EXPIRED: "error",
        }.get(container.status(now), "complete")
        return {
            "uploading_phase": {"status": uploading, counter: received},
            "processing_phase": {"status": processing},
        }

    async def _container(self, account: Account, draft: Draft) -> Container:
        cover, media = None, None
        if draft.surface is Surface.CAROUSEL:
            media = self._children(account, draft)[0].media
        elif self._behaves("flaky_fetch", account):
            raise GraphError(NOT_FETCHED)
        elif not draft.is_video:
            media = await self._ingestion.image(draft.url, draft.surface)
        elif draft.cover_url:
            cover = await self._ingestion.cover(draft.cover_url)
        settings = self._settings
        seconds = settings.video_processing_seconds if draft.is_video else settings.image_processing_seconds
        fault = self._behaves("container_error", account)
        expiry = self._behaves("expire_container", account)
        return Container(
            id=self._store.new_id(),
            account_id=account.id,
            surface=draft.surface,
            caption=draft.caption,
            created_at=self._world.clock.now(),
            ready_after=dt.timedelta(seconds=seconds),
            url=draft.url,
            media=media,
            details=draft.details,
            cover=cover,
            child_ids=draft.child_ids,
            life=dt.timedelta(seconds=expiry.delay_seconds) if expiry else CONTAINER_LIFE,
            is_stuck=self._behaves("stuck_container", account) is not None,
            failure=upload_failed(_subcode(fault)) if fault else None,
        )

    def _check_upload(self, account: Account, draft: Draft) -> None:
        is_here = self._settings.uploads_with_instagram_login or account.login is Login.FACEBOOK
        is_for_this = self._settings.story_uploads or draft.surface is not Surface.STORY
        if draft.is_uploaded and not (is_here and is_for_this):
            raise bad_parameter("(#100) The param upload_type is not allowed")

    def _children(self, account: Account, draft: Draft) -> list[Container]:
        containers, now = self._store.containers, self._world.clock.now()
        return children_of(account, draft.child_ids, containers, settings=self._settings, now=now)

    def begin(self, container: Container) -> None:
        """Process a container's video in the background."""
        task = asyncio.create_task(self._process(container))
        self._processing.add(task)
        task.add_done_callback(self._processing.discard)

    async def _process(self, container: Container) -> None:
        taken = await self._ingestion.video(container)
        if isinstance(taken, Media):
            container.media = taken
        elif container.failure is None:
            container.failure = taken
        self._world.changed.set()

    def _behaves(self, behaviour: str, account: Account, container: Container | None = None) -> Fault | None:
        subject = {"account": account.id} | ({"container": container.id} if container else {})
        return self._world.faults.behaves("graph", behaviour, subject)


def _publishable(container: Container, now: dt.datetime) -> Media:
    if container.surface is Surface.ITEM:
        raise GraphError(ITEM_ALONE)
    status = container.status(now)
    if status is Status.EXPIRED:
        raise GraphError(CONTAINER_EXPIRED)
    if status not in {Status.FINISHED, Status.PUBLISHED} or container.media is None:
        raise GraphError(NOT_READY)
    return container.media


def _since(request: GraphRequest, now: dt.datetime) -> dt.datetime:
    text = request.params.get("since")
    if text is None:
        return now - DAY
    try:
        since = dt.datetime.fromtimestamp(int(text), dt.UTC)
    except (ValueError, OverflowError, OSError):
        raise bad_parameter("(#100) since must be a Unix timestamp") from None
    if since < now - DAY:
        raise bad_parameter("(#100) since must not be more than 24 hours ago")
    return since


def _subcode(fault: Fault) -> int:
    return int(fault.body["subcode"]) if fault.body else PROCESSING_FAILED
