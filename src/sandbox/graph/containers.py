"""Media containers: private drafts on their way from a URL, or an upload, to a post."""

import dataclasses
import datetime as dt
import enum

from sandbox.graph.accounts import Media, Surface
from sandbox.graph.details import NO_DETAILS, Details
from sandbox.graph.kept_files import KeptFile

CONTAINER_LIFE = dt.timedelta(hours=24)
"""A container not published by then is over. Source: ig-container reference, as recorded 2026-11-20."""


class Status(enum.StrEnum):
    """Meta's `status_code`."""

    IN_PROGRESS = "IN_PROGRESS"
    FINISHED = "FINISHED"
    ERROR = "ERROR"
    PUBLISHED = "PUBLISHED"
    EXPIRED = "EXPIRED"


@dataclasses.dataclass(kw_only=True, slots=True)
class Container:
    """One draft. Its status follows from what happened to it and from the time."""

    id: str
    account_id: str
    surface: Surface
    caption: str
    created_at: dt.datetime
    ready_after: dt.timedelta
    """How long processing takes at least."""
    url: str
    """Where its media is fetched from; empty for what is uploaded, and for a carousel."""
    media: Media | None = None
    """None while it is being fetched, or uploaded."""
    details: Details = NO_DETAILS
    cover: KeptFile | None = None
    """What was given as `cover_url`."""
    child_ids: tuple[str, ...] = ()
    """The containers in a carousel."""
    upload_version: str = ""
    """The API's version in the address that it is uploaded to; empty for what is fetched."""
    uploaded_at: dt.datetime | None = None
    """When the last of its bytes had come."""
    received: KeptFile | None = None
    """What was uploaded."""
    failure: str | None = None
    """The sentence after `Error: `, once it failed."""
    is_stuck: bool = False
    life: dt.timedelta = CONTAINER_LIFE
    post_ids: list[str] = dataclasses.field(default_factory=list[str])
    """More than one after it was published again."""

    @property
    def expires_at(self) -> dt.datetime:
        """When it is over unless it is published by then."""
        return self.created_at + self.life

    @property
    def awaits_upload(self) -> bool:
        """Whether its film has yet to come."""
        return bool(self.upload_version) and self.uploaded_at is None

    def status(self, now: dt.datetime) -> Status:
        """Return where it stands."""
        if self.post_ids:
            return Status.PUBLISHED
        if now >= self.expires_at:
            return Status.EXPIRED
        if now < (self.uploaded_at or self.created_at) + self.ready_after or self.is_stuck:
            return Status.IN_PROGRESS
        if self.failure is not None:
            return Status.ERROR
        return Status.IN_PROGRESS if self.media is None else Status.FINISHED

    def sentence(self, now: dt.datetime) -> str:
        """Return the `status` field. The documentation promises a subcode there; the wire has a sentence.

        The sentences of PUBLISHED and EXPIRED are guessed after the pattern of the others.
        """
        match self.status(now):
            case Status.IN_PROGRESS:
                return "In progress: Media is still being processed."
            case Status.FINISHED:
                return "Finished: Media has been uploaded and it is ready to be published."
            case Status.ERROR:
                return f"Error: {self.failure}"
            case Status.PUBLISHED:
                return "Published: Media has been successfully published."
            case Status.EXPIRED:
                return "Expired: Media has not been published within 24 hours."


def upload_failed(subcode: int) -> str:
    """Return the failure that names a subcode."""
    return f"Media upload has failed with error code {subcode}"


DOWNLOAD_FAILED = "Media download has failed. The media URI doesn't meet our requirements."
"""The failure that names none: what the URL gave was no media."""
