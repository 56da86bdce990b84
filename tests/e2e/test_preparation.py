"""Files that no platform takes as they are, through the real product: they go out all the same."""

from pathlib import Path
from typing import Any

import pytest

from domain.lane import Lane
from domain.publication import State
from services.posting.compose import QueueRequest
from support.odd_media import ODD_IMAGES, film
from support.office import Office, World

A_MINUTE = 60.0


@pytest.fixture
def office(world: World) -> Office:
    world.outside.post("/graph/settings", video_processing_seconds=0.2)
    return world.team()


def queue(office: Office, path: Path, placement: str, *, force: bool = False) -> int:
    """Queue a file, due now; return its number."""

    async def queued() -> int:
        storyline, workspace = office.world.storyline, office.workspace.id
        item = await storyline.ingest.import_file(path, workspace_id=workspace, actor="test")
        request = QueueRequest(workspace_id=workspace, media=(item.id,), placement=placement, force=force)
        (job,) = await storyline.queue.add(request, by="test")
        return job.publication.id

    return office.world.run(queued())


def shown(office: Office) -> list[dict[str, Any]]:
    return office.world.outside.phone()[office.account.id]


@pytest.mark.parametrize("name", ["palette.png", "phone.heic", "cmyk.jpg", "tall.jpg"])
def test_a_picture_that_instagram_does_not_take_is_posted_as_one_that_it_takes(
    office: Office, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(ODD_IMAGES[name]())

    publication = office.until_state(queue(office, path, "feed"), State.PUBLISHED, within=A_MINUTE)

    (post,) = shown(office)
    assert publication.lane is Lane.AUTO
    assert 4 / 5 <= post["width"] / post["height"] <= 1.91


def test_a_video_in_a_container_that_instagram_does_not_take_is_posted(
    office: Office, tmp_path: Path
) -> None:
    path = tmp_path / "film.mkv"
    path.write_bytes(film("mkv"))

    office.until_state(queue(office, path, "reel"), State.PUBLISHED, within=A_MINUTE)

    (post,) = shown(office)
    assert post["kind"] == "reel"


def test_a_file_that_cannot_be_prepared_comes_as_a_card_that_tells_why(
    office: Office, tmp_path: Path
) -> None:
    path, whole = tmp_path / "film.mkv", film("mkv", size=(640, 360))
    path.write_bytes(whole[: len(whole) // 3])

    publication_id = queue(office, path, "reel")

    card = office.card(publication_id, within=A_MINUTE)
    assert "could not be made ready for this" in card["caption"]
    assert office.publication(publication_id).state is State.WITH_TEAM


def test_a_story_that_is_too_long_comes_as_a_card_until_the_team_has_it_trimmed(
    office: Office, tmp_path: Path
) -> None:
    path, storyline = tmp_path / "film.mp4", office.world.storyline
    path.write_bytes(film("mp4", seconds=62, size=(90, 160)))

    whole = queue(office, path, "story")
    card = office.card(whole, within=A_MINUTE)
    office.world.run(storyline.workspaces.set(office.workspace.id, "long_videos", "trim", by="test"))
    office.until_state(queue(office, path, "story", force=True), State.PUBLISHED, within=A_MINUTE)

    assert "the video's length is 62.0 s, it must be 3 s to 60 s" in card["caption"]
    assert [post["kind"] for post in shown(office)] == ["story"]
