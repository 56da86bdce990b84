"""What does not fit is made to fit before it goes out, once, and what went out is remembered."""

import dataclasses
import datetime as dt
import os
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from domain.capabilities import Capabilities, Placement
from domain.errors import OutcomeUnknownError, RejectedError
from domain.media import MediaFacts, MediaKind
from domain.publication import State
from domain.recipe import VideoRecipe
from services.media.prepare import Keeping, PreparationService
from services.ports import Job
from services.posting.compose import QueueRequest
from support.databases import open_engine
from support.fake_network import CONTAINER_WAIT, FAKE, STORY
from support.file_facts import FILM, PICTURE, VIDEO_LIMITS
from support.posting_world import GRACE, KEEPING, PostingWorld, posting_world

FILMS = dataclasses.replace(STORY, video=VIDEO_LIMITS)


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncGenerator[PostingWorld]:
    async with open_engine(database_url) as engine:
        yield await posting_world(engine, tmp_path)


def preparation(
    world: PostingWorld, *, placement: Placement = STORY, keeping: Keeping = KEEPING
) -> PreparationService:
    network = dataclasses.replace(
        world.publisher.network(), capabilities=Capabilities(placements={"story": placement})
    )
    preparer = world.outside.preparer
    return PreparationService(
        database=world.database,
        clock=world.clock,
        networks={FAKE: network},
        preparer=preparer,
        prober=preparer,
        hasher=preparer,
        folder=world.folder / "prepared",
        keeping=keeping,
    )


async def film(world: PostingWorld) -> Job:
    """Return a claimed job with a film in a container that does not go."""
    await world.queued()
    (job,) = await world.dispatch.claim(limit=1)
    item = dataclasses.replace(job.post.media[0], facts=dataclasses.replace(FILM, format="MKV"))
    return dataclasses.replace(job, post=dataclasses.replace(job.post, media=(item,)))


def prepared_files(world: PostingWorld) -> list[Path]:
    return sorted((world.folder / "prepared").glob("*"))


async def test_a_file_that_does_not_fit_is_made_to_fit_and_goes_out_by_the_bot(world: PostingWorld) -> None:
    publication_id = await world.queued(media=await world.media(format="PNG"))

    await world.work()

    assert await world.state(publication_id) is State.PUBLISHED
    (copy,) = prepared_files(world)
    assert copy.suffix == ".jpg"
    assert len(world.outside.preparer.made) == 1


async def test_a_file_that_fits_goes_as_it_is(world: PostingWorld) -> None:
    publication_id = await world.queued()

    await world.work()

    assert await world.state(publication_id) is State.PUBLISHED
    assert world.outside.preparer.made == []


async def test_nothing_is_prepared_where_that_is_switched_off(world: PostingWorld) -> None:
    await world.workspaces.set(world.workspace.id, "preparation", "off", by="test")
    publication_id = await world.queued(media=await world.media(format="PNG"))

    await world.work()

    assert await world.state(publication_id) is State.WITH_TEAM
    assert world.outside.preparer.made == []


async def test_the_same_file_is_made_once_for_all_that_need_it(world: PostingWorld) -> None:
    media_id = await world.media(format="PNG")
    first = await world.queued(media=media_id)
    await world.work()
    request = QueueRequest(workspace_id=world.workspace.id, media=(media_id,), placement="story", force=True)
    (again,) = await world.queue.add(request, by="test")

    await world.work()

    assert [await world.state(each) for each in (first, again.publication.id)] == [State.PUBLISHED] * 2
    assert len(world.outside.preparer.made) == 1


async def test_a_publication_that_was_begun_goes_on_with_the_copy_it_was_begun_with(
    world: PostingWorld,
) -> None:
    world.publisher.waits = 1
    publication_id = await world.queued(media=await world.media(format="PNG"))
    await world.work()
    await world.workspaces.set(world.workspace.id, "fit", "crop", by="test")
    world.clock.advance(CONTAINER_WAIT)

    await world.work()

    assert await world.state(publication_id) is State.PUBLISHED
    assert len(world.outside.preparer.made) == 1


async def test_a_copy_that_was_deleted_behind_our_back_is_made_again(world: PostingWorld) -> None:
    world.publisher.waits = 1
    publication_id = await world.queued(media=await world.media(format="PNG"))
    await world.work()
    prepared_files(world)[0].unlink()
    world.clock.advance(CONTAINER_WAIT)

    await world.work()

    assert await world.state(publication_id) is State.PUBLISHED
    assert len(prepared_files(world)) == 1


async def test_what_cannot_be_prepared_goes_to_the_team_with_the_reason(world: PostingWorld) -> None:
    world.outside.preparer.failures = ["the PNG image is broken"]
    publication_id = await world.queued(media=await world.media(format="PNG"))

    await world.work()

    publication = await world.publication(publication_id)
    assert publication.state is State.WITH_TEAM
    assert publication.failure is not None
    assert "1.jpg could not be made ready for this: the PNG image is broken." in publication.failure.message
    assert [path.suffix for path in prepared_files(world)] == []


async def test_a_full_disk_holds_a_publication_up_until_there_is_room(world: PostingWorld) -> None:
    world.outside.preparer.room = False
    publication_id = await world.queued(media=await world.media(format="PNG"))
    await world.preparation.prepare_ahead()
    await world.work()
    waiting = await world.state(publication_id)
    world.outside.preparer.room = True
    world.clock.advance(dt.timedelta(minutes=10))

    await world.work()

    assert waiting is State.SCHEDULED
    assert await world.state(publication_id) is State.PUBLISHED
    assert [path.suffix for path in prepared_files(world)] == [".jpg"]


async def test_what_comes_out_otherwise_than_the_platform_takes_it_is_not_used(world: PostingWorld) -> None:
    world.outside.preparer.comes_out_as = MediaFacts(
        kind=MediaKind.IMAGE, format="PNG", size_bytes=1, width=1080, height=1920
    )
    publication_id = await world.queued(media=await world.media(format="PNG"))

    await world.work()

    publication = await world.publication(publication_id)
    assert publication.failure is not None
    assert "only JPEG goes" in publication.failure.message


async def test_what_comes_out_in_another_size_than_asked_for_is_not_used(world: PostingWorld) -> None:
    world.outside.preparer.comes_out_as = dataclasses.replace(PICTURE, width=1080, height=1080)
    publication_id = await world.queued(media=await world.media(format="PNG"))

    await world.work()

    publication = await world.publication(publication_id)
    assert publication.state is State.WITH_TEAM
    assert publication.failure is not None
    assert "it came out with 1080 × 1080 pixels" in publication.failure.message


async def test_an_original_that_is_another_file_by_now_is_not_prepared(world: PostingWorld) -> None:
    publication_id = await world.queued(media=await world.media(format="PNG"))
    world.outside.preparer.hashes[world.folder / "1.jpg"] = "0" * 64

    await world.work()

    publication = await world.publication(publication_id)
    assert publication.state is State.WITH_TEAM
    assert publication.failure is not None
    assert "changed since it was imported" in publication.failure.message


async def test_a_lost_lease_during_a_long_preparation_posts_nothing(world: PostingWorld) -> None:
    publication_id = await world.queued(media=await world.media(format="PNG"))

    async def somebody_else_takes_over() -> None:
        await world.leases_run_out()
        await world.reconcile.recover()

    world.outside.preparer.while_preparing = somebody_else_takes_over
    await world.work()

    assert world.publisher.posts == []
    assert await world.state(publication_id) is State.SCHEDULED


async def test_what_is_due_soon_is_prepared_ahead_and_at_its_time_nothing_is_left_to_do(
    world: PostingWorld,
) -> None:
    at = world.clock.now() + KEEPING.ahead - dt.timedelta(minutes=1)
    publication_id = await world.queued(media=await world.media(format="PNG"), at=at)

    await world.preparation.prepare_ahead()
    made_ahead = list(world.outside.preparer.made)
    world.clock.advance(KEEPING.ahead)
    await world.work()

    assert len(made_ahead) == 1
    assert world.outside.preparer.made == made_ahead
    assert await world.state(publication_id) is State.PUBLISHED


async def test_what_is_due_later_is_not_prepared_yet(world: PostingWorld) -> None:
    at = world.clock.now() + KEEPING.ahead + dt.timedelta(minutes=1)
    await world.queued(media=await world.media(format="PNG"), at=at)

    await world.preparation.prepare_ahead()

    assert world.outside.preparer.made == []


async def test_what_failed_ahead_is_tried_again_at_its_time_alone(world: PostingWorld) -> None:
    at = world.clock.now() + dt.timedelta(hours=1)
    publication_id = await world.queued(media=await world.media(format="PNG"), at=at)
    world.outside.preparer.failures = ["it takes more memory than one file may"]
    await world.preparation.prepare_ahead()
    await world.preparation.prepare_ahead()
    tried_ahead = len(world.outside.preparer.made)
    world.clock.advance(dt.timedelta(hours=1))

    await world.work()

    assert tried_ahead == 1
    assert await world.state(publication_id) is State.PUBLISHED


async def test_a_look_up_recognises_a_post_by_what_went_out_whatever_was_set_since(
    world: PostingWorld,
) -> None:
    world.publisher.publish_error = OutcomeUnknownError("no answer")
    await world.queued(media=await world.media(format="PNG"))
    await world.work()
    await world.workspaces.set(world.workspace.id, "preparation", "off", by="test")
    world.clock.advance(GRACE)

    (job,) = await world.reconcile.claim_look_ups()
    seen = await world.preparation.as_posted(job)

    assert job.post.media[0].facts.format == "PNG"
    assert seen.post.media[0].facts.format == "JPEG"
    assert seen.post.media[0].id == job.post.media[0].id


async def test_copies_are_deleted_long_after_they_were_posted_and_still_tell_what_went_out(
    world: PostingWorld,
) -> None:
    publication_id = await world.queued(media=await world.media(format="PNG"))
    await world.work()
    world.clock.advance(KEEPING.retention - dt.timedelta(hours=1))
    await world.preparation.sweep()
    kept = len(prepared_files(world))

    world.clock.advance(dt.timedelta(hours=2))
    await world.preparation.sweep()

    assert kept == 1
    assert prepared_files(world) == []
    async with world.database.read() as look:
        (used,) = (await look.prepared.used(publication_id)).values()
        assert used.facts.format == "JPEG"
        assert await look.prepared.find([used.key]) == {}


async def test_of_too_many_copies_those_go_that_nothing_needs(world: PostingWorld) -> None:
    await world.queued(media=await world.media(format="PNG"))
    await world.work()
    later = world.clock.now() + dt.timedelta(hours=1)
    await world.queued(media=await world.media(format="PNG"), at=later)
    await world.preparation.prepare_ahead()
    posted, coming = sorted(prepared_files(world), key=lambda path: path.stat().st_mtime_ns)

    await preparation(world, keeping=dataclasses.replace(KEEPING, most_bytes=0)).sweep()

    assert prepared_files(world) == [coming]
    assert not posted.exists()


async def test_what_a_dead_process_left_unfinished_or_unrecorded_is_deleted_after_hours(
    world: PostingWorld,
) -> None:
    await world.queued(media=await world.media(format="PNG"))
    await world.work()
    (recorded,) = prepared_files(world)
    for path in (recorded.with_name("x.part"), recorded.with_name(f"{'f' * 64}.jpg")):
        path.write_bytes(b"left")
    now = world.clock.now().timestamp()
    for path in prepared_files(world):
        os.utime(path, (now, now))
    await world.preparation.sweep()
    kept = len(prepared_files(world))
    world.clock.advance(dt.timedelta(hours=4))

    await world.preparation.sweep()

    assert kept == 3
    assert prepared_files(world) == [recorded]


async def test_a_video_that_cannot_be_made_as_it_should_is_made_more_plainly(world: PostingWorld) -> None:
    job = await film(world)
    world.outside.preparer.failures = ["looking into it crashed the process that read it"]

    ready = await preparation(world, placement=FILMS).prepared(job)

    first, second = world.outside.preparer.made
    assert isinstance(first, VideoRecipe)
    assert isinstance(second, VideoRecipe)
    assert (first.is_plainest, second.is_plainest) == (False, True)
    assert ready.post.media[0].facts.format == "MP4"


async def test_a_video_is_tried_twice_and_then_another_file_is_asked_for(world: PostingWorld) -> None:
    job = await film(world)
    world.outside.preparer.failures = ["it crashed", "it crashed again"]

    with pytest.raises(RejectedError, match=r"it crashed again\. Post it by hand, or give it another file"):
        await preparation(world, placement=FILMS).prepared(job)

    assert len(world.outside.preparer.made) == 2


async def test_what_is_under_way_is_told_with_how_far_it_is(world: PostingWorld) -> None:
    job = await film(world)
    service = preparation(world, placement=FILMS)
    seen: list[tuple[str, float]] = []

    async def look() -> None:
        seen.extend((each.name, each.share) for each in service.underway)

    world.outside.preparer.while_preparing = look
    await service.prepared(job)

    assert seen == [("1.jpg", 0.5)]
    assert list(service.underway) == []


async def test_how_often_it_worked_is_counted(world: PostingWorld) -> None:
    begin = world.clock.now()
    world.outside.preparer.failures = ["the PNG image is broken"]
    for _ in range(3):
        await world.queued(media=await world.media(format="PNG"))
        await world.work()

    async with world.database.read() as look:
        outcomes = await look.prepared.outcomes(since=begin)

    assert (outcomes.made, outcomes.failed) == (2, 1)
