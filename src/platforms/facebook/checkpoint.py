"""How far a publication has come on its way to Facebook, as it is stored between steps."""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class VideoUpload:
    """A video that Facebook was told of before it is published. Nobody sees it before it is finished."""

    id: str
    session_id: str = ""
    """Of an upload in parts."""
    address: str = ""
    """Where an upload in one piece goes."""
    offset: int = 0
    """The first byte of the part that Facebook wants next."""
    end: int = 0
    """The first byte behind that part; the same as `offset` once there is nothing left."""
    is_sent: bool = False
    """Whether Facebook has all of it."""
    attempts: int = 0
    """How many tries had failed when it was begun."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What has been achieved, and what has been seen."""

    is_ready: bool = False
    """Whether the irreversible call may follow."""
    photo_ids: tuple[str, ...] = ()
    """Photos that Facebook holds unpublished, in the order of the post's media."""
    photos_at: dt.datetime | None = None
    """When the first of them was uploaded."""
    video_url: str = ""
    """Where Facebook fetches a video from that is not sent to it."""
    video: VideoUpload | None = None
    videos_at: tuple[dt.datetime, ...] = ()
    """When the videos of this publication were begun, the current one last."""
    story_id: str = ""
    """The post of a video story that Facebook has taken."""
    is_accepted: bool = False
    """Whether Facebook said that it took the finished video; it shows it once it has processed it."""
    problem: str = ""
    """What to tell the team of the last video that Facebook could not process; empty: nothing is wrong."""
    is_hopeless: bool = False
    """Whether another upload of the same video would fail the same way."""
    absences: int = 0
    """How often an unclear call was proved to have had no effect."""
    unclear_since: dt.datetime | None = None
    """The intent of the first call whose outcome was unclear; what came of it cannot be older."""
    clear_reading_at: dt.datetime | None = None
    """When a complete reading of the Page, after the grace, showed no trace of this one."""

    @classmethod
    def parse(cls, stored: Mapping[str, Any]) -> "Checkpoint":
        """Read a stored checkpoint; an empty one is the beginning."""
        video = stored.get("video")
        return cls(
            is_ready=stored.get("is_ready", False),
            photo_ids=tuple(stored.get("photo_ids", ())),
            photos_at=_time(stored.get("photos_at")),
            video_url=stored.get("video_url", ""),
            video=VideoUpload(**video) if video else None,
            videos_at=tuple(dt.datetime.fromisoformat(at) for at in stored.get("videos_at", ())),
            story_id=stored.get("story_id", ""),
            is_accepted=stored.get("is_accepted", False),
            problem=stored.get("problem", ""),
            is_hopeless=stored.get("is_hopeless", False),
            absences=stored.get("absences", 0),
            unclear_since=_time(stored.get("unclear_since")),
            clear_reading_at=_time(stored.get("clear_reading_at")),
        )

    def stored(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return dataclasses.asdict(self) | {
            "photo_ids": list(self.photo_ids),
            "photos_at": _text(self.photos_at),
            "videos_at": [at.isoformat() for at in self.videos_at],
            "unclear_since": _text(self.unclear_since),
            "clear_reading_at": _text(self.clear_reading_at),
        }

    def ready(self) -> "Checkpoint":
        """Return the checkpoint from which the irreversible call is made; no answer to one is left in it."""
        return dataclasses.replace(self, is_ready=True, is_accepted=False, story_id="")

    def with_photo(self, photo_id: str, *, at: dt.datetime) -> "Checkpoint":
        """Return the checkpoint with one more photo uploaded."""
        return dataclasses.replace(
            self, photo_ids=(*self.photo_ids, photo_id), photos_at=self.photos_at or at
        )

    def without_photos(self) -> "Checkpoint":
        """Return the checkpoint from which the photos are uploaded again."""
        return dataclasses.replace(self, is_ready=False, photo_ids=(), photos_at=None)

    def with_video(self, video: VideoUpload, *, at: dt.datetime) -> "Checkpoint":
        """Return the checkpoint of a video just begun."""
        return dataclasses.replace(self, video=video, videos_at=(*self.videos_at, at))

    def without_video(self, problem: str = "", *, is_hopeless: bool = False) -> "Checkpoint":
        """Return the checkpoint from which a new video is begun; the one before will surely not be seen."""
        return Checkpoint(
            videos_at=self.videos_at, absences=self.absences, problem=problem, is_hopeless=is_hopeless
        )


def _time(stored: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(stored) if stored else None


def _text(at: dt.datetime | None) -> str | None:
    return at.isoformat() if at else None
