"""How far a video is: the `status` field, with its three phases."""

import datetime as dt
from typing import Any

from sandbox.graph.pages.records import PageVideo
from sandbox.graph.settings import GraphSettings
from sandbox.graph.wire import moment

UPLOAD_LIFE = dt.timedelta(hours=24)
"""A video that is not finished by then is over; the real time is not on record."""


def status_of(video: PageVideo, received: int, now: dt.datetime, settings: GraphSettings) -> dict[str, Any]:
    """Return the `status` of a video of which so many bytes have come."""
    done = "completed" if settings.schema_spelling else "complete"
    counter = "bytes_transferred" if settings.schema_spelling else "bytes_transfered"
    size = video.media.file.size if video.media else received
    is_whole = video.media is not None or (video.size is not None and received == video.size)
    return {
        "video_status": _video_status(video, is_whole=is_whole, now=now),
        "uploading_phase": {"status": _upload_phase(received, is_whole=is_whole, done=done), counter: size},
        "processing_phase": _processing_phase(video, now, done),
        "publishing_phase": _publishing_phase(video, now, done),
    }


def _video_status(video: PageVideo, *, is_whole: bool, now: dt.datetime) -> str:
    if video.finished_at is None:
        if now >= video.started_at + UPLOAD_LIFE:
            return "expired"
        return "upload_complete" if is_whole else "uploading"
    if not video.is_processed(now):
        return "processing"
    return "error" if video.failure else "ready"


def _upload_phase(received: int, *, is_whole: bool, done: str) -> str:
    if is_whole:
        return done
    return "in_progress" if received else "not_started"


def _processing_phase(video: PageVideo, now: dt.datetime, done: str) -> dict[str, Any]:
    if video.finished_at is None:
        return {"status": "not_started"}
    if not video.is_processed(now):
        return {"status": "in_progress"}
    if video.failure is None:
        return {"status": done}
    code, message = video.failure
    return {"status": "error", "errors": [{"code": code, "message": message}]}


def _publishing_phase(video: PageVideo, now: dt.datetime, done: str) -> dict[str, Any]:
    if video.finished_at is None:
        return {"status": "not_started"}
    if video.goes_live_at is None:
        return {"status": "not_started", "publish_status": "draft"}
    time = {"publish_time": moment(video.goes_live_at)}
    if video.is_processed(now) and video.failure:
        return {"status": "error", "publish_status": "error"}
    if now < video.goes_live_at:
        return {"status": "not_started", "publish_status": "scheduled"} | time
    if not video.is_processed(now):
        return {"status": "not_started"}
    return {"status": done, "publish_status": "published"} | time
