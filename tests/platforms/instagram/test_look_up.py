import dataclasses
import datetime as dt
from typing import Any

import pytest

from domain.errors import OutcomeUnknownError
from platforms._shared.captions import loosely
from sandbox.faults import Effect, Fault
from services.ports import Absent, Job, Live, Surroundings, Unknown
from support.instagram import ALONE, Instagram, changed, instagram_job
from support.made_media import picture
from support.meta import OWN_ACCOUNT, PAGE_ACCOUNT

GAP = 15
"""Seconds between two readings: a sixth of the grace."""


async def lost(instagram: Instagram, job: Job, effect: Effect, **fields: Any) -> Job:
    """Publish a job so that its answer is lost; return it as it is stored then."""
    job = await instagram.intended(job)
    fault = Fault(service="graph", operation="media_publish", effect=effect, remaining=1)
    instagram.meta.world.faults.add(dataclasses.replace(fault, **fields))
    with pytest.raises(OutcomeUnknownError):
        await instagram.publisher.publish(job)
    instagram.meta.later(seconds=90)
    return job


async def looked_up_twice(instagram: Instagram, job: Job) -> Live | Absent | Unknown:
    """Look, wait as long as the answer asks, look again."""
    first = await instagram.publisher.look_up(job, ALONE)
    assert isinstance(first, Unknown)
    assert first.again_after is not None
    instagram.meta.world.clock.advance(first.again_after)
    return await instagram.publisher.look_up(job.at(first.checkpoint), ALONE)


@pytest.mark.parametrize(
    ("effect", "fields"),
    [
        (Effect.LOSE_ANSWER, {}),
        (Effect.REFUSE_AFTER, {"status": 500}),
        (Effect.REFUSE_AFTER, {"status": 200, "body": "<html>Sorry</html>"}),
        (Effect.REFUSE_AFTER, {"status": 200, "body": {"id": None}}),
        (Effect.REFUSE_AFTER, {"status": 200, "body": [1]}),
        (Effect.REFUSE_AFTER, {"status": 403, "body": {"error": {"code": 4, "error_subcode": 2207051}}}),
        (Effect.REFUSE_AFTER, {"status": 400, "body": {"error": {"code": 100, "error_subcode": 33}}}),
        (Effect.REFUSE_AFTER, {"status": 400, "body": {"error": {"code": 99999}}}),
        (Effect.REFUSE_AFTER, {"status": 302, "headers": {"Location": "http://127.0.0.1:9/"}, "body": {}}),
    ],
)
async def test_a_story_that_went_out_is_found(
    instagram: Instagram, effect: Effect, fields: dict[str, Any]
) -> None:
    job = await lost(instagram, instagram_job(), effect, **fields)

    found = await instagram.publisher.look_up(job, ALONE)

    (story,) = instagram.meta.graph.posts(PAGE_ACCOUNT)
    assert isinstance(found, Live)
    assert (found.receipt.platform_post_id, found.receipt.permalink) == (story.id, story.permalink)


async def test_a_feed_post_that_went_out_is_told_from_others_by_its_caption(instagram: Instagram) -> None:
    instagram.files.address = instagram.meta.put(picture(100, 100), name="square.jpg")
    await instagram.meta.published(image_url=instagram.files.address, caption="Another one")
    job = await lost(
        instagram, instagram_job(placement="feed", caption="Hello @harbour  lane"), Effect.LOSE_ANSWER
    )
    await instagram.meta.published(image_url=instagram.files.address, caption="A third one")

    found = await instagram.publisher.look_up(job, ALONE)

    post = next(post for post in instagram.meta.graph.posts(PAGE_ACCOUNT) if "Hello" in post.caption)
    assert isinstance(found, Live)
    assert found.receipt.platform_post_id == post.id


async def test_of_several_new_stories_none_is_taken_for_ours_though_ours_is_out(instagram: Instagram) -> None:
    job = await lost(instagram, instagram_job(), Effect.LOSE_ANSWER)
    await instagram.meta.published()

    found = await instagram.publisher.look_up(job, ALONE)

    assert isinstance(found, Live)
    assert found.receipt.platform_post_id is None


async def test_a_post_that_is_known_already_is_not_taken_for_ours(instagram: Instagram) -> None:
    known = await instagram.meta.published()
    job = await lost(instagram, instagram_job(), Effect.LOSE_ANSWER)

    found = await instagram.publisher.look_up(
        job, Surroundings(known_post_ids=frozenset({known}), others_since_intent=False)
    )

    assert isinstance(found, Live)
    assert found.receipt.platform_post_id not in {None, known}


async def test_a_story_that_is_out_but_not_listed_yet_is_live_without_its_id(instagram: Instagram) -> None:
    instagram.meta.graph.settings.listing_lag_seconds = 600
    job = await lost(instagram, instagram_job(), Effect.LOSE_ANSWER)

    found = await instagram.publisher.look_up(job, ALONE)

    assert isinstance(found, Live)
    assert found.receipt.platform_post_id is None


async def test_two_clear_readings_prove_a_story_absent_and_the_same_container_goes_out(
    instagram: Instagram,
) -> None:
    job = await lost(instagram, instagram_job(), Effect.DROP)

    absent = await looked_up_twice(instagram, job)

    assert isinstance(absent, Absent)
    assert absent.checkpoint["container_id"] == job.publication.checkpoint["container_id"]
    await instagram.publisher.publish(await instagram.ready(job.at(absent.checkpoint)))
    assert instagram.posts() == 1
    assert instagram.calls("media_create") == 1


async def test_a_second_reading_does_not_come_before_its_time(instagram: Instagram) -> None:
    job = await lost(instagram, instagram_job(), Effect.DROP)
    first = await instagram.publisher.look_up(job, ALONE)
    assert isinstance(first, Unknown)
    instagram.meta.later(seconds=GAP - 5)

    second = await instagram.publisher.look_up(job.at(first.checkpoint), ALONE)

    assert isinstance(second, Unknown)
    assert second.again_after is not None
    assert 4 < second.again_after.total_seconds() <= 5


async def test_a_story_seen_between_two_readings_leaves_it_open(instagram: Instagram) -> None:
    job = await lost(instagram, instagram_job(), Effect.DROP)
    first = await instagram.publisher.look_up(job, ALONE)
    assert isinstance(first, Unknown)
    await instagram.meta.published()
    instagram.meta.later(seconds=GAP)

    second = await instagram.publisher.look_up(job.at(first.checkpoint), ALONE)

    assert isinstance(second, Unknown)
    assert "cannot be told" in second.why
    assert second.checkpoint["clear_reading_at"] is None


async def test_a_changed_count_of_posts_leaves_it_open(instagram: Instagram) -> None:
    instagram.meta.graph.settings.listing_lag_seconds = 3600
    job = await lost(instagram, instagram_job(), Effect.DROP)
    await instagram.meta.published()

    found = await instagram.publisher.look_up(job, ALONE)

    assert isinstance(found, Unknown)
    assert "is 1; before the call it was 0" in found.why


async def test_another_publication_of_ours_in_the_meantime_leaves_it_open(instagram: Instagram) -> None:
    job = await lost(instagram, instagram_job(), Effect.DROP)

    found = await instagram.publisher.look_up(
        job, Surroundings(known_post_ids=frozenset(), others_since_intent=True)
    )

    assert isinstance(found, Unknown)
    assert "Another publication" in found.why


async def test_stories_of_yesterday_prove_nothing(instagram: Instagram) -> None:
    instagram.meta.misbehave("stuck_container", remaining=1)
    made = await instagram.publisher.prepare(instagram_job(), instagram.files)
    checkpoint = {**made.checkpoint, "quota_usage": 0}
    intent_at = instagram.meta.world.clock.now() - dt.timedelta(hours=23)
    job = changed(instagram_job(), checkpoint=checkpoint, intent_at=intent_at)

    found = await instagram.publisher.look_up(job, ALONE)

    assert isinstance(found, Unknown)
    assert "no longer listed" in found.why


@pytest.mark.parametrize("operation", ["container_status", "stories_list", "publishing_limit"])
@pytest.mark.parametrize(
    "fields",
    [
        {"status": 500},
        {"status": 429},
        {"status": 401},
        {"status": 400, "body": {"error": {"code": 100, "error_subcode": 33}}},
        {"status": 200, "body": "]["},
        {"status": 200, "body": {"data": {}}},
        {"status": 200, "body": {"data": [{"id": 1, "timestamp": "yesterday", "quota_usage": "many"}]}},
        {"status": 200, "body": {"status_code": "SLEEPING", "data": [7]}},
        {"effect": Effect.DROP},
    ],
)
async def test_answers_that_cannot_be_read_prove_nothing(
    instagram: Instagram, operation: str, fields: dict[str, Any]
) -> None:
    job = await lost(instagram, instagram_job(), Effect.DROP)
    instagram.meta.world.faults.add(
        dataclasses.replace(Fault(service="graph", operation=operation), **fields)
    )

    found = await instagram.publisher.look_up(job, ALONE)

    assert isinstance(found, Unknown)
    assert found.checkpoint["clear_reading_at"] is None
    assert found.why


async def test_an_outage_of_reads_ends_in_an_answer(instagram: Instagram) -> None:
    job = await lost(instagram, instagram_job(), Effect.LOSE_ANSWER)
    instagram.meta.misbehave("read_outage", remaining=1)

    during = await instagram.publisher.look_up(job, ALONE)
    after = await instagram.publisher.look_up(job, ALONE)

    assert isinstance(during, Unknown)
    assert isinstance(after, Live)


async def test_an_expired_container_was_not_published_and_a_new_one_may_follow(instagram: Instagram) -> None:
    job = await lost(instagram, instagram_job(), Effect.DROP)
    instagram.meta.later(hours=25)

    absent = await instagram.publisher.look_up(job, ALONE)

    assert isinstance(absent, Absent)
    assert absent.checkpoint["container_id"] == ""
    assert absent.checkpoint["is_unclear"] is False


async def test_a_listing_of_many_pages_is_read_to_the_intent(instagram: Instagram) -> None:
    address = instagram.meta.put(picture(100, 100), name="square.jpg")
    instagram.meta.graph.settings.quota_total = 200
    instagram.files.address = address
    job = await lost(instagram, instagram_job(placement="feed", caption="First"), Effect.LOSE_ANSWER)
    container = await instagram.meta.container(image_url=address, caption="Later")
    instagram.meta.later(seconds=2)
    for _ in range(60):
        await instagram.meta.post(f"{PAGE_ACCOUNT}/media_publish", creation_id=container)

    found = await instagram.publisher.look_up(job, ALONE)

    assert isinstance(found, Live)
    assert found.receipt.platform_post_id == instagram.meta.graph.posts(PAGE_ACCOUNT)[-1].id
    assert instagram.calls("media_list") == 2


async def test_a_job_without_a_container_stays_open(instagram: Instagram) -> None:
    found = await instagram.publisher.look_up(instagram_job(), ALONE)

    assert isinstance(found, Unknown)
    assert not instagram.meta.world.calls


async def test_the_other_login_is_looked_up_at_its_own_host(instagram: Instagram) -> None:
    job = await lost(instagram, instagram_job(login="instagram"), Effect.LOSE_ANSWER)

    found = await instagram.publisher.look_up(job, ALONE)

    assert isinstance(found, Live)
    assert found.receipt.platform_post_id == instagram.meta.graph.posts(OWN_ACCOUNT)[0].id


@pytest.mark.parametrize(
    ("ours", "shown"), [("Hi @you", "Hi you"), ("a\n\nb  c ", "a b c"), ("Grüße", "GRÜSSE"), ("", " ")]
)
def test_captions_are_compared_without_what_meta_changes(ours: str, shown: str) -> None:
    assert loosely(ours) == loosely(shown)
