"""A real S3 server's bucket as a source of the library."""

import datetime as dt
from pathlib import Path

import pytest
from pydantic import SecretStr

from domain.errors import AuthorizationError
from services.media.mirror import LibraryMirror
from storage.s3_folder import S3Folder
from storage.s3_place import S3Place, parse_s3_prefix
from storage.settings import S3Settings
from support.bucket import KEY_ID, REGION, SECRET, RunningBucket


def folder(bucket: RunningBucket, prefix: str, *, secret: str = SECRET) -> S3Folder:
    settings = S3Settings(
        aws_access_key_id=KEY_ID,
        aws_secret_access_key=SecretStr(secret),
        aws_s3_region=REGION,
        aws_endpoint_url=bucket.url,
    )
    return S3Folder(settings, S3Place(bucket=bucket.name, prefix=prefix), timeout=dt.timedelta(seconds=5))


async def test_what_lies_below_the_prefix_is_fetched_and_nothing_else(
    bucket: RunningBucket, tmp_path: Path
) -> None:
    large = bytes(range(256)) * 40_000
    for name, data in {
        "team/coast/Bäume 🌊.jpg": b"trees",
        "team/film.mp4": large,
        "teams/other.jpg": b"other",
        "other.jpg": b"other",
    }.items():
        bucket.boto.put_object(Bucket=bucket.name, Key=name, Body=data)
    mirror = LibraryMirror(remote=folder(bucket, "team"), folder=tmp_path)

    mirrored = await mirror.refresh()
    bucket.boto.put_object(Bucket=bucket.name, Key="team/film.mp4", Body=b"another")
    again = await mirror.refresh()

    assert (mirrored.fetched, mirrored.failures, again.fetched) == (2, (), 1)
    assert (tmp_path / "coast" / "Bäume 🌊.jpg").read_bytes() == b"trees"
    assert (tmp_path / "film.mp4").read_bytes() == b"another"
    assert not (tmp_path / "other.jpg").exists()


async def test_a_whole_bucket_can_be_the_source(bucket: RunningBucket, tmp_path: Path) -> None:
    for number in range(3):
        bucket.boto.put_object(Bucket=bucket.name, Key=f"{number}.jpg", Body=b"x")

    mirrored = await LibraryMirror(remote=folder(bucket, ""), folder=tmp_path).refresh()

    assert mirrored.fetched == 3


async def test_whether_anything_lies_there_takes_one_call(bucket: RunningBucket) -> None:
    empty = await folder(bucket, "team").holds_any()
    bucket.boto.put_object(Bucket=bucket.name, Key="team/a.jpg", Body=b"a")
    bucket.boto.put_object(Bucket=bucket.name, Key="team/b.jpg", Body=b"b")
    bucket.door.calls.clear()

    assert (empty, await folder(bucket, "team").holds_any()) == (False, True)
    assert bucket.door.calls == ["GET"]


async def test_a_wrong_key_is_said(bucket: RunningBucket) -> None:
    with pytest.raises(AuthorizationError, match="AWS_SECRET_ACCESS_KEY"):
        await folder(bucket, "", secret="wrong").files()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("s3://harbour/library/team/", S3Place(bucket="harbour", prefix="library/team")),
        ("s3://harbour", S3Place(bucket="harbour", prefix="")),
        ("harbour/library", None),
        ("s3://", None),
        ("s3://Not A Bucket/x", None),
    ],
)
def test_a_place_is_written_as_amazon_writes_it(text: str, place: S3Place | None) -> None:
    assert parse_s3_prefix(text) == place
