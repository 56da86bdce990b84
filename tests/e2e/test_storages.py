"""The main job with media served by the product itself, and from a bucket: the platform fetches it there."""

import contextlib
import dataclasses
import json
import socket
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import Any, cast

import boto3  # type: ignore[import-untyped]  # ships no types
import pytest

from domain.media import Need
from domain.publication import State
from sandbox import demo
from services.posting.compose import QueueRequest
from support.bucket import KEY_ID, SECRET, moto_running
from support.made_media import film
from support.office import Office, World, world_of
from support.product import StandIns, command, settings_for, until

BUCKET = "team-media"
NO_CLOUDINARY = {"CLOUDINARY_CLOUD_NAME": "", "CLOUDINARY_API_KEY": "", "CLOUDINARY_API_SECRET": ""}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Storage:
    """What the product is told of it, and what lies there."""

    settings: Mapping[str, str]
    kept: Callable[[], list[str]]


@contextlib.contextmanager
def local(home: Path, *, public_base_url: str | None = None) -> Generator[Storage]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = home / "hosted"
    yield Storage(
        settings={
            "CLOUD_STORAGE_PROVIDER": "local",
            "WEB_PORT": str(port),
            "PUBLIC_BASE_URL": public_base_url or f"http://127.0.0.1:{port}",
        },
        kept=lambda: [path.name for path in folder.iterdir()] if folder.exists() else [],
    )


@contextlib.contextmanager
def cloudinary(outside: StandIns) -> Generator[Storage]:
    yield Storage(
        settings={
            "CLOUDINARY_CLOUD_NAME": demo.CLOUD_NAME,
            "CLOUDINARY_API_KEY": demo.CLOUD_API_KEY,
            "CLOUDINARY_API_SECRET": demo.CLOUD_API_SECRET,
        },
        kept=lambda: outside.get("/cloudinary/assets")["assets"],
    )


@contextlib.contextmanager
def s3() -> Generator[Storage]:
    with moto_running() as address:
        boto = cast("Any", boto3).client(
            "s3",
            endpoint_url=address,
            aws_access_key_id=KEY_ID,
            aws_secret_access_key=SECRET,
            region_name="us-east-1",
        )
        boto.create_bucket(Bucket=BUCKET)
        with contextlib.closing(boto):
            yield Storage(
                settings={
                    "CLOUD_STORAGE_PROVIDER": "s3",
                    "AWS_ACCESS_KEY_ID": KEY_ID,
                    "AWS_SECRET_ACCESS_KEY": SECRET,
                    "AWS_S3_BUCKET": BUCKET,
                    "AWS_ENDPOINT_URL": address,
                },
                kept=lambda: [
                    found["Key"] for found in boto.list_objects_v2(Bucket=BUCKET).get("Contents", [])
                ],
            )


@pytest.fixture(scope="module")
def storage(request: pytest.FixtureRequest, outside: StandIns, folder: Path) -> Generator[Storage]:
    home = folder / request.param
    home.mkdir()
    match request.param:
        case "local":
            running = local(home)
        case "astray":
            running = local(home, public_base_url=outside.urls["page"])
        case "s3":
            running = s3()
        case _:
            running = cloudinary(outside)
    with running as storage:
        yield dataclasses.replace(storage, settings={**storage.settings, "DATA_DIR": str(home)})


@pytest.fixture(scope="module")
def world(storage: Storage, outside: StandIns) -> Generator[World]:
    """The product in one process on SQLite, with access to this storage alone."""
    home = Path(storage.settings["DATA_DIR"])
    environment = settings_for(
        outside.urls, home, **{**NO_CLOUDINARY, **storage.settings, "DATABASE_URL": f"sqlite:///{home}/a.db"}
    )
    outside.post("/graph/settings", video_processing_seconds=0.2)
    with world_of(outside=outside, environments={"product": environment}, folder=home) as world:
        yield world


both = pytest.mark.parametrize("storage", ["local", "s3"], indirect=True, scope="module")


@both
def test_a_story_goes_out_once_and_leaves_nothing_behind(world: World, storage: Storage) -> None:
    office = world.team()

    publication_id = office.queue()
    office.until_state(publication_id, State.PUBLISHED)

    assert office.times_out(publication_id) == 1
    until(lambda: not storage.kept(), within=10, what="the upload is deleted")


@both
def test_a_video_is_fetched_in_parts_and_leaves_nothing_behind(
    world: World, storage: Storage, tmp_path: Path
) -> None:
    office = world.team()
    film(tmp_path / "clip.mp4", streamable=True)

    publication_id = world.run(queued_reel(office, tmp_path / "clip.mp4"))
    office.until_state(publication_id, State.PUBLISHED)

    (post,) = world.outside.phone()[office.account.id]
    assert post["kind"] == "reel"
    until(lambda: not storage.kept(), within=10, what="the upload is deleted")


@both
def test_a_kill_between_upload_and_post_leaves_nothing_behind_and_doubles_nothing(
    world: World, storage: Storage
) -> None:
    office = world.team()
    world.outside.fault("graph", "media", "delay_answer", delay_seconds=0.9, remaining=1)

    publication_id = office.queue()
    until(storage.kept, within=15, what="it is uploaded")
    world.restart()
    office.until_state(publication_id, State.PUBLISHED)

    assert office.times_out(publication_id) == 1
    until(lambda: not storage.kept(), within=10, what="the upload is deleted")


@both
def test_what_comes_as_a_card_is_not_put_into_the_storage(world: World, storage: Storage) -> None:
    office = world.team()

    publication_id = office.queue(needs=frozenset({Need.STICKER}))
    office.card(publication_id)

    assert storage.kept() == []


@pytest.mark.parametrize("storage", ["local", "s3", "cloudinary"], indirect=True, scope="module")
def test_the_doctor_finds_nothing_broken_and_goes_the_way_of_an_upload(
    world: World, storage: Storage
) -> None:
    world.team()

    told = command(world.environment, "doctor", "--json")

    rows = json.loads(told.stdout)
    (found,) = [row for row in rows if row["check"] == "storage"]
    assert [row for row in rows if row["level"] == "fail"] == []
    assert told.returncode == 0
    assert "serves it to the world" in found["found"]
    assert storage.kept() == []


@pytest.mark.parametrize("storage", ["astray"], indirect=True, scope="module")
def test_an_address_that_leads_elsewhere_is_told_on_the_card_and_not_to_the_platform(
    world: World, storage: Storage
) -> None:
    office = world.team()

    publication_id = office.queue()
    card = office.card(publication_id, says="could not fetch")

    assert "127.0.0.1 answers 404" in card["caption"]
    assert office.publication(publication_id).state is State.WITH_TEAM
    calls = world.outside.get("/calls", limit=1000)["calls"]
    assert not [call for call in calls if call["method"] == "POST" and office.account.id in call["path"]]


async def queued_reel(office: Office, clip: Path) -> int:
    storyline, workspace = office.world.storyline, office.workspace.id
    item = await storyline.ingest.import_file(clip, workspace_id=workspace, actor="test")
    request = QueueRequest(workspace_id=workspace, media=(item.id,), placement="reel")
    (job,) = await storyline.queue.add(request, by="test")
    return job.publication.id
