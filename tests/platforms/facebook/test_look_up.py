import dataclasses
import datetime as dt
from typing import Any

import pytest

from domain.errors import OutcomeUnknownError, RejectedError
from domain.media import MediaItem
from sandbox.faults import Effect, Fault
from services.ports import Absent, Job, Live, Surroundings, Unknown
from support.facebook import TOKEN, Facebook, facebook_job
from support.instagram import ALONE, changed, media_item

GAP = 15
"""Seconds between two readings: a sixth of the grace."""
WORDS = "Hello from the  @bakery"


async def lost(
    facebook: Facebook, job: Job, effect: Effect, operation: str = "page_post", **fields: Any
) -> Job:
    """Publish a job so that its answer is lost; return it as it is stored then."""
    job = await facebook.intended(job)
    fault = Fault(service="graph", operation=operation, effect=effect, remaining=1)
    facebook.meta.world.faults.add(dataclasses.replace(fault, **fields))
    with pytest.raises(OutcomeUnknownError) as raised:
        await facebook.publisher.publish(job)
    facebook.meta.later(seconds=90)
    publication = dataclasses.replace(job.publication, failure=raised.value.failure)
    return dataclasses.replace(job, publication=publication)


async def looked_up_twice(facebook: Facebook, job: Job) -> Live | Absent | Unknown:
    """Look, wait as long as the answer asks, look again."""
    first = await facebook.look_up(job)
    assert isinstance(first, Unknown)
    assert first.again_after is not None
    facebook.meta.world.clock.advance(first.again_after)
    return await facebook.look_up(job.at(first.checkpoint))


async def posted_by_others(facebook: Facebook, message: str) -> str:
    answer = await facebook.meta.post(f"{facebook.page}/feed", message=message, access_token=TOKEN)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


@pytest.mark.parametrize(
    ("effect", "fields"),
    [
        (Effect.LOSE_ANSWER, {}),
        (Effect.REFUSE_AFTER, {"status": 500}),
        (Effect.REFUSE_AFTER, {"status": 500, "body": {"error": {"code": 2, "message": "down"}}}),
        (Effect.REFUSE_AFTER, {"status": 400, "body": {"error": {"code": 1, "message": "unknown"}}}),
        (Effect.REFUSE_AFTER, {"status": 200, "body": "<html>Sorry</html>"}),
        (Effect.REFUSE_AFTER, {"status": 200, "body": {"id": None}}),
        (Effect.REFUSE_AFTER, {"status": 200, "body": [1]}),
        (Effect.REFUSE_AFTER, {"status": 400, "body": {"error": {"code": 506}}}),
        (Effect.REFUSE_AFTER, {"status": 400, "body": {"error": {"code": 100, "error_subcode": 33}}}),
        (Effect.REFUSE_AFTER, {"status": 400, "body": {"error": {"code": 368}}}),
        (Effect.REFUSE_AFTER, {"status": 400, "body": {"error": {"code": 99999}}}),
    ],
)
async def test_words_that_went_out_are_found(
    facebook: Facebook, effect: Effect, fields: dict[str, Any]
) -> None:
    job = await lost(facebook, facebook_job(placement="text", caption=WORDS), effect, **fields)

    found = await facebook.look_up(job)

    (post,) = facebook.posts
    assert isinstance(found, Live)
    assert found.receipt.platform_post_id == post.id
    assert found.receipt.permalink


async def test_photos_are_found_by_their_ids_whatever_else_was_posted(facebook: Facebook) -> None:
    job = facebook_job(placement="photo", media=[media_item(), media_item()])
    job = await lost(facebook, job, Effect.LOSE_ANSWER)
    await posted_by_others(facebook, "Something else")

    found = await facebook.look_up(job, Surroundings(known_post_ids=frozenset(), others_since_intent=True))

    ours = next(post for post in facebook.posts if post.photo_ids)
    assert isinstance(found, Live)
    assert found.receipt.platform_post_id == ours.id


async def test_a_photo_story_is_found_by_its_photo(facebook: Facebook) -> None:
    job = facebook_job(placement="story", media=[media_item()])
    job = await lost(facebook, job, Effect.LOSE_ANSWER, "page_photo_story")

    found = await facebook.look_up(job)

    (story_id,) = await facebook.stories()
    assert isinstance(found, Live)
    assert (found.receipt.platform_post_id, bool(found.receipt.permalink)) == (story_id, True)


async def test_two_clear_readings_prove_a_post_absent_and_it_goes_out_once(facebook: Facebook) -> None:
    job = await lost(facebook, facebook_job(placement="photo", media=[media_item()]), Effect.DROP)

    absent = await looked_up_twice(facebook, job)
    assert isinstance(absent, Absent)
    await facebook.receipt(await facebook.ready(job.at(absent.checkpoint)))

    assert len(facebook.posts) == 1
    assert facebook.calls("page_photo") == 1


async def test_a_second_look_too_soon_counts_for_nothing(facebook: Facebook) -> None:
    job = await lost(facebook, facebook_job(placement="text", caption=WORDS), Effect.DROP)
    first = await facebook.look_up(job)
    assert isinstance(first, Unknown)
    facebook.meta.later(seconds=GAP - 5)

    second = await facebook.look_up(job.at(first.checkpoint))

    assert isinstance(second, Unknown)
    assert second.again_after is not None
    assert dt.timedelta(seconds=4) < second.again_after <= dt.timedelta(seconds=5)


async def test_a_reading_that_fails_in_between_begins_anew(facebook: Facebook) -> None:
    job = await lost(facebook, facebook_job(placement="text", caption=WORDS), Effect.DROP)
    first = await facebook.look_up(job)
    assert isinstance(first, Unknown)
    facebook.meta.later(seconds=GAP)
    facebook.meta.world.faults.add(Fault(service="graph", operation="page_published_posts", remaining=1))

    failed = await facebook.look_up(job.at(first.checkpoint))
    assert isinstance(failed, Unknown)
    third = await facebook.look_up(job.at(failed.checkpoint))

    assert "could not be asked" in failed.why
    assert isinstance(third, Unknown)


async def test_a_post_that_turns_up_between_two_readings_is_found(facebook: Facebook) -> None:
    job = await lost(facebook, facebook_job(placement="text", caption=WORDS), Effect.DROP)
    first = await facebook.look_up(job)
    assert isinstance(first, Unknown)
    facebook.meta.later(seconds=GAP)
    post_id = await posted_by_others(facebook, "Hello from the bakery")

    second = await facebook.look_up(job.at(first.checkpoint))

    assert isinstance(second, Live)
    assert second.receipt.platform_post_id == post_id


async def test_nothing_is_absent_while_another_publication_went_to_the_page(facebook: Facebook) -> None:
    job = await lost(facebook, facebook_job(placement="text", caption=WORDS), Effect.DROP)

    found = await facebook.look_up(job, Surroundings(known_post_ids=frozenset(), others_since_intent=True))

    assert isinstance(found, Unknown)
    assert "Another publication" in found.why


async def test_a_post_that_is_known_already_is_not_taken_for_ours(facebook: Facebook) -> None:
    job = await lost(facebook, facebook_job(placement="text", caption=WORDS), Effect.LOSE_ANSWER)
    (post,) = facebook.posts

    found = await facebook.look_up(
        job, Surroundings(known_post_ids=frozenset({post.id}), others_since_intent=False)
    )

    assert isinstance(found, Unknown)


async def test_of_two_posts_with_our_words_neither_is_taken_for_ours(facebook: Facebook) -> None:
    job = await lost(facebook, facebook_job(placement="text", caption=WORDS), Effect.LOSE_ANSWER)
    await posted_by_others(facebook, "Hello from the bakery")

    found = await facebook.look_up(job)

    assert isinstance(found, Unknown)
    assert "2 new of this kind" in found.why


async def test_what_facebook_calls_a_duplicate_is_never_absent(facebook: Facebook) -> None:
    await posted_by_others(facebook, WORDS)
    facebook.meta.later(minutes=5)
    job = await facebook.intended(facebook_job(placement="text", caption=WORDS))
    with pytest.raises(OutcomeUnknownError) as raised:
        await facebook.publisher.publish(job)
    publication = dataclasses.replace(job.publication, failure=raised.value.failure)
    job = dataclasses.replace(job, publication=publication)
    facebook.meta.later(seconds=90)

    found = await facebook.look_up(job)

    assert isinstance(found, Unknown)
    assert found.again_after is None
    assert "posted already" in found.why


async def test_an_old_post_with_our_words_is_not_ours(facebook: Facebook) -> None:
    await posted_by_others(facebook, WORDS)
    facebook.meta.later(hours=27)
    job = await lost(facebook, facebook_job(placement="text", caption=WORDS), Effect.DROP)

    assert isinstance(await looked_up_twice(facebook, job), Absent)


@pytest.mark.parametrize("ahead", [dt.timedelta(minutes=5), dt.timedelta(hours=25)])
async def test_a_clock_that_is_ahead_leads_to_a_question_and_not_to_a_second_post(
    facebook: Facebook, ahead: dt.timedelta
) -> None:
    job = await lost(facebook, facebook_job(placement="text", caption=WORDS), Effect.LOSE_ANSWER)
    intent_at = job.publication.intent_at
    assert intent_at is not None

    found = await facebook.look_up(changed(job, intent_at=intent_at + ahead))

    assert isinstance(found, Unknown)
    assert "clock may be ahead" in found.why


@pytest.mark.parametrize("placement", ["reel", "story"])
async def test_a_video_whose_finish_was_lost_is_found_by_its_id(
    facebook: Facebook, film_item: MediaItem, placement: str
) -> None:
    job = facebook_job(placement=placement, media=[film_item])
    operation = {"reel": "page_reel_finish", "story": "page_video_story_finish"}[placement]
    job = await lost(facebook, job, Effect.LOSE_ANSWER, operation)

    found = await facebook.look_up(job, Surroundings(known_post_ids=frozenset(), others_since_intent=True))

    assert isinstance(found, Live)
    assert found.receipt.platform_post_id == job.publication.checkpoint["video"]["id"]


@pytest.mark.parametrize("placement", ["reel", "story"])
async def test_a_video_that_was_never_finished_is_absent_and_the_same_one_goes_out(
    facebook: Facebook, film_item: MediaItem, placement: str
) -> None:
    job = facebook_job(placement=placement, media=[film_item])
    operation = {"reel": "page_reel_finish", "story": "page_video_story_finish"}[placement]
    job = await lost(facebook, job, Effect.DROP, operation)

    absent = await looked_up_twice(facebook, job)
    assert isinstance(absent, Absent)
    accepted = await facebook.accepted(await facebook.ready(job.at(absent.checkpoint)))

    assert isinstance(await facebook.look_up(accepted), Live)
    assert len(facebook.posts if placement == "reel" else await facebook.stories()) == 1
    assert facebook.calls(operation) == 2


async def test_a_fetched_video_is_found_by_its_words_and_length(
    facebook: Facebook, film_item: MediaItem
) -> None:
    job = facebook_job(placement="video", caption="The oven", media=[film_item])
    job = await lost(facebook, job, Effect.LOSE_ANSWER, "page_video")

    found = await facebook.look_up(job)

    (post,) = facebook.posts
    assert isinstance(found, Live)
    assert found.receipt.platform_post_id == post.video_id


async def test_a_fetched_video_is_not_called_absent_while_facebook_may_be_processing_it(
    facebook: Facebook, film_item: MediaItem
) -> None:
    facebook.meta.graph.settings.change({"video_processing_seconds": 600})
    job = facebook_job(placement="video", caption="The oven", media=[film_item])
    job = await lost(facebook, job, Effect.LOSE_ANSWER, "page_video")

    found = await facebook.resolved(job)

    assert isinstance(found, Live)
    assert len(facebook.posts) == 1


async def test_a_fetched_video_that_never_shows_is_absent_in_the_end(
    facebook: Facebook, film_item: MediaItem
) -> None:
    job = facebook_job(placement="video", caption="The oven", media=[film_item])
    job = await lost(facebook, job, Effect.DROP, "page_video")
    lost_at = facebook.meta.world.clock.now()

    found = await facebook.resolved(job)

    assert isinstance(found, Absent)
    assert facebook.meta.world.clock.now() - lost_at > dt.timedelta(minutes=10)


async def test_a_fetched_video_has_the_same_time_to_show_after_a_second_call(
    facebook: Facebook, film_item: MediaItem
) -> None:
    job = facebook_job(placement="video", caption="The oven", media=[film_item])
    job = await lost(facebook, job, Effect.DROP, "page_video")
    absent = await facebook.resolved(job)
    assert isinstance(absent, Absent)
    job = await lost(facebook, job.at(absent.checkpoint), Effect.DROP, "page_video")
    lost_at = facebook.meta.world.clock.now()

    found = await facebook.resolved(job)

    assert isinstance(found, Absent)
    assert facebook.meta.world.clock.now() - lost_at > dt.timedelta(minutes=10)


async def test_a_video_that_facebook_cannot_process_is_tried_once_more_and_then_refused(
    facebook: Facebook, film_item: MediaItem
) -> None:
    facebook.meta.misbehave("video_error")
    job = facebook_job(placement="reel", media=[film_item])
    for _ in range(2):
        accepted = await facebook.accepted(await facebook.ready(job))
        found = await facebook.look_up(accepted)
        assert isinstance(found, Absent)
        job = job.at(found.checkpoint)

    with pytest.raises(RejectedError, match="could not process"):
        await facebook.ready(job)

    assert facebook.calls("page_reel_start") == 2
    assert facebook.posts == []


async def test_a_read_outage_decides_nothing(facebook: Facebook) -> None:
    job = await lost(facebook, facebook_job(placement="text", caption=WORDS), Effect.LOSE_ANSWER)
    facebook.meta.misbehave("read_outage")

    found = await facebook.look_up(job, ALONE)

    assert isinstance(found, Unknown)
    assert "outage" in found.why


@pytest.mark.parametrize(
    ("placement", "photos", "operation"),
    [("text", 0, "page_post"), ("photo", 2, "page_post"), ("story", 1, "page_photo_story")],
)
async def test_a_list_that_lags_behind_never_leads_to_a_second_post(
    facebook: Facebook, placement: str, photos: int, operation: str
) -> None:
    facebook.meta.misbehave("listing_lag", delay_seconds=600)
    job = facebook_job(placement=placement, caption=WORDS, media=[media_item() for _ in range(photos)])
    job = await lost(facebook, job, Effect.LOSE_ANSWER, operation)

    absent = await facebook.resolved(job)
    assert isinstance(absent, Absent)
    again = await facebook.intended(job.at(absent.checkpoint))
    with pytest.raises(OutcomeUnknownError) as raised:
        await facebook.publisher.publish(again)
    publication = dataclasses.replace(again.publication, failure=raised.value.failure)
    found = await facebook.resolved(dataclasses.replace(again, publication=publication))

    assert isinstance(found, Live)
    assert len(facebook.posts) + len(await facebook.stories()) == 1
