"""The planner fills the slots of the next days, each once."""

import asyncio
import dataclasses
import datetime as dt
from typing import cast

import pytest
from sqlalchemy import event

from domain.account import AccountState
from domain.ids import PlatformName
from domain.media import Description, LockReason, Need
from domain.publication import COMMAND_LINE, Event
from repositories.unit_of_work import SqlDatabase
from services.posting.plan import Lack, PlanningService, PlanReport
from services.unit_of_work import Database
from support.fake_network import FAKE, STORY, FakePublisher
from support.plans import NOW, add_account, add_media, add_workspace, queued, sent

ALL_DONE = PlanReport(planned=0, lacks=())


@pytest.fixture
def planning(database: Database) -> PlanningService:
    return PlanningService(database=database, networks={FAKE: FakePublisher().network()})


async def test_the_coming_slots_of_today_and_tomorrow_are_filled(
    planning: PlanningService, database: Database
) -> None:
    workspace_id, account_id = await add_workspace(database, window="09:00-21:00", posts_per_day="3")
    await add_media(database, workspace_id, count=9)

    report = await planning.fill(NOW)

    jobs = await queued(database, workspace_id)
    assert report == PlanReport(planned=5, lacks=())
    assert [job.publication.planned_at for job in jobs] == [
        dt.datetime(2026, 3, 10, 15, tzinfo=dt.UTC),
        dt.datetime(2026, 3, 10, 19, tzinfo=dt.UTC),
        dt.datetime(2026, 3, 11, 11, tzinfo=dt.UTC),
        dt.datetime(2026, 3, 11, 15, tzinfo=dt.UTC),
        dt.datetime(2026, 3, 11, 19, tzinfo=dt.UTC),
    ]
    assert {(job.account.id, job.publication.placement) for job in jobs} == {(account_id, "story")}


async def test_each_slot_gets_media_of_its_own_with_what_is_said_of_it(
    planning: PlanningService, database: Database
) -> None:
    workspace_id, _ = await add_workspace(database, posts_per_day="1")
    said = Description(caption="The pier.", link="https://example.org", needs=frozenset({Need.MUSIC}))
    media = await add_media(database, workspace_id, count=2, description=said)

    await planning.fill(NOW)

    jobs = await queued(database, workspace_id)
    assert [job.post.media[0].id for job in jobs] == media
    assert (jobs[0].post.caption, jobs[0].post.link) == ("The pier.", "https://example.org")
    assert jobs[0].post.needs == {Need.MUSIC, Need.LINK}


async def test_a_second_round_finds_nothing_to_do(planning: PlanningService, database: Database) -> None:
    workspace_id, _ = await add_workspace(database)
    await add_media(database, workspace_id, count=9)
    await planning.fill(NOW)

    assert await planning.fill(NOW) == ALL_DONE


async def test_a_slot_is_not_filled_again_when_its_publication_was_taken_out(
    planning: PlanningService, database: Database
) -> None:
    workspace_id, _ = await add_workspace(database)
    await add_media(database, workspace_id, count=9)
    await planning.fill(NOW)
    async with database.begin() as uow:
        for job in await uow.publications.find(workspace_id):
            await uow.publications.apply(job.publication, Event.CANCELLED, at=NOW, actor=COMMAND_LINE)
        await uow.commit()

    assert await planning.fill(NOW) == ALL_DONE


async def test_several_planners_at_once_fill_each_slot_once(database: Database) -> None:
    workspace_id, _ = await add_workspace(database, posts_per_day="4")
    await add_media(database, workspace_id, count=30)
    planners = [
        PlanningService(database=database, networks={FAKE: FakePublisher().network()}) for _ in range(4)
    ]

    reports = await asyncio.gather(*(planner.fill(NOW) for planner in planners))

    jobs = await queued(database, workspace_id)
    slots = [job.publication.planned_at for job in jobs]
    assert sum(report.planned for report in reports) == len(slots) == len(set(slots))
    assert len({job.post.media[0].id for job in jobs}) == len(jobs)


async def test_planners_of_different_slots_do_not_choose_the_same_item(database: Database) -> None:
    workspace_id, _ = await add_workspace(database, posts_per_day="8", horizon_days="3", misfire_hours="168")
    await add_media(database, workspace_id, count=60)
    planners = [
        PlanningService(database=database, networks={FAKE: FakePublisher().network()}) for _ in range(3)
    ]

    # Each finds another slot free first.
    await asyncio.gather(
        *(planner.fill(NOW + dt.timedelta(hours=12 * number)) for number, planner in enumerate(planners))
    )

    jobs = await queued(database, workspace_id)
    assert len({job.post.media[0].id for job in jobs}) == len(jobs) >= 20


async def test_slots_that_no_media_is_left_for_are_told(
    planning: PlanningService, database: Database
) -> None:
    workspace_id, account_id = await add_workspace(database, window="13:00-23:00", posts_per_day="3")
    await add_media(database, workspace_id, count=2)

    report = await planning.fill(NOW)

    assert report == PlanReport(
        planned=2, lacks=(Lack(workspace_id=workspace_id, account_id=account_id, slots=4),)
    )


async def test_what_rested_longest_goes_first(planning: PlanningService, database: Database) -> None:
    workspace_id, account_id = await add_workspace(database, posts_per_day="2", window="13:00-21:00")
    lately, long_ago, locked, never = await add_media(database, workspace_id, count=4)
    async with database.begin() as uow:
        await uow.media.lock(
            [lately], account_id, until=NOW, reason=LockReason.POSTED, at=NOW - dt.timedelta(days=40)
        )
        await uow.media.lock(
            [long_ago], account_id, until=NOW, reason=LockReason.POSTED, at=NOW - dt.timedelta(days=90)
        )
        await uow.media.lock([locked], account_id, until=None, reason=LockReason.REJECTED, at=NOW)
        await uow.commit()

    report = await planning.fill(NOW)

    assert [job.post.media[0].id for job in await queued(database, workspace_id)] == [
        never,
        long_ago,
        lately,
    ]
    assert [lack.slots for lack in report.lacks] == [1]


async def test_what_was_locked_after_it_was_planned_makes_way(
    planning: PlanningService, database: Database
) -> None:
    workspace_id, account_id = await add_workspace(database, posts_per_day="2")
    await add_media(database, workspace_id, count=6)
    await planning.fill(NOW)
    before = await queued(database, workspace_id)
    posted, retired = (job.post.media[0].id for job in before[1:])
    async with database.begin() as uow:
        until = NOW + dt.timedelta(days=30)
        await uow.media.lock([posted], account_id, until=until, reason=LockReason.POSTED, at=NOW)
        await uow.media.retire([retired], is_retired=True)
        await uow.commit()

    report = await planning.fill(NOW)

    waiting = [job for job in await queued(database, workspace_id) if not job.publication.state.is_final]
    assert (report.withdrawn, report.planned) == (2, 2)
    assert [job.publication.planned_at for job in waiting] == [job.publication.planned_at for job in before]
    assert not {job.post.media[0].id for job in waiting} & {posted, retired}
    [told] = await sent(database)
    start, _, why = told.partition(" made way: ")
    assert start == "🗓 profile-1: 2 planned posts nobody had touched"
    assert why.startswith("what it shows was posted, skipped")


async def test_every_account_has_slots_of_its_own(planning: PlanningService, database: Database) -> None:
    workspace_id, first = await add_workspace(database, posts_per_day="1")
    second = await add_account(database, workspace_id, number=2)
    await add_media(database, workspace_id, count=9)

    await planning.fill(NOW)

    accounts = [job.account.id for job in await queued(database, workspace_id)]
    assert sorted(accounts) == [first, first, second, second]


async def test_nothing_is_planned_for_who_wants_nothing_or_whose_platform_is_not_there(
    planning: PlanningService, database: Database
) -> None:
    idle, _ = await add_workspace(database, chat=-2, posts_per_day="0")
    stranger, _ = await add_workspace(database, chat=-4, platform="unknown")
    for workspace_id in (idle, stranger):
        await add_media(database, workspace_id, count=9)

    assert await planning.fill(NOW) == ALL_DONE


async def test_an_account_that_needs_reconnecting_is_planned_for_because_the_team_can_post(
    planning: PlanningService, database: Database
) -> None:
    workspace_id, account_id = await add_workspace(database, posts_per_day="1")
    await add_media(database, workspace_id, count=9)
    async with database.begin() as uow:
        await uow.accounts.set_state(account_id, AccountState.NEEDS_RECONNECT)
        await uow.commit()

    assert (await planning.fill(NOW)).planned == 2


async def test_slots_are_times_on_the_walls_of_the_workspace(
    planning: PlanningService, database: Database
) -> None:
    workspace_id, _ = await add_workspace(
        database, zone="Pacific/Auckland", window="09:00-21:00", posts_per_day="1"
    )
    await add_media(database, workspace_id, count=9)

    await planning.fill(NOW)  # one in the morning of the 11th there

    assert [job.publication.planned_at for job in await queued(database, workspace_id)] == [
        dt.datetime(2026, 3, 11, 2, tzinfo=dt.UTC),
        dt.datetime(2026, 3, 12, 2, tzinfo=dt.UTC),
    ]


async def test_after_midnight_the_rest_of_yesterdays_window_counts(
    planning: PlanningService, database: Database
) -> None:
    workspace_id, _ = await add_workspace(database, window="20:00-04:00", posts_per_day="4")
    await add_media(database, workspace_id, count=20)

    await planning.fill(dt.datetime(2026, 3, 10, 0, 30, tzinfo=dt.UTC))

    first = (await queued(database, workspace_id))[0]
    assert first.publication.planned_at == dt.datetime(2026, 3, 10, 1, tzinfo=dt.UTC)


async def test_a_round_with_nothing_to_do_takes_as_many_statements_for_twenty_workspaces_as_for_one(
    planning: PlanningService, database: SqlDatabase
) -> None:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    engine = database._engine.sync_engine  # pyright: ignore[reportPrivateUsage] -- counts what is really sent
    event.listen(engine, "before_cursor_execute", note)
    counts: list[int] = []
    for chats in (range(1, 2), range(2, 21)):
        for chat in chats:
            workspace_id, _ = await add_workspace(database, chat=-chat, posts_per_day="1")
            await add_media(database, workspace_id, count=2)
        await planning.fill(NOW)
        statements.clear()
        assert await planning.fill(NOW) == ALL_DONE
        counts.append(len([sent for sent in statements if sent.startswith("SELECT")]))

    assert counts[0] == counts[1] <= 4


async def test_an_account_that_cannot_be_planned_for_keeps_no_other_waiting(database: Database) -> None:
    odd, _ = await add_workspace(database, chat=-1, platform="odd")
    other, _ = await add_workspace(database, chat=-2)
    for workspace_id in (odd, other):
        await add_media(database, workspace_id, count=9)
    network = FakePublisher().network()
    wrong = dataclasses.replace(STORY, min_media=cast("int", None))
    capabilities = dataclasses.replace(network.capabilities, placements={"story": wrong})
    networks = {FAKE: network, PlatformName("odd"): dataclasses.replace(network, capabilities=capabilities)}

    with pytest.raises(TypeError):
        await PlanningService(database=database, networks=networks).fill(NOW)

    assert await queued(database, odd) == []
    assert len(await queued(database, other)) == 5
    assert await PlanningService(database=database, networks=networks).fill(NOW, only=other) == ALL_DONE
