"""Clouds and the assets in them."""

import collections
import dataclasses
import datetime as dt
import enum
from collections.abc import Mapping

from sandbox.kept_path import KeptPath

MEGABYTE = 1024 * 1024


class ResourceType(enum.StrEnum):
    """What Cloudinary takes a file for."""

    IMAGE = "image"
    VIDEO = "video"
    RAW = "raw"

    @property
    def most_bytes(self) -> int:
        """The free plan's limit for one file."""
        return 100 * MEGABYTE if self is ResourceType.VIDEO else 10 * MEGABYTE


RESOURCE_TYPES = frozenset(ResourceType)
DELIVERY_TYPES = ("upload", "authenticated", "private")


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Film:
    """What is told of a video beside its size."""

    seconds: float
    frames_per_second: float
    bits_per_second: int
    codec: str
    pixel_format: str
    audio_codec: str | None
    audio_rate: int | None
    audio_channels: int | None


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """A file that was looked into."""

    path: KeptPath
    size: int
    md5: str
    format: str
    """Extension without a dot; empty for raw files."""
    width: int | None = None
    height: int | None = None
    film: Film | None = None


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class AssetKey:
    """What an asset is found by inside its cloud."""

    resource_type: ResourceType
    type: str
    """How it may be delivered: one of `DELIVERY_TYPES`."""
    public_id: str


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Asset:
    """A stored file."""

    key: AssetKey
    asset_id: str
    version: int
    content: Content
    created_at: dt.datetime
    tags: tuple[str, ...]
    context: Mapping[str, str]
    original_filename: str

    @property
    def file_name(self) -> str:
        """Public id with its extension, as in delivery URLs."""
        extension = f".{self.content.format}" if self.content.format else ""
        return f"{self.key.public_id}{extension}"


@dataclasses.dataclass(kw_only=True, slots=True)
class Cloud:
    """One product environment: credentials and assets, oldest first."""

    name: str
    api_key: str
    api_secret: str
    admin_calls_per_hour: int = 500
    assets: dict[AssetKey, Asset] = dataclasses.field(default_factory=dict[AssetKey, Asset])
    admin_calls: collections.deque[dt.datetime] = dataclasses.field(
        default_factory=collections.deque[dt.datetime]
    )

    def keep(self, asset: Asset) -> None:
        """Store an asset in the place of what had its key."""
        self.remove(asset.key)
        self.assets[asset.key] = asset

    def remove(self, key: AssetKey) -> bool:
        """Delete an asset and its file; False when there is none."""
        asset = self.assets.pop(key, None)
        if asset is None:
            return False
        asset.content.path.unlink(missing_ok=True)
        return True
