"""What all platforms of Meta are told from outside."""

import datetime as dt

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class MetaSettings(BaseSettings):
    """Where Meta's Graph API is, and the app that calls it."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_file=".env", env_ignore_empty=True)

    graph_api_base_url: str = Field(
        default="https://graph.facebook.com",
        description="Host of the Graph API for tokens of Facebook Login.",
    )
    graph_upload_base_url: str = Field(
        default="https://rupload.facebook.com", description="Meta's host that takes the bytes of videos."
    )
    graph_api_version: str = Field(
        default="v25.0", pattern=r"^v\d+\.\d+$", description="Version of the Graph API."
    )
    facebook_app_id: str | None = Field(
        default=None, description="Id of the Meta app; with its secret, tokens are exchanged and renewed."
    )
    facebook_app_secret: SecretStr | None = Field(
        default=None,
        description="Secret of the Meta app; proves each call made with a token of Facebook Login.",
    )
    look_up_grace_seconds: float = Field(
        default=90, ge=0, description="How long after an unclear outcome the platform is first asked."
    )

    @property
    def reading_gap(self) -> dt.timedelta:
        """How long after one reading of the posts another one counts as a second."""
        return dt.timedelta(seconds=self.look_up_grace_seconds / 6)
