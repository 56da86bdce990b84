import datetime as dt
from pathlib import Path

import pytest

from app.bootstrap import assembled
from app.sandbox_start import FIRST_PUBLICATIONS, set_up
from app.settings import load
from domain.media import LockReason
from domain.publication import State
from sandbox import demo
from services.ports import Job
from support.media_files import image


@pytest.fixture
def media(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of twenty pictures, beside the database of a product that is set up by its environment."""
    folder = tmp_path / "media"
    folder.mkdir()
    for number in range(20):
        (folder / f"{number:02}.jpg").write_bytes(image(size=(108, 192), shade=number))
    for number in (3, 8, 12):
        (folder / f"{number:02}.yml").write_text("needs: [sticker]\n")
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "DATA_DIR": str(tmp_path / "data"),
        "DATABASE_URL": "",
        "TELEGRAM_BOT_TOKEN": demo.BOT_TOKEN,
        "TELEGRAM_CHAT_ID": str(demo.CHAT_ID),
    }.items():
        monkeypatch.setenv(name, value)
    return folder


async def to_come() -> list[Job]:
    async with assembled(load()) as storyline:
        [workspace] = await storyline.workspaces.all()
        return await storyline.queries.publications(workspace.id, states=(State.SCHEDULED,))


async def let_all_go_out() -> None:
    """Empty the queue, and lock what was in it as if it had been posted."""
    jobs = await to_come()
    async with assembled(load()) as storyline:
        [workspace] = await storyline.workspaces.all()
        ids = [job.publication.id for job in jobs]
        await storyline.queue.cancel(workspace.id, ids, by="test")
        async with storyline.database.begin() as uow:
            now = storyline.clock.now()
            for job in jobs:
                await uow.media.lock(
                    [item.id for item in job.post.media],
                    job.account.id,
                    until=now + dt.timedelta(days=30),
                    reason=LockReason.POSTED,
                    at=now,
                )
            await uow.commit()


async def test_a_new_sandbox_has_a_dozen_publications_within_three_minutes(media: Path) -> None:
    said = await set_up(media)

    jobs = await to_come()
    span = jobs[-1].publication.due_at - jobs[0].publication.due_at
    assert said == "12 publications are to come over the next three minutes."
    assert len(jobs) == FIRST_PUBLICATIONS
    assert span < dt.timedelta(minutes=3)
    assert [job.account.name for job in jobs[:3]] == ["harbour.lane", "harbour.kids", "harbour.lane"]
    assert sum(bool(job.post.media[0].description.needs) for job in jobs) == 3
    assert jobs[1].post.media[0].description.needs


async def test_a_sandbox_started_again_goes_on_with_what_is_to_come(media: Path) -> None:
    await set_up(media)

    said = await set_up(media)

    assert said == "It goes on where it was left: 12 scheduled."
    assert len(await to_come()) == FIRST_PUBLICATIONS


async def test_what_was_posted_is_passed_over_as_long_as_there_is_other_media(media: Path) -> None:
    await set_up(media)
    first = {job.post.media[0].path for job in await to_come()}
    await let_all_go_out()

    said = await set_up(media)

    second = [job.post.media[0].path for job in await to_come()]
    assert said == "12 publications are to come over the next three minutes."
    assert not first.intersection(second[:8])
    assert first.issuperset(second[8:])
