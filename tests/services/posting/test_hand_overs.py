"""Posts that a platform makes by its own schedule, and what is told when it does not."""

import datetime as dt

from domain.post import PostDetails
from domain.publication import Publication, State
from services.messages import AlertKind, SendAlert
from services.posting.compose import QueueRequest
from services.posting.hand_overs import HandOverService
from support.fake_network import FAKE, SCHEDULED
from support.posting_world import PostingWorld

AHEAD = dt.timedelta(hours=2)
A_WHILE = dt.timedelta(minutes=20)


async def handed_over(world: PostingWorld) -> Publication:
    """Give the platform a post that it is to make in two hours; nobody can see it yet."""
    world.publisher.shows_posts = False
    jobs = await world.queue.add(
        QueueRequest(
            workspace_id=world.workspace.id,
            media=(await world.media(),),
            placement=SCHEDULED.name,
            details=PostDetails(native_schedule=True),
            at=world.clock.now() + AHEAD,
        ),
        by="test",
    )
    await world.work()
    publication = await world.publication(jobs[0].publication.id)
    assert publication.state is State.PUBLISHED
    return publication


def hand_overs(world: PostingWorld) -> HandOverService:
    return HandOverService(
        database=world.database,
        clock=world.clock,
        networks={FAKE: world.publisher.network(publisher=world.publisher)},
        alerts=world.alerts,
    )


async def told(world: PostingWorld) -> list[tuple[int | None, bool]]:
    """Publication and end of what was told of posts that are not seen."""
    return [
        (message.publication_id, message.is_over)
        for each in await world.sent()
        if isinstance(message := each.message, SendAlert) and message.kind is AlertKind.NOT_SEEN
    ]


async def test_what_appears_at_its_time_gets_its_address_and_nobody_is_bothered(world: PostingWorld) -> None:
    publication = await handed_over(world)
    world.clock.advance(AHEAD)
    world.publisher.shows_posts = True

    await hand_overs(world).look()

    assert (await world.publication(publication.id)).permalink == (
        f"https://fake.example/{publication.platform_post_id}"
    )
    assert await told(world) == []


async def test_nothing_is_said_before_its_time_and_while_the_platform_may_just_be_late(
    world: PostingWorld,
) -> None:
    await handed_over(world)

    await hand_overs(world).look()
    world.clock.advance(AHEAD + dt.timedelta(minutes=10))
    await hand_overs(world).look()

    assert await told(world) == []


async def test_what_does_not_appear_is_told_once_and_once_more_when_it_does(world: PostingWorld) -> None:
    publication = await handed_over(world)
    world.clock.advance(AHEAD + A_WHILE)

    await hand_overs(world).look()
    await hand_overs(world).look()
    assert await told(world) == [(publication.id, False)]

    world.publisher.shows_posts = True
    await hand_overs(world).look()
    await hand_overs(world).look()
    assert await told(world) == [(publication.id, False), (publication.id, True)]


async def test_a_post_of_our_own_time_without_an_address_is_none_of_these(world: PostingWorld) -> None:
    world.publisher.shows_posts = False
    await world.queued()
    await world.work()
    world.clock.advance(A_WHILE)

    await hand_overs(world).look()

    assert await told(world) == []
