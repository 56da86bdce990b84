from domain.card import Action, CardKind
from domain.ids import PublicationId
from domain.media import Need
from services.messages import ShowCard
from services.posting.cards import RedeliveryService
from services.repositories.chat import Outgoing
from support.people_pressing import pressed
from support.posting_world import PostingWorld, Shown


async def given_up(world: PostingWorld, publication_id: PublicationId | None = None) -> Outgoing:
    """Hand one publication to the team and give the sending of its card up."""
    if publication_id is None:
        await world.queued(needs=frozenset({Need.STICKER}))
    await world.work()
    (outgoing,) = await world.sent()
    async with world.database.begin() as uow:
        await uow.outbox.begin([outgoing.id], at=world.clock.now())
        await uow.outbox.failed(outgoing.id, at=world.clock.now(), error="chat not found")
        await uow.commit()
    return outgoing


async def test_a_card_whose_sending_was_given_up_is_sent_again(world: PostingWorld) -> None:
    outgoing = await given_up(world)

    sent = await RedeliveryService(database=world.database, clock=world.clock).redeliver()

    (again,) = await world.sent()
    assert sent == 1
    assert again.message == outgoing.message


async def test_a_card_that_waits_to_be_sent_is_not_doubled(world: PostingWorld) -> None:
    publication_id = await world.queued(needs=frozenset({Need.STICKER}))
    await world.work()

    assert await RedeliveryService(database=world.database, clock=world.clock).redeliver() == 0

    assert len(await world.cards(publication_id, CardKind.POST)) == 1


async def test_a_delivered_card_is_left_alone(world: PostingWorld) -> None:
    outgoing = await given_up(world)
    assert isinstance(outgoing.message, ShowCard)
    async with world.database.begin() as uow:
        await uow.cards.delivered(outgoing.message.card_id, message_id=5)
        await uow.commit()

    assert await RedeliveryService(database=world.database, clock=world.clock).redeliver() == 0


async def test_a_card_that_was_decided_meanwhile_is_left_alone(world: PostingWorld) -> None:
    publication_id = await world.queued(needs=frozenset({Need.STICKER}))
    await given_up(world, publication_id)
    async with world.database.begin() as uow:
        await uow.cards.close_for(publication_id)
        await uow.commit()

    assert await RedeliveryService(database=world.database, clock=world.clock).redeliver() == 0


async def test_a_press_tells_where_a_card_stands_whose_arrival_was_not_stored(world: PostingWorld) -> None:
    async def message_id() -> int | None:
        async with world.database.begin() as uow:
            card = await uow.cards.get(shown.card_id)
        assert card is not None
        return card.message_id

    publication_id = await world.queued(needs=frozenset({Need.POLL}))
    await world.work()
    (card,) = await world.cards(publication_id)
    shown = Shown(publication=await world.publication(publication_id), card_id=card.id)
    assert await message_id() is None

    await pressed(world, shown, Action.LATER, message_id=55)
    assert await message_id() == 55

    await pressed(world, shown, Action.BACK, message_id=56)
    assert await message_id() == 55
