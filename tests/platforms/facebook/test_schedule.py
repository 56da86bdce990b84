"""Posts that Facebook itself publishes at their time."""

import datetime as dt

import pytest

from domain.errors import OutcomeUnknownError, TransientError, UnsupportedError
from domain.media import MediaItem
from sandbox.faults import Effect, Fault
from services.ports import Job, Live, Unknown, Wait
from support.facebook import Facebook, facebook_job
from support.instagram import changed, media_item


def ahead(facebook: Facebook, job: Job, **by: float) -> Job:
    """Return the job as one that is to be seen so much later."""
    return changed(job, planned_at=facebook.meta.world.clock.now() + dt.timedelta(**by))


@pytest.mark.parametrize("photos", [0, 2])
async def test_a_post_is_given_to_facebook_ahead_of_its_time_and_seen_at_it(
    facebook: Facebook, photos: int
) -> None:
    job = facebook_job(
        placement="feed",
        caption="Tomorrow's bread",
        media=[media_item() for _ in range(photos)],
        native_schedule=True,
    )
    job = await facebook.ready(ahead(facebook, job, hours=2))

    receipt = await facebook.receipt(job)

    post_id = receipt.platform_post_id or ""
    assert await facebook.listed("scheduled_posts") == [post_id]
    assert facebook.posts == []
    assert await facebook.publisher.permalink(job, post_id) is None
    facebook.meta.later(hours=2)
    assert [post.id for post in facebook.posts] == [post_id]
    assert await facebook.publisher.permalink(job, post_id)


@pytest.mark.parametrize("placement", ["video", "reel"])
async def test_a_video_that_facebook_is_to_publish_later_is_done_once_it_says_so(
    facebook: Facebook, film_item: MediaItem, placement: str
) -> None:
    job = facebook_job(placement=placement, media=[film_item], native_schedule=True)
    job = await facebook.ready(ahead(facebook, job, hours=2))

    accepted = await facebook.accepted(job)
    found = await facebook.look_up(accepted)

    assert isinstance(found, Live)
    assert found.receipt.permalink is None
    assert facebook.posts == []
    post_id = found.receipt.platform_post_id or ""
    assert await facebook.publisher.permalink(job, post_id) is None
    facebook.meta.later(hours=2)
    assert len(facebook.posts) == 1
    assert await facebook.publisher.permalink(job, post_id)


@pytest.mark.parametrize("minutes", [3, 10])
async def test_a_post_that_has_become_too_late_for_facebook_is_posted_at_its_time(
    facebook: Facebook, minutes: int
) -> None:
    job = facebook_job(placement="text", caption="Soon", native_schedule=True)
    job = ahead(facebook, job, minutes=minutes)

    step = await facebook.publisher.prepare(job, facebook.files)
    assert isinstance(step, Wait)
    facebook.meta.world.clock.advance(step.after)
    await facebook.receipt(await facebook.ready(job))

    assert facebook.meta.world.clock.now() >= job.publication.planned_at
    assert len(facebook.posts) == 1


async def test_a_post_is_never_seen_before_its_time(facebook: Facebook) -> None:
    job = facebook_job(placement="text", caption="Soon", native_schedule=True)
    job = await facebook.ready(ahead(facebook, job, minutes=12))
    facebook.meta.later(minutes=5)

    with pytest.raises(TransientError, match="at its time"):
        await facebook.publisher.publish(job)

    assert facebook.calls("page_post") == 0


async def test_a_post_that_is_due_too_far_ahead_waits_until_facebook_takes_it(facebook: Facebook) -> None:
    job = ahead(facebook, facebook_job(placement="text", caption="May", native_schedule=True), days=40)

    step = await facebook.publisher.prepare(job, facebook.files)
    assert isinstance(step, Wait)
    facebook.meta.world.clock.advance(step.after)
    await facebook.receipt(await facebook.ready(job))

    assert dt.timedelta(days=10, hours=23) < step.after <= dt.timedelta(days=11)
    assert len(await facebook.listed("scheduled_posts")) == 1


async def test_a_story_cannot_be_scheduled_by_facebook(facebook: Facebook) -> None:
    job = facebook_job(placement="story", media=[media_item()], native_schedule=True)

    with pytest.raises(UnsupportedError, match="without its own schedule"):
        await facebook.publisher.prepare(ahead(facebook, job, hours=2), facebook.files)


async def test_a_scheduled_post_whose_answer_was_lost_is_found_among_the_scheduled_ones(
    facebook: Facebook,
) -> None:
    job = facebook_job(placement="text", caption="Tomorrow's bread", native_schedule=True)
    job = await facebook.intended(ahead(facebook, job, hours=2))
    facebook.meta.world.faults.add(
        Fault(service="graph", operation="page_post", effect=Effect.LOSE_ANSWER, remaining=1)
    )
    with pytest.raises(OutcomeUnknownError):
        await facebook.publisher.publish(job)
    facebook.meta.later(seconds=90)

    found = await facebook.look_up(job)

    assert isinstance(found, Live)
    assert await facebook.listed("scheduled_posts") == [found.receipt.platform_post_id]


async def test_a_scheduled_video_whose_answer_was_lost_is_not_called_absent_before_its_time(
    facebook: Facebook, film_item: MediaItem
) -> None:
    job = facebook_job(placement="video", caption="The oven", media=[film_item], native_schedule=True)
    job = await facebook.intended(ahead(facebook, job, hours=2))
    facebook.meta.world.faults.add(
        Fault(service="graph", operation="page_video", effect=Effect.LOSE_ANSWER, remaining=1)
    )
    with pytest.raises(OutcomeUnknownError):
        await facebook.publisher.publish(job)

    for _ in range(3):
        facebook.meta.later(minutes=30)
        found = await facebook.look_up(job)
        assert isinstance(found, Unknown)
        job = job.at(found.checkpoint)
    facebook.meta.later(minutes=30)
    found = await facebook.look_up(job)

    assert isinstance(found, Live)
    assert len(facebook.posts) == 1
