"""How a Page takes media in: fetched or received, looked into, kept."""

import asyncio
import datetime as dt

from sandbox.faults import Fault
from sandbox.graph.accounts import Media
from sandbox.graph.errors import GraphError
from sandbox.graph.fetching import Fetcher, FetchFailedError, FetchTooLargeError
from sandbox.graph.kept_files import KeptFile
from sandbox.graph.pages.records import Page, PageVideo
from sandbox.graph.pages.refusals import (
    PHOTO_MISSING,
    PHOTO_UNFIT,
    VIDEO_NOT_FETCHED,
    VIDEO_TOO_SMALL,
)
from sandbox.graph.pages.video_rules import UNREADABLE, failure_of
from sandbox.graph.settings import GraphSettings
from sandbox.graph.store import GraphStore
from sandbox.media_facts import UnreadableMediaError, read_image, read_still, read_video
from sandbox.world import World

_FORMATS = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "BMP": "image/bmp",
    "GIF": "image/gif",
    "TIFF": "image/tiff",
}
"""Pillow's name to media type. Source: Page photos reference, as recorded 2026-11-20."""
MOST_VIDEO_BYTES = 1_000_000_000
LEAST_VIDEO_BYTES = 1_000
"""A larger file is not fetched, a smaller one is too small; the real borders are not on record."""


class Intake:
    """Makes media of URLs and bytes."""

    def __init__(self, *, world: World, store: GraphStore, settings: GraphSettings) -> None:
        self._world = world
        self._files = store.files
        self._settings = settings
        self._fetcher = Fetcher()

    async def close(self) -> None:
        """Close the connections."""
        await self._fetcher.close()

    async def photo_behind(self, page: Page, url: str) -> Media:
        """Return the photo behind a URL; raises `GraphError`."""
        if self._behaves("flaky_fetch", page):
            raise GraphError(PHOTO_MISSING)
        try:
            data = await self._fetched(url, self._settings.page_photo_bytes)
        except FetchTooLargeError:
            raise GraphError(PHOTO_UNFIT) from None
        except FetchFailedError:
            raise GraphError(PHOTO_MISSING) from None
        return await self.photo(data)

    async def photo(self, data: bytes) -> Media:
        """Return a photo that was sent along; raises `GraphError`."""
        if len(data) > self._settings.page_photo_bytes:
            raise GraphError(PHOTO_UNFIT)
        if not self._settings.decode:
            return Media(is_video=False, file=self._files.keep(data, "image/jpeg"))
        try:
            facts = await asyncio.to_thread(read_image, data)
        except UnreadableMediaError:
            raise GraphError(PHOTO_MISSING) from None
        if facts.format not in _FORMATS:
            raise GraphError(PHOTO_UNFIT)
        file = self._files.keep(data, _FORMATS[facts.format])
        return Media(is_video=False, file=file, width=facts.width, height=facts.height)

    async def video_behind(self, page: Page, url: str) -> bytes:
        """Return the file behind a URL; raises `GraphError`."""
        if self._behaves("flaky_fetch", page):
            raise GraphError(VIDEO_NOT_FETCHED)
        try:
            data = await self._fetched(url, MOST_VIDEO_BYTES)
        except FetchFailedError:
            raise GraphError(VIDEO_NOT_FETCHED) from None
        if len(data) < LEAST_VIDEO_BYTES:
            raise GraphError(VIDEO_TOO_SMALL)
        return data

    async def process(self, page: Page, video: PageVideo, data: bytes) -> None:
        """Look into a whole video and start its processing; whether it does shows in its status later."""
        file = self._files.keep(data, "video/mp4")
        video.media = Media(is_video=True, file=file)
        if self._settings.decode:
            try:
                facts = await asyncio.to_thread(read_video, file.path)
            except UnreadableMediaError:
                video.failure = UNREADABLE
            else:
                video.media = Media(
                    is_video=True,
                    file=file,
                    width=facts.width,
                    height=facts.height,
                    seconds=facts.seconds,
                    thumbnail=await self._still(file),
                )
                video.failure = failure_of(facts, video.use)
        if fault := self._behaves("video_error", page):
            video.failure = int(fault.body["code"]) if fault.body else UNREADABLE[0], UNREADABLE[1]
        video.is_stuck = self._behaves("stuck_video", page) is not None
        video.ready_after = dt.timedelta(seconds=self._settings.video_processing_seconds)
        video.finished_at = self._world.clock.now()

    async def _still(self, film: KeptFile) -> KeptFile | None:
        try:
            return self._files.keep(await asyncio.to_thread(read_still, film.path, 0.0), "image/jpeg")
        except UnreadableMediaError:
            return None

    async def _fetched(self, url: str, most_bytes: int) -> bytes:
        fetched = await self._fetcher.fetch(
            url, most_bytes=most_bytes, seconds=self._settings.fetch_timeout_seconds
        )
        if fetched.content_type.startswith("text/"):
            raise FetchFailedError("a page, not a file")
        return fetched.data

    def _behaves(self, behaviour: str, page: Page) -> Fault | None:
        return self._world.faults.behaves("graph", behaviour, {"account": page.id, "page": page.id})
