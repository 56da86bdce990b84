"""How a reel, a feed post and a carousel are told from everything else on the account."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from domain.errors import OutcomeUnknownError
from sandbox.faults import Effect, Fault
from services.ports import Absent, Job, Live, Unknown
from support.instagram import ALONE, Instagram, posting
from support.meta import PAGE_ACCOUNT

IN_PROGRESS = {"status": 200, "body": {"id": "1", "status_code": "IN_PROGRESS"}}


async def lost(instagram: Instagram, job: Job, effect: Effect = Effect.LOSE_ANSWER) -> Job:
    """Publish a job so that its answer is lost; return it as it is stored then."""
    job = await instagram.intended(job)
    instagram.meta.world.faults.add(
        Fault(service="graph", operation="media_publish", effect=effect, remaining=1)
    )
    with pytest.raises(OutcomeUnknownError):
        await instagram.publisher.publish(job)
    instagram.meta.later(seconds=90)
    return job


def container_says(instagram: Instagram, **fields: Any) -> None:
    """Let the container not decide, so that the listing must."""
    instagram.meta.world.faults.add(
        dataclasses.replace(Fault(service="graph", operation="container_status"), **fields)
    )


@pytest.mark.parametrize("placement", ["feed", "reel", "carousel"])
async def test_a_post_is_found_by_its_caption_though_its_container_says_nothing(
    instagram: Instagram, tmp_path: Path, placement: str
) -> None:
    job = await lost(instagram, instagram.job(placement, tmp_path, caption="Three @bowls"))
    container_says(instagram, **IN_PROGRESS)

    found = await instagram.publisher.look_up(job, ALONE)

    (post,) = instagram.meta.graph.posts(PAGE_ACCOUNT)
    assert isinstance(found, Live)
    assert (found.receipt.platform_post_id, found.receipt.permalink) == (post.id, post.permalink)


@pytest.mark.parametrize("placement", ["feed", "reel", "carousel"])
async def test_a_post_without_a_caption_is_not_taken_for_ours_unless_its_container_says_so(
    instagram: Instagram, tmp_path: Path, placement: str
) -> None:
    job = await lost(instagram, instagram.job(placement, tmp_path))

    by_its_container = await instagram.publisher.look_up(job, ALONE)
    container_says(instagram, **IN_PROGRESS)
    by_the_listing = await instagram.publisher.look_up(job, ALONE)

    assert isinstance(by_its_container, Live)
    assert isinstance(by_the_listing, Unknown)
    assert "cannot be told" in by_the_listing.why


@pytest.mark.parametrize(
    ("placement", "other"),
    [
        ("reel", "feed"),
        ("reel", "carousel"),
        ("feed", "carousel"),
        ("carousel", "feed"),
        ("carousel", "reel"),
        ("feed", "story"),
    ],
)
async def test_a_post_of_another_kind_is_not_taken_for_ours(
    instagram: Instagram, tmp_path: Path, placement: str, other: str
) -> None:
    job = await lost(instagram, instagram.job(placement, tmp_path, caption="Bowls"), Effect.DROP)
    theirs = instagram.job(other, tmp_path, caption="Bowls")
    await instagram.publisher.publish(await instagram.ready(theirs))

    found = await instagram.publisher.look_up(job, ALONE)

    assert isinstance(found, Unknown)
    assert "count of posts" in found.why


async def test_a_carousel_of_other_files_is_not_taken_for_ours(instagram: Instagram, tmp_path: Path) -> None:
    job = await lost(instagram, instagram.job("carousel", tmp_path, caption="Bowls"), Effect.DROP)
    theirs = posting(instagram.job("carousel", tmp_path, caption="Bowls"), *[instagram.picture()] * 2)
    await instagram.publisher.publish(await instagram.ready(theirs))

    found = await instagram.publisher.look_up(job, ALONE)

    assert isinstance(found, Unknown)
    assert "count of posts" in found.why


@pytest.mark.parametrize("placement", ["feed", "reel", "carousel"])
async def test_two_clear_readings_prove_it_absent_and_the_same_container_goes_out(
    instagram: Instagram, tmp_path: Path, placement: str
) -> None:
    job = await lost(instagram, instagram.job(placement, tmp_path, caption="Bowls"), Effect.DROP)
    made = instagram.calls("media_create")

    first = await instagram.publisher.look_up(job, ALONE)
    assert isinstance(first, Unknown)
    assert first.again_after is not None
    instagram.meta.world.clock.advance(first.again_after)
    second = await instagram.publisher.look_up(job.at(first.checkpoint), ALONE)
    assert isinstance(second, Absent)
    await instagram.publisher.publish(await instagram.ready(job.at(second.checkpoint)))

    assert instagram.posts() == 1
    assert instagram.calls("media_create") == made


@pytest.mark.parametrize("placement", ["reel", "carousel"])
async def test_an_expired_container_proves_it_absent_and_all_is_made_anew(
    instagram: Instagram, tmp_path: Path, placement: str
) -> None:
    job = await lost(instagram, instagram.job(placement, tmp_path), Effect.DROP)
    made = instagram.calls("media_create")
    instagram.meta.later(hours=25)

    absent = await instagram.publisher.look_up(job, ALONE)
    assert isinstance(absent, Absent)
    await instagram.publisher.publish(await instagram.ready(job.at(absent.checkpoint)))

    assert instagram.posts() == 1
    assert instagram.calls("media_create") == 2 * made


async def test_a_container_that_failed_without_a_code_is_dead(instagram: Instagram, tmp_path: Path) -> None:
    job = await lost(instagram, instagram.job("reel", tmp_path), Effect.DROP)
    body = {"id": "1", "status_code": "", "status": "Error: Media upload has failed with error code 2207053"}
    container_says(instagram, status=200, body=body)

    found = await instagram.publisher.look_up(job, ALONE)

    assert isinstance(found, Absent)
    assert "error" in found.proof


async def test_a_container_without_a_code_that_did_not_fail_proves_nothing(
    instagram: Instagram, tmp_path: Path
) -> None:
    job = await lost(instagram, instagram.job("reel", tmp_path), Effect.DROP)
    body = {"id": "1", "status_code": "", "status": "Finished: Media has been uploaded."}
    container_says(instagram, status=200, body=body)

    assert isinstance(await instagram.publisher.look_up(job, ALONE), Unknown)
