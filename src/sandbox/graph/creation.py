"""Containers are made: their media is fetched, or awaited, and looked into."""

import asyncio
import datetime as dt
from typing import Any

from sandbox.faults import Fault
from sandbox.graph.accounts import Account, Login, Media, Surface
from sandbox.graph.carousels import children_of
from sandbox.graph.container_uploads import upload_uri
from sandbox.graph.containers import CONTAINER_LIFE, Container, upload_failed
from sandbox.graph.drafts import Draft, read_draft
from sandbox.graph.errors import (
    ACCOUNT_THROTTLED,
    NOT_FETCHED,
    OVER_QUOTA,
    THROTTLED,
    GraphError,
    bad_parameter,
)
from sandbox.graph.ingestion import Ingestion
from sandbox.graph.settings import CapRefusal, GraphSettings
from sandbox.graph.store import DAY, GraphStore
from sandbox.graph.video_rules import PROCESSING_FAILED
from sandbox.graph.wire import GraphRequest
from sandbox.world import World

_TOO_MANY_CONTAINERS = {
    CapRefusal.APP: THROTTLED,
    CapRefusal.ACCOUNT: ACCOUNT_THROTTLED,
    CapRefusal.QUOTA: OVER_QUOTA,
}


class Creation:
    """Makes containers: an image is taken while the caller waits, a video in the background."""

    def __init__(self, *, world: World, store: GraphStore, settings: GraphSettings) -> None:
        self._world = world
        self._store = store
        self._settings = settings
        self._ingestion = Ingestion(files=store.files, settings=settings)
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
        """`POST /{ig}/media`: answer the container's id, and where its film is to be sent if it will be."""
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

    def begin(self, container: Container) -> None:
        """Process a container's video in the background."""
        task = asyncio.create_task(self._process(container))
        self._processing.add(task)
        task.add_done_callback(self._processing.discard)

    async def _container(self, account: Account, draft: Draft) -> Container:
        cover, media = None, None
        if draft.surface is Surface.CAROUSEL:
            media = self._children(account, draft)[0].media
        elif self._behaves("flaky_fetch", account, draft):
            raise GraphError(NOT_FETCHED)
        elif not draft.is_video:
            media = await self._ingestion.image(draft.url, draft.surface)
        elif draft.cover_url:
            cover = await self._ingestion.cover(draft.cover_url)
        settings = self._settings
        seconds = settings.video_processing_seconds if draft.is_video else settings.image_processing_seconds
        fault = self._behaves("container_error", account, draft)
        expiry = self._behaves("expire_container", account, draft)
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
            is_stuck=self._behaves("stuck_container", account, draft) is not None,
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

    async def _process(self, container: Container) -> None:
        taken = await self._ingestion.video(container)
        if isinstance(taken, Media):
            container.media = taken
        elif container.failure is None:
            container.failure = taken
        self._world.changed.set()

    def _behaves(self, behaviour: str, account: Account, draft: Draft) -> Fault | None:
        subject = {"account": account.id, "kind": draft.surface}
        return self._world.faults.behaves("graph", behaviour, subject)


def _subcode(fault: Fault) -> int:
    return int(fault.body["subcode"]) if fault.body else PROCESSING_FAILED
