"""People change the plan, and nothing else of it is disturbed."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable

import pytest

from domain.errors import StorylineError
from domain.ids import MediaId, PublicationId
from domain.publication import Event, State
from domain.season import Season
from domain.terms import FOREVER, Terms
from services.ports import Job
from services.posting.edit_plan import PlanEditor
from services.posting.plan import PlanningService
from support.fake_network import FAKE
from support.posting_world import PostingWorld

HOUR = dt.timedelta(hours=1)


def planner(world: PostingWorld) -> PlanningService:
    return PlanningService(database=world.database, networks={FAKE: world.publisher.network()})


def editor(world: PostingWorld) -> PlanEditor:
    return PlanEditor(database=world.database, clock=world.clock, queue=world.queue, planning=planner(world))


async def plan(world: PostingWorld, *, media: int = 9) -> list[Job]:
    """Plan two days with three slots each, and return what is planned, earliest first."""
    await world.workspaces.set(world.workspace.id, "horizon_days", "3", by="test")
    for _ in range(media):
        await world.media()
    await planner(world).fill(world.clock.now())
    return await planned(world)


async def planned(world: PostingWorld) -> list[Job]:
    async with world.database.read() as look:
        jobs = await look.publications.find(world.workspace.id, states=(State.SCHEDULED,))
    return sorted(jobs, key=lambda job: job.publication.planned_at)


def times(jobs: list[Job]) -> dict[PublicationId, dt.datetime]:
    return {job.publication.id: job.publication.planned_at for job in jobs}


async def test_two_exchange_their_times_and_slots(world: PostingWorld) -> None:
    jobs = await plan(world)
    one, other = jobs[0].publication, jobs[-1].publication

    await editor(world).swap(world.workspace.id, one.id, other.id, by="user:1")

    after = times(await planned(world))
    before = times(jobs)
    assert (after[one.id], after[other.id]) == (before[other.id], before[one.id])
    assert {number: at for number, at in after.items() if number not in {one.id, other.id}} == {
        number: at for number, at in before.items() if number not in {one.id, other.id}
    }
    assert (await planner(world).fill(world.clock.now())).planned == 0


async def test_what_was_moved_stays_where_it_was_moved_to(world: PostingWorld) -> None:
    jobs = await plan(world)
    moved = jobs[1].publication
    at = moved.planned_at + HOUR

    await editor(world).move(world.workspace.id, moved.id, at=at, by="user:1")
    report = await planner(world).fill(world.clock.now())

    assert (report.planned, report.withdrawn) == (0, 0)
    assert times(await planned(world)) == times(jobs) | {moved.id: at}


async def test_a_cancelled_ones_slot_gets_something_else(world: PostingWorld) -> None:
    jobs = await plan(world)
    dropped = jobs[0]

    await editor(world).cancel(world.workspace.id, dropped.publication.id, by="user:1")

    after = await planned(world)
    assert [job.publication.planned_at for job in after] == [job.publication.planned_at for job in jobs]
    assert after[0].publication.id != dropped.publication.id
    assert after[0].post.media != dropped.post.media
    assert [job.publication.id for job in after[1:]] == [job.publication.id for job in jobs[1:]]


async def test_a_slot_may_be_left_empty(world: PostingWorld) -> None:
    jobs = await plan(world)

    await editor(world).cancel(world.workspace.id, jobs[0].publication.id, leave_empty=True, by="user:1")
    await planner(world).fill(world.clock.now())

    assert times(await planned(world)) == times(jobs[1:])


async def test_an_inserted_one_stands_beside_the_slots(world: PostingWorld) -> None:
    jobs = await plan(world)
    extra = await world.media()
    at = world.clock.now() + HOUR

    [added] = await editor(world).insert(world.workspace.id, extra, at=at, by="user:1")
    report = await planner(world).fill(world.clock.now())

    assert report.planned == 0
    assert times(await planned(world)) == times(jobs) | {added.publication.id: at}


@pytest.mark.parametrize(
    "terms", [Terms(held_until=FOREVER), Terms(season=Season(first="06-01", last="06-02"))]
)
async def test_what_is_held_is_not_inserted(sqlite_world: PostingWorld, terms: Terms) -> None:
    world = sqlite_world
    extra = await world.media()
    await editor(world).set_terms(world.workspace.id, extra, terms, by="user:1")

    with pytest.raises(StorylineError, match="held, too old or out of season"):
        await editor(world).insert(world.workspace.id, extra, at=world.clock.now() + HOUR, by="user:1")


async def test_nothing_is_moved_or_swapped_to_where_its_terms_forbid_it(sqlite_world: PostingWorld) -> None:
    jobs = await plan(sqlite_world)
    first, last = jobs[0], jobs[-1]
    edit, where = editor(sqlite_world), sqlite_world.workspace.id
    soon = Terms(not_after=last.publication.planned_at - HOUR)
    await edit.set_terms(where, first.post.media[0].id, soon, by="user:1")

    with pytest.raises(StorylineError, match="is held, too old or out of season then"):
        await edit.move(where, first.publication.id, at=last.publication.planned_at, by="user:1")
    with pytest.raises(StorylineError, match="is held, too old or out of season then"):
        await edit.swap(where, last.publication.id, first.publication.id, by="user:1")

    assert times(await planned(sqlite_world)) == times(jobs)


@pytest.mark.parametrize("change", ["move", "swap", "cancel", "hold"])
async def test_of_a_change_and_the_claim_of_the_same_publication_one_wins(
    world: PostingWorld, change: str
) -> None:
    first, other, *_ = await plan(world)
    due = first.publication
    edit, where = editor(world), world.workspace.id
    world.clock.advance(due.planned_at - world.clock.now())
    acts: dict[str, Callable[[], Awaitable[object]]] = {
        "move": lambda: edit.move(where, due.id, at=due.planned_at + HOUR, by="user:1"),
        "swap": lambda: edit.swap(where, due.id, other.publication.id, by="user:1"),
        "cancel": lambda: edit.cancel(where, due.id, leave_empty=True, by="user:1"),
        "hold": lambda: edit.set_terms(where, first.post.media[0].id, Terms(held_until=FOREVER), by="user:1"),
    }

    outcome, _ = await asyncio.gather(acts[change](), world.work(), return_exceptions=True)
    while await world.work():
        pass

    is_out = await world.state(due.id) is State.PUBLISHED
    assert isinstance(outcome, StorylineError) or not is_out or change == "hold"
    assert is_out or await world.state(due.id) in {State.SCHEDULED, State.CANCELLED}
    # Who changed places with it goes out in its stead.
    others_out = await world.state(other.publication.id) is State.PUBLISHED
    assert len(world.publisher.posts) == is_out + others_out == (is_out or change == "swap")
    waiting = [job.publication.planned_at for job in await planned(world)]
    assert len(set(waiting)) == len(waiting)


async def test_what_is_held_leaves_the_plan_and_its_slot_gets_something_else(world: PostingWorld) -> None:
    jobs = await plan(world)
    held = jobs[2].post.media[0].id

    gone = await editor(world).set_terms(
        world.workspace.id, held, Terms(held_until=world.clock.now() + 30 * 24 * HOUR), by="user:1"
    )

    after = await planned(world)
    assert gone == [jobs[2].publication.id]
    assert [job.publication.planned_at for job in after] == [job.publication.planned_at for job in jobs]
    assert held not in {job.post.media[0].id for job in after}


async def test_a_slot_that_is_over_keeps_what_it_had(sqlite_world: PostingWorld) -> None:
    jobs = await plan(sqlite_world)
    edit, where = editor(sqlite_world), sqlite_world.workspace.id
    sqlite_world.clock.advance(jobs[1].publication.planned_at - sqlite_world.clock.now() + HOUR)

    await edit.cancel(where, jobs[0].publication.id, by="user:1")
    await edit.set_terms(where, jobs[1].post.media[0].id, Terms(held_until=FOREVER), by="user:1")

    async with sqlite_world.database.read() as look:
        filled = await look.plan.filled_slots(since=jobs[0].publication.planned_at.date())
    assert {jobs[0].publication.id, jobs[1].publication.id} <= {slot.publication_id for slot in filled}


async def test_every_change_is_in_the_audit_log(sqlite_world: PostingWorld) -> None:
    world = sqlite_world
    one, two, three, *_ = [job.publication.id for job in await plan(world)]
    edit, where = editor(world), world.workspace.id

    await edit.swap(where, one, two, by="user:1")
    await edit.move(where, one, at=world.clock.now() + HOUR, by="user:2")
    await edit.cancel(where, three, by="user:3")

    async with world.database.read() as look:
        log = [(entry.actor, entry.action) for entry in await look.audit.find(where, limit=4)]
    assert log == [
        ("user:3", "plan_cancelled"),
        ("user:2", "plan_moved"),
        ("user:1", "plan_swapped"),
        ("user:1", "plan_swapped"),
    ]


async def test_what_does_not_wait_for_its_time_is_not_changed(sqlite_world: PostingWorld) -> None:
    world = sqlite_world
    shown = await world.in_state(State.WITH_TEAM)
    edit, where, number = editor(world), world.workspace.id, shown.publication.id

    with pytest.raises(StorylineError, match="is with team; only what waits can be changed"):
        await edit.move(where, number, at=world.clock.now() + HOUR, by="user:1")
    with pytest.raises(StorylineError, match="There is no publication 99"):
        await edit.cancel(where, PublicationId(99), by="user:1")
    with pytest.raises(StorylineError, match="That time is over"):
        await edit.move(where, number, at=world.clock.now(), by="user:1")
    with pytest.raises(StorylineError, match="There is no media 99"):
        await edit.set_terms(where, MediaId(99), Terms(), by="user:1")


async def test_a_changed_schedule_plans_anew_what_nobody_touched(world: PostingWorld) -> None:
    jobs = await plan(world)
    touched = jobs[3].publication
    at = touched.planned_at + HOUR
    await editor(world).move(world.workspace.id, touched.id, at=at, by="user:1")

    await world.workspaces.set(world.workspace.id, "posts_per_day", "2", by="test")
    report = await planner(world).fill(world.clock.now())

    after = await planned(world)
    assert report.withdrawn == len(jobs) - 1
    assert touched.id in times(after)
    assert at in times(after).values()
    by_day = [job.publication.planned_at.date() for job in after if job.publication.id != touched.id]
    assert max(by_day.count(day) for day in by_day) <= 2
    assert (await planner(world).fill(world.clock.now())).withdrawn == 0
    async with world.database.read() as look:
        history = await look.publications.history(jobs[0].publication.id)
    assert (history[-1].event, history[-1].reason) == (Event.CANCELLED, "the schedule changed")


async def test_an_account_with_a_schedule_of_its_own_is_planned_by_that(world: PostingWorld) -> None:
    await world.workspaces.set(
        world.workspace.id, "posts_per_day", "1", account_id=world.account.id, by="test"
    )

    jobs = await plan(world)

    assert len({job.publication.planned_at.date() for job in jobs}) == len(jobs) == 3
