"""What is special about a bucket; the rest is the contract's."""

import datetime as dt
import os
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from domain.errors import FailureKind, PublishingError, StorylineError, TransientError
from storage.s3 import S3Store
from storage.settings import S3Settings
from support.bucket import RunningBucket
from support.fake_clock import FakeClock
from support.made_media import picture
from support.storage import s3_at

NAME = "storyline/1-a1b2c3"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "pier.jpg"
    path.write_bytes(picture())
    return path


async def test_another_client_finds_the_file_as_it_was_meant(bucket: RunningBucket, photo: Path) -> None:
    await s3_at(bucket.url, bucket.name).upload(photo, name=NAME, content_type="image/jpeg")

    kept = bucket.boto.get_object(Bucket=bucket.name, Key=NAME)
    assert kept["Body"].read() == photo.read_bytes()  # noqa: ASYNC240  (one file)
    assert (kept["ContentType"], kept["CacheControl"]) == ("image/jpeg", "private")


async def test_a_large_file_goes_in_parts_and_leaves_none_behind(
    bucket: RunningBucket, tmp_path: Path
) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(os.urandom(20_000_000))

    await s3_at(bucket.url, bucket.name).upload(path, name=NAME, content_type="video/mp4")

    assert bucket.door.calls.count("PUT") == 3
    kept = bucket.boto.head_object(Bucket=bucket.name, Key=NAME)
    assert (kept["ContentLength"], kept["ContentType"]) == (20_000_000, "video/mp4")
    assert "Uploads" not in bucket.boto.list_multipart_uploads(Bucket=bucket.name)


async def test_a_part_that_fails_is_sent_again_by_itself(bucket: RunningBucket, tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(os.urandom(10_000_000))
    bucket.door.refusals = [(503, "ServiceUnavailable")]

    await s3_at(bucket.url, bucket.name).upload(path, name=NAME, content_type="video/mp4")

    assert bucket.boto.head_object(Bucket=bucket.name, Key=NAME)["ContentLength"] == 10_000_000


@pytest.mark.parametrize(
    ("status", "code", "kind", "says"),
    [
        (403, "InvalidAccessKeyId", FailureKind.AUTHORIZATION, "AWS_ACCESS_KEY_ID"),
        (403, "SignatureDoesNotMatch", FailureKind.AUTHORIZATION, "AWS_SECRET_ACCESS_KEY"),
        (403, "AccessDenied", FailureKind.AUTHORIZATION, "they may put, get, delete and list"),
        (403, "SomethingNew", FailureKind.AUTHORIZATION, "they may put, get, delete and list"),
        (404, "NoSuchBucket", FailureKind.AUTHORIZATION, "AWS_S3_BUCKET"),
        (301, "PermanentRedirect", FailureKind.AUTHORIZATION, "AWS_S3_REGION"),
        (400, "AuthorizationHeaderMalformed", FailureKind.AUTHORIZATION, "AWS_S3_REGION"),
        (403, "RequestTimeTooSkewed", FailureKind.AUTHORIZATION, "clock"),
        (400, "EntityTooLarge", FailureKind.REJECTED, "size"),
        (429, "TooMuch", FailureKind.RATE_LIMITED, "fewer calls"),
        (503, "SlowDown", FailureKind.RATE_LIMITED, "fewer calls"),
        (500, "InternalError", FailureKind.TRANSIENT, "500"),
        (400, "SomethingNew", FailureKind.TRANSIENT, "400"),
    ],
)
async def test_each_refusal_has_its_kind_and_says_what_to_check(
    bucket: RunningBucket, photo: Path, status: int, code: str, kind: FailureKind, says: str
) -> None:
    store = s3_at(bucket.url, bucket.name)
    bucket.door.refusals = [(status, code)] * 3

    with pytest.raises(PublishingError, match=says) as raised:
        await store.upload(photo, name=NAME, content_type="image/jpeg")

    assert (raised.value.kind, raised.value.platform) == (kind, "s3")
    assert "bucket-secret" not in str(raised.value)


async def test_a_bucket_that_is_not_there_is_named_for_every_call(bucket: RunningBucket, photo: Path) -> None:
    store = s3_at(bucket.url, "no-such-bucket")

    with pytest.raises(PublishingError, match="AWS_S3_BUCKET") as uploading:
        await store.upload(photo, name=NAME, content_type="image/jpeg")
    with pytest.raises(PublishingError, match="AWS_S3_BUCKET"):
        await store.delete(NAME)
    with pytest.raises(PublishingError, match="AWS_S3_BUCKET"):
        await store.usage()

    assert uploading.value.kind is FailureKind.AUTHORIZATION


async def test_a_file_that_a_deletion_left_is_told(bucket: RunningBucket, photo: Path) -> None:
    store = s3_at(bucket.url, bucket.name)
    hosted = await store.upload(photo, name=NAME, content_type="image/jpeg")
    bucket.door.refusals = [(204, "")]

    with pytest.raises(TransientError, match="still has a file"):
        await store.delete(hosted.reference)


async def test_what_others_keep_in_the_bucket_is_not_counted(bucket: RunningBucket, photo: Path) -> None:
    bucket.boto.put_object(Bucket=bucket.name, Key="theirs/1", Body=b"x" * 1000)
    store = s3_at(bucket.url, bucket.name)
    await store.upload(photo, name=NAME, content_type="image/jpeg")

    assert await store.usage() == len(photo.read_bytes())  # noqa: ASYNC240  (one file)


async def test_more_files_than_a_page_of_the_list_holds_are_counted(bucket: RunningBucket) -> None:
    for number in range(1001):
        bucket.boto.put_object(Bucket=bucket.name, Key=f"storyline/{number}", Body=b"abc")

    assert await s3_at(bucket.url, bucket.name).usage() == 3003


async def test_what_the_environment_says_to_other_programs_counts_for_nothing(
    bucket: RunningBucket, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "of-another-user")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_SKIP_SIGNATURE", "true")

    hosted = await s3_at(bucket.url, bucket.name).upload(photo, name=NAME, content_type="image/jpeg")

    assert "of-another-user" not in hosted.url
    assert "X-Amz-Signature" in hosted.url


@pytest.mark.parametrize(
    ("bucket_name", "host", "path"),
    [
        ("harbour", "harbour.s3.eu-north-1.amazonaws.com", f"/{NAME}"),
        ("harbour.example", "s3.eu-north-1.amazonaws.com", f"/harbour.example/{NAME}"),
    ],
)
async def test_without_an_endpoint_links_lead_to_amazon_and_end_within_a_week(
    photo: Path, bucket_name: str, host: str, path: str
) -> None:
    settings = S3Settings(
        aws_access_key_id="key",
        aws_secret_access_key="secret",  # type: ignore[arg-type]  # pydantic wraps it
        aws_s3_bucket=bucket_name,
        aws_s3_region="eu-north-1",
    )
    clock = FakeClock()
    store = S3Store(settings, clock=clock, lifetime=dt.timedelta(days=30), timeout=dt.timedelta(seconds=1))

    link = await store._linked(NAME)  # pyright: ignore[reportPrivateUsage]  (an upload would reach Amazon)

    assert (urlsplit(link.url).scheme, urlsplit(link.url).netloc, urlsplit(link.url).path) == (
        "https",
        host,
        path,
    )
    assert parse_qs(urlsplit(link.url).query)["X-Amz-Expires"] == ["604800"]
    assert link.expires_at == clock.now() + dt.timedelta(days=7)


def test_credentials_that_are_missing_are_named() -> None:
    settings = S3Settings(aws_access_key_id="key")

    with pytest.raises(StorylineError, match="AWS_SECRET_ACCESS_KEY, AWS_S3_BUCKET"):
        S3Store(settings, clock=FakeClock(), lifetime=dt.timedelta(hours=1), timeout=dt.timedelta(seconds=1))


def test_a_machine_that_trusts_nobody_is_told_what_it_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))

    with pytest.raises(StorylineError, match="check that CA certificates are installed"):
        s3_at("http://127.0.0.1:9", "harbour")
