"""A bucket of S3, or of a service that speaks its protocol, as a media store."""

import asyncio
import contextlib
import datetime as dt
import re
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store as Bucket

from domain.errors import (
    AuthorizationError,
    PublishingError,
    RateLimitedError,
    RejectedError,
    StorylineError,
    TransientError,
)
from services.ports import Clock, HostedFile
from storage.settings import S3Settings

if TYPE_CHECKING:
    from obstore.store import S3Credential

LONGEST_LINK = dt.timedelta(days=7)
"""How long a presigned URL may be good.

Source: docs.aws.amazon.com/cli/latest/reference/s3/presign.html, read 2026-11-21.
"""
PART_BYTES = 8_000_000
"""Larger files go in parts of this size; 5 MiB is the least that S3 takes for all but the last."""
MAX_PARALLEL_PARTS = 3
"""Each is held in memory."""
SLOWEST_BYTES_PER_SECOND = 100_000
"""An upload that is slower than this is given up."""
BUSY_FOR = dt.timedelta(minutes=1)
"""How long S3 is left alone when it asks for fewer calls without saying for how long."""
MAX_RETRIES = 2
"""For one part or call. The whole upload is tried again anyway, but that sends all parts once more."""

_LONGEST_SENDING = dt.timedelta(seconds=MAX_PARALLEL_PARTS * PART_BYTES / SLOWEST_BYTES_PER_SECOND)
_FOLDER = "storyline"
"""What the names of all uploads begin with."""
_CODE = re.compile(r"<Code>(\w+)</Code>")
_WRONG_REGION = "redirect without LOCATION"
"""What obstore makes of a permanent redirect, whose code it does not tell."""
_STATUS = re.compile(r"status code: (\d{3})")

_REFUSALS: Mapping[str | int, tuple[type[PublishingError], str]] = {
    "InvalidAccessKeyId": (AuthorizationError, "does not know the key; check AWS_ACCESS_KEY_ID"),
    "SignatureDoesNotMatch": (AuthorizationError, "refuses the signature; check AWS_SECRET_ACCESS_KEY"),
    "AccessDenied": (
        AuthorizationError,
        "denies access; check the keys, and that they may put, get, delete and list in AWS_S3_BUCKET",
    ),
    "NoSuchBucket": (AuthorizationError, "has no such bucket; check AWS_S3_BUCKET and AWS_ENDPOINT_URL"),
    "InvalidBucketName": (AuthorizationError, "has no such bucket; check AWS_S3_BUCKET"),
    "PermanentRedirect": (AuthorizationError, "keeps the bucket in another region; check AWS_S3_REGION"),
    "AuthorizationHeaderMalformed": (
        AuthorizationError,
        "keeps the bucket in another region; check AWS_S3_REGION",
    ),
    "RequestTimeTooSkewed": (AuthorizationError, "has another time; set this machine's clock right"),
    "EntityTooLarge": (RejectedError, "does not take a file of this size"),
    "SlowDown": (RateLimitedError, "asks for fewer calls"),
    401: (AuthorizationError, "refuses the access; check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
    403: (
        AuthorizationError,
        "denies access; check the keys, and that they may put, get, delete and list in AWS_S3_BUCKET",
    ),
    404: (AuthorizationError, "has no such bucket; check AWS_S3_BUCKET and AWS_ENDPOINT_URL"),
    429: (RateLimitedError, "asks for fewer calls"),
}
"""By the code of the answer, or else by its status."""


class S3Store:
    """Puts media into a bucket that nobody else needs to read: the URLs are presigned, and end."""

    name = "s3"

    def __init__(
        self, settings: S3Settings, *, clock: Clock, lifetime: dt.timedelta, timeout: dt.timedelta
    ) -> None:
        """Take the access; nothing is called yet.

        Args:
            settings: with all credentials.
            clock: URLs end by it as far as the product is concerned.
            lifetime: how long a URL is good, 7 days at most.
            timeout: how long one call may take, beside the time that sending a file takes.

        Raises:
            StorylineError: credentials are missing.
        """
        if settings.missing:
            raise StorylineError(f"S3 needs {', '.join(settings.missing)}.")
        self._bucket = open_bucket(settings, settings.aws_s3_bucket or "", timeout=timeout)
        self._clock = clock
        self._lifetime = min(lifetime, LONGEST_LINK)

    async def upload(self, path: Path, *, name: str, content_type: str) -> HostedFile:
        """Upload a file under this name; a second upload under the same name takes its place."""
        try:
            await asyncio.to_thread(path.stat)
        except OSError as error:
            raise RejectedError(f"The file {path.name} cannot be read any more.", platform="s3") from error
        with explained():
            await obstore.put_async(
                self._bucket,
                name,
                path,
                attributes={"Content-Type": content_type, "Cache-Control": "private"},
                chunk_size=PART_BYTES,
                max_concurrency=MAX_PARALLEL_PARTS,
            )
            return await self._linked(name)

    async def delete(self, reference: str) -> None:
        """Delete an upload, and ask whether it is gone; one that is not there is fine."""
        with explained():
            try:
                await obstore.delete_async(self._bucket, reference)
            except FileNotFoundError as error:
                if _code(str(error)) == "NoSuchBucket":
                    raise
            try:
                await obstore.head_async(self._bucket, reference)
            except FileNotFoundError:
                return
        raise TransientError("S3 still has a file that was deleted.", platform="s3")

    async def usage(self) -> int:
        """Return how many bytes Storyline's uploads take in the bucket."""
        with explained():
            # Another overload gives Arrow tables, whose library is not installed.
            pages = self._bucket.list(prefix=_FOLDER)  # pyright: ignore[reportUnknownMemberType]
            return sum([found["size"] async for page in pages for found in page])

    async def _linked(self, name: str) -> HostedFile:
        """Presign a URL, which needs no call."""
        expires_at = self._clock.now() + self._lifetime
        url = await obstore.sign_async(self._bucket, "GET", name, self._lifetime)
        return HostedFile(url=url, reference=name, expires_at=expires_at)


def open_bucket(settings: S3Settings, name: str, *, timeout: dt.timedelta) -> Bucket:
    """Return a bucket that these credentials reach; nothing is called yet.

    `timeout` is how long one call may take, beside the time that sending a file takes.

    Raises:
        StorylineError: this machine cannot make connections, such as without any certificates to trust.
    """
    # Amazon wants the bucket in the host's name, which a dot in it would break; others rarely do.
    is_in_host = settings.aws_endpoint_url is None and "." not in name
    amazon = f"https://{f'{name}.' if is_in_host else ''}s3.{settings.aws_s3_region}.amazonaws.com"
    secret = settings.aws_secret_access_key
    access: S3Credential = {
        "access_key_id": settings.aws_access_key_id or "",
        "secret_access_key": secret.get_secret_value() if secret else "",
        "token": None,
        "expires_at": None,
    }
    endpoint = (settings.aws_endpoint_url or amazon).rstrip("/")
    try:
        return _bucket(settings, name, access, endpoint, is_in_host=is_in_host, timeout=timeout)
    except BaseError as error:
        raise StorylineError(
            "S3 cannot be opened on this machine; check that CA certificates are installed (the package "
            "ca-certificates), and AWS_ENDPOINT_URL."
        ) from error


def _bucket(
    settings: S3Settings,
    name: str,
    access: "S3Credential",
    endpoint: str,
    *,
    is_in_host: bool,
    timeout: dt.timedelta,
) -> Bucket:
    return Bucket(
        name,
        # Whatever is left out of these, the library takes from the environment, where others may mean others.
        config={
            "aws_endpoint_url_s3": endpoint,  # stronger than any other that may be set
            "region": settings.aws_s3_region,
            "virtual_hosted_style_request": is_in_host,
            "skip_signature": False,
            "disable_bulk_delete": True,  # not every service has it, and one file goes at a time
        },
        credential_provider=lambda: access,
        client_options={
            "timeout": timeout + _LONGEST_SENDING,
            "allow_http": endpoint.startswith("http://"),
        },
        retry_config={"max_retries": MAX_RETRIES, "retry_timeout": timeout},
    )


@contextlib.contextmanager
def explained() -> Generator[None]:
    """Turn what obstore raises inside into a failure with a sentence."""
    try:
        yield
    except (BaseError, OSError, ValueError) as error:
        raise _failure(str(error)) from error


def _code(told: str) -> str:
    """Return the code in what obstore tells; empty: there is none."""
    if _WRONG_REGION in told:
        return "PermanentRedirect"
    found = _CODE.search(told)
    return found[1] if found else ""


def _failure(told: str) -> PublishingError:
    # obstore has one exception for most of what S3 says, with the answer as text in it.
    status = _STATUS.search(told)
    http_status = int(status[1]) if status else None
    refusal = _REFUSALS.get(_code(told)) or _REFUSALS.get(http_status or 0)
    if refusal is None:
        says = (
            "S3 could not be reached; check AWS_ENDPOINT_URL."
            if http_status is None
            else f"S3 answered {http_status}, and not as it should."
        )
        return TransientError(says, platform="s3", http_status=http_status)
    kind, why = refusal
    retry_after = BUSY_FOR if kind is RateLimitedError else None
    return kind(f"S3 {why}.", platform="s3", http_status=http_status, retry_after=retry_after)
