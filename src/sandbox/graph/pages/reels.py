"""`POST /{page}/video_reels` and `/video_stories`: announced, uploaded elsewhere, then finished."""

import datetime as dt
from typing import Any

from sandbox.graph.errors import GraphError, bad_parameter
from sandbox.graph.pages.feed import Feed
from sandbox.graph.pages.intake import Intake
from sandbox.graph.pages.memory import PageMemory
from sandbox.graph.pages.records import Page, PageVideo, VideoUse
from sandbox.graph.pages.refusals import ALREADY_FINISHED, REELS_USED_UP, UPLOAD_PROBLEM
from sandbox.graph.pages.schedule import scheduled_time
from sandbox.graph.partial_files import PartialFiles
from sandbox.graph.settings import GraphSettings, Republish
from sandbox.graph.store import DAY, GraphStore
from sandbox.graph.wire import GraphRequest
from sandbox.world import World


class Reels:
    """Takes reels, and videos for stories, which come the same way."""

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

    async def start_reel(self, page: Page, request: GraphRequest) -> dict[str, Any]:
        """Announce a reel; answer where its bytes go."""
        return self._start(page, VideoUse.REEL, request)

    async def start_story(self, page: Page, request: GraphRequest) -> dict[str, Any]:
        """Announce a story's video; answer where its bytes go."""
        return self._start(page, VideoUse.STORY, request)

    async def finish_reel(self, page: Page, request: GraphRequest) -> dict[str, Any]:
        """Post a reel whose bytes have come; processing goes on after the answer."""
        video = self._uploaded(page, VideoUse.REEL, request)
        now = self._world.clock.now()
        at = self._goes_live_at(request, now)
        if at is not None and self._reels_since(page, now - DAY) >= self._settings.reels_per_day:
            raise GraphError(REELS_USED_UP)
        if self._is_done(video):
            return {"success": True}
        video.title = request.params.get("title", "")
        video.description = request.params.get("description", "")
        await self._processed(page, video)
        self._feed.add_video(page, video, at)
        return {"success": True}

    async def finish_story(self, page: Page, request: GraphRequest) -> dict[str, Any]:
        """Show a story whose bytes have come, for a day."""
        video = self._uploaded(page, VideoUse.STORY, request)
        if self._is_done(video):
            return {"success": True, "post_id": video.post_id}
        await self._processed(page, video)
        story = self._feed.add_story(page, video.id, is_video=True)
        video.goes_live_at, video.post_id = story.published_at, story.id
        return {"success": True, "post_id": story.id}

    def _start(self, page: Page, use: VideoUse, request: GraphRequest) -> dict[str, Any]:
        video = PageVideo(
            id=self._store.new_id(), page_id=page.id, use=use, started_at=self._world.clock.now()
        )
        self._pages.videos.add(video)
        url = f"{self._settings.upload_base_url}/video-upload/{request.version}/{video.id}"
        return {"video_id": video.id, "upload_url": url}

    def _uploaded(self, page: Page, use: VideoUse, request: GraphRequest) -> PageVideo:
        video = self._pages.videos.get(request.required("video_id"))
        if video is None or video.page_id != page.id or video.use is not use:
            raise bad_parameter(f"(#100) Param video_id must be the id of a {use} of this Page")
        if video.finished_at is None and not self._is_whole(video):
            raise GraphError(UPLOAD_PROBLEM)
        return video

    def _is_whole(self, video: PageVideo) -> bool:
        return video.size is not None and self._uploads.received(video.id) == video.size

    def _is_done(self, video: PageVideo) -> bool:
        """Whether finishing once more changes nothing; raises `GraphError` where it is not taken."""
        if video.finished_at is None or self._settings.republish is Republish.DUPLICATE:
            return False
        if self._settings.republish is Republish.ERROR:
            raise GraphError(ALREADY_FINISHED)
        return True

    async def _processed(self, page: Page, video: PageVideo) -> None:
        if video.finished_at is None:
            await self._intake.process(page, video, self._uploads.take(video.id))

    def _goes_live_at(self, request: GraphRequest, now: dt.datetime) -> dt.datetime | None:
        match request.params.get("video_state", "PUBLISHED"):
            case "PUBLISHED":
                return now
            case "DRAFT":
                return None
            case "SCHEDULED":
                return scheduled_time(request.required("scheduled_publish_time"), now, self._settings)
            case _:
                raise bad_parameter("(#100) Param video_state must be one of {DRAFT, PUBLISHED, SCHEDULED}")

    def _reels_since(self, page: Page, since: dt.datetime) -> int:
        return sum(
            video.use is VideoUse.REEL and video.finished_at is not None and video.finished_at > since
            for video in self._pages.videos.of(page.id)
        )
