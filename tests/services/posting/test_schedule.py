"""The queue on request."""

import dataclasses
import datetime as dt
from typing import Any

import pytest

from domain.card import CardKind
from domain.errors import StorylineError
from domain.ids import AccountId, ChatId, MediaId, PlatformName, PublicationId, WorkspaceId
from domain.lane import Lane
from domain.media import Description, LockReason, Need
from domain.publication import Event, State
from services.ports import Job
from services.posting.compose import QueueRequest
from services.posting.schedule import QueueService, Refusal
from support.fake_network import FAKE
from support.posting_world import PostingWorld

HOUR = dt.timedelta(hours=1)
WITHOUT_STORIES = PlatformName("without-stories")


async def added(world: PostingWorld, **changes: Any) -> list[Job]:
    request = QueueRequest(workspace_id=world.workspace.id, media=(), placement="story")
    if "media" not in changes:
        changes["media"] = (await world.media(),)
    return await world.queue.add(dataclasses.replace(request, **changes), by="test")


async def another_account(world: PostingWorld, name: str, *, platform: PlatformName = FAKE) -> AccountId:
    async with world.database.begin() as uow:
        account_id = await uow.accounts.add(
            world.workspace.id,
            platform=platform,
            external_id=f"id of {name}",
            name=name,
            login="fake",
            at=world.clock.now(),
        )
        await uow.commit()
    return account_id


async def another_team(world: PostingWorld) -> WorkspaceId:
    return (await world.workspaces.add(name="Others", chat_id=ChatId(-2), by="test")).id


async def lock(world: PostingWorld, media_id: MediaId, until: dt.datetime | None) -> None:
    async with world.database.begin() as uow:
        await uow.media.lock(
            [media_id], world.account.id, until=until, reason=LockReason.POSTED, at=world.clock.now()
        )
        await uow.commit()


async def audited(world: PostingWorld) -> list[tuple[str, str, PublicationId | None]]:
    async with world.database.begin() as uow:
        entries = await uow.audit.find(world.workspace.id)
    return [(entry.action, entry.actor, entry.publication_id) for entry in entries]


# Adding.


async def test_what_is_added_is_due_now_and_in_the_log(world: PostingWorld) -> None:
    (job,) = await added(world)

    publication = job.publication
    assert publication.state is State.SCHEDULED
    assert publication.planned_at == publication.due_at == world.clock.now()
    assert job.account == world.account
    assert (await audited(world))[0] == ("queued", "test", publication.id)
    assert await world.history(publication.id) == [Event.QUEUED]


async def test_a_time_and_a_lane_are_taken_over(sqlite_world: PostingWorld) -> None:
    at = sqlite_world.clock.now() + 5 * HOUR

    (job,) = await added(sqlite_world, at=at, lane=Lane.MANUAL)

    assert (job.publication.due_at, job.publication.lane_wish) == (at, Lane.MANUAL)


async def test_every_account_that_takes_the_placement_gets_it_by_default(sqlite_world: PostingWorld) -> None:
    await another_account(sqlite_world, "second")
    await another_account(sqlite_world, "elsewhere", platform=WITHOUT_STORIES)

    jobs = await added(sqlite_world)

    assert [job.account.name for job in jobs] == ["harbour", "second"]
    assert len({job.post.id for job in jobs}) == 1


async def test_an_account_is_named_by_its_name_or_its_id(sqlite_world: PostingWorld) -> None:
    await another_account(sqlite_world, "second")
    await another_account(sqlite_world, "third")

    jobs = await added(sqlite_world, account_names=("second", "id of third"))

    assert [job.account.name for job in jobs] == ["second", "third"]


async def test_an_account_named_twice_gets_it_once(sqlite_world: PostingWorld) -> None:
    jobs = await added(sqlite_world, account_names=("harbour", "1", "harbour"))

    assert len(jobs) == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"account_names": ("harbor",)}, "No account is called harbor. There are: harbour."),
        ({"account_names": ("a", "harbour", "b")}, "No account is called a. There are: harbour."),
        (
            {"placement": "reel"},
            "No connected account takes the placement “reel”; they take story, scheduled.",
        ),
        (
            {"placement": "reel", "account_names": ("harbour",)},
            "harbour takes no placement “reel”; it takes story, scheduled.",
        ),
        ({"media": (MediaId(404), MediaId(405))}, "There is no media 404, 405 in this library."),
        ({"workspace_id": WorkspaceId(99)}, "There is no workspace 99."),
    ],
)
async def test_what_cannot_be_queued_is_refused_in_a_sentence_and_leaves_nothing(
    sqlite_world: PostingWorld, changes: dict[str, Any], sentence: str
) -> None:
    media_id = await sqlite_world.media()
    before = await sqlite_world.rows()

    with pytest.raises(StorylineError) as refusal:
        await added(sqlite_world, **({"media": (media_id,)} | changes))

    assert str(refusal.value) == sentence
    assert await sqlite_world.rows() == before


async def test_without_an_account_the_way_to_one_is_told(sqlite_world: PostingWorld) -> None:
    with pytest.raises(
        StorylineError, match=r"No account is connected yet. Connect one first: storyline acc"
    ):
        await added(sqlite_world, workspace_id=await another_team(sqlite_world))


async def test_media_of_another_team_is_not_there(sqlite_world: PostingWorld) -> None:
    world = sqlite_world
    theirs = await another_team(world)
    async with world.database.begin() as uow:
        await uow.accounts.add(
            theirs, platform=FAKE, external_id="2", name="theirs", login="fake", at=world.clock.now()
        )
        await uow.commit()

    with pytest.raises(StorylineError, match="There is no media 1 in this library"):
        await added(world, workspace_id=theirs)


@pytest.mark.parametrize(
    ("days", "words"), [(3, r"is locked for harbour until 2026-01-08; --force"), (None, "for ever")]
)
async def test_locked_media_is_refused_unless_forced(
    sqlite_world: PostingWorld, days: int | None, words: str
) -> None:
    media_id = await sqlite_world.media()
    until = None if days is None else sqlite_world.clock.now() + dt.timedelta(days=days)
    await lock(sqlite_world, media_id, until)

    with pytest.raises(StorylineError, match=words):
        await added(sqlite_world, media=(media_id,))
    forced = await added(sqlite_world, media=(media_id,), force=True)

    assert len(forced) == 1


async def test_a_lock_that_is_over_does_not_count(sqlite_world: PostingWorld) -> None:
    media_id = await sqlite_world.media()
    await lock(sqlite_world, media_id, sqlite_world.clock.now())

    assert len(await added(sqlite_world, media=(media_id,))) == 1


DESCRIBED = Description(caption="By the sea", link="https://sea.example", needs=frozenset({Need.MUSIC}))


async def test_caption_link_and_needs_come_from_the_media(sqlite_world: PostingWorld) -> None:
    media_id = await sqlite_world.media(description=DESCRIBED)

    (job,) = await added(sqlite_world, media=(media_id,))

    assert (job.post.caption, job.post.link) == ("By the sea", "https://sea.example")
    assert job.post.needs == {Need.MUSIC, Need.LINK}


async def test_what_is_asked_for_comes_before_what_the_media_says_and_needs_add_up(
    sqlite_world: PostingWorld,
) -> None:
    media_id = await sqlite_world.media(description=DESCRIBED)

    (job,) = await added(
        sqlite_world, media=(media_id,), caption="", link="", needs=frozenset({Need.STICKER})
    )

    assert (job.post.caption, job.post.link) == ("", "")
    assert job.post.needs == {Need.MUSIC, Need.STICKER}


async def test_several_items_stay_in_order_and_the_first_gives_the_caption(
    sqlite_world: PostingWorld,
) -> None:
    second, first = await sqlite_world.media(), await sqlite_world.media()

    (job,) = await added(sqlite_world, media=(first, second))

    assert [item.id for item in job.post.media] == [first, second]
    assert job.post.caption == "Caption 2"


async def test_an_approval_is_asked_for_with_a_card_for_each_account(world: PostingWorld) -> None:
    await another_account(world, "second")

    jobs = await added(world, approval=True)

    assert [job.publication.state for job in jobs] == [State.AWAITING_APPROVAL] * 2
    for job in jobs:
        (card,) = await world.cards(job.publication.id, CardKind.APPROVAL)
        assert card.is_open
    assert await world.work() == []


# Changing.


async def change(
    world: PostingWorld,
    name: str,
    *ids: PublicationId,
    workspace_id: WorkspaceId | None = None,
) -> list[Refusal]:
    changing = {
        "cancel": QueueService.cancel,
        "retry": QueueService.retry,
        "now": QueueService.now,
    }[name]
    return await changing(world.queue, workspace_id or world.workspace.id, ids, by="test")


ALLOWED = {
    "cancel": {State.DRAFT, State.AWAITING_APPROVAL, State.SCHEDULED, State.WITH_TEAM},
    "retry": {State.FAILED, State.MISSED},
    "now": {State.SCHEDULED},
}
LEADS_TO = {"cancel": State.CANCELLED, "retry": State.SCHEDULED, "now": State.SCHEDULED}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("name", ALLOWED)
async def test_a_change_is_made_where_it_may_be_and_refused_in_words_elsewhere(
    sqlite_world: PostingWorld, name: str, state: State
) -> None:
    world = sqlite_world
    shown = await world.in_state(state)
    publication_id = shown.publication.id
    before = await world.rows()
    world.clock.advance(HOUR)

    refusals = await change(world, name, publication_id)

    if state in ALLOWED[name]:
        after = await world.publication(publication_id)
        assert refusals == []
        assert after.state is LEADS_TO[name]
        assert name == "cancel" or after.due_at == after.planned_at == world.clock.now()
        assert not any(card.is_open for card in await world.cards(publication_id))
        assert (await audited(world))[0][1:] == ("test", publication_id)
    else:
        words = state.replace("_", " ")
        assert refusals == [Refusal(publication_id=publication_id, why=f"it is {words}")]
        assert await world.rows() == before


@pytest.mark.parametrize("name", ALLOWED)
async def test_what_is_another_teams_is_not_there(sqlite_world: PostingWorld, name: str) -> None:
    world = sqlite_world
    shown = await world.in_state(min(ALLOWED[name]))
    theirs = await another_team(world)
    before = await world.rows()
    ids = (shown.publication.id, PublicationId(404))

    refusals = await change(world, name, *ids, workspace_id=theirs)

    assert refusals == [Refusal(publication_id=it, why="there is no such publication") for it in ids]
    assert await world.rows() == before


async def test_one_that_is_refused_does_not_keep_the_others(world: PostingWorld) -> None:
    posted, waiting = await world.in_state(State.PUBLISHED), await world.in_state(State.SCHEDULED)

    refusals = await change(world, "cancel", posted.publication.id, waiting.publication.id)

    assert [refusal.publication_id for refusal in refusals] == [posted.publication.id]
    assert await world.state(waiting.publication.id) is State.CANCELLED


async def test_a_retry_has_all_its_tries_again(sqlite_world: PostingWorld) -> None:
    world = sqlite_world
    publication_id = await world.queued()
    world.clock.advance(dt.timedelta(days=1))
    await world.work()
    missed = await world.state(publication_id)

    await change(world, "retry", publication_id)
    await world.work()

    assert missed is State.MISSED
    assert world.publisher.posts == [publication_id]


async def test_what_is_brought_forward_goes_out_now(sqlite_world: PostingWorld) -> None:
    world = sqlite_world
    publication_id = await world.queued(at=world.clock.now() + dt.timedelta(days=3))

    await change(world, "now", publication_id)
    await world.work()

    assert world.publisher.posts == [publication_id]


async def test_what_failed_is_found_and_nothing_of_another_team(sqlite_world: PostingWorld) -> None:
    world = sqlite_world
    failed = await world.in_state(State.FAILED)
    await world.in_state(State.MISSED)

    assert await world.queue.failed(world.workspace.id) == [failed.publication.id]
    assert await world.queue.failed(await another_team(world)) == []


async def test_a_time_that_is_over_means_now(world: PostingWorld) -> None:
    publication_id = await world.queued(at=world.clock.now() - dt.timedelta(days=2))

    await world.work()

    assert await world.state(publication_id) is State.PUBLISHED
