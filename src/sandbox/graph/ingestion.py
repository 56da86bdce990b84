"""How Meta takes media in: fetched from its URL, looked into, and kept."""

import asyncio

from sandbox.graph.accounts import Media, Surface
from sandbox.graph.containers import DOWNLOAD_FAILED, upload_failed
from sandbox.graph.errors import FETCH_TOO_SLOW, IMAGE_TOO_LARGE, NOT_FETCHED, GraphError
from sandbox.graph.fetching import (
    Fetched,
    Fetcher,
    FetchFailedError,
    FetchTooLargeError,
    FetchTooSlowError,
)
from sandbox.graph.image_rules import MOST_IMAGE_BYTES, check_image
from sandbox.graph.kept_files import KeptFiles
from sandbox.graph.settings import GraphSettings
from sandbox.graph.video_rules import MOST_VIDEO_BYTES, NO_RANGES, TOO_LARGE, VideoRefusedError, check_video


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
        try:
            fetched = await self._fetch(url, MOST_IMAGE_BYTES)
        except FetchTooSlowError:
            raise GraphError(FETCH_TOO_SLOW) from None
        except FetchTooLargeError:
            raise GraphError(IMAGE_TOO_LARGE) from None
        except FetchFailedError:
            raise GraphError(NOT_FETCHED) from None
        facts = await asyncio.to_thread(check_image, fetched.data, surface) if self._settings.decode else None
        return Media(
            is_video=False,
            file=self._files.keep(fetched.data, "image/jpeg"),
            width=facts.width if facts else None,
            height=facts.height if facts else None,
        )

    async def video(self, url: str) -> Media | str:
        """Return the video behind a URL, or the sentence with which its processing fails."""
        try:
            return await self._video(url)
        except VideoRefusedError as refused:
            return upload_failed(refused.subcode)
        except FetchTooLargeError:
            return upload_failed(TOO_LARGE)
        except FetchTooSlowError:
            return upload_failed(NO_RANGES)
        except FetchFailedError:
            return DOWNLOAD_FAILED

    async def _video(self, url: str) -> Media:
        fetched = await self._fetch(url, MOST_VIDEO_BYTES)
        if fetched.content_type.startswith("text/"):
            raise FetchFailedError("a page, not a file")
        if not fetched.takes_ranges:
            raise VideoRefusedError(NO_RANGES)
        file = self._files.keep(fetched.data, "video/mp4")
        if not self._settings.decode:
            return Media(is_video=True, file=file)
        facts = await asyncio.to_thread(check_video, file.path)
        return Media(is_video=True, file=file, width=facts.width, height=facts.height)

    async def _fetch(self, url: str, most_bytes: int) -> Fetched:
        return await self._fetcher.fetch(
            url, most_bytes=most_bytes, seconds=self._settings.fetch_timeout_seconds
        )
