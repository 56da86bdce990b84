"""The original of a photo takes the place of the smaller picture that Telegram made of it."""

import datetime as dt
from pathlib import Path

import pytest

from domain.contribution import Contribution, ContributionAction, ContributionStage, FileForm, FileStage
from domain.media import Need
from domain.publication import Event
from services.messages import ShowContribution
from support.chat_media import RETENTION, ContributionWorld, blocks

SMALL, LARGE = (90, 160), (900, 1600)


async def photo_sent(team: ContributionWorld, caption: str = "Dawn") -> Contribution:
    return await team.sent_as(blocks(1, SMALL), form=FileForm.PHOTO, caption=caption)


async def test_an_original_goes_out_at_the_photo_s_time_with_what_was_said_of_it(
    team: ContributionWorld,
) -> None:
    photo = await photo_sent(team)
    await team.pressed(photo, ContributionAction.NEED, Need.MUSIC)
    (before,) = await team.planned()

    original = await team.sent_as(blocks(1, LARGE))

    (job,) = await team.planned()
    (item,) = (await team.outlook(original)).taken
    assert job.publication.id == before.publication.id
    assert job.publication.planned_at == before.publication.planned_at
    assert job.post.media[0].id == item.id
    assert (job.post.caption, set(job.post.needs)) == ("Dawn", {Need.MUSIC})
    assert (item.description.caption, item.facts.width) == ("Dawn", 900)
    assert (await team.outlook(original)).lookalikes == []
    (told,) = await team.files_of(original)
    assert told.detail == f"it took the place of the smaller photo, no. {before.post.media[0].id}"


async def test_the_answer_to_the_photo_says_so_too(team: ContributionWorld) -> None:
    photo = await photo_sent(team)

    original = await team.sent_as(blocks(1, LARGE))

    assert [file.stage for file in await team.files_of(photo)] == [FileStage.REPLACED]
    assert await team.told() == [
        ShowContribution(contribution_id=contribution.id) for contribution in (photo, photo, original)
    ]


async def test_the_photo_is_retired_and_deleted_after_a_day(team: ContributionWorld) -> None:
    photo = await photo_sent(team)
    await team.sent_as(blocks(1, LARGE))

    team.clock.advance(RETENTION + dt.timedelta(minutes=1))
    removed = await team.sweeper.sweep()

    small, large = await team.library()
    assert removed == 1
    assert [file.stage for file in await team.files_of(photo)] == [FileStage.REMOVED]
    assert (small.is_retired, small.missing_since is None) == (True, False)
    assert (large.is_retired, large.missing_since) == (False, None)


async def test_an_original_of_what_was_only_kept_is_only_kept(team: ContributionWorld) -> None:
    await team.pressed(await photo_sent(team), ContributionAction.LIBRARY)

    await team.sent_as(blocks(1, LARGE))

    assert await team.planned() == []


async def test_what_is_out_of_the_queue_is_not_replaced(team: ContributionWorld) -> None:
    await photo_sent(team)
    (job,) = await team.planned()
    async with team.database.begin() as uow:
        await uow.publications.apply(job.publication, Event.TAKEN_OVER, at=team.clock.now(), actor="user:1")
        await uow.commit()

    original = await team.sent_as(blocks(1, LARGE))

    assert len((await team.outlook(original)).lookalikes) == 1


@pytest.mark.parametrize(
    ("size", "later"),
    [
        (SMALL, dt.timedelta(0)),
        ((900, 1500), dt.timedelta(0)),
        (LARGE, dt.timedelta(days=2)),
    ],
)
async def test_what_may_be_another_picture_replaces_nothing(
    team: ContributionWorld, size: tuple[int, int], later: dt.timedelta
) -> None:
    photo = await photo_sent(team)
    team.clock.advance(later)

    other = await team.sent_as(blocks(1, size) + b"another end")

    assert len((await team.outlook(photo)).taken) == 1
    assert len((await team.outlook(other)).lookalikes) == 1


async def test_an_original_is_answered_whatever_became_of_the_photo_s_file(team: ContributionWorld) -> None:
    await photo_sent(team)
    (photo,) = await team.library()
    Path(photo.path).unlink()  # noqa: ASYNC240  (a moment)
    await team.send(0, content=blocks(1, SMALL), form=FileForm.PHOTO)
    async with team.database.begin() as uow:
        await uow.media.missing([photo.id], at=team.clock.now())
        await uow.commit()
    await team.settle()

    original = await team.sent_as(blocks(1, LARGE))

    assert original.stage is ContributionStage.ANSWERED
