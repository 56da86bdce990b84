from domain.card import Card, CardKind, CardPanel
from domain.ids import CardId, PublicationId, UserId
from repositories.unit_of_work import SqlDatabase
from services.unit_of_work import UnitOfWork
from support.builders import NOW, Team, queue


async def add(
    uow: UnitOfWork, team: Team, publication_id: PublicationId, kind: CardKind = CardKind.POST
) -> CardId:
    return await uow.cards.add(publication_id, kind, team.chat_id, at=NOW, asked_of=UserId(7))


async def test_a_new_card_is_open_and_stands_nowhere_yet(database: SqlDatabase, team: Team) -> None:
    [publication_id] = await queue(database, team.publication())

    async with database.begin() as uow:
        card_id = await add(uow, team, publication_id)
        card = await uow.cards.get(card_id)

        assert await uow.cards.get(CardId(card_id + 1)) is None
    assert card == Card(
        id=card_id,
        publication_id=publication_id,
        kind=CardKind.POST,
        chat_id=team.chat_id,
        asked_of=UserId(7),
    )


async def test_where_a_card_stands_and_what_it_shows_is_kept(database: SqlDatabase, team: Team) -> None:
    [publication_id] = await queue(database, team.publication())

    async with database.begin() as uow:
        card_id = await add(uow, team, publication_id)
        await uow.cards.delivered(card_id, message_id=12, media_message_ids=[10, 11])
        await uow.cards.set_panel(card_id, CardPanel.LATER)
        card = await uow.cards.get(card_id)

    assert card is not None
    assert (card.message_id, card.media_message_ids, card.panel) == (12, (10, 11), CardPanel.LATER)


async def test_closing_a_publications_cards_returns_those_that_were_open(
    database: SqlDatabase, team: Team
) -> None:
    [publication_id, other_id] = await queue(database, team.publication(), team.publication())

    async with database.begin() as uow:
        first = await add(uow, team, publication_id)
        second = await add(uow, team, publication_id, CardKind.PROMPT_TIME)
        other = await add(uow, team, other_id)

        assert await uow.cards.close_for(publication_id) == [first, second]
        assert await uow.cards.close_for(publication_id) == []
        closed, still_open = await uow.cards.get(first), await uow.cards.get(other)
    assert closed is not None
    assert still_open is not None
    assert (closed.is_open, still_open.is_open) == (False, True)


async def test_a_reply_finds_the_prompt_it_answers_open_or_not_and_nothing_else(
    database: SqlDatabase, team: Team
) -> None:
    [publication_id, other_id] = await queue(database, team.publication(), team.publication())

    async with database.begin() as uow:
        prompt_id = await add(uow, team, publication_id, CardKind.PROMPT_LINK)
        await uow.cards.delivered(prompt_id, message_id=20)
        card_id = await add(uow, team, other_id)
        await uow.cards.delivered(card_id, message_id=21)

        prompt = await uow.cards.prompt(team.chat_id, 20)
        assert prompt is not None
        assert prompt.id == prompt_id
        assert await uow.cards.prompt(team.chat_id, 21) is None

        await uow.cards.close_for(publication_id)
        closed = await uow.cards.prompt(team.chat_id, 20)
        assert closed is not None
        assert not closed.is_open


async def test_cards_come_with_what_they_stand_for(database: SqlDatabase, team: Team) -> None:
    [publication_id, other] = await queue(database, team.publication(), team.publication())

    async with database.begin() as uow:
        first, second = await add(uow, team, publication_id), await add(uow, team, other)
        jobs = await uow.publications.jobs([publication_id, other])
        found = await uow.publications.of_cards([first, second, CardId(second + 1)])

        assert found == {
            first: (await uow.cards.get(first), jobs[publication_id]),
            second: (await uow.cards.get(second), jobs[other]),
        }
