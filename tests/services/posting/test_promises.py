"""Never twice, never lost: the ways in which either was once broken, or nearly."""

import asyncio
import datetime as dt

from domain.account import AccountState
from domain.card import Action, CardKind
from domain.errors import OutcomeUnknownError
from domain.ids import CardId
from domain.media import Need
from domain.publication import State
from domain.workspace import Person, Role
from services.media.hosting import HostedFiles
from services.messages import AlertKind, SendAlert, ShowCard
from services.ports import Job
from services.posting.cards import RedeliveryService
from services.posting.decide import Press
from services.posting.publish import PublishingService, PublishingTimes
from support.fake_network import FAKE
from support.posting_world import ANNA, CHAT, GIVE_UP, GRACE, LEASE, PostingWorld

HOUR = dt.timedelta(hours=1)
A_MOMENT = dt.timedelta(milliseconds=50)


async def alerts(world: PostingWorld) -> list[SendAlert]:
    messages = [outgoing.message for outgoing in await world.sent()]
    return [message for message in messages if isinstance(message, SendAlert)]


def impatient(world: PostingWorld) -> PublishingService:
    """The publishing of a world in which no step may take long."""

    def files(job: Job) -> HostedFiles:
        return HostedFiles(
            database=world.database,
            clock=world.clock,
            store=world.store,
            publication_id=job.publication.id,
        )

    return PublishingService(
        database=world.database,
        clock=world.clock,
        networks={FAKE: world.publisher.network()},
        files=files,
        cleaner=world.cleaner,
        gate=world.gate,
        throttle=world.throttle,
        availability=world.availability,
        settlement=world.settlement,
        preparation=world.preparation,
        times=PublishingTimes(
            lease=LEASE, remote_timeout=LEASE / 3, longest_step=A_MOMENT, longest_preparation=A_MOMENT
        ),
    )


async def test_a_look_up_that_breaks_does_not_keep_the_team_from_being_asked(world: PostingWorld) -> None:
    world.publisher.publish_error = OutcomeUnknownError("no answer")
    world.publisher.look_up_error = RuntimeError("a bug")
    publication_id = await world.queued()
    await world.work()

    world.clock.advance(GRACE)
    await world.look_up()
    world.clock.advance(GIVE_UP)
    await world.look_up()

    assert len(await world.cards(publication_id, CardKind.QUESTION)) == 1


async def test_what_a_worker_gives_back_after_its_account_was_removed_is_reported(
    world: PostingWorld,
) -> None:
    world.publisher.waits = 1
    publication_id = await world.queued()
    jobs = await world.dispatch.claim(limit=1)
    await world.accounts.set_state(world.account, AccountState.REMOVED, reason="", by="test")
    await world.publishing.publish(jobs[0])

    world.clock.advance(HOUR)
    await world.work()

    (alert,) = await alerts(world)
    publication = await world.publication(publication_id)
    assert (alert.kind, alert.publication_id) == (AlertKind.FAILED, publication_id)
    assert publication.state is State.FAILED
    assert publication.failure is not None
    assert "harbour was removed" in publication.failure.message
    assert world.publisher.posts == []


async def test_a_card_of_a_removed_account_that_is_put_off_does_not_vanish(world: PostingWorld) -> None:
    publication_id = await world.queued(needs=frozenset({Need.STICKER}))
    await world.work()
    (card,) = await world.cards(publication_id)
    await world.accounts.set_state(world.account, AccountState.REMOVED, reason="", by="test")
    await world.stored(1)
    await world.decisions.press(
        Press(
            chat_id=CHAT,
            card_id=card.id,
            version=(await world.publication(publication_id)).version,
            action=Action.LATER_HOUR,
            person=Person(id=ANNA, name="Anna"),
            role=Role.ADMIN,
            update_id=1,
        )
    )

    world.clock.advance(HOUR)
    await world.work()

    assert await world.state(publication_id) is State.FAILED
    assert [alert.kind for alert in await alerts(world)] == [AlertKind.FAILED]


async def test_a_card_of_which_only_the_media_arrived_is_sent_again(world: PostingWorld) -> None:
    publication_id = await world.queued(needs=frozenset({Need.STICKER}))
    await world.work()
    (outgoing,) = await world.sent()
    (card,) = await world.cards(publication_id)
    async with world.database.begin() as uow:
        await uow.cards.delivered(card.id, message_id=0, media_message_ids=[7, 8])
        await uow.outbox.failed(outgoing.id, at=world.clock.now(), error="the chat took no text")
        await uow.commit()

    await RedeliveryService(database=world.database, clock=world.clock).redeliver()

    (again,) = await world.sent()
    assert again.message == ShowCard(card_id=CardId(card.id))


async def test_a_preparation_that_never_ends_is_tried_again(world: PostingWorld) -> None:
    async def forever() -> None:
        await asyncio.Event().wait()

    world.publisher.while_preparing = forever
    publication_id = await world.queued()
    (job,) = await world.dispatch.claim(limit=1)

    await impatient(world).publish(job)

    publication = await world.publication(publication_id)
    assert publication.state is State.SCHEDULED
    assert publication.attempts == 1
    assert publication.failure is not None
    assert publication.failure.message == "Preparing it took too long."


async def test_a_file_that_is_never_ready_does_not_keep_the_publication(sqlite_world: PostingWorld) -> None:
    world = sqlite_world
    publication_id = await world.queued(media=await world.media(format="PNG"))
    world.outside.preparer.while_preparing = asyncio.Event().wait
    (job,) = await world.dispatch.claim(limit=1)

    await impatient(world).publish(job)

    publication = await world.publication(publication_id)
    assert (publication.state, publication.attempts) == (State.SCHEDULED, 1)
    assert publication.failure is not None
    assert publication.failure.message == "Preparing it took too long."


async def test_a_clock_that_is_put_back_does_not_hold_an_account_up(world: PostingWorld) -> None:
    process = world.restarted(min_gap=dt.timedelta(minutes=1))
    await process.queued()
    await process.work()
    world.clock.advance(-2 * HOUR)
    second = await process.queued()

    await process.work()

    assert await world.state(second) is State.PUBLISHED
