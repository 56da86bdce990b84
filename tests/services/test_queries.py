import datetime as dt

import pytest

from domain.errors import StorylineError
from domain.ids import ChatId, WorkspaceId
from domain.lane import Lane
from domain.media import Need
from domain.outcome import PostOutcome
from domain.publication import FINAL, State
from services.ports import Job
from services.posting.compose import QueueRequest, Variant
from services.queries import QueryService
from support.fake_network import FAKE
from support.posting_world import PostingWorld

HOUR = dt.timedelta(hours=1)


def queries(world: PostingWorld) -> QueryService:
    return QueryService(
        database=world.database,
        clock=world.clock,
        networks={FAKE: world.publisher.network()},
        posting_enabled=True,
        dry_run=False,
    )


def numbers(jobs: list[Job]) -> list[int]:
    return [job.publication.id for job in jobs]


async def test_the_status_counts_what_is_not_final_and_names_what_comes_next(world: PostingWorld) -> None:
    for state in sorted(State, key=State.PUBLISHING.__eq__):  # last: an account has one of them at a time
        await world.in_state(state)
    tomorrow = await world.queued(at=world.clock.now() + 24 * HOUR)

    status = await queries(world).status(world.workspace.id)

    open_states = set(State) - FINAL
    assert status.counts == {**dict.fromkeys(open_states, 1), State.SCHEDULED: 2}
    assert status.next_job is not None
    assert status.next_job.publication.id < tomorrow
    assert [account.name for account in status.accounts] == ["harbour"]
    assert (status.workspace.id, status.posting_enabled, status.dry_run) == (world.workspace.id, True, False)


async def test_both_lanes_of_a_state_count_together(sqlite_world: PostingWorld) -> None:
    by_hand = await sqlite_world.queued(needs=frozenset({Need.POLL}))
    await sqlite_world.work()
    await sqlite_world.in_state(State.WITH_TEAM)

    status = await queries(sqlite_world).status(sqlite_world.workspace.id)

    assert await sqlite_world.state(by_hand) is State.WITH_TEAM
    assert status.counts == {State.WITH_TEAM: 2}
    assert status.next_job is None


async def test_the_status_of_a_team_that_is_not_there_is_refused(sqlite_world: PostingWorld) -> None:
    with pytest.raises(StorylineError, match="There is no workspace 99"):
        await queries(sqlite_world).status(WorkspaceId(99))


async def test_upcoming_is_what_will_go_out_earliest_first(sqlite_world: PostingWorld) -> None:
    world = sqlite_world
    now = world.clock.now()
    late, soon = await world.queued(at=now + 2 * HOUR), await world.queued(at=now + HOUR)
    for state in FINAL | {State.WITH_TEAM, State.UNCONFIRMED, State.DRAFT}:
        await world.in_state(state)
    asked = (await world.in_state(State.AWAITING_APPROVAL)).publication.id

    assert numbers(await queries(world).upcoming(world.workspace.id)) == [asked, soon, late]
    assert numbers(await queries(world).upcoming(world.workspace.id, limit=1)) == [asked]


async def test_history_is_what_ended_last_first(world: PostingWorld) -> None:
    planned_far_ahead = await world.queued(at=world.clock.now() + 24 * 30 * HOUR)
    await world.queue.cancel(world.workspace.id, [planned_far_ahead], by="test")
    world.clock.advance(HOUR)
    first = await world.queued()
    await world.work()
    world.clock.advance(HOUR)
    second = await world.queued()
    await world.work()
    await world.queued()

    assert numbers(await queries(world).history(world.workspace.id)) == [second, first, planned_far_ahead]
    assert numbers(await queries(world).history(world.workspace.id, limit=1)) == [second]


async def test_publications_are_listed_by_state_or_all(sqlite_world: PostingWorld) -> None:
    world = sqlite_world
    missed, failed = await world.in_state(State.MISSED), await world.in_state(State.FAILED)

    listed = await queries(world).publications(world.workspace.id, states=(State.FAILED,))
    everything = await queries(world).publications(world.workspace.id)

    assert numbers(listed) == [failed.publication.id]
    assert numbers(everything) == [missed.publication.id, failed.publication.id]


async def test_figures_count_how_publications_ended_since_then(world: PostingWorld) -> None:
    await world.queued()
    await world.work()
    world.clock.advance(HOUR)
    since = world.clock.now()
    await world.queued()
    await world.work()
    await world.in_state(State.SKIPPED)
    await world.in_state(State.WITH_TEAM)

    stats = await queries(world).stats(world.workspace.id, since=since)

    assert stats.since == since
    assert stats.counts == {(State.PUBLISHED, Lane.AUTO): 1, (State.SKIPPED, None): 1}
    assert [each.figures.by_bot for each in stats.days] == [2]


async def test_nothing_of_another_team_is_seen(sqlite_world: PostingWorld) -> None:
    world = sqlite_world
    other = await world.workspaces.add(name="Others", chat_id=ChatId(-2), by="test")
    for state in (State.SCHEDULED, State.PUBLISHED):
        await world.in_state(state)
    view = queries(world)

    status = await view.status(other.id)
    assert (status.accounts, status.counts, status.next_job) == ([], {}, None)
    assert await view.upcoming(other.id) == await view.history(other.id) == []
    assert await view.publications(other.id) == []
    assert (await view.stats(other.id, since=world.clock.now() - HOUR)).counts == {}


async def test_what_comes_next_shows_the_lane_it_would_take_now(world: PostingWorld) -> None:
    later = world.clock.now() + HOUR
    for_the_bot = await world.queued(at=later)
    for_a_person = await world.queued(at=later + HOUR, needs=frozenset({Need.STICKER}))

    upcoming = await queries(world).upcoming(world.workspace.id)

    assert [(job.publication.id, job.publication.lane) for job in upcoming] == [
        (for_the_bot, Lane.AUTO),
        (for_a_person, Lane.MANUAL),
    ]


async def test_a_post_is_told_with_what_became_of_it_on_each_account(world: PostingWorld) -> None:
    earlier = await world.queued(at=world.clock.now() + HOUR)
    async with world.database.begin() as uow:
        await uow.accounts.add(
            world.workspace.id,
            platform=FAKE,
            external_id="2",
            name="second",
            login="fake",
            at=world.clock.now(),
        )
        await uow.commit()
    request = QueueRequest(
        workspace_id=world.workspace.id,
        media=(await world.media(),),
        placement="story",
        variants={"second": Variant(caption="Other words")},
    )
    first, second = await world.queue.add(request, by="test")

    await world.queue.cancel(world.workspace.id, [second.publication.id], by="test")
    pending = await queries(world).posts(world.workspace.id)
    await world.work()
    (done, _) = await queries(world).posts(world.workspace.id)

    assert [(post.outcome, numbers(post.jobs)) for post in pending] == [
        (PostOutcome.PENDING, [first.publication.id, second.publication.id]),
        (PostOutcome.PENDING, [earlier]),
    ]
    assert (done.id, done.outcome) == (first.post.id, PostOutcome.PUBLISHED)
    assert len(await queries(world).posts(world.workspace.id, limit=1)) == 1


async def test_what_failed_or_was_missed_waits_to_be_put_back(sqlite_world: PostingWorld) -> None:
    shown = {
        state: await sqlite_world.in_state(state) for state in (State.FAILED, State.MISSED, State.SKIPPED)
    }

    letters = await queries(sqlite_world).dead_letters(sqlite_world.workspace.id, limit=10)

    assert set(numbers(letters)) == {shown[state].publication.id for state in (State.FAILED, State.MISSED)}
