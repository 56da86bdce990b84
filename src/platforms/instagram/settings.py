"""Settings of Instagram."""

import datetime as dt
import enum
from typing import Annotated

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import NoDecode

from platforms._shared.meta_settings import MetaSettings


class VideoUpload(enum.StrEnum):
    """How Instagram gets a video."""

    URL = "url"
    """It fetches it from the cloud."""
    RESUMABLE = "resumable"
    """Its bytes are sent to it."""
    AUTO = "auto"
    """It fetches it; when it cannot, the bytes are sent."""


class InstagramSettings(MetaSettings):
    """Where Instagram's API is, and how patiently it is asked."""

    instagram_graph_api_base_url: str = Field(
        default="https://graph.instagram.com",
        description="Host of the Graph API for tokens of Instagram Login.",
    )
    instagram_video_upload: VideoUpload = Field(
        default=VideoUpload.URL,
        description="How Instagram gets a video: url (it fetches it from the cloud), resumable (it is sent), "
        "auto (url, and resumable after a fetch that failed).",
    )
    instagram_posts_per_hour: int = Field(
        default=25, ge=1, description="Posts the bot may begin on one account in any hour."
    )
    container_poll_seconds: Annotated[tuple[float, ...], NoDecode] = Field(
        default=(2, 3, 5, 5, 10, 30),
        min_length=1,
        description="Longest waits between looks at a container; the last one repeats.",
    )
    instagram_app_secret: SecretStr | None = Field(
        default=None,
        description="Secret of the Instagram app, which is another one; for the tokens of Instagram Login.",
    )

    @field_validator("container_poll_seconds", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return value.split(",") if isinstance(value, str) else value

    @field_validator("container_poll_seconds")
    @classmethod
    def _positive(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        if any(not 0 < seconds < dt.timedelta.max.total_seconds() for seconds in value):
            raise ValueError("every wait must be longer than zero")
        return value

    @property
    def container_polls(self) -> tuple[dt.timedelta, ...]:
        """The longest waits between looks at a container."""
        return tuple(dt.timedelta(seconds=seconds) for seconds in self.container_poll_seconds)
