"""Brings what a post shows to Facebook, one repeatable step at a time, before anybody can see it."""

import asyncio
import dataclasses
import datetime as dt
from pathlib import Path

from domain.errors import RejectedError, TransientError
from domain.media import MediaItem
from platforms.facebook.api import FacebookApi
from platforms.facebook.checkpoint import Checkpoint, VideoUpload
from platforms.facebook.payloads import Way, photo_params
from platforms.facebook.video_status import Stage
from services.ports import Files, Job, Progress, Ready

PHOTOS_KEPT_FOR = dt.timedelta(hours=20)
"""Facebook forgets unpublished photos after about 24 hours. Source: the Page photos reference, as recorded
2026-11-20."""
MAX_PART_BYTES = 32_000_000
"""More is not read into memory at once, whatever Facebook asks for."""
TRIES_PER_VIDEO = 2
"""After so many failed tries a new upload is begun, however well this one looks."""
VIDEOS_PER_HOUR = 2
"""A second upload may work where the first did not; a third would only repeat it, and a Page has 30 reels a
day. Source: the Reels Publishing guide, as recorded 2026-11-20."""
EDGES = {Way.REEL: "video_reels", Way.VIDEO_STORY: "video_stories"}
"""Where what is uploaded in one piece is begun and finished."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Uploads:
    """The uploads of one publication."""

    api: FacebookApi
    job: Job
    files: Files
    now: dt.datetime

    async def next(self, way: Way, checkpoint: Checkpoint) -> Progress | Ready:
        """Do the next step, or find that all is there."""
        match way:
            case Way.POST | Way.PHOTO_STORY:
                return await self._photos(checkpoint)
            case Way.SIMPLE_VIDEO:
                return await self._hosted_video(checkpoint)
            case Way.LARGE_VIDEO:
                return await self._video_in_parts(self._worth_it(checkpoint))
            case Way.REEL | Way.VIDEO_STORY:
                return await self._video_in_one_piece(EDGES[way], self._worth_it(checkpoint))

    async def _photos(self, checkpoint: Checkpoint) -> Progress | Ready:
        if checkpoint.photos_at is not None and self.now - checkpoint.photos_at > PHOTOS_KEPT_FOR:
            checkpoint = checkpoint.without_photos()
        done = len(checkpoint.photo_ids)
        if done == len(self.job.post.media):
            return Ready(checkpoint=checkpoint.ready().stored(), did="photos_ready")
        item = self.job.post.media[done]
        url = await self.files.url(item)
        photo_id = await self.api.upload_photo(photo_params(self.job.post, item, url))
        return Progress(checkpoint=checkpoint.with_photo(photo_id, at=self.now).stored(), did="upload_photo")

    async def _hosted_video(self, checkpoint: Checkpoint) -> Ready:
        self._refuse_hopeless(checkpoint)
        url = await self.files.url(self._video)
        # A video that an earlier call left says nothing about the one that this call makes.
        ready = dataclasses.replace(checkpoint.ready(), video_url=url, video=None)
        return Ready(checkpoint=ready.stored(), did="upload")

    async def _video_in_parts(self, checkpoint: Checkpoint) -> Progress | Ready:
        video = checkpoint.video
        if video is None:
            begun = await self.api.begin_parts(self._video.facts.size_bytes)
            return self._begun(checkpoint, begun)
        if video.is_sent:
            return Ready(checkpoint=checkpoint.ready().stored(), did="video_ready")
        if video.offset == video.end:
            return self._sent(checkpoint, video)
        part = await self._part(video)
        offset, end = await self.api.send_part(video, part)
        if offset == video.offset:
            raise TransientError("Facebook asks for the same part again.", platform="facebook")
        return Progress(
            checkpoint=dataclasses.replace(
                checkpoint, video=dataclasses.replace(video, offset=offset, end=end)
            ).stored(),
            did="send_part",
        )

    async def _video_in_one_piece(self, edge: str, checkpoint: Checkpoint) -> Progress | Ready:
        video = checkpoint.video
        if video is None:
            return self._begun(checkpoint, await self.api.begin_upload(edge))
        if video.is_sent:
            return Ready(checkpoint=checkpoint.ready().stored(), did="video_ready")
        path = await self.files.path(self._video)
        received = await self._received(video)
        if received < self._video.facts.size_bytes:
            await self.api.send_file(video, path, offset=received)
        return self._sent(checkpoint, video)

    async def _received(self, video: VideoUpload) -> int:
        try:
            status = await self.api.video(video.id)
        except TransientError:
            return 0  # Reads have failed for days while uploads worked; sent again it does no harm.
        if status.stage is Stage.SENT:
            return self._video.facts.size_bytes
        return status.received_bytes or 0

    async def _part(self, video: VideoUpload) -> bytes:
        size = self._video.facts.size_bytes
        if not 0 <= video.offset < video.end <= size:
            raise TransientError(
                "Facebook asks for a part that the video does not have.", platform="facebook"
            )
        path = await self.files.path(self._video)
        return await asyncio.to_thread(
            _read, path, video.offset, min(video.end - video.offset, MAX_PART_BYTES)
        )

    def _begun(self, checkpoint: Checkpoint, video: VideoUpload) -> Progress:
        counted = dataclasses.replace(video, attempts=self.job.publication.attempts)
        return Progress(checkpoint=checkpoint.with_video(counted, at=self.now).stored(), did="begin_video")

    def _sent(self, checkpoint: Checkpoint, video: VideoUpload) -> Progress:
        sent = dataclasses.replace(video, is_sent=True)
        return Progress(checkpoint=dataclasses.replace(checkpoint, video=sent).stored(), did="send_video")

    def _worth_it(self, checkpoint: Checkpoint) -> Checkpoint:
        """Return the checkpoint to go on from: a new one where this upload failed too often."""
        video = checkpoint.video
        if video is None:
            self._refuse_hopeless(checkpoint)
            return checkpoint
        failed_with_it = self.job.publication.attempts - video.attempts
        is_worn_out = failed_with_it >= TRIES_PER_VIDEO and checkpoint.unclear_since is None
        return checkpoint.without_video() if is_worn_out else checkpoint

    def _refuse_hopeless(self, checkpoint: Checkpoint) -> None:
        begun = sum(self.now - at < dt.timedelta(hours=1) for at in checkpoint.videos_at)
        if begun and checkpoint.problem and (checkpoint.is_hopeless or begun >= VIDEOS_PER_HOUR):
            raise RejectedError(checkpoint.problem, platform="facebook")

    @property
    def _video(self) -> MediaItem:
        return self.job.post.media[0]


def _read(path: Path, offset: int, size_bytes: int) -> bytes:
    try:
        with path.open("rb") as file:
            file.seek(offset)
            return file.read(size_bytes)
    except OSError as error:
        raise RejectedError(f"The file {path.name} cannot be read any more.") from error
