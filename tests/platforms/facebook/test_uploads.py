"""What is uploaded before anybody can see it: again where it broke off, and never for ever."""

import dataclasses
from typing import Any

import pytest

from domain.errors import Failure, FailureKind, RateLimitedError, RejectedError, TransientError
from domain.media import MediaItem
from sandbox.faults import Effect, Fault
from services.ports import Absent, Job, Live
from support.facebook import Facebook, facebook_job
from support.instagram import changed, media_item


@pytest.fixture
def in_parts(facebook: Facebook, large_item: MediaItem) -> Job:
    """Return a video that goes in three parts."""
    facebook.meta.graph.settings.change({"page_video_part_bytes": large_item.facts.size_bytes // 3 + 1})
    return facebook_job(placement="video", caption="The oven", media=[large_item])


async def stepped(facebook: Facebook, job: Job, steps: int) -> Job:
    for _ in range(steps):
        job = job.at((await facebook.publisher.prepare(job, facebook.files)).checkpoint)
    return job


def fault(facebook: Facebook, operation: str, **fields: Any) -> None:
    facebook.meta.world.faults.add(Fault(service="graph", operation=operation, remaining=1, **fields))


async def test_a_worker_that_died_left_the_parts_that_were_sent(facebook: Facebook, in_parts: Job) -> None:
    job = await stepped(facebook, in_parts, 3)

    accepted = await facebook.accepted(await facebook.ready(job))

    assert isinstance(await facebook.look_up(accepted), Live)
    assert facebook.calls("page_video_start") == 1
    assert facebook.calls("page_video_transfer") == 3


async def test_a_part_that_facebook_has_already_is_passed_over(facebook: Facebook, in_parts: Job) -> None:
    begun = await stepped(facebook, in_parts, 1)
    await stepped(facebook, begun, 1)  # and its checkpoint is lost with the worker

    accepted = await facebook.accepted(await facebook.ready(begun))

    assert isinstance(await facebook.look_up(accepted), Live)
    assert len(facebook.posts) == 1


async def test_an_upload_that_failed_twice_is_begun_anew(facebook: Facebook, in_parts: Job) -> None:
    job = await stepped(facebook, in_parts, 2)

    await stepped(facebook, changed(job, attempts=2), 1)

    assert facebook.calls("page_video_start") == 2


async def test_an_upload_that_may_be_out_is_never_replaced(facebook: Facebook, film_item: MediaItem) -> None:
    job = await facebook.ready(facebook_job(placement="reel", media=[film_item]))
    unclear = {**job.publication.checkpoint, "unclear_since": "2026-11-20T12:00:00+00:00"}

    again = await facebook.ready(changed(job.at(unclear), attempts=3))

    assert again.publication.checkpoint["video"] == job.publication.checkpoint["video"]


async def test_a_part_that_the_video_does_not_have_is_not_sent(facebook: Facebook, in_parts: Job) -> None:
    body = {"video_id": "1", "upload_session_id": "2", "start_offset": "0", "end_offset": "999999999"}
    fault(facebook, "page_video_start", effect=Effect.REFUSE, status=200, body=body)

    with pytest.raises(TransientError, match="does not have"):
        await stepped(facebook, in_parts, 2)


async def test_a_file_that_changed_meanwhile_is_not_sent(facebook: Facebook, film_item: MediaItem) -> None:
    missing = dataclasses.replace(film_item, path="/nowhere/film.mp4")
    job = facebook_job(placement="reel", media=[missing])

    with pytest.raises(RejectedError, match="cannot be read"):
        await stepped(facebook, job, 2)


async def test_a_video_that_would_fail_the_same_way_is_not_uploaded_again(
    facebook: Facebook, film_item: MediaItem
) -> None:
    job = facebook_job(placement="reel", media=[film_item])
    accepted = await facebook.accepted(await facebook.ready(job))
    status = {"processing_phase": {"status": "error", "errors": [{"code": 1363128, "message": "x"}]}}
    fault(facebook, "page_video_node", effect=Effect.REFUSE, status=200, body={"status": status})

    found = await facebook.look_up(accepted)
    assert isinstance(found, Absent)
    with pytest.raises(RejectedError, match="3 to 90 seconds"):
        await facebook.publisher.prepare(job.at(found.checkpoint), facebook.files)

    assert facebook.calls("page_reel_start") == 1


@pytest.mark.parametrize(
    ("code", "absences", "error"),
    [(2, 1, None), (2, 2, TransientError), (368, 1, RateLimitedError), (99999, 1, RejectedError)],
)
async def test_what_was_unclear_and_had_no_effect_goes_the_way_of_its_reason(
    facebook: Facebook, code: int, absences: int, error: type[Exception] | None
) -> None:
    failure = Failure(kind=FailureKind.OUTCOME_UNKNOWN, message="No.", code=code, http_status=400)
    job = changed(facebook_job(placement="photo", media=[media_item()]), failure=failure)
    job = job.at({"absences": absences})

    if error is None:
        await facebook.ready(job)
    else:
        with pytest.raises(error):
            await facebook.publisher.prepare(job, facebook.files)
