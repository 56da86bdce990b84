"""Settings of Facebook Pages."""

from pydantic import Field

from platforms._shared.meta_settings import MetaSettings


class FacebookSettings(MetaSettings):
    """Where Meta's API is, and that of Facebook Pages."""

    graph_video_base_url: str = Field(
        default="https://graph-video.facebook.com",
        description="Host of the Graph API that takes the videos of Pages.",
    )
