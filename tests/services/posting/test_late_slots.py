"""Every local date has its slots, also those that went by in a pause or while nobody was there to plan."""

import datetime as dt

import pytest

from domain.account import AccountState
from repositories.unit_of_work import SqlDatabase
from services.posting.plan import PlanningService, PlanReport
from services.unit_of_work import Database
from support.fake_network import FAKE, FakePublisher
from support.plans import NOW, add_media, add_workspace, per_date, queued, sent

ALL_DONE = PlanReport(planned=0, lacks=())


@pytest.fixture
def planning(database: Database) -> PlanningService:
    return PlanningService(database=database, networks={FAKE: FakePublisher().network()})


async def test_a_pause_leaves_no_date_without_its_slots(
    planning: PlanningService, database: Database
) -> None:
    workspace_id, _ = await add_workspace(database, chat=-1)
    resting, account_id = await add_workspace(database, chat=-3)
    for each in (workspace_id, resting):
        await add_media(database, each, count=9)
    async with database.begin() as uow:
        await uow.workspaces.set_paused(workspace_id, NOW)
        await uow.accounts.set_state(account_id, AccountState.PAUSED)
        await uow.commit()

    assert (await planning.fill(NOW)).planned == 10


async def test_what_a_long_pause_held_back_is_missed_once_a_day_in_one_message_and_its_media_free(
    planning: PlanningService, database: SqlDatabase
) -> None:
    workspace_id, _ = await add_workspace(database)
    await add_media(database, workspace_id, count=7)
    await planning.fill(NOW)
    async with database.begin() as uow:
        await uow.workspaces.set_paused(workspace_id, NOW)
        await uow.commit()

    reports = [await planning.fill(NOW + dt.timedelta(days=day, hours=12)) for day in range(1, 12)]

    assert await per_date(database) == {dt.date(2026, 3, 10): 2} | {
        dt.date(2026, 3, 11) + dt.timedelta(days=day): 3 for day in range(13)
    }
    assert all(report.lacks == () for report in reports)
    assert [report.missed for report in reports] == [4] + [3] * 10
    told = [text for text in await sent(database) if "missed" in text]
    assert len(told) == 11
    assert told[0].startswith("⏰ 4 planned posts of profile-1 (Tue 10 Mar to Wed 11 Mar) could not go out")
    assert "posting is paused" in told[0]


async def test_the_dates_of_a_long_downtime_are_recorded_as_missed_and_what_is_not_too_late_is_planned(
    planning: PlanningService, database: SqlDatabase
) -> None:
    workspace_id, _ = await add_workspace(database, posts_per_day="3")
    await add_media(database, workspace_id, count=8)
    await planning.fill(NOW)
    back = NOW + dt.timedelta(days=20, hours=4)  # at 16:00, an hour after the second slot

    report = await planning.fill(back)
    again = await planning.fill(back)

    assert (report.missed, report.planned, again) == (5 + 18 * 3, 6, ALL_DONE)
    assert await per_date(database) == {dt.date(2026, 3, 10): 2} | {
        dt.date(2026, 3, 11) + dt.timedelta(days=day): 3 for day in range(21)
    }
    waiting = [
        job.publication for job in await queued(database, workspace_id) if not job.publication.state.is_final
    ]
    assert [publication.planned_at for publication in waiting][:2] == [
        dt.datetime(2026, 3, 30, 11, tzinfo=dt.UTC),
        dt.datetime(2026, 3, 30, 15, tzinfo=dt.UTC),
    ]
    [told] = [text for text in await sent(database) if "missed" in text]
    assert "59 planned posts of profile-1 (Tue 10 Mar to Sun 29 Mar)" in told


async def test_days_without_slots_are_not_made_up_for_when_there_are_slots_again(
    planning: PlanningService, database: SqlDatabase
) -> None:
    workspace_id, _ = await add_workspace(database, posts_per_day="0")
    await add_media(database, workspace_id, count=9)
    for day in range(10):
        await planning.fill(NOW + dt.timedelta(days=day))
    async with database.begin() as uow:
        await uow.workspaces.set_setting(workspace_id, "posts_per_day", "3", at=NOW)
        await uow.commit()

    report = await planning.fill(NOW + dt.timedelta(days=9))

    assert (report.planned, report.missed) == (5, 0)
