"""Every remote call on the way to a Page × everything that can go wrong with it."""

import asyncio
import contextlib
import dataclasses
import datetime as dt
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from domain.errors import FailureKind, PublishingError
from domain.media import MediaItem
from platforms._shared.http import shared_client
from platforms.facebook.publisher import FacebookPublisher
from sandbox.faults import Fault
from services.ports import Absent, Accepted, Job, Live
from support.facebook import Facebook, facebook_job, publisher_at
from support.instagram import ALONE, media_item
from support.meta_faults import answer, anything, graph_error

AUTHORIZATION = FailureKind.AUTHORIZATION
RATE_LIMITED = FailureKind.RATE_LIMITED
REJECTED = FailureKind.REJECTED
TRANSIENT = FailureKind.TRANSIENT
UNKNOWN = FailureKind.OUTCOME_UNKNOWN
HURRY = dt.timedelta(milliseconds=200)
"""How long a call may take where the fault is that it takes longer."""


FAULTS: dict[str, dict[str, Any]] = {
    **anything(late_by=0.4),
    "wrong types": answer({"id": {}, "video_id": [], "success": "yes", "status": 7, "data": {}}),
    "page throttle": graph_error(32, status=403),
    "too fast": graph_error(1390008),
}
KINDS = {
    "429": RATE_LIMITED,
    "page throttle": RATE_LIMITED,
    "too fast": RATE_LIMITED,
    "token dead": AUTHORIZATION,
    "no such object": AUTHORIZATION,
    "unknown code": REJECTED,
}
"""The kind of each failure while preparing; the faults that are not named are transient."""
PUBLISH_KINDS = {
    "429": RATE_LIMITED,
    "page throttle": RATE_LIMITED,
    "too fast": RATE_LIMITED,
    "token dead": AUTHORIZATION,
}
"""The faults that prove that nothing was published; all others leave it open."""

PREPARING = {
    "page_photo": "photo",
    "page_reel_start": "reel",
}
PUBLISHING = {
    "page_post": "photo",
    "page_photo_story": "photo story",
    "page_video": "video",
    "page_reel_finish": "reel",
    "page_video_story_finish": "video story",
}


def job_of(kind: str, film_item: MediaItem) -> Job:
    match kind:
        case "photo":
            return facebook_job(placement="photo", caption="Two loaves", media=[media_item(), media_item()])
        case "photo story":
            return facebook_job(placement="story", media=[media_item()])
        case "video story":
            return facebook_job(placement="story", media=[film_item])
        case _:
            return facebook_job(placement=kind, caption="The oven", media=[film_item])


@contextlib.asynccontextmanager
async def meeting(facebook: Facebook, fault: str) -> AsyncGenerator[FacebookPublisher]:
    """Give the publisher that meets the fault."""
    if "delay_seconds" not in FAULTS[fault]:
        yield facebook.publisher
        return
    async with shared_client(timeout=HURRY) as http:
        yield publisher_at(facebook.meta, http)


def inject(facebook: Facebook, operation: str, fault: str) -> None:
    facebook.meta.world.faults.add(
        dataclasses.replace(Fault(service="graph", operation=operation, remaining=1), **FAULTS[fault])
    )


async def landed(facebook: Facebook) -> None:
    """Wait until no call is in flight any more, as the grace does."""
    while any(call.duration_ms is None for call in facebook.meta.world.calls):
        await asyncio.wait([asyncio.get_running_loop().create_future()], timeout=0.02)


async def gone_out(facebook: Facebook, job: Job) -> None:
    """Publish a job to the end, looking for what is processed."""
    match await facebook.publisher.publish(await facebook.ready(job)):
        case Accepted(checkpoint=checkpoint):
            assert isinstance(await facebook.resolved(job.at(checkpoint)), Live)
        case _:
            pass


async def shown(facebook: Facebook) -> int:
    facebook.meta.later(minutes=1)
    return len(facebook.posts) + len(await facebook.stories())


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("operation", PREPARING)
async def test_a_fault_while_preparing_has_its_kind_and_the_next_try_posts_once(
    facebook: Facebook, film_item: MediaItem, operation: str, fault: str
) -> None:
    job = job_of(PREPARING[operation], film_item)
    inject(facebook, operation, fault)

    async with meeting(facebook, fault) as publisher:
        with pytest.raises(PublishingError) as raised:
            await publisher.prepare(job, facebook.files)
    await gone_out(facebook, job)

    assert raised.value.kind is KINDS.get(fault, TRANSIENT)
    assert await shown(facebook) == 1


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("operation", PUBLISHING)
async def test_a_fault_while_publishing_has_its_kind_and_never_leads_to_two_posts(
    facebook: Facebook, film_item: MediaItem, operation: str, fault: str
) -> None:
    job = await facebook.intended(job_of(PUBLISHING[operation], film_item))
    inject(facebook, operation, fault)

    async with meeting(facebook, fault) as publisher:
        with pytest.raises(PublishingError) as raised:
            await publisher.publish(job)

    assert raised.value.kind is PUBLISH_KINDS.get(fault, UNKNOWN)
    await landed(facebook)
    if raised.value.kind is not UNKNOWN:
        await gone_out(facebook, job)
    else:
        match await facebook.resolved(job):
            case Absent(checkpoint=checkpoint):
                await gone_out(facebook, job.at(checkpoint))
            case Live(receipt=receipt):
                assert receipt.platform_post_id is not None
    assert await shown(facebook) == 1


@pytest.mark.parametrize("is_out", [True, False])
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(
    ("kind", "operation", "reading"),
    [
        ("photo", "page_post", "page_published_posts"),
        ("reel", "page_reel_finish", "page_video_node"),
    ],
)
async def test_a_fault_while_looking_up_delays_the_answer_and_never_changes_it(
    facebook: Facebook,
    film_item: MediaItem,
    kind: str,
    operation: str,
    reading: str,
    fault: str,
    *,
    is_out: bool,
) -> None:
    job = await facebook.intended(job_of(kind, film_item))
    inject(facebook, operation, "answer lost" if is_out else "connection cut")
    with pytest.raises(PublishingError):
        await facebook.publisher.publish(job)
    facebook.meta.later(seconds=90)
    inject(facebook, reading, fault)

    async with meeting(facebook, fault) as publisher:
        first = await publisher.look_up(job, ALONE)
    decided = await facebook.resolved(job)

    assert not isinstance(first, Live | Absent)
    assert isinstance(decided, Live if is_out else Absent)
    assert await shown(facebook) == is_out


async def test_bytes_that_do_not_arrive_are_sent_again_from_where_they_broke_off(
    facebook: Facebook, film_item: MediaItem
) -> None:
    job = job_of("reel", film_item)
    job = job.at((await facebook.publisher.prepare(job, facebook.files)).checkpoint)
    inject(facebook, "*upload*", "connection cut")

    with pytest.raises(PublishingError) as raised:
        await facebook.publisher.prepare(job, facebook.files)
    await gone_out(facebook, job)

    assert raised.value.kind is TRANSIENT
    assert facebook.calls("page_reel_start") == 1
    assert await shown(facebook) == 1


@pytest.mark.parametrize("call", ["prepare", "publish"])
async def test_a_connection_that_is_refused_never_left(
    facebook: Facebook, film_item: MediaItem, call: str
) -> None:
    job = (
        await facebook.ready(job_of("photo story", film_item))
        if call == "publish"
        else job_of("photo", film_item)
    )
    down = dataclasses.replace(facebook.meta, facebook="http://127.0.0.1:9")

    async with shared_client(timeout=dt.timedelta(seconds=5)) as http:
        unplugged = publisher_at(down, http)
        with pytest.raises(PublishingError) as raised:
            await (unplugged.publish(job) if call == "publish" else unplugged.prepare(job, facebook.files))

    assert raised.value.kind is TRANSIENT
    assert await shown(facebook) == 0
