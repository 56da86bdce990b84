"""Settings of the storage that serves media to the platforms."""

from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class CloudSettings(BaseSettings):
    """Which storage serves media to the platforms, and for how long."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_file=".env", env_ignore_empty=True)

    cloud_storage_provider: Literal["cloudinary", "s3", "local"] = Field(
        default="cloudinary",
        description="Where media is put for the platforms to fetch: cloudinary, s3 (or what speaks its "
        "protocol), local (Storyline serves it itself below PUBLIC_BASE_URL).",
    )
    cloud_upload_retention_hours: float = Field(
        default=24,
        gt=0,
        description="How long an upload is kept at most when it was not deleted after posting, and how long "
        "its link is good with s3 (7 days at most) and local.",
    )
    cloud_storage_limit_mb: float | None = Field(
        default=None, gt=0, description="At 80 % of it the team is told; not set: never."
    )
    preflight: bool | None = Field(
        default=None,
        description="Fetch each upload from its public URL before a platform is told of it. "
        "Default: true for s3 and local.",
    )

    @property
    def has_preflight(self) -> bool:
        """Whether uploads are fetched; Cloudinary's answer to the upload proves that it serves them."""
        return self.cloud_storage_provider != "cloudinary" if self.preflight is None else self.preflight

    @property
    def limit_bytes(self) -> int | None:
        """How much may be stored; None: as much as one likes."""
        limit_mb = self.cloud_storage_limit_mb
        return None if limit_mb is None else round(limit_mb * 1_000_000)

    @property
    def is_watched(self) -> bool:
        """Whether what is stored is measured by itself; Cloudinary counts such calls, and needs a reason."""
        return self.cloud_storage_provider != "cloudinary" or self.cloud_storage_limit_mb is not None


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
        return _missing(self, "cloudinary_cloud_name", "cloudinary_api_key", "cloudinary_api_secret")


class S3Settings(BaseSettings):
    """Access to a bucket of S3, or of a service that speaks its protocol."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_file=".env", env_ignore_empty=True)

    aws_access_key_id: str | None = Field(
        default=None, description="Of a user who may put, get, delete and list in the bucket."
    )
    aws_secret_access_key: SecretStr | None = Field(default=None, description="The secret to it.")
    aws_s3_bucket: str | None = Field(default=None, description="The bucket; it need not be public.")
    aws_s3_region: str = Field(default="us-east-1", description="Where the bucket lies.")
    aws_endpoint_url: str | None = Field(
        default=None, description="Scheme and host of the service. Default: Amazon's."
    )

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the environment variables without which nothing can be uploaded."""
        return _missing(self, "aws_access_key_id", "aws_secret_access_key", "aws_s3_bucket")


def _missing(settings: BaseSettings, *needed: str) -> tuple[str, ...]:
    return tuple(name.upper() for name in needed if getattr(settings, name) is None)
