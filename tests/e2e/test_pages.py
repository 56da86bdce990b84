"""A Facebook Page through the real product: every kind of post goes out once, whatever its call meets."""

import dataclasses
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from domain.account import AccessToken, Account
from domain.publication import State
from services.posting.compose import QueueRequest
from support.made_media import film, picture
from support.office import Office, World

_numbers = itertools.count(1)


@dataclasses.dataclass(frozen=True, kw_only=True)
class PageOffice:
    """A team with a Page."""

    office: Office
    page: Account

    def queue(self, placement: str, *files: Path, **wishes: Any) -> int:
        """Queue something for the Page, due now; return its number."""
        return self.office.world.run(self._queued(placement, files, wishes))

    async def _queued(self, placement: str, files: tuple[Path, ...], wishes: dict[str, Any]) -> int:
        storyline, workspace = self.office.world.storyline, self.office.workspace.id
        items = [
            await storyline.ingest.import_file(path, workspace_id=workspace, actor="test") for path in files
        ]
        request = QueueRequest(
            workspace_id=workspace,
            media=tuple(item.id for item in items),
            placement=placement,
            account_names=(self.page.name,),
        )
        (job,) = await storyline.queue.add(dataclasses.replace(request, **wishes), by="test")
        return job.publication.id

    def shown(self) -> list[dict[str, Any]]:
        """Return what the Page shows, stories included."""
        pages = self.office.world.outside.get("/graph/pages")["pages"]
        (page,) = [each for each in pages if each["id"] == self.page.external_id]
        return [*page["posts"], *page["stories"]]


@pytest.fixture
def page_office(world: World) -> PageOffice:
    world.outside.post("/graph/settings", video_processing_seconds=0.2)
    number = next(_numbers)
    page_id, token = f"1600{number:011}", f"EAAend-to-end-page-token-{number:04}"
    name = f"Corner Bakery {number}"
    world.outside.post("/graph/pages", id=page_id, name=name, token=token)
    office = world.team()
    page = world.run(
        world.storyline.accounts.add(
            office.workspace.id,
            platform="facebook",
            external_id=page_id,
            name=name,
            login=None,
            token=AccessToken(token),
            by="test",
        )
    )
    return PageOffice(office=office, page=page)


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{number}.jpg" for number in range(2)]
    for shade, path in zip((40, 200), paths, strict=True):
        path.write_bytes(picture(540, 960, shade=shade))
    return paths


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    film(tmp_path / "clip.mp4", width=540, height=960)
    return tmp_path / "clip.mp4"


Queued = Callable[[PageOffice, list[Path], Path], int]
KINDS: dict[str, tuple[str, Queued]] = {
    "text": ("page_post", lambda at, photos, clip: at.queue("text", caption="Fresh bread")),
    "link": ("page_post", lambda at, photos, clip: at.queue("link", link="https://bakery.example/")),
    "photos": ("page_post", lambda at, photos, clip: at.queue("photo", *photos, caption="Two loaves")),
    "photo story": ("page_photo_story", lambda at, photos, clip: at.queue("story", photos[0])),
    "video": ("page_video", lambda at, photos, clip: at.queue("video", clip, caption="The oven")),
    "reel": ("page_reel_finish", lambda at, photos, clip: at.queue("reel", clip, caption="Kneading")),
    "video story": ("page_video_story_finish", lambda at, photos, clip: at.queue("story", clip)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_post_goes_out_once(
    page_office: PageOffice, photos: list[Path], clip: Path, kind: str
) -> None:
    _, queued = KINDS[kind]

    publication_id = queued(page_office, photos, clip)

    publication = page_office.office.until_state(publication_id, State.PUBLISHED)
    assert publication.platform_post_id
    assert publication.failure is None
    assert len(page_office.shown()) == 1


@pytest.mark.parametrize("effect", ["lose_answer", "refuse_after", "refuse", "drop"])
@pytest.mark.parametrize("kind", ["photos", "reel"])
def test_an_unclear_answer_ends_in_one_post(
    page_office: PageOffice, photos: list[Path], clip: Path, kind: str, effect: str
) -> None:
    operation, queued = KINDS[kind]
    page_office.office.world.outside.fault(
        "graph", operation, effect, remaining=1, subject={"page": page_office.page.external_id}
    )

    publication_id = queued(page_office, photos, clip)

    page_office.office.until_state(publication_id, State.PUBLISHED)
    assert len(page_office.shown()) == 1
