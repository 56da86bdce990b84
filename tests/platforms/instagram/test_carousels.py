import dataclasses
from pathlib import Path
from typing import Any

import pytest

from domain.errors import PublishingError, RejectedError, TransientError
from domain.post import UserTag
from sandbox.faults import Effect, Fault
from services.ports import Job, Progress, Ready, Wait
from support.instagram import Instagram, changed, instagram_job, posting
from support.meta import PAGE_ACCOUNT


def carousel_of(instagram: Instagram, count: int = 3, **details: Any) -> Job:
    pictures = [instagram.picture() for _ in range(count)]
    return posting(instagram_job(placement="carousel", caption="Bowls"), *pictures, **details)


def made(instagram: Instagram) -> list[dict[str, Any]]:
    return [dict(call.params) for call in instagram.meta.world.calls if call.operation == "media_create"]


async def children_made(instagram: Instagram, job: Job) -> Job:
    """Prepare until each file has a container."""
    while instagram.calls("media_create") < len(job.post.media):
        job = job.at((await instagram.publisher.prepare(job, instagram.files)).checkpoint)
    return job


async def test_pictures_and_a_film_become_a_carousel_in_their_order(
    instagram: Instagram, tmp_path: Path
) -> None:
    job = posting(
        instagram_job(placement="carousel", caption="Three bowls"),
        instagram.picture(),
        instagram.film(tmp_path),
        instagram.picture(),
        alt="A blue bowl",
        user_tags=(UserTag(name="harbour.kids", x=0.1, y=0.2),),
        collaborators=("old.pier",),
        location_id="106000000000001",
        is_ai_generated=True,
    )

    receipt = await instagram.publisher.publish(await instagram.ready(job))

    (post,) = instagram.meta.graph.posts(PAGE_ACCOUNT)
    assert (receipt.platform_post_id, post.surface, post.caption) == (post.id, "carousel", "Three bowls")
    assert [child.media_type for child in post.children] == ["IMAGE", "VIDEO", "IMAGE"]
    assert [child.details.alt_text for child in post.children] == ["A blue bowl", "", ""]
    assert [len(child.details.user_tags) for child in post.children] == [1, 0, 0]
    assert (post.details.collaborators, post.details.is_ai_generated) == (("old.pier",), True)


@pytest.mark.parametrize("count", [2, 10])
async def test_a_carousel_takes_as_many_containers_as_it_has_files_and_one(
    instagram: Instagram, count: int
) -> None:
    await instagram.publisher.publish(await instagram.ready(carousel_of(instagram, count)))

    assert instagram.calls("media_create") == count + 1
    assert len(instagram.meta.graph.posts(PAGE_ACCOUNT)[0].children) == count


async def test_the_whole_is_made_only_when_all_files_are_finished(instagram: Instagram) -> None:
    job = await children_made(instagram, carousel_of(instagram))

    waiting = await instagram.publisher.prepare(job, instagram.files)
    instagram.meta.later(seconds=2)
    whole = await instagram.publisher.prepare(job.at(waiting.checkpoint), instagram.files)

    assert isinstance(waiting, Wait)
    assert isinstance(whole, Progress)
    assert [child.get("is_carousel_item") for child in made(instagram)] == ["true", "true", "true", None]
    assert made(instagram)[-1]["children"].count(",") == 2


async def test_the_whole_is_finished_before_it_is_published(instagram: Instagram) -> None:
    job = await children_made(instagram, carousel_of(instagram))
    instagram.meta.later(seconds=2)
    job = job.at((await instagram.publisher.prepare(job, instagram.files)).checkpoint)

    not_yet = await instagram.publisher.prepare(job, instagram.files)
    instagram.meta.later(seconds=2)
    ready = await instagram.publisher.prepare(job.at(not_yet.checkpoint), instagram.files)

    assert isinstance(not_yet, Wait)
    assert isinstance(ready, Ready)


@pytest.mark.parametrize("lost", range(6))
async def test_a_step_that_was_not_stored_costs_one_container_at_most(
    instagram: Instagram, lost: int
) -> None:
    job = carousel_of(instagram, 2)

    for number in range(lost + 1):
        step = await instagram.publisher.prepare(job, instagram.files)
        job = job if number == lost else job.at(step.checkpoint)
        instagram.meta.later(seconds=2)
    await instagram.publisher.publish(await instagram.ready(job))

    assert instagram.posts() == 1
    assert instagram.calls("media_create") <= 4


@pytest.mark.parametrize("attempts", [0, 1])
async def test_a_finished_file_is_not_asked_for_again_while_another_one_is_waited_for(
    instagram: Instagram, attempts: int
) -> None:
    job = changed(carousel_of(instagram), attempts=attempts)
    job = job.at((await instagram.publisher.prepare(job, instagram.files)).checkpoint)
    instagram.meta.later(seconds=2)
    instagram.meta.misbehave("stuck_container", remaining=1)
    job = await children_made(instagram, job)

    for _ in range(3):
        job = job.at((await instagram.publisher.prepare(job, instagram.files)).checkpoint)

    assert instagram.calls("container_status") == 4


async def test_a_file_whose_container_died_gets_another_one_alone(instagram: Instagram) -> None:
    instagram.meta.misbehave("container_error", body={"subcode": 2207077}, remaining=1)

    await instagram.publisher.publish(await instagram.ready(carousel_of(instagram)))

    assert instagram.calls("media_create") == 5
    assert len(instagram.meta.graph.posts(PAGE_ACCOUNT)[0].children) == 3


async def test_a_file_whose_container_is_stuck_gets_another_one_alone(instagram: Instagram) -> None:
    instagram.meta.misbehave("stuck_container", remaining=1)

    await instagram.publisher.publish(await instagram.ready(carousel_of(instagram)))

    assert instagram.calls("media_create") == 5


async def test_files_whose_containers_expired_get_new_ones(instagram: Instagram) -> None:
    job = await children_made(instagram, carousel_of(instagram))
    instagram.meta.later(hours=25)

    await instagram.publisher.publish(await instagram.ready(job))

    assert instagram.calls("media_create") == 7
    assert instagram.posts() == 1


async def test_a_finished_file_that_expired_before_the_next_try_gets_a_new_one(instagram: Instagram) -> None:
    job = await children_made(instagram, carousel_of(instagram))
    instagram.meta.later(seconds=2)
    instagram.meta.world.faults.add(Fault(service="graph", operation="media_create", remaining=1))
    with pytest.raises(TransientError):
        await instagram.publisher.prepare(job, instagram.files)
    instagram.meta.later(hours=25)

    await instagram.publisher.publish(await instagram.ready(changed(job, attempts=1)))

    assert instagram.posts() == 1


@pytest.mark.parametrize("reuse_children", [True, False])
async def test_a_whole_that_died_is_made_anew_with_all_its_files(
    instagram: Instagram, *, reuse_children: bool
) -> None:
    instagram.meta.graph.settings.reuse_children = reuse_children
    job = await children_made(instagram, carousel_of(instagram))
    instagram.meta.later(seconds=2)
    instagram.meta.misbehave("container_error", body={"subcode": 2207053}, remaining=1)

    await instagram.publisher.publish(await instagram.ready(job))

    assert instagram.posts() == 1
    assert instagram.calls("media_create") == 8


async def test_the_file_that_is_refused_is_named(instagram: Instagram) -> None:
    job = carousel_of(instagram)
    tall = instagram.picture(100, 400)
    job = posting(job, *job.post.media[:2], tall)

    with pytest.raises(RejectedError, match="File 3 of 3: The feed takes pictures from 4:5") as raised:
        await instagram.ready(job)

    assert (raised.value.code, raised.value.subcode) == (36003, 2207009)


async def test_the_file_whose_container_failed_for_good_is_named(instagram: Instagram) -> None:
    instagram.meta.misbehave("container_error", body={"subcode": 2207026}, remaining=1)

    with pytest.raises(RejectedError, match="File 1 of 3"):
        await instagram.ready(carousel_of(instagram))


FAULTS: dict[str, dict[str, Any]] = {
    "connection cut": {"effect": Effect.DROP},
    "answer lost": {"effect": Effect.LOSE_ANSWER},
    "5xx before": {"status": 500},
    "5xx after": {"effect": Effect.REFUSE_AFTER, "status": 503},
    "429": {"status": 429},
    "bad JSON": {"status": 200, "body": '{"id": "178'},
    "throttle": {"status": 403, "body": {"error": {"code": 4}}},
    "token dead": {"status": 400, "body": {"error": {"code": 190, "error_subcode": 460}}},
    "no such object": {"status": 400, "body": {"error": {"code": 100, "error_subcode": 33}}},
    "not found": {"status": 400, "body": {"error": {"code": 24, "error_subcode": 2207006}}},
    "not ready": {"status": 400, "body": {"error": {"code": 9007, "error_subcode": 2207027}}},
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("operation", ["media_create", "container_status", "publishing_limit"])
@pytest.mark.parametrize("skip", [0, 2])
async def test_a_fault_on_the_way_to_a_carousel_never_leads_to_two(
    instagram: Instagram, operation: str, fault: str, skip: int
) -> None:
    job = carousel_of(instagram, 2)
    while instagram.calls("media_create") < skip:
        job = job.at((await instagram.publisher.prepare(job, instagram.files)).checkpoint)
    instagram.meta.world.faults.add(
        dataclasses.replace(Fault(service="graph", operation=operation, remaining=1), **FAULTS[fault])
    )

    for attempts in range(3):
        try:
            job = await instagram.ready(changed(job, attempts=attempts))
            break
        except PublishingError:
            continue
    await instagram.publisher.publish(job)

    assert instagram.posts() == 1
    assert len(instagram.meta.graph.posts(PAGE_ACCOUNT)[0].children) == 2
