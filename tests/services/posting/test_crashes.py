"""A process dies at every place of a flow in turn, and a new one goes on: nothing is doubled, nothing lost.

The places are those of `support.boundaries`: around every statement, commit, upload and call to the platform.
"""

import dataclasses
from collections.abc import Awaitable, Callable

import pytest

from domain.account import AccountState
from domain.card import Action
from domain.errors import AuthorizationError, OutcomeUnknownError, PublishingError, RejectedError
from domain.ids import CardId, PublicationId
from domain.media import Need
from domain.publication import Event, State
from domain.workspace import Person, Role
from services.messages import AlertKind, SendAlert
from services.posting.decide import OutcomeKind, Press
from support.boundaries import Boundaries, ProcessDiedError
from support.fake_network import CONTAINER_WAIT
from support.posting_world import ANNA, CHAT, PostingWorld

SAMPLE = 7
"""On PostgreSQL every seventh place: what differs between the databases are locks, not places."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """How the platform takes a publication, and how that must end whenever the process dies."""

    name: str
    publish_error: PublishingError | None = None
    posts_despite_error: bool = False
    end: State = State.PUBLISHED
    posts: int = 1


STORIES = (
    Story(name="all goes well"),
    Story(
        name="the answer is lost, and it is out",
        publish_error=OutcomeUnknownError("no answer"),
        posts_despite_error=True,
    ),
    Story(name="the content is refused", publish_error=RejectedError("no"), end=State.WITH_TEAM, posts=0),
    Story(name="the token is dead", publish_error=AuthorizationError("no"), end=State.WITH_TEAM, posts=0),
)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_a_publication_survives_a_crash_at_every_place(
    sqlite_world: PostingWorld, story: Story
) -> None:
    await told_with_every_crash(sqlite_world, story, step=1)


async def test_a_publication_survives_a_crash_on_postgresql_at_a_sample_of_places(
    postgresql_world: PostingWorld,
) -> None:
    await told_with_every_crash(postgresql_world, STORIES[0], step=SAMPLE)


async def told_with_every_crash(world: PostingWorld, story: Story, *, step: int) -> None:
    world.publisher.waits = 1
    world.publisher.publish_error = story.publish_error
    world.publisher.posts_despite_error = story.posts_despite_error

    async def flow(process: PostingWorld) -> None:
        await process.work()
        process.clock.advance(CONTAINER_WAIT)
        await process.work()

    async def one(places: Boundaries) -> None:
        await world.accounts.set_state(world.account, AccountState.ACTIVE, reason="", by="test")
        publication_id = await world.queued()
        await lives_or_dies(flow, world.restarted(places))
        await world.restarted().until_quiet()

        assert await world.state(publication_id) is story.end
        assert world.publisher.posts.count(publication_id) == story.posts
        assert story.end is State.WITH_TEAM or world.store.kept == set()
        assert len(await open_cards(world, publication_id)) == (story.end is State.WITH_TEAM)
        if isinstance(story.publish_error, AuthorizationError):
            assert await alerts_about(world, publication_id) == [AlertKind.RECONNECT]

    await at_every_place(one, step=step)


async def test_a_card_survives_a_crash_at_every_place(sqlite_world: PostingWorld) -> None:
    world = sqlite_world

    async def flow(process: PostingWorld) -> None:
        await process.work()

    async def one(places: Boundaries) -> None:
        publication_id = await world.queued(needs=frozenset({Need.STICKER}))
        await lives_or_dies(flow, world.restarted(places))
        await world.restarted().until_quiet()

        assert await world.state(publication_id) is State.WITH_TEAM
        assert len(await open_cards(world, publication_id)) == 1
        assert (await world.history(publication_id)).count(Event.HANDED_OFF) == 1

    await at_every_place(one)


async def test_a_press_survives_a_crash_at_every_place(sqlite_world: PostingWorld) -> None:
    world = sqlite_world
    updates = iter(range(10_000))

    async def one(places: Boundaries) -> None:
        publication_id = await world.queued(needs=frozenset({Need.STICKER}))
        await world.work()
        (card,) = await open_cards(world, publication_id)
        press = Press(
            chat_id=CHAT,
            card_id=card,
            version=(await world.publication(publication_id)).version,
            action=Action.POSTED,
            person=Person(id=ANNA, name="Anna"),
            role=Role.POSTER,
            update_id=next(updates),
        )
        await world.stored(press.update_id)

        async def flow(process: PostingWorld) -> None:
            await process.decisions.press(press)

        await lives_or_dies(flow, world.restarted(places))
        state = await world.state(publication_id)
        assert await world.is_handled(press.update_id) == (state is State.PUBLISHED)
        if state is not State.PUBLISHED:
            assert (await world.restarted().decisions.press(press)).kind is OutcomeKind.DONE

        assert await world.state(publication_id) is State.PUBLISHED
        assert await world.is_handled(press.update_id)
        assert (await world.history(publication_id)).count(Event.POSTED_BY_HAND) == 1

    await at_every_place(one)


async def at_every_place(one: Callable[[Boundaries], Awaitable[None]], *, step: int = 1) -> None:
    """Run the flow once to count its places, then once for each place with a crash there."""
    undisturbed = Boundaries()
    await one(undisturbed)
    places = undisturbed.passed
    for number in range(0, len(places), step):
        try:
            await one(Boundaries(dies_at=number))
        except AssertionError as error:
            error.add_note(f"the process died at {places[number]}, place {number} of {len(places)}")
            raise
    print(f"{len(range(0, len(places), step))} crashes")  # noqa: T201  (the count is the result)
    assert len(places) > SAMPLE


async def lives_or_dies(flow: Callable[[PostingWorld], Awaitable[None]], process: PostingWorld) -> None:
    try:
        await flow(process)
    except ProcessDiedError:
        assert process.boundaries.is_dead


async def open_cards(world: PostingWorld, publication_id: PublicationId) -> list[CardId]:
    return [card.id for card in await world.cards(publication_id) if card.is_open]


async def alerts_about(world: PostingWorld, publication_id: PublicationId) -> list[AlertKind]:
    return [
        sent.message.kind
        for sent in await world.sent()
        if isinstance(sent.message, SendAlert) and sent.message.publication_id == publication_id
    ]
