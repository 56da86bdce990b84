"""What was sent and never used is deleted after a day; what was used stays for good."""

import datetime as dt
from pathlib import Path

import pytest

from domain.contribution import ContributionAction, FileStage
from domain.publication import Event
from services.messages import SendText
from support.chat_media import RETENTION, ContributionWorld

A_DAY_AND_MORE = RETENTION + dt.timedelta(minutes=1)


async def paths_of(team: ContributionWorld) -> list[Path]:
    return [Path(item.path) for item in await team.library()]


@pytest.fixture
async def unplanned(team: ContributionWorld) -> ContributionWorld:
    """A team without any slot."""
    async with team.database.begin() as uow:
        await uow.workspaces.set_setting(team.workspace_id, "posts_per_day", "0", at=team.clock.now())
        await uow.commit()
    return team


async def test_what_was_never_placed_is_deleted_after_a_day_and_told(unplanned: ContributionWorld) -> None:
    contribution = await unplanned.sent(1, 2)
    paths = await paths_of(unplanned)

    early = await unplanned.sweeper.sweep()
    unplanned.clock.advance(A_DAY_AND_MORE)
    late = await unplanned.sweeper.sweep()

    assert (early, late) == (0, 2)
    assert [path.exists() for path in paths] == [False, False]
    items = await unplanned.library()
    assert all(item.is_retired and item.missing_since for item in items)
    assert [file.stage for file in await unplanned.files_of(contribution)] == [FileStage.REMOVED] * 2
    told = [message for message in await unplanned.told() if isinstance(message, SendText)]
    assert [message.html.split(".")[0] for message in told] == [
        "🗑 2 files of these were used nowhere within 24 hours, and deleted here"
    ]


async def test_what_was_discarded_is_deleted_a_day_after_that(team: ContributionWorld) -> None:
    contribution = await team.sent(1)
    (path,) = await paths_of(team)
    team.clock.advance(A_DAY_AND_MORE)
    await team.sweeper.sweep()
    await team.pressed((await team.outlook(contribution)).contribution, ContributionAction.DISCARD)

    assert await team.sweeper.sweep() == 0
    team.clock.advance(A_DAY_AND_MORE)

    assert await team.sweeper.sweep() == 1
    assert not path.exists()


@pytest.mark.parametrize("wish", [ContributionAction.PLAN, ContributionAction.LIBRARY])
async def test_what_was_planned_or_kept_is_never_deleted(
    team: ContributionWorld, wish: ContributionAction
) -> None:
    await team.pressed(await team.sent(1), wish)
    (path,) = await paths_of(team)

    team.clock.advance(A_DAY_AND_MORE)

    assert await team.sweeper.sweep() == 0
    assert path.exists()


async def test_what_was_posted_and_discarded_afterwards_is_never_deleted(team: ContributionWorld) -> None:
    contribution = await team.sent(1)
    (job,) = await team.planned()
    async with team.database.begin() as uow:
        await uow.publications.apply(job.publication, Event.TAKEN_OVER, at=team.clock.now(), actor="user:1")
        await uow.commit()
    await team.pressed(contribution, ContributionAction.DISCARD)

    team.clock.advance(A_DAY_AND_MORE)

    assert await team.sweeper.sweep() == 0


async def test_what_was_deleted_and_is_sent_again_is_taken_again(team: ContributionWorld) -> None:
    await team.pressed(await team.sent(1), ContributionAction.DISCARD)
    team.clock.advance(A_DAY_AND_MORE)
    await team.sweeper.sweep()

    again = await team.sent(1)

    (item,) = await team.library()
    assert (item.is_retired, item.missing_since) == (False, None)
    assert [file.stage for file in await team.files_of(again)] == [FileStage.TAKEN]
    assert len(await team.planned()) == 1


async def test_what_was_sent_again_outlives_the_message_it_was_deleted_with(team: ContributionWorld) -> None:
    discarded = await team.pressed(await team.sent(1), ContributionAction.DISCARD)
    team.clock.advance(A_DAY_AND_MORE)
    await team.sweeper.sweep()
    await team.sent(1)

    swept = (await team.outlook(discarded)).contribution
    await team.pressed(swept, ContributionAction.NEEDS)
    await team.pressed((await team.outlook(discarded)).contribution, ContributionAction.LIBRARY)
    team.clock.advance(A_DAY_AND_MORE)
    await team.sweeper.sweep()

    (path,) = await paths_of(team)
    assert path.exists()
    assert len(await team.planned()) == 1


async def test_a_file_that_cannot_be_deleted_keeps_no_other(unplanned: ContributionWorld) -> None:
    await unplanned.sent(1)
    await unplanned.sent(2)
    stubborn, other = await paths_of(unplanned)
    stubborn.unlink()
    stubborn.mkdir()
    unplanned.clock.advance(A_DAY_AND_MORE)

    with pytest.raises(OSError, match=stubborn.name):
        await unplanned.sweeper.sweep()

    assert not other.exists()


async def test_what_was_discarded_and_restored_in_the_library_stays(team: ContributionWorld) -> None:
    await team.pressed(await team.sent(1), ContributionAction.DISCARD)
    (item,) = await team.library()
    async with team.database.begin() as uow:
        await uow.media.retire([item.id], is_retired=False)
        await uow.commit()

    team.clock.advance(A_DAY_AND_MORE)
    await team.sweeper.sweep()

    (path,) = await paths_of(team)
    (kept,) = await team.library()
    assert (path.exists(), kept.is_retired, kept.missing_since) == (True, False, None)
