import pytest

from domain.errors import TransientError
from domain.media import MediaItem
from sandbox.faults import Effect, Fault
from services.ports import Absent, Live, Progress
from support.facebook import TOKEN, Facebook, facebook_job
from support.instagram import media_item


async def test_words_become_a_post(facebook: Facebook) -> None:
    job = await facebook.ready(facebook_job(placement="text", caption="Fresh “bread” ☕ & more"))

    receipt = await facebook.receipt(job)

    (post,) = facebook.posts
    assert (receipt.platform_post_id, post.message) == (post.id, "Fresh “bread” ☕ & more")
    assert await facebook.publisher.permalink(job, post.id)


async def test_a_link_is_posted_with_its_words(facebook: Facebook) -> None:
    job = facebook_job(placement="link", caption="Read this", link="https://bakery.example/bread")

    await facebook.receipt(await facebook.ready(job))

    (post,) = facebook.posts
    assert (post.message, post.link) == ("Read this", "https://bakery.example/bread")


async def test_photos_are_uploaded_one_by_one_and_posted_with_one_call(facebook: Facebook) -> None:
    job = facebook_job(placement="photo", caption="Three loaves", media=[media_item() for _ in range(3)])

    first = await facebook.publisher.prepare(job, facebook.files)
    job = await facebook.ready(job.at(first.checkpoint))
    await facebook.receipt(job)

    (post,) = facebook.posts
    assert isinstance(first, Progress)
    assert post.photo_ids == job.publication.checkpoint["photo_ids"]
    assert len(post.photo_ids) == 3
    assert facebook.calls("page_photo") == 3


async def test_photos_that_facebook_has_forgotten_are_uploaded_again(facebook: Facebook) -> None:
    job = await facebook.ready(facebook_job(placement="photo", media=[media_item()]))
    facebook.meta.later(hours=30)

    await facebook.receipt(await facebook.ready(job))

    assert facebook.calls("page_photo") == 2
    assert len(facebook.posts) == 1


async def test_a_photo_becomes_a_story(facebook: Facebook) -> None:
    job = await facebook.ready(facebook_job(placement="story", media=[media_item()]))

    receipt = await facebook.receipt(job)

    (story_id,) = await facebook.stories()
    assert receipt.platform_post_id == story_id
    assert facebook.posts == []
    assert await facebook.publisher.permalink(job, story_id)


async def test_a_small_video_is_fetched_by_facebook_and_live_once_it_is_processed(
    facebook: Facebook, film_item: MediaItem
) -> None:
    job = await facebook.ready(facebook_job(placement="video", caption="The oven", media=[film_item]))

    accepted = await facebook.accepted(job)
    found = await facebook.look_up(accepted)

    (post,) = facebook.posts
    assert post.message == "The oven"
    assert isinstance(found, Live)
    assert found.receipt.platform_post_id == post.video_id
    assert found.receipt.permalink is not None
    assert found.receipt.permalink.startswith("https://www.facebook.com/")


async def test_a_large_video_goes_in_parts_and_is_live_once_it_is_processed(
    facebook: Facebook, large_item: MediaItem
) -> None:
    facebook.meta.graph.settings.change({"page_video_part_bytes": large_item.facts.size_bytes // 3 + 1})
    job = await facebook.ready(facebook_job(placement="video", caption="The oven", media=[large_item]))

    accepted = await facebook.accepted(job)
    found = await facebook.look_up(accepted)

    (post,) = facebook.posts
    assert facebook.calls("page_video_transfer") == 3
    assert isinstance(found, Live)
    assert found.receipt.platform_post_id == post.video_id


async def test_an_interrupted_upload_in_parts_goes_on_where_it_was(
    facebook: Facebook, large_item: MediaItem
) -> None:
    facebook.meta.graph.settings.change({"page_video_part_bytes": large_item.facts.size_bytes // 3 + 1})
    job = facebook_job(placement="video", media=[large_item])
    for _ in range(2):
        job = job.at((await facebook.publisher.prepare(job, facebook.files)).checkpoint)
    lost = Fault(service="graph", operation="page_video_transfer", effect=Effect.LOSE_ANSWER, remaining=1)
    facebook.meta.world.faults.add(lost)
    with pytest.raises(TransientError):
        await facebook.publisher.prepare(job, facebook.files)

    accepted = await facebook.accepted(await facebook.ready(job))

    assert isinstance(await facebook.look_up(accepted), Live)
    assert facebook.calls("page_video_start") == 1
    assert len(facebook.posts) == 1


async def test_a_reel_is_live_once_its_publishing_phase_says_so(
    facebook: Facebook, film_item: MediaItem
) -> None:
    job = await facebook.ready(facebook_job(placement="reel", caption="Kneading", media=[film_item]))

    accepted = await facebook.accepted(job)
    found = await facebook.look_up(accepted)

    (post,) = facebook.posts
    assert post.message == "Kneading"
    assert isinstance(found, Live)
    assert found.receipt.platform_post_id == post.video_id


async def test_a_reel_that_is_still_processed_is_looked_at_again(
    facebook: Facebook, film_item: MediaItem
) -> None:
    facebook.meta.graph.settings.change({"video_processing_seconds": 600})
    job = await facebook.ready(facebook_job(placement="reel", media=[film_item]))

    accepted = await facebook.accepted(job)
    looks = [await facebook.look_up(accepted) for _ in range(2)]
    facebook.meta.later(minutes=10)

    assert not any(isinstance(look, Live | Absent) for look in looks)
    assert isinstance(await facebook.look_up(accepted), Live)


async def test_an_interrupted_reel_is_sent_from_where_it_broke_off(
    facebook: Facebook, film_item: MediaItem
) -> None:
    job = facebook_job(placement="reel", media=[film_item])
    job = job.at((await facebook.publisher.prepare(job, facebook.files)).checkpoint)
    half = facebook.meta.media.files["/tall.mp4"][0][: film_item.facts.size_bytes // 2]
    await facebook.meta.send(
        job.publication.checkpoint["video"]["address"],
        half,
        token=TOKEN,
        file_size=str(film_item.facts.size_bytes),
    )

    accepted = await facebook.accepted(await facebook.ready(job))

    assert isinstance(await facebook.look_up(accepted), Live)
    assert facebook.calls("page_reel_start") == 1


async def test_a_video_becomes_a_story(facebook: Facebook, film_item: MediaItem) -> None:
    job = await facebook.ready(facebook_job(placement="story", media=[film_item]))

    accepted = await facebook.accepted(job)
    found = await facebook.look_up(accepted)

    (story_id,) = await facebook.stories()
    assert isinstance(found, Live)
    assert (found.receipt.platform_post_id, found.receipt.permalink) == (story_id, None)
    video_id = accepted.publication.checkpoint["video"]["id"]
    links = [await facebook.publisher.permalink(job, each) for each in (story_id, video_id, "7")]
    assert links[0] == links[1] is not None
    assert links[2] is None
