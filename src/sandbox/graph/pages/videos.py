"""`POST /{page}/videos`: a video for the timeline, in one piece or in parts."""

import dataclasses
import datetime as dt
from collections.abc import AsyncIterator
from typing import Any

from sandbox.graph.errors import GraphError, Refusal, bad_parameter
from sandbox.graph.pages.feed import Feed
from sandbox.graph.pages.intake import LEAST_VIDEO_BYTES, Intake
from sandbox.graph.pages.memory import PageMemory
from sandbox.graph.pages.records import Page, PageVideo, VideoUse
from sandbox.graph.pages.refusals import RESUME_FROM, UPLOAD_PROBLEM, VIDEO_TOO_SMALL
from sandbox.graph.pages.schedule import goes_live_at
from sandbox.graph.partial_files import OffsetError, PartialFiles
from sandbox.graph.settings import GraphSettings
from sandbox.graph.store import GraphStore
from sandbox.graph.wire import GraphRequest
from sandbox.world import World


class Videos:
    """Takes videos for the timeline."""

    def __init__(
        self,
        *,
        world: World,
        store: GraphStore,
        settings: GraphSettings,
        intake: Intake,
        uploads: PartialFiles,
        feed: Feed,
    ) -> None:
        self._world = world
        self._store = store
        self._pages: PageMemory = store.pages
        self._settings = settings
        self._intake = intake
        self._uploads = uploads
        self._feed = feed

    async def upload(self, page: Page, request: GraphRequest) -> dict[str, Any]:
        """Take a video in one piece, by URL or as a file."""
        at = self._goes_live_at(request)
        data = request.files.get("source")
        if data is None:
            data = await self._intake.video_behind(page, request.required("file_url"))
        if len(data) < LEAST_VIDEO_BYTES:
            raise GraphError(VIDEO_TOO_SMALL)
        video = self._new(page, len(data))
        await self._publish(page, video, data, request, at)
        return {"id": video.id}

    async def start(self, page: Page, request: GraphRequest) -> dict[str, Any]:
        """Announce a video that will come in parts."""
        text = request.required("file_size")
        if not text.isdecimal() or int(text) == 0:
            raise bad_parameter("(#100) Param file_size must be a positive number")
        video = self._new(page, int(text))
        video.session_id = self._store.new_id()
        return {
            "upload_session_id": video.session_id,
            "video_id": video.id,
            **self._offsets(video, 0),
        }

    async def transfer(self, page: Page, request: GraphRequest) -> dict[str, Any]:
        """Take one part; answer which bytes are to come next."""
        video, size = self._session(page, request)
        text = request.required("start_offset")
        part = request.files.get("video_file_chunk")
        if part is None:
            raise bad_parameter("(#100) The parameter video_file_chunk is required.")
        received = self._uploads.received(video.id)
        if len(part) > self._until(received, size) - received:
            raise GraphError(self._resume(video))
        try:
            received = await self._uploads.add(video.id, int(text) if text.isdecimal() else -1, _once(part))
        except OffsetError:
            raise GraphError(self._resume(video)) from None
        return self._offsets(video, received)

    async def finish(self, page: Page, request: GraphRequest) -> dict[str, Any]:
        """Publish what has come in parts, once it is whole."""
        video, size = self._session(page, request)
        at = self._goes_live_at(request)
        if self._uploads.received(video.id) < size:
            raise GraphError(self._resume(video))
        await self._publish(page, video, self._uploads.take(video.id), request, at)
        return {"success": True}

    async def cancel(self, page: Page, request: GraphRequest) -> dict[str, Any]:
        """Forget a video on its way."""
        video, _ = self._session(page, request)
        self._uploads.take(video.id)
        self._pages.videos.remove(video.id)
        return {"success": True}

    def _new(self, page: Page, size: int) -> PageVideo:
        video = PageVideo(
            id=self._store.new_id(),
            page_id=page.id,
            use=VideoUse.VIDEO,
            started_at=self._world.clock.now(),
            size=size,
        )
        self._pages.videos.add(video)
        return video

    async def _publish(
        self, page: Page, video: PageVideo, data: bytes, request: GraphRequest, at: dt.datetime | None
    ) -> None:
        await self._intake.process(page, video, data)
        video.title = request.params.get("title", "")
        video.description = request.params.get("description", "")
        self._feed.add_video(page, video, at)

    def _goes_live_at(self, request: GraphRequest) -> dt.datetime | None:
        return goes_live_at(request, self._world.clock.now(), self._settings)

    def _session(self, page: Page, request: GraphRequest) -> tuple[PageVideo, int]:
        """Return the open upload that a call names, and how many bytes it was announced with."""
        named = request.required("upload_session_id")
        for video in self._pages.videos.of(page.id):
            if video.session_id == named and video.finished_at is None:
                return video, video.size or 0
        raise bad_parameter("(#100) Param upload_session_id must be the id of an open upload session")

    def _offsets(self, video: PageVideo, received: int) -> dict[str, str]:
        return {"start_offset": str(received), "end_offset": str(self._until(received, video.size or 0))}

    def _until(self, received: int, size: int) -> int:
        return min(size, received + self._settings.page_video_part_bytes)

    def _resume(self, video: PageVideo) -> Refusal:
        offsets = self._offsets(video, self._uploads.received(video.id))
        return dataclasses.replace(UPLOAD_PROBLEM, subcode=RESUME_FROM, data=offsets)


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data
