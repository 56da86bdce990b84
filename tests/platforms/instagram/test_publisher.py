import datetime as dt
from pathlib import Path

import httpx
import pytest

from domain.errors import (
    AuthorizationError,
    OutcomeUnknownError,
    RateLimitedError,
    RejectedError,
    TransientError,
    UnsupportedError,
)
from domain.media import MediaKind
from domain.quota import Quota
from platforms._shared.http import shared_client
from sandbox.faults import Effect, Fault
from services.ports import Live, Progress, Ready, Wait
from support.instagram import ALONE, Instagram, changed, instagram_job, publisher_at
from support.made_media import film, picture
from support.meta import OWN_ACCOUNT, PAGE_ACCOUNT, PAGE_TOKEN


async def test_an_image_becomes_a_story(instagram: Instagram) -> None:
    job = await instagram.ready(instagram_job())

    receipt = await instagram.publisher.publish(job)

    (story,) = instagram.meta.graph.posts(PAGE_ACCOUNT)
    assert (receipt.platform_post_id, story.surface) == (story.id, "story")
    assert await instagram.publisher.permalink(job, story.id) == story.permalink


async def test_a_video_becomes_a_story(instagram: Instagram, tmp_path: Path) -> None:
    instagram.files.address = instagram.meta.put(
        film(tmp_path / "film.mp4"), name="film.mp4", content_type="video/mp4"
    )
    job = instagram_job(kind=MediaKind.VIDEO)

    step = await instagram.publisher.prepare(job, instagram.files)
    await instagram.meta.graph.settle()
    receipt = await instagram.publisher.publish(await instagram.ready(job.at(step.checkpoint)))

    (story,) = instagram.meta.graph.posts(PAGE_ACCOUNT)
    assert (receipt.platform_post_id, story.media_type) == (story.id, "VIDEO")


async def test_an_image_goes_into_the_feed_with_its_caption(instagram: Instagram) -> None:
    instagram.files.address = instagram.meta.put(picture(100, 100), name="square.jpg")
    job = instagram_job(placement="feed", caption="Fresh “bread” ☕ @ 7 & later", alt="A loaf")

    await instagram.publisher.publish(await instagram.ready(job))

    (post,) = instagram.meta.graph.posts(PAGE_ACCOUNT)
    assert (post.surface, post.caption) == ("feed", "Fresh “bread” ☕ @ 7 & later")


async def test_an_account_of_instagram_login_is_reached_at_its_own_host(instagram: Instagram) -> None:
    job = await instagram.ready(instagram_job(login="instagram"))

    await instagram.publisher.publish(job)

    assert instagram.posts(OWN_ACCOUNT) == 1
    assert instagram.posts(PAGE_ACCOUNT) == 0


async def test_each_step_is_one_that_can_be_stored_and_resumed(instagram: Instagram) -> None:
    job = instagram_job()

    made = await instagram.publisher.prepare(job, instagram.files)
    looked = await instagram.publisher.prepare(job.at(made.checkpoint), instagram.files)
    instagram.meta.later(seconds=2)
    ready = await instagram.publisher.prepare(job.at(looked.checkpoint), instagram.files)

    assert isinstance(made, Progress)
    assert isinstance(looked, Wait)
    assert isinstance(ready, Ready)
    assert instagram.calls("media_create") == 1
    assert ready.checkpoint["quota_usage"] == 0


async def test_waits_grow_and_never_exceed_a_fifth_of_what_the_container_took(instagram: Instagram) -> None:
    instagram.meta.misbehave("stuck_container", remaining=1)
    job = instagram_job()
    step: Progress | Wait | Ready = await instagram.publisher.prepare(job, instagram.files)
    waits: list[float] = []

    while len(waits) < 24:
        step = await instagram.publisher.prepare(job.at(step.checkpoint), instagram.files)
        assert isinstance(step, Wait)
        waits.append(step.after.total_seconds())
        instagram.meta.world.clock.advance(step.after)

    assert [round(wait) for wait in waits[:4]] == [2, 2, 2, 2]
    assert waits == sorted(waits)
    assert waits[-1] == 30
    assert all(wait <= max(2.0, sum(waits[:number]) / 5 + 0.5) for number, wait in enumerate(waits))


async def test_a_container_that_never_finishes_is_replaced_once_and_then_rejected(
    instagram: Instagram,
) -> None:
    instagram.meta.misbehave("stuck_container")

    with pytest.raises(RejectedError, match="did not finish this file, twice"):
        await instagram.ready(instagram_job())

    assert instagram.calls("media_create") == 2


async def test_a_second_container_that_works_is_published(instagram: Instagram) -> None:
    instagram.meta.misbehave("stuck_container", remaining=1)

    await instagram.publisher.publish(await instagram.ready(instagram_job()))

    assert instagram.calls("media_create") == 2
    assert instagram.posts() == 1


async def test_status_reads_that_fail_for_a_while_do_not_fail_the_publication(instagram: Instagram) -> None:
    instagram.meta.world.faults.add(Fault(service="graph", operation="container_status", remaining=3))
    instagram.meta.misbehave("read_outage", remaining=2)

    await instagram.publisher.publish(await instagram.ready(instagram_job()))

    assert instagram.calls("media_create") == 1
    assert instagram.posts() == 1


@pytest.mark.parametrize(("headers", "seconds"), [({"Retry-After": "600"}, 600), ({}, 60)])
async def test_a_throttled_status_read_is_not_repeated_soon(
    instagram: Instagram, headers: dict[str, str], seconds: int
) -> None:
    made = await instagram.publisher.prepare(instagram_job(), instagram.files)
    instagram.meta.world.faults.add(
        Fault(service="graph", operation="container_status", status=429, headers=headers)
    )

    step = await instagram.publisher.prepare(instagram_job().at(made.checkpoint), instagram.files)

    assert isinstance(step, Wait)
    assert step.after.total_seconds() == seconds


async def test_status_reads_that_never_work_end_as_an_outage_not_as_a_refusal(instagram: Instagram) -> None:
    instagram.meta.world.faults.add(Fault(service="graph", operation="container_status"))

    with pytest.raises(TransientError):
        await instagram.ready(instagram_job())


@pytest.mark.parametrize(("subcode", "containers"), [(2207026, 1), (2207076, 2)])
async def test_a_container_that_failed_for_its_content_is_rejected(
    instagram: Instagram, subcode: int, containers: int
) -> None:
    instagram.meta.misbehave("container_error", body={"subcode": subcode})

    with pytest.raises(RejectedError) as raised:
        await instagram.ready(instagram_job())

    assert raised.value.subcode == subcode
    assert instagram.calls("media_create") == containers


async def test_a_container_that_failed_by_chance_is_replaced(instagram: Instagram) -> None:
    instagram.meta.misbehave("container_error", body={"subcode": 2207077}, remaining=1)

    await instagram.publisher.publish(await instagram.ready(instagram_job()))

    assert instagram.calls("media_create") == 2
    assert instagram.posts() == 1


async def test_a_container_that_expired_is_replaced(instagram: Instagram) -> None:
    job = await instagram.ready(instagram_job())
    instagram.meta.later(hours=25)

    await instagram.publisher.publish(await instagram.ready(job))

    assert instagram.calls("media_create") == 2
    assert instagram.posts() == 1


async def test_a_container_that_two_tries_failed_with_is_replaced(instagram: Instagram) -> None:
    job = await instagram.ready(instagram_job())

    again = await instagram.ready(changed(job, attempts=2))

    assert again.publication.checkpoint["container_id"] != job.publication.checkpoint["container_id"]


async def test_a_container_that_is_out_is_never_replaced_whatever_the_tries_with_it_were_told(
    instagram: Instagram,
) -> None:
    job = await instagram.ready(instagram_job())
    body = {"error": {"message": "Media ID is not available", "code": 9007, "error_subcode": 2207027}}
    instagram.meta.world.faults.add(
        Fault(service="graph", operation="media_publish", effect=Effect.REFUSE_AFTER, status=400, body=body)
    )
    with pytest.raises(TransientError):
        await instagram.publisher.publish(job)

    with pytest.raises(OutcomeUnknownError, match="published already"):
        await instagram.ready(changed(job, attempts=2))

    assert instagram.posts() == 1
    assert instagram.calls("media_create") == 1


async def test_a_container_that_may_be_out_is_never_replaced_because_of_failed_tries(
    instagram: Instagram,
) -> None:
    job = await instagram.ready(instagram_job())
    unclear = job.at({**job.publication.checkpoint, "is_unclear": True})

    again = await instagram.ready(changed(unclear, attempts=2))

    assert again.publication.checkpoint["container_id"] == job.publication.checkpoint["container_id"]


async def test_a_container_that_may_be_out_and_stays_unreadable_is_looked_up(instagram: Instagram) -> None:
    job = await instagram.ready(instagram_job())
    unclear = job.at({**job.publication.checkpoint, "is_unclear": True})
    instagram.meta.later(minutes=16)
    instagram.meta.misbehave("read_outage")

    with pytest.raises(OutcomeUnknownError):
        await instagram.ready(unclear)

    assert instagram.calls("media_create") == 1


async def test_a_container_found_published_while_preparing_is_looked_up_and_found(
    instagram: Instagram,
) -> None:
    job = await instagram.ready(instagram_job())
    receipt = await instagram.publisher.publish(job)

    with pytest.raises(OutcomeUnknownError):
        await instagram.publisher.prepare(job, instagram.files)

    found = await instagram.publisher.look_up(job, ALONE)
    assert isinstance(found, Live)
    assert found.receipt.platform_post_id == receipt.platform_post_id
    assert instagram.posts() == 1


async def test_a_used_up_quota_waits(instagram: Instagram) -> None:
    instagram.meta.graph.settings.quota_total = 1
    await instagram.publisher.publish(await instagram.ready(instagram_job()))

    with pytest.raises(RateLimitedError) as raised:
        await instagram.ready(instagram_job())

    assert raised.value.retry_after == dt.timedelta(hours=1)


async def test_the_quota_is_the_account_s_own_not_a_number_known_here(instagram: Instagram) -> None:
    instagram.meta.graph.settings.quota_total = 100
    job = instagram_job()

    assert job.token is not None
    facts = await instagram.publisher.check(job.account, job.token)

    assert (facts.name, facts.quota) == ("harbour.lane", Quota(used=0, total=100))


async def test_a_container_that_is_not_ready_after_all_is_published_later(instagram: Instagram) -> None:
    job = await instagram.ready(instagram_job())
    instagram.meta.misbehave("finished_but_not_ready", remaining=1)

    with pytest.raises(TransientError) as raised:
        await instagram.publisher.publish(job)
    await instagram.publisher.publish(await instagram.ready(job))

    assert (raised.value.code, raised.value.subcode) == (9007, 2207027)
    assert instagram.posts() == 1


async def test_a_restricted_account_is_a_matter_for_its_owner(instagram: Instagram) -> None:
    job = await instagram.ready(instagram_job())
    instagram.meta.misbehave("restricted_account")

    with pytest.raises(AuthorizationError, match="Log in to the app"):
        await instagram.publisher.publish(job)


async def test_a_token_of_the_other_login_is_explained(instagram: Instagram) -> None:
    job = instagram_job(login="instagram", token=PAGE_TOKEN)

    with pytest.raises(AuthorizationError, match="begins with EAA needs an account with the login facebook"):
        await instagram.publisher.prepare(job, instagram.files)


async def test_a_token_that_is_none_is_refused_before_it_is_sent(instagram: Instagram) -> None:
    with pytest.raises(AuthorizationError, match="characters that no token has"):
        await instagram.publisher.prepare(instagram_job(token="EAA\nX-Evil: 1"), instagram.files)

    assert not instagram.meta.world.calls


@pytest.mark.parametrize(
    ("placement", "kind"), [("reel", MediaKind.IMAGE), ("feed", MediaKind.VIDEO), ("text", MediaKind.IMAGE)]
)
async def test_what_the_api_cannot_express_is_refused_before_anything_is_uploaded(
    instagram: Instagram, placement: str, kind: MediaKind
) -> None:
    with pytest.raises(UnsupportedError):
        await instagram.publisher.prepare(instagram_job(placement=placement, kind=kind), instagram.files)

    assert instagram.files.asked == 0
    assert not instagram.meta.world.calls


async def test_a_permalink_is_best_effort(instagram: Instagram) -> None:
    job = await instagram.ready(instagram_job())
    receipt = await instagram.publisher.publish(job)
    assert receipt.platform_post_id is not None
    instagram.meta.misbehave("read_outage")

    assert await instagram.publisher.permalink(job, receipt.platform_post_id) is None


async def test_the_token_never_stands_in_an_address(instagram: Instagram) -> None:
    seen: list[httpx.Request] = []

    async def see(request: httpx.Request) -> None:
        seen.append(request)

    async with shared_client(timeout=dt.timedelta(seconds=5)) as http:
        http.event_hooks["request"].append(see)
        publisher = publisher_at(instagram.meta, http, facebook_app_secret="sandbox-facebook-app-secret")
        await publisher.prepare(instagram_job(), instagram.files)

    (request,) = seen
    assert request.headers["authorization"] == f"Bearer {PAGE_TOKEN}"
    assert PAGE_TOKEN not in str(request.url)
    assert b"appsecret_proof=" in request.content


async def test_a_publish_call_is_made_once_whatever_comes_of_it(instagram: Instagram) -> None:
    job = await instagram.ready(instagram_job())
    instagram.meta.world.faults.add(
        Fault(service="graph", operation="media_publish", effect=Effect.LOSE_ANSWER)
    )

    with pytest.raises(OutcomeUnknownError):
        await instagram.publisher.publish(job)

    assert instagram.calls("media_publish") == 1
    assert instagram.posts() == 1
