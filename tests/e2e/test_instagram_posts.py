"""Every kind of Instagram post through the real product: it goes out once, whatever its call meets."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from domain.account import AccountState
from domain.publication import State
from services.posting.compose import QueueRequest
from support.made_media import film, picture
from support.office import Office, World

A_MINUTE = 60.0
NOT_READY = {"error": {"message": "Media ID is not available", "code": 9007, "error_subcode": 2207027}}
SPAM = {"error": {"message": "Application request limit reached", "code": 4, "error_subcode": 2207051}}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Made:
    """Files of a team."""

    clip: Path
    cover: Path
    squares: tuple[Path, Path]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    clip, cover = tmp_path / "clip.mp4", tmp_path / "cover.jpg"
    film(clip, streamable=True)
    cover.write_bytes(picture(90, 160, shade=120))
    squares = tmp_path / "left.jpg", tmp_path / "right.jpg"
    for shade, square in zip((40, 200), squares, strict=True):
        square.write_bytes(picture(100, 100, shade=shade))
    return Made(clip=clip, cover=cover, squares=squares)


@pytest.fixture
def office(world: World) -> Office:
    world.outside.post("/graph/settings", video_processing_seconds=0.2)
    return world.team()


def queue(office: Office, made: Made, kind: str) -> int:
    """Queue a post of this kind, due now; return its number."""
    return office.world.run(_queued(office, made, kind))


async def _queued(office: Office, made: Made, kind: str) -> int:
    storyline, workspace = office.world.storyline, office.workspace.id
    placement, files, cover = {
        "story": ("story", (made.clip,), None),
        "feed": ("feed", made.squares[:1], None),
        "reel": ("reel", (made.clip,), made.cover),
        "carousel": ("carousel", (*made.squares, made.clip), None),
    }[kind]
    paths = (*files, cover) if cover else files
    items = [await storyline.ingest.import_file(path, workspace_id=workspace, actor="test") for path in paths]
    request = QueueRequest(
        workspace_id=workspace,
        media=tuple(item.id for item in items[: len(files)]),
        placement=placement,
        caption=f"A {kind}",
        cover=items[-1].id if cover else None,
    )
    (job,) = await storyline.queue.add(request, by="test")
    return job.publication.id


def goes_wrong(office: Office, effect: str, **more: Any) -> None:
    subject = {"account": office.account.id}
    office.world.outside.fault("graph", "media_publish", effect, remaining=1, subject=subject, **more)


def shown(office: Office) -> list[dict[str, Any]]:
    return office.world.outside.phone()[office.account.id]


@pytest.mark.parametrize("kind", ["story", "feed", "reel", "carousel"])
def test_each_kind_of_post_goes_out_once(office: Office, made: Made, kind: str) -> None:
    publication = office.until_state(queue(office, made, kind), State.PUBLISHED, within=A_MINUTE)

    (post,) = shown(office)
    assert (publication.platform_post_id, post["kind"]) == (post["id"], kind)


@pytest.mark.parametrize("effect", ["lose_answer", "refuse_after", "refuse", "drop"])
@pytest.mark.parametrize("kind", ["reel", "carousel"])
def test_an_unclear_answer_ends_in_one_post(office: Office, made: Made, kind: str, effect: str) -> None:
    goes_wrong(office, effect)

    publication_id = queue(office, made, kind)

    office.until_state(publication_id, State.PUBLISHED, within=A_MINUTE)
    assert len(shown(office)) == 1


def test_a_container_that_is_not_ready_after_all_goes_out_within_the_minute(
    office: Office, made: Made
) -> None:
    goes_wrong(office, "refuse", status=400, body=NOT_READY)

    publication_id = queue(office, made, "feed")

    office.until_state(publication_id, State.PUBLISHED, within=A_MINUTE)
    assert len(shown(office)) == 1


def test_spam_that_did_not_go_out_rests_the_account_and_comes_as_a_card(office: Office, made: Made) -> None:
    goes_wrong(office, "refuse", status=403, body=SPAM)

    publication_id = queue(office, made, "feed")

    publication = office.until_state(publication_id, State.WITH_TEAM, within=A_MINUTE)
    (account,) = office.world.run(office.world.storyline.accounts.find(office.workspace.id))
    assert shown(office) == []
    assert account.state is AccountState.NEEDS_RECONNECT
    assert "let the account rest" in publication.lane_detail
