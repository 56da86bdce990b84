"""What follows a publish call that was refused unclearly, once it is proved that nothing came of it."""

import datetime as dt
from typing import Any

import pytest

from domain.errors import Failure, FailureKind, OutcomeUnknownError, PublishingError
from sandbox.faults import Fault
from services.ports import Absent, Job, Unknown
from support.instagram import ALONE, Instagram, changed, instagram_job

AUTHORIZATION = FailureKind.AUTHORIZATION


def refusal(code: int, subcode: int | None = None, *, status: int = 400) -> dict[str, Any]:
    return {"status": status, "body": {"error": {"message": "No", "code": code, "error_subcode": subcode}}}


async def proved_absent(instagram: Instagram, job: Job, **fields: Any) -> Job:
    """Meet a fault at the publish call, look up, and return the job as it is scheduled again."""
    job = await instagram.intended(job)
    instagram.meta.world.faults.add(Fault(service="graph", operation="media_publish", remaining=1, **fields))
    with pytest.raises(OutcomeUnknownError) as raised:
        await instagram.publisher.publish(job)
    job = changed(job, failure=raised.value.failure)
    instagram.meta.later(seconds=90)
    for _ in range(3):
        match await instagram.publisher.look_up(job, ALONE):
            case Absent(checkpoint=checkpoint):
                return changed(job.at(checkpoint), intent_at=None)
            case Unknown(checkpoint=checkpoint, again_after=after):
                job = job.at(checkpoint)
                instagram.meta.world.clock.advance(after or dt.timedelta(seconds=30))
            case live:
                raise AssertionError(live)
    raise AssertionError("it was never decided")


@pytest.mark.parametrize(
    ("fields", "kind", "says"),
    [
        (refusal(4, 2207051, status=403), AUTHORIZATION, "let the account rest"),
        (refusal(100, 33), AUTHORIZATION, "connect it again"),
        (refusal(368), FailureKind.RATE_LIMITED, "Look into the app"),
        (refusal(506), FailureKind.REJECTED, "Look whether it is there"),
        (refusal(424242), FailureKind.REJECTED, "not known here"),
    ],
)
async def test_a_refusal_that_had_no_effect_is_what_it_says(
    instagram: Instagram, fields: dict[str, Any], kind: FailureKind, says: str
) -> None:
    job = await proved_absent(instagram, instagram_job(), **fields)

    with pytest.raises(PublishingError) as raised:
        await instagram.publisher.prepare(job, instagram.files)

    assert raised.value.kind is kind
    assert says in str(raised.value)
    assert instagram.calls("media_publish") == 1


async def test_a_policy_block_is_waited_out_for_hours(instagram: Instagram) -> None:
    job = await proved_absent(instagram, instagram_job(), **refusal(368))

    with pytest.raises(PublishingError) as raised:
        await instagram.publisher.prepare(job, instagram.files)

    assert raised.value.retry_after == dt.timedelta(hours=4)


@pytest.mark.parametrize("fields", [{"status": 500}, {"status": 200, "body": "]["}, refusal(2, status=500)])
async def test_an_outage_is_tried_again_at_once_and_then_at_growing_intervals(
    instagram: Instagram, fields: dict[str, Any]
) -> None:
    once = await proved_absent(instagram, instagram_job(), **fields)

    twice = await proved_absent(instagram, once, **fields)
    with pytest.raises(PublishingError) as raised:
        await instagram.publisher.prepare(twice, instagram.files)

    assert raised.value.kind is FailureKind.TRANSIENT
    assert instagram.calls("media_create") == 1


async def test_what_was_told_once_is_not_told_again_and_the_same_container_goes_out(
    instagram: Instagram,
) -> None:
    job = await proved_absent(instagram, instagram_job(), **refusal(4, 2207051))
    told = Failure(kind=AUTHORIZATION, message="It rests.", platform="instagram", code=4, subcode=2207051)

    await instagram.publisher.publish(await instagram.ready(changed(job, failure=told)))

    assert instagram.posts() == 1
    assert instagram.calls("media_create") == 1


async def test_a_person_who_says_that_it_is_not_there_is_not_contradicted(instagram: Instagram) -> None:
    job = await instagram.ready(instagram_job())
    unclear = Failure(kind=FailureKind.OUTCOME_UNKNOWN, message="Spam?", code=4, subcode=2207051)

    await instagram.publisher.publish(await instagram.ready(changed(job, failure=unclear)))

    assert instagram.posts() == 1
