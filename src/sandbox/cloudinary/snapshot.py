"""A cloud as plain data, to be written down and read again."""

import collections
import dataclasses
import datetime as dt

from sandbox.cloudinary.assets import Asset, Cloud


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class CloudRecord:
    """Credentials, assets and calls, each oldest first."""

    name: str
    api_key: str
    api_secret: str
    admin_calls_per_hour: int
    assets: list[Asset]
    admin_calls: list[dt.datetime]


def taken(cloud: Cloud) -> CloudRecord:
    """Return what is in a cloud now."""
    return CloudRecord(
        name=cloud.name,
        api_key=cloud.api_key,
        api_secret=cloud.api_secret,
        admin_calls_per_hour=cloud.admin_calls_per_hour,
        assets=list(cloud.assets.values()),
        admin_calls=list(cloud.admin_calls),
    )


def restored(record: CloudRecord) -> Cloud:
    """Return the cloud; assets whose bytes are gone are left out."""
    return Cloud(
        name=record.name,
        api_key=record.api_key,
        api_secret=record.api_secret,
        admin_calls_per_hour=record.admin_calls_per_hour,
        assets={asset.key: asset for asset in record.assets if asset.content.path.exists()},
        admin_calls=collections.deque(record.admin_calls),
    )
