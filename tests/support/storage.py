"""Every media store as its contract sees it, with what is behind it running."""

import contextlib
import dataclasses
import datetime as dt
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

from services.ports import MediaStore
from storage.cloudinary import CloudinaryStore
from storage.s3 import S3Store
from storage.settings import CloudinarySettings, S3Settings
from support.bucket import KEY_ID, REGION, RunningBucket, bucket_running
from support.bucket import SECRET as S3_SECRET
from support.cloud import KEY, NAME, SECRET, RunningCloud, cloud_running
from support.fake_clock import FakeClock
from support.hosted import RunningHost, host_running

LIFETIME = dt.timedelta(hours=24)
TIMEOUT = dt.timedelta(seconds=10)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Backend:
    """A store, and what a test may do to it."""

    store: MediaStore
    refused: MediaStore | None
    """The same store with a wrong secret; None: it needs none."""
    broken: MediaStore
    """The same store, out of reach."""
    let_time_pass: Callable[[dt.timedelta], object] | None
    """None: its links do not end."""


def cloudinary_at(url: str, *, secret: str = SECRET) -> MediaStore:
    """Return the store of the cloud that `cloud_running` serves."""
    settings = CloudinarySettings(
        cloudinary_cloud_name=NAME,
        cloudinary_api_key=KEY,
        cloudinary_api_secret=secret,  # type: ignore[arg-type]  # pydantic wraps it
        cloudinary_upload_prefix=url,
    )
    return CloudinaryStore(settings, timeout=TIMEOUT)


def s3_at(
    url: str, bucket: str, *, key_id: str = KEY_ID, secret: str = S3_SECRET, region: str = REGION
) -> S3Store:
    """Return the store of a bucket that `bucket_running` serves."""
    settings = S3Settings(
        aws_access_key_id=key_id,
        aws_secret_access_key=secret,  # type: ignore[arg-type]  # pydantic wraps it
        aws_s3_bucket=bucket,
        aws_s3_region=region,
        aws_endpoint_url=url,
    )
    return S3Store(settings, clock=FakeClock(), lifetime=LIFETIME, timeout=TIMEOUT)


def _cloudinary(cloud: RunningCloud) -> Backend:
    return Backend(
        store=cloudinary_at(cloud.url),
        refused=cloudinary_at(cloud.url, secret="not-the-secret"),
        broken=cloudinary_at("http://127.0.0.1:9"),
        let_time_pass=None,
    )


def _s3(bucket: RunningBucket) -> Backend:
    def let_time_pass(time: dt.timedelta) -> None:
        bucket.door.ahead += time

    return Backend(
        store=s3_at(bucket.url, bucket.name),
        refused=s3_at(bucket.url, bucket.name, secret="not-the-secret"),
        broken=s3_at("http://127.0.0.1:9", bucket.name),
        let_time_pass=let_time_pass,
    )


def _local(host: RunningHost, broken: RunningHost) -> Backend:
    broken.folder.write_text("a file where a folder should be")
    return Backend(store=host.store, refused=None, broken=broken.store, let_time_pass=host.clock.advance)


@contextlib.asynccontextmanager
async def backend_running(provider: str, *, moto: str, folder: Path) -> AsyncGenerator[Backend]:
    """Run what is behind a store while inside."""
    async with contextlib.AsyncExitStack() as stack:
        match provider:
            case "cloudinary":
                yield _cloudinary(await stack.enter_async_context(cloud_running()))
            case "s3":
                yield _s3(await stack.enter_async_context(bucket_running(moto)))
            case _:
                host = await stack.enter_async_context(host_running(folder / "hosted", lifetime=LIFETIME))
                broken = await stack.enter_async_context(host_running(folder / "broken", lifetime=LIFETIME))
                yield _local(host, broken)
