"""How Meta takes media in: fetched from its URL or uploaded, looked into, and kept."""

import asyncio

from sandbox.graph.accounts import Media, Surface
from sandbox.graph.containers import DOWNLOAD_FAILED, Container, upload_failed
from sandbox.graph.errors import (
    FETCH_TOO_SLOW,
    IMAGE_TOO_LARGE,
    NOT_FETCHED,
    OUTSIDE_THE_VIDEO,
    GraphError,
)
from sandbox.graph.fetching import (
    Fetched,
    Fetcher,
    FetchFailedError,
    FetchTooLargeError,
    FetchTooSlowError,
)
from sandbox.graph.image_rules import MOST_IMAGE_BYTES, check_image
from sandbox.graph.kept_files import KeptFile, KeptFiles
from sandbox.graph.settings import GraphSettings
from sandbox.graph.video_rules import (
    MOST_STORY_BYTES,
    NO_RANGES,
    TOO_LARGE,
    VideoRefusedError,
    check_video,
)
from sandbox.media_facts import UnreadableMediaError, VideoFacts, read_still


class Ingestion:
    """Takes images while the caller waits, and videos in the background."""

    def __init__(self, *, files: KeptFiles, settings: GraphSettings) -> None:
        self._files = files
        self._settings = settings
        self._fetcher = Fetcher()

    async def close(self) -> None:
        """Close the connections."""
        await self._fetcher.close()

    async def image(self, url: str, surface: Surface) -> Media:
        """Return the image behind a URL. Raises `GraphError` for one that Instagram does not take."""
        data = await self._image(url)
        facts = await asyncio.to_thread(check_image, data, surface) if self._settings.decode else None
        return Media(
            is_video=False,
            file=self._files.keep(data, "image/jpeg"),
            width=facts.width if facts else None,
            height=facts.height if facts else None,
        )

    async def cover(self, url: str) -> KeptFile:
        """Return the image that is to be a reel's cover. Raises `GraphError` as for any image."""
        return (await self.image(url, Surface.REEL)).file

    async def video(self, container: Container) -> Media | str:
        """Return the video a container asks for, or the sentence with which its processing fails."""
        try:
            return await self._looked_into(await self._fetched(container), container)
        except VideoRefusedError as refused:
            return upload_failed(refused.subcode)
        except FetchTooLargeError:
            return upload_failed(TOO_LARGE)
        except FetchTooSlowError:
            return upload_failed(NO_RANGES)
        except FetchFailedError:
            return DOWNLOAD_FAILED

    async def _image(self, url: str) -> bytes:
        try:
            return (await self._fetch(url, MOST_IMAGE_BYTES)).data
        except FetchTooSlowError:
            raise GraphError(FETCH_TOO_SLOW) from None
        except FetchTooLargeError:
            raise GraphError(IMAGE_TOO_LARGE) from None
        except FetchFailedError:
            raise GraphError(NOT_FETCHED) from None

    async def _fetched(self, container: Container) -> KeptFile:
        is_story = container.surface is Surface.STORY
        most_bytes = MOST_STORY_BYTES if is_story else self._settings.most_reel_bytes
        if container.received is not None:
            if container.received.size > most_bytes:
                raise VideoRefusedError(TOO_LARGE)
            return container.received
        fetched = await self._fetch(container.url, most_bytes)
        if fetched.content_type.startswith("text/"):
            raise FetchFailedError("a page, not a file")
        if not fetched.takes_ranges:
            raise VideoRefusedError(NO_RANGES)
        return self._files.keep(fetched.data, "video/mp4")

    async def _looked_into(self, file: KeptFile, container: Container) -> Media:
        if not self._settings.decode:
            return Media(is_video=True, file=file, thumbnail=container.cover)
        facts = await asyncio.to_thread(check_video, file.path, container.surface)
        return Media(
            is_video=True,
            file=file,
            width=facts.width,
            height=facts.height,
            seconds=facts.seconds,
            thumbnail=container.cover or await self._still(file, container, facts),
        )

    async def _still(self, file: KeptFile, container: Container, facts: VideoFacts) -> KeptFile | None:
        seconds = container.details.thumb_offset_ms / 1000
        if seconds > facts.seconds:
            raise VideoRefusedError(OUTSIDE_THE_VIDEO.subcode or 0)
        try:
            still = await asyncio.to_thread(read_still, file.path, seconds)
        except UnreadableMediaError:
            return None
        return self._files.keep(still, "image/jpeg")

    async def _fetch(self, url: str, most_bytes: int) -> Fetched:
        return await self._fetcher.fetch(
            url, most_bytes=most_bytes, seconds=self._settings.fetch_timeout_seconds
        )
