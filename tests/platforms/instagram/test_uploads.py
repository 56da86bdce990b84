"""Videos whose bytes are sent, in each way that the setting knows."""

import contextlib
import dataclasses
import datetime as dt
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from domain.errors import PublishingError, RejectedError, TransientError
from platforms._shared.http import shared_client
from sandbox.faults import Effect, Fault
from services.ports import Publisher
from support.instagram import Instagram, changed, instagram_job, posting, publisher_at
from support.meta import OWN_ACCOUNT, PAGE_ACCOUNT


@contextlib.asynccontextmanager
async def uploading(instagram: Instagram, way: str) -> AsyncGenerator[Publisher]:
    async with shared_client(timeout=dt.timedelta(seconds=5)) as http:
        yield publisher_at(instagram.meta, http, instagram_video_upload=way)


@pytest.mark.parametrize("placement", ["reel", "story"])
@pytest.mark.parametrize(("login", "account"), [("facebook", PAGE_ACCOUNT), ("instagram", OWN_ACCOUNT)])
async def test_a_film_is_sent_and_needs_no_cloud(
    instagram: Instagram, tmp_path: Path, placement: str, login: str, account: str
) -> None:
    job = posting(instagram_job(placement=placement, login=login), instagram.film(tmp_path))

    async with uploading(instagram, "resumable") as publisher:
        await publisher.publish(await instagram.ready(job, publisher))

    assert [post.media_type for post in instagram.meta.graph.posts(account)] == ["VIDEO"]
    assert instagram.files.asked == 0


async def test_a_carousel_s_films_are_sent_and_its_pictures_fetched(
    instagram: Instagram, tmp_path: Path
) -> None:
    job = posting(instagram_job(placement="carousel"), instagram.film(tmp_path), instagram.picture())

    async with uploading(instagram, "resumable") as publisher:
        await publisher.publish(await instagram.ready(job, publisher))

    (post,) = instagram.meta.graph.posts(PAGE_ACCOUNT)
    assert [child.media_type for child in post.children] == ["VIDEO", "IMAGE"]
    assert instagram.files.asked == 1


async def test_where_instagram_takes_no_uploads_it_fetches_the_film(
    instagram: Instagram, tmp_path: Path
) -> None:
    instagram.meta.graph.settings.story_uploads = False
    job = posting(instagram_job(), instagram.film(tmp_path))

    async with uploading(instagram, "resumable") as publisher:
        await publisher.publish(await instagram.ready(job, publisher))

    assert instagram.posts() == 1
    assert instagram.files.asked == 1


async def test_an_upload_that_broke_off_begins_anew_in_another_container(
    instagram: Instagram, tmp_path: Path
) -> None:
    job = posting(instagram_job(placement="reel"), instagram.film(tmp_path))
    instagram.meta.misbehave("cut_upload", remaining=1)

    async with uploading(instagram, "resumable") as publisher:
        made = await publisher.prepare(job, instagram.files)
        with pytest.raises(TransientError):
            await publisher.prepare(job.at(made.checkpoint), instagram.files)
        next_try = changed(job.at(made.checkpoint), attempts=1)
        await publisher.publish(await instagram.ready(next_try, publisher))

    assert instagram.calls("media_create") == 2
    assert instagram.posts() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"effect": Effect.DROP},
        {"effect": Effect.LOSE_ANSWER},
        {"status": 500},
        {"effect": Effect.REFUSE_AFTER, "status": 503},
        {"status": 429},
        {"status": 200, "body": "]["},
        {"status": 200, "body": {"success": False}},
        {"status": 400, "body": {"debug_info": {"retriable": True, "type": "PartialRequestError"}}},
        {"status": 400, "body": {"error": {"code": 190, "error_subcode": 460}}},
    ],
)
@pytest.mark.parametrize("placement", ["reel", "carousel"])
async def test_a_fault_of_the_upload_never_leads_to_two_posts_or_none(
    instagram: Instagram, tmp_path: Path, placement: str, fields: dict[str, Any]
) -> None:
    job = instagram.job(placement, tmp_path)
    instagram.meta.world.faults.add(
        dataclasses.replace(Fault(service="graph", operation="container_upload", remaining=1), **fields)
    )

    async with uploading(instagram, "resumable") as publisher:
        for attempts in range(2):
            with contextlib.suppress(PublishingError):
                job = await instagram.ready(changed(job, attempts=attempts), publisher)
        await publisher.publish(job)

    assert instagram.posts() == 1


async def test_a_slow_upload_leaves_the_container_its_time(instagram: Instagram, tmp_path: Path) -> None:
    instagram.meta.graph.settings.video_processing_seconds = 120
    job = posting(instagram_job(placement="reel"), instagram.film(tmp_path))

    async with uploading(instagram, "resumable") as publisher:
        made = await publisher.prepare(job, instagram.files)
        instagram.meta.later(minutes=14)
        sent = await publisher.prepare(job.at(made.checkpoint), instagram.files)
        instagram.meta.later(seconds=90)
        await publisher.publish(await instagram.ready(job.at(sent.checkpoint), publisher))

    assert instagram.calls("media_create") == 1


async def test_by_default_nothing_is_sent_whatever_fails(instagram: Instagram, tmp_path: Path) -> None:
    instagram.meta.misbehave("container_error", body={"subcode": 2207077})

    with pytest.raises(PublishingError):
        await instagram.ready(posting(instagram_job(placement="reel"), instagram.film(tmp_path)))

    assert instagram.files.asked == instagram.calls("media_create") == 2


@pytest.mark.parametrize("subcode", [2207077, 2207082, 2207052])
async def test_a_film_that_cannot_be_fetched_is_sent_if_that_is_wanted(
    instagram: Instagram, tmp_path: Path, subcode: int
) -> None:
    instagram.meta.misbehave("container_error", body={"subcode": subcode}, remaining=1)
    job = posting(instagram_job(placement="reel"), instagram.film(tmp_path))

    async with uploading(instagram, "auto") as publisher:
        await publisher.publish(await instagram.ready(job, publisher))

    assert uploads(instagram) == 1
    assert (instagram.files.asked, instagram.calls("media_create")) == (1, 2)


async def test_a_host_that_does_not_serve_the_film_is_done_without(
    instagram: Instagram, tmp_path: Path
) -> None:
    item = instagram.film(tmp_path)
    instagram.files.own[item.id] = f"{instagram.meta.media_url}/gone.mp4"

    async with uploading(instagram, "auto") as publisher:
        job = await instagram.ready(posting(instagram_job(placement="reel"), item), publisher)
        await publisher.publish(job)

    assert instagram.posts() == 1


async def test_a_fetch_that_is_refused_at_once_is_followed_by_an_upload(
    instagram: Instagram, tmp_path: Path
) -> None:
    body = {"error": {"message": "No", "code": 9004, "error_subcode": 2207052}}
    instagram.meta.world.faults.add(
        Fault(service="graph", operation="media_create", status=400, body=body, remaining=1)
    )
    job = posting(instagram_job(placement="reel"), instagram.film(tmp_path))

    async with uploading(instagram, "auto") as publisher:
        await publisher.publish(await instagram.ready(job, publisher))

    assert uploads(instagram) == 1


@pytest.mark.parametrize(
    "fields",
    [{"effect": Effect.DROP}, {"status": 500}, {"status": 400, "body": {"error": {"code": 2}}}],
)
async def test_an_outage_is_no_reason_to_send_a_film(
    instagram: Instagram, tmp_path: Path, fields: dict[str, Any]
) -> None:
    instagram.meta.world.faults.add(Fault(service="graph", operation="media_create", remaining=1, **fields))
    job = posting(instagram_job(placement="reel"), instagram.film(tmp_path))

    async with uploading(instagram, "auto") as publisher:
        with pytest.raises(TransientError):
            await publisher.prepare(job, instagram.files)
        await publisher.publish(await instagram.ready(changed(job, attempts=1), publisher))

    assert uploads(instagram) == 0


async def test_a_film_that_the_host_refuses_goes_to_a_person(instagram: Instagram, tmp_path: Path) -> None:
    body = {"debug_info": {"retriable": False, "type": "ProcessingFailedError", "message": "{}"}}
    job = posting(instagram_job(placement="reel"), instagram.film(tmp_path))

    async with uploading(instagram, "resumable") as publisher:
        made = await publisher.prepare(job, instagram.files)
        instagram.meta.world.faults.add(Fault(service="graph", status=400, body=body, remaining=1))
        with pytest.raises(RejectedError, match="Convert it, or post it by hand"):
            await publisher.prepare(job.at(made.checkpoint), instagram.files)


async def test_of_a_carousel_the_film_that_the_host_refuses_is_named(
    instagram: Instagram, tmp_path: Path
) -> None:
    body = {"debug_info": {"retriable": False, "type": "ProcessingFailedError", "message": "{}"}}
    instagram.meta.world.faults.add(
        Fault(service="graph", operation="container_upload", status=400, body=body)
    )

    async with uploading(instagram, "resumable") as publisher:
        with pytest.raises(RejectedError, match="File 2 of 2: Meta refuses the uploaded file"):
            await instagram.ready(instagram.job("carousel", tmp_path), publisher)


def uploads(instagram: Instagram) -> int:
    return sum("offset" in call.params for call in instagram.meta.world.calls if call.method == "POST")
