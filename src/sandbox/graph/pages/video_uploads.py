"""The bytes of reels and of stories' videos, as rupload.facebook.com takes them."""

from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from sandbox.graph.errors import GraphError
from sandbox.graph.pages.intake import Intake
from sandbox.graph.pages.memory import PageMemory
from sandbox.graph.pages.records import Page, PageVideo, VideoUse
from sandbox.graph.partial_files import OffsetError, PartialFiles
from sandbox.graph.rupload import Upload, UploadError


class VideoUploads:
    """Takes what is sent to `/video-upload/{version}/{video}`."""

    operation = "page_video_upload"

    def __init__(self, *, pages: PageMemory, uploads: PartialFiles, intake: Intake) -> None:
        self._pages = pages
        self._uploads = uploads
        self._intake = intake

    def owner(self, object_id: str) -> Page | None:
        """Return the Page of an announced reel or story."""
        video = self._pages.videos.get(object_id)
        if video is None or video.use is VideoUse.VIDEO:
            return None
        return self._pages.pages[video.page_id]

    async def take(self, upload: Upload) -> Mapping[str, Any]:
        """Take bytes, or fetch them; raises `UploadError`."""
        video = self._pages.videos[upload.object_id]
        if video.finished_at is not None:
            raise UploadError("ProcessingFailedError", "The video has been finished")
        if upload.file_url is not None:
            await self._fetch(video, upload.file_url)
        else:
            await self._receive(video, upload)
        return {"success": True}

    async def _fetch(self, video: PageVideo, url: str) -> None:
        if (urlsplit(url).hostname or "").endswith("fbcdn.net"):
            raise UploadError("ProcessingFailedError", "Videos on this host are not taken")
        try:
            data = await self._intake.video_behind(self._pages.pages[video.page_id], url)
        except GraphError as error:
            raise UploadError("ProcessingFailedError", error.refusal.message) from None
        self._uploads.take(video.id)
        video.size = await self._uploads.add(video.id, 0, _once(data))

    async def _receive(self, video: PageVideo, upload: Upload) -> None:
        if upload.file_size is None:
            raise UploadError("InvalidHeaderError", "The header file_size is missing")
        video.size = upload.file_size
        try:
            received = await self._uploads.add(video.id, upload.offset, upload.pieces)
        except OffsetError as error:
            raise UploadError(
                "OffsetInvalidError", f"The offset is {error.received}", retriable=True
            ) from None
        if received != upload.file_size:
            message = f"{received} of {upload.file_size} bytes have come"
            raise UploadError("PartialRequestError", message, retriable=True)


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data
