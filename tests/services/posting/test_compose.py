"""One post for several accounts, with words and media of their own for some."""

import dataclasses
import datetime as dt
from typing import Any

import pytest

from domain.errors import StorylineError
from domain.ids import AccountId, MediaId
from domain.post import PostDetails, UserTag
from domain.publication import State
from services.ports import Job
from services.posting.compose import QueueRequest, Variant
from support.fake_network import FAKE
from support.posting_world import PostingWorld

DAY = dt.timedelta(days=1)
NATIVE = PostDetails(native_schedule=True)


async def second_account(world: PostingWorld, name: str = "second") -> AccountId:
    async with world.database.begin() as uow:
        account_id = await uow.accounts.add(
            world.workspace.id,
            platform=FAKE,
            external_id=f"id of {name}",
            name=name,
            login="fake",
            at=world.clock.now(),
        )
        await uow.commit()
    return account_id


async def added(world: PostingWorld, *media: MediaId, **changes: Any) -> dict[str, Job]:
    request = QueueRequest(workspace_id=world.workspace.id, media=media, placement="story")
    jobs = await world.queue.add(dataclasses.replace(request, **changes), by="test")
    return {job.account.name: job for job in jobs}


async def test_an_account_gets_words_of_its_own_and_the_others_the_common_ones(world: PostingWorld) -> None:
    await second_account(world)
    media_id = await world.media()

    jobs = await added(
        world, media_id, caption="For all", variants={"second": Variant(caption="For the second")}
    )

    assert {name: job.post.caption for name, job in jobs.items()} == {
        "harbour": "For all",
        "second": "For the second",
    }
    assert [item.id for item in jobs["second"].post.media] == [media_id]
    assert jobs["second"].post.id != jobs["harbour"].post.id
    assert jobs["second"].post.root == jobs["harbour"].post.root


async def test_an_account_gets_media_of_its_own_and_their_words_where_none_are_given(
    world: PostingWorld,
) -> None:
    await second_account(world)
    common, own = await world.media(), await world.media()

    jobs = await added(world, common, variants={"id of second": Variant(media=(own,))})

    assert [item.id for item in jobs["harbour"].post.media] == [common]
    assert [item.id for item in jobs["second"].post.media] == [own]
    assert jobs["second"].post.caption == "Caption 2"


async def test_details_and_a_cover_are_kept_with_the_post(world: PostingWorld) -> None:
    shown, cover = await world.media(), await world.media()
    details = PostDetails(
        alt="A jug", user_tags=(UserTag(name="anna", x=0.5, y=0.25),), collaborators=("ben",)
    )

    job = (await added(world, shown, cover=cover, details=details))["harbour"]

    assert job.post.details == details
    assert job.post.cover is not None
    assert job.post.cover.id == cover
    assert [item.id for item in job.post.media] == [shown]
    assert job.post.alt_of(job.post.media[0]) == "A jug"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"variants": {"third": Variant()}}, "No account is called third. There are: harbour, second."),
        (
            {"account_names": ("harbour",), "variants": {"second": Variant(caption="x")}},
            "There is a variant for second, which does not get this post.",
        ),
        ({"variants": {"second": Variant(media=(MediaId(404),))}}, "There is no media 404 in this library."),
        ({"cover": MediaId(404)}, "There is no media 404 in this library."),
        (
            {"variants": {"second": Variant(media=(), caption=" ")}},
            "A post shows something: a file, words or a link.",
        ),
    ],
)
async def test_what_does_not_fit_together_is_refused(
    sqlite_world: PostingWorld, changes: dict[str, Any], sentence: str
) -> None:
    await second_account(sqlite_world)
    media_id = await sqlite_world.media()
    before = await sqlite_world.rows()

    with pytest.raises(StorylineError) as refusal:
        await added(sqlite_world, media_id, **changes)

    assert str(refusal.value) == sentence
    assert await sqlite_world.rows() == before


async def test_a_post_without_a_file_needs_words(sqlite_world: PostingWorld) -> None:
    with pytest.raises(StorylineError, match="A post shows something: a file, words or a link"):
        await added(sqlite_world)

    assert (await added(sqlite_world, caption="Only words"))["harbour"].post.media == ()


async def test_what_the_platform_publishes_by_itself_is_handed_to_it_ahead_and_seen_at_its_time(
    world: PostingWorld,
) -> None:
    at = world.clock.now() + 30 * DAY
    media_id = await world.media()

    job = (await added(world, media_id, at=at, placement="scheduled", details=NATIVE))["harbour"]
    assert (job.publication.planned_at, job.publication.due_at) == (at, at - 28 * DAY)

    world.clock.advance(2 * DAY)
    await world.work()
    publication = await world.publication(job.publication.id)
    assert (publication.state, publication.posted_at) == (State.PUBLISHED, at)


async def test_a_platform_that_cannot_publish_by_itself_waits_for_the_time(
    sqlite_world: PostingWorld,
) -> None:
    at = sqlite_world.clock.now() + DAY

    job = (await added(sqlite_world, await sqlite_world.media(), at=at, details=NATIVE))["harbour"]

    assert job.publication.due_at == at


@pytest.mark.parametrize(
    ("minutes", "approval", "sentence"),
    [(14, False, "at least 15 minutes ahead"), (60, True, "cannot wait for an approval")],
)
async def test_what_cannot_be_handed_to_the_platform_ahead_is_refused(
    sqlite_world: PostingWorld, minutes: int, sentence: str, *, approval: bool
) -> None:
    world, media_id = sqlite_world, await sqlite_world.media()
    at = world.clock.now() + dt.timedelta(minutes=minutes)

    with pytest.raises(StorylineError, match=sentence):
        await added(world, media_id, at=at, placement="scheduled", details=NATIVE, approval=approval)
