"""Every remote call on the way to a post × everything that can go wrong with it."""

import asyncio
import contextlib
import dataclasses
import datetime as dt
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import httpx
import pytest

from domain.errors import FailureKind, OutcomeUnknownError, PublishingError
from platforms._shared.http import shared_client
from sandbox.faults import Fault
from services.ports import Absent, Job, Live, Progress, Publisher, Ready, Unknown, Wait
from support.instagram import ALONE, Instagram, instagram_job, publisher_at
from support.meta_faults import answer, anything, graph_error

AUTHORIZATION = FailureKind.AUTHORIZATION
RATE_LIMITED = FailureKind.RATE_LIMITED
REJECTED = FailureKind.REJECTED
TRANSIENT = FailureKind.TRANSIENT
UNKNOWN = FailureKind.OUTCOME_UNKNOWN
HURRY = dt.timedelta(milliseconds=500)
"""How long a call may take where the fault is that it takes longer."""


FAULTS: dict[str, dict[str, Any]] = {
    **anything(late_by=0.8),
    "a list": answer([]),
    "wrong types": answer({"id": {}, "status_code": 7, "data": {"quota_usage": []}}),
    "throttle": graph_error(4, status=403),
    "spam": graph_error(4, 2207051),
    "not ready": graph_error(9007, 2207027),
    "account limited": graph_error(9, 2207042),
}

KINDS: dict[str, dict[str, FailureKind]] = {
    "media_create": {
        "429": RATE_LIMITED,
        "throttle": RATE_LIMITED,
        "spam": AUTHORIZATION,
        "token dead": AUTHORIZATION,
        "no such object": AUTHORIZATION,
        "account limited": RATE_LIMITED,
        "unknown code": REJECTED,
    },
    "publishing_limit": {
        "429": RATE_LIMITED,
        "throttle": RATE_LIMITED,
        "spam": AUTHORIZATION,
        "token dead": AUTHORIZATION,
        "account limited": RATE_LIMITED,
        "unknown code": REJECTED,
    },
}
"""The kind of each failure; the faults that are not named are transient."""

PUBLISH_KINDS = {
    "429": RATE_LIMITED,
    "throttle": RATE_LIMITED,
    "not ready": TRANSIENT,
    "token dead": AUTHORIZATION,
    "account limited": RATE_LIMITED,
}
"""The faults that prove that nothing was published; all others leave it open."""

STATUS_KINDS = {"spam": AUTHORIZATION, "token dead": AUTHORIZATION, "unknown code": REJECTED}
"""The faults that end a publication while its container is waited for; all others are waited out."""


@contextlib.asynccontextmanager
async def meeting(instagram: Instagram, fault: str) -> AsyncGenerator[Publisher]:
    """Give the publisher that meets the fault."""
    if "delay_seconds" not in FAULTS[fault]:
        yield instagram.publisher
        return
    async with shared_client(timeout=HURRY) as http:
        yield publisher_at(instagram.meta, http)


def inject(instagram: Instagram, operation: str, fault: str) -> None:
    instagram.meta.world.faults.add(
        dataclasses.replace(Fault(service="graph", operation=operation, remaining=1), **FAULTS[fault])
    )


async def landed(instagram: Instagram) -> None:
    """Wait until no call is in flight any more, as the grace does."""
    while any(call.duration_ms is None for call in instagram.meta.world.calls):
        await asyncio.wait([asyncio.get_running_loop().create_future()], timeout=0.02)


async def resolved(instagram: Instagram, job: Job) -> Live | Absent:
    """Look up until it is decided, as the service does."""
    await landed(instagram)
    instagram.meta.later(seconds=90)
    for _ in range(5):
        match await instagram.publisher.look_up(job, ALONE):
            case Unknown(checkpoint=checkpoint, again_after=after):
                job = job.at(checkpoint)
                instagram.meta.world.clock.advance(after or dt.timedelta(seconds=30))
            case decided:
                return decided
    raise AssertionError("it was never decided")


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("operation", KINDS)
async def test_a_fault_while_preparing_has_its_kind_and_the_next_try_posts_once(
    instagram: Instagram, operation: str, fault: str
) -> None:
    job = instagram_job()
    if operation == "publishing_limit":
        job = job.at((await instagram.publisher.prepare(job, instagram.files)).checkpoint)
        instagram.meta.later(seconds=2)
    inject(instagram, operation, fault)

    async with meeting(instagram, fault) as publisher:
        with pytest.raises(PublishingError) as raised:
            await publisher.prepare(job, instagram.files)
    await instagram.publisher.publish(await instagram.ready(job))

    assert raised.value.kind is KINDS[operation].get(fault, TRANSIENT)
    assert instagram.posts() == 1


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_while_waiting_for_the_container_is_waited_out_or_has_its_kind(
    instagram: Instagram, fault: str
) -> None:
    made = await instagram.publisher.prepare(instagram_job(), instagram.files)
    job = instagram_job().at(made.checkpoint)
    instagram.meta.later(seconds=2)
    inject(instagram, "container_status", fault)

    step: Progress | Wait | Ready | None = None
    kind: FailureKind | None = None
    async with meeting(instagram, fault) as publisher:
        try:
            step = await publisher.prepare(job, instagram.files)
        except PublishingError as error:
            kind = error.kind
    await instagram.publisher.publish(await instagram.ready(job))

    assert kind is STATUS_KINDS.get(fault)
    assert isinstance(step, Wait) is (fault not in STATUS_KINDS)
    assert instagram.posts() == 1
    assert instagram.calls("media_create") == 1


@pytest.mark.parametrize("placement", ["story", "feed", "reel", "carousel"])
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_while_publishing_has_its_kind_and_never_leads_to_two_posts(
    instagram: Instagram, tmp_path: Path, fault: str, placement: str
) -> None:
    job = await instagram.intended(instagram.job(placement, tmp_path, caption="Bowls"))
    made = instagram.calls("media_create")
    inject(instagram, "media_publish", fault)

    async with meeting(instagram, fault) as publisher:
        with pytest.raises(PublishingError) as raised:
            await publisher.publish(job)

    assert raised.value.kind is PUBLISH_KINDS.get(fault, UNKNOWN)
    if raised.value.kind is UNKNOWN:
        match await resolved(instagram, job):
            case Absent(checkpoint=checkpoint):
                await instagram.publisher.publish(await instagram.ready(job.at(checkpoint)))
            case Live(receipt=receipt):
                assert receipt.platform_post_id is not None
    else:
        await instagram.publisher.publish(await instagram.ready(job))
    await landed(instagram)
    assert instagram.posts() == 1
    assert instagram.calls("media_create") == made


@pytest.mark.parametrize(
    ("placement", "operation", "is_out"),
    [
        ("story", "container_status", True),
        ("story", "container_status", False),
        ("story", "stories_list", False),
        ("story", "publishing_limit", False),
        ("carousel", "media_list", False),
    ],
)
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_while_looking_up_delays_the_answer_and_never_changes_it(
    instagram: Instagram, tmp_path: Path, fault: str, placement: str, operation: str, *, is_out: bool
) -> None:
    job = await instagram.intended(instagram.job(placement, tmp_path))
    inject(instagram, "media_publish", "answer lost" if is_out else "connection cut")
    with pytest.raises(OutcomeUnknownError):
        await instagram.publisher.publish(job)
    instagram.meta.later(seconds=90)
    inject(instagram, operation, fault)

    async with meeting(instagram, fault) as publisher:
        first = await publisher.look_up(job, ALONE)
    decided = await resolved(instagram, job)

    assert not isinstance(first, Live | Absent)
    assert isinstance(decided, Live if is_out else Absent)
    assert instagram.posts() == is_out


@pytest.mark.parametrize("call", ["prepare", "status", "publish"])
async def test_a_connection_that_is_refused_never_left(instagram: Instagram, call: str) -> None:
    job = instagram_job()
    if call != "prepare":
        job = await instagram.ready(job)
    down = dataclasses.replace(instagram.meta, facebook="http://127.0.0.1:9")

    async with shared_client(timeout=dt.timedelta(seconds=5)) as http:
        unplugged = publisher_at(down, http)
        if call == "status":
            assert isinstance(await unplugged.prepare(job, instagram.files), Wait)
        else:
            with pytest.raises(PublishingError) as raised:
                await (
                    unplugged.publish(job) if call == "publish" else unplugged.prepare(job, instagram.files)
                )
            assert raised.value.kind is TRANSIENT

    await instagram.publisher.publish(await instagram.ready(job))
    assert instagram.posts() == 1


async def test_a_wait_for_a_free_connection_that_is_too_long_never_left(instagram: Instagram) -> None:
    job = await instagram.ready(instagram_job())
    limits, timeout = httpx.Limits(max_connections=0), httpx.Timeout(5, pool=0.01)

    async with httpx.AsyncClient(limits=limits, timeout=timeout) as http:
        with pytest.raises(PublishingError) as raised:
            await publisher_at(instagram.meta, http).publish(job)

    assert raised.value.kind is TRANSIENT
    assert instagram.posts() == 0
