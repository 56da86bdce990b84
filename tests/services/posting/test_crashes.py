"""A process dies at every place of a flow in turn, and a new one goes on: nothing is doubled, nothing lost.

The places are those of `support.boundaries`: around every statement, commit, upload and call to the platform.
"""

import dataclasses
import itertools
from collections.abc import Awaitable, Callable

import pytest

from domain.account import AccountState
from domain.card import Action, CardKind
from domain.errors import AuthorizationError, OutcomeUnknownError, PublishingError, RejectedError
from domain.ids import CardId, PublicationId
from domain.media import Need
from domain.publication import Event, State
from domain.workspace import Person, Role
from services.messages import AlertKind, SendAlert
from services.ports import Unknown
from services.posting.decide import OutcomeKind, Press
from support.boundaries import Boundaries
from support.crashes import at_every_place, lives_or_dies
from support.fake_network import CONTAINER_WAIT, FakePublisher, at_once
from support.posting_world import ANNA, CHAT, GIVE_UP, GRACE, PostingWorld

UNREADABLE = Unknown(checkpoint={}, why="an outage")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """How the platform takes a publication, and how that must end whenever the process dies."""

    name: str
    publish_error: PublishingError | None = None
    posts_despite_error: bool = False
    fails_once: bool = False
    """Whether the error comes at the first publish call alone."""
    format: str = "JPEG"
    """Of its file."""
    is_readable: bool = True
    end: State = State.PUBLISHED
    posts: tuple[int, ...] = (1,)
    """How often it may be out."""


STORIES = (
    Story(name="all goes well"),
    Story(name="its file must be made to fit", format="PNG"),
    Story(
        name="the answer is lost, and it is out",
        format="PNG",
        publish_error=OutcomeUnknownError("no answer"),
        posts_despite_error=True,
    ),
    Story(
        name="the answer is lost, and it is not out",
        publish_error=OutcomeUnknownError("no answer"),
        fails_once=True,
    ),
    Story(
        name="the answer is lost, and nobody can tell",
        publish_error=OutcomeUnknownError("no answer"),
        posts_despite_error=True,
        is_readable=False,
        end=State.UNCONFIRMED,
        posts=(0, 1),  # none when the process dies between the intent and the call
    ),
    Story(name="the content is refused", publish_error=RejectedError("no"), end=State.WITH_TEAM, posts=(0,)),
    Story(name="the token is dead", publish_error=AuthorizationError("no"), end=State.WITH_TEAM, posts=(0,)),
)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_a_publication_survives_a_crash_at_every_place(world: PostingWorld, story: Story) -> None:
    publisher = world.publisher
    publisher.waits = 1
    publisher.posts_despite_error = story.posts_despite_error

    async def flow(process: PostingWorld) -> None:
        await process.work()
        process.clock.advance(CONTAINER_WAIT)
        await process.work()
        process.clock.advance(GRACE)
        await process.look_up()
        await process.work()

    async def one(places: Boundaries) -> None:
        publisher.publish_error = story.publish_error
        publisher.while_publishing = fails_once(publisher) if story.fails_once else at_once
        publisher.look_up_answers = [] if story.is_readable else [UNREADABLE] * 100
        await world.accounts.set_state(world.account, AccountState.ACTIVE, reason="", by="test")
        publication_id = await world.queued(media=await world.media(format=story.format))
        await lives_or_dies(flow, world.restarted(places))
        await world.restarted().until_quiet()
        if not story.is_readable:
            world.clock.advance(GIVE_UP)
            await world.look_up()

        assert await world.state(publication_id) is story.end
        assert publisher.posts.count(publication_id) in story.posts
        assert story.end is not State.PUBLISHED or world.store.kept == set()
        assert len(await open_cards(world, publication_id)) == (story.end is State.WITH_TEAM)
        asked = await open_cards(world, publication_id, CardKind.QUESTION)
        assert len(asked) == (story.end is State.UNCONFIRMED)
        if isinstance(story.publish_error, AuthorizationError):
            assert await alerts_about(world, publication_id) == [AlertKind.RECONNECT]
        if story.end is State.UNCONFIRMED:
            await settled_by_hand(world, publication_id)

    await at_every_place(one)


def fails_once(publisher: FakePublisher) -> Callable[[], Awaitable[None]]:
    """Let the first publish call have the publisher's error, and come to nothing."""
    error, publisher.publish_error = publisher.publish_error, None
    calls = itertools.count()

    async def fail() -> None:
        if error is not None and next(calls) == 0:
            raise error

    return fail


async def settled_by_hand(world: PostingWorld, publication_id: PublicationId) -> None:
    """Say that it is live, so that the account is free again."""
    job = await world.publication(publication_id)
    async with world.database.begin() as uow:
        await uow.publications.apply(job, Event.FOUND_LIVE, at=world.clock.now(), actor="test")
        await uow.commit()


async def test_a_card_survives_a_crash_at_every_place(world: PostingWorld) -> None:
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


async def test_a_press_survives_a_crash_at_every_place(world: PostingWorld) -> None:
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


async def open_cards(
    world: PostingWorld, publication_id: PublicationId, kind: CardKind = CardKind.POST
) -> list[CardId]:
    return [card.id for card in await world.cards(publication_id, kind) if card.is_open]


async def alerts_about(world: PostingWorld, publication_id: PublicationId) -> list[AlertKind]:
    return [
        sent.message.kind
        for sent in await world.sent()
        if isinstance(sent.message, SendAlert) and sent.message.publication_id == publication_id
    ]
