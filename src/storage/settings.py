"""Settings of the cloud that serves media to the platforms."""

from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class CloudSettings(BaseSettings):
    """Which cloud, and for how long."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_file=".env", env_ignore_empty=True)

    cloud_storage_provider: Literal["cloudinary"] = Field(
        default="cloudinary", description="Where media is put for the platforms to fetch."
    )
    cloud_upload_retention_hours: float = Field(
        default=24,
        gt=0,
        description="How long an upload is kept at most when it was not deleted after posting.",
    )


class CloudinarySettings(BaseSettings):
    """Access to Cloudinary."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_file=".env", env_ignore_empty=True)

    cloudinary_cloud_name: str | None = Field(default=None, description="From Cloudinary's dashboard.")
    cloudinary_api_key: str | None = Field(default=None, description="From Cloudinary's dashboard.")
    cloudinary_api_secret: SecretStr | None = Field(default=None, description="From Cloudinary's dashboard.")
    cloudinary_upload_prefix: str = Field(
        default="https://api.cloudinary.com", description="Scheme and host of Cloudinary's API."
    )

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the environment variables without which nothing can be uploaded."""
        needed = {
            "CLOUDINARY_CLOUD_NAME": self.cloudinary_cloud_name,
            "CLOUDINARY_API_KEY": self.cloudinary_api_key,
            "CLOUDINARY_API_SECRET": self.cloudinary_api_secret,
        }
        return tuple(name for name, value in needed.items() if value is None)
