import datetime as dt

import pytest

from domain.errors import (
    AuthorizationError,
    OutcomeUnknownError,
    PublishingError,
    RateLimitedError,
    TransientError,
    UnavailableError,
)
from domain.ids import ChatId, PublicationId
from domain.publication import State
from domain.switch import platform_unavailable
from services.messages import AlertKind, SendAlert
from support.fake_network import FAKE
from support.posting_world import PostingWorld

WITHDRAWN = "Version v19.0 was withdrawn."
GONE = UnavailableError(WITHDRAWN, platform=FAKE, code=2635)


async def told(world: PostingWorld, kind: AlertKind) -> list[tuple[str, bool]]:
    """Words and end of what was told of a kind."""
    messages = [outgoing.message for outgoing in await world.sent()]
    return [
        (message.detail, message.is_over)
        for message in messages
        if isinstance(message, SendAlert) and message.kind is kind
    ]


async def is_marked(world: PostingWorld) -> bool:
    async with world.database.begin() as uow:
        return platform_unavailable(FAKE) in await uow.switches.all()


async def meet_a_gone_platform(world: PostingWorld) -> PublicationId:
    """Let a publication find out that the API is gone, and some time pass."""
    publication_id = await world.queued()
    world.publisher.prepare_error = world.publisher.check_error = GONE
    await world.work()
    world.publisher.prepare_error = None
    world.clock.advance(dt.timedelta(minutes=5))
    return publication_id


async def test_a_platform_whose_api_is_gone_is_left_alone_and_told_of_once(world: PostingWorld) -> None:
    await meet_a_gone_platform(world)
    second = await world.queued()

    assert await world.work() == []
    await world.availability.lost(FAKE, "again")
    await world.availability.probe()

    assert await world.state(second) is State.SCHEDULED
    assert await told(world, AlertKind.PLATFORM) == [(WITHDRAWN, False)]


async def test_nothing_is_burnt_and_all_of_it_goes_out_when_the_platform_is_back(
    world: PostingWorld,
) -> None:
    first = await meet_a_gone_platform(world)
    second = await world.queued()
    world.publisher.check_error = None

    await world.availability.probe()
    await world.work()
    await world.work()

    assert [await world.state(each) for each in (first, second)] == [State.PUBLISHED] * 2
    assert (await world.publication(first)).attempts == 0
    assert await told(world, AlertKind.PLATFORM) == [(WITHDRAWN, False), ("", True)]


async def test_a_publish_call_that_met_it_is_tried_again_when_it_is_back(world: PostingWorld) -> None:
    publication_id = await world.queued()
    world.publisher.publish_error = GONE
    await world.work()

    world.publisher.publish_error = None
    world.clock.advance(dt.timedelta(minutes=5))
    await world.availability.probe()
    await world.work()

    assert world.publisher.posts == [publication_id]


@pytest.mark.parametrize(
    ("answer", "stays"),
    [
        (UnavailableError("gone", platform=FAKE), True),
        (TransientError("no answer", platform=FAKE), True),
        (OutcomeUnknownError("no answer", platform=FAKE), True),
        (AuthorizationError("the token has expired", platform=FAKE), False),
        (RateLimitedError("too many calls", platform=FAKE), False),
    ],
)
async def test_an_answer_of_the_api_shows_that_it_is_back_whatever_it_says(
    sqlite_world: PostingWorld, answer: PublishingError, *, stays: bool
) -> None:
    await meet_a_gone_platform(sqlite_world)
    sqlite_world.publisher.check_error = answer

    await sqlite_world.availability.probe()

    assert await is_marked(sqlite_world) is stays


async def test_only_teams_that_use_the_platform_are_told(sqlite_world: PostingWorld) -> None:
    await sqlite_world.workspaces.add(name="Others", chat_id=ChatId(-7), by="test", first_settings={})

    await meet_a_gone_platform(sqlite_world)

    assert len(await told(sqlite_world, AlertKind.PLATFORM)) == 1


async def test_a_version_that_ends_is_told_once_and_posting_goes_on(world: PostingWorld) -> None:
    world.outside.versions.noticed = {FAKE: "v25.0 ends soon."}
    publication_id = await world.queued()

    await world.availability.watch_versions()
    await world.availability.watch_versions()
    await world.work()

    assert await told(world, AlertKind.VERSION) == [("v25.0 ends soon.", False)]
    assert await world.state(publication_id) is State.PUBLISHED


async def test_a_version_that_is_good_again_is_told(world: PostingWorld) -> None:
    world.outside.versions.noticed = {FAKE: "v25.0 ends soon."}
    await world.availability.watch_versions()
    world.outside.versions.noticed = {}

    await world.availability.watch_versions()
    await world.availability.watch_versions()

    assert await told(world, AlertKind.VERSION) == [("v25.0 ends soon.", False), ("", True)]


async def test_what_became_of_the_platform_is_in_the_audit_log(world: PostingWorld) -> None:
    await meet_a_gone_platform(world)
    world.publisher.check_error = None
    await world.availability.probe()

    async with world.database.begin() as uow:
        actions = [entry.action for entry in await uow.audit.find(None, limit=10)]

    assert actions[:1] == ["platform_back"]
    assert "platform_lost" in actions
