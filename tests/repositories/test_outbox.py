import datetime as dt

import pytest

from domain.card import CardKind
from domain.ids import AccountId, CardId, PublicationId
from repositories.unit_of_work import SqlDatabase
from services.messages import (
    AlertKind,
    Message,
    SendAlert,
    SendCaption,
    SendOriginal,
    SendQueue,
    SendText,
    SendWeek,
    ShowCard,
    Urgency,
)
from services.repositories.chat import Outgoing
from services.unit_of_work import UnitOfWork
from support.builders import NOW, Team, queue

MINUTE = dt.timedelta(minutes=1)


async def add_card(database: SqlDatabase, team: Team) -> CardId:
    [publication_id] = await queue(database, team.publication())
    async with database.begin() as uow:
        card_id = await uow.cards.add(publication_id, CardKind.POST, team.chat_id, at=NOW)
        await uow.commit()
    return card_id


async def waiting(uow: UnitOfWork, *, now: dt.datetime = NOW, limit: int = 9) -> list[Outgoing]:
    return await uow.outbox.waiting(now=now, limit=limit)


@pytest.mark.parametrize(
    "message",
    [
        SendText(html="<b>Good</b> morning", reply_to=7),
        SendOriginal(publication_id=PublicationId(1)),
        SendCaption(publication_id=PublicationId(1), reply_to=8),
        SendQueue(reply_to=9),
        SendWeek(at=NOW, reply_to=9),
        SendAlert(kind=AlertKind.RECONNECT, account_id=AccountId(3), detail="expired"),
    ],
)
async def test_a_message_comes_back_as_it_was(database: SqlDatabase, team: Team, message: Message) -> None:
    async with database.begin() as uow:
        await uow.outbox.add(team.chat_id, message, urgency=Urgency.ALERT, at=NOW)
        [outgoing] = await waiting(uow)

    assert (outgoing.message, outgoing.chat_id, outgoing.urgency) == (message, team.chat_id, Urgency.ALERT)
    assert (outgoing.tries, outgoing.unclear) == (0, False)


async def test_the_most_urgent_goes_first_and_then_the_oldest(database: SqlDatabase, team: Team) -> None:
    async with database.begin() as uow:
        for html, urgency in [
            ("c", Urgency.CARD),
            ("a1", Urgency.ALERT),
            ("p", Urgency.PRESS),
            ("a2", Urgency.ALERT),
        ]:
            await uow.outbox.add(team.chat_id, SendText(html=html), urgency=urgency, at=NOW)

        order = [outgoing.message for outgoing in await waiting(uow)]
        first = await waiting(uow, limit=1)

    assert order == [SendText(html=html) for html in ("p", "a1", "a2", "c")]
    assert [outgoing.message for outgoing in first] == [SendText(html="p")]


async def test_a_card_that_waits_to_be_drawn_is_drawn_once_and_with_the_greater_urgency(
    database: SqlDatabase, team: Team
) -> None:
    card_id = await add_card(database, team)
    async with database.begin() as uow:
        for urgency in (Urgency.CARD, Urgency.PRESS, Urgency.ALERT):
            await uow.outbox.add(team.chat_id, ShowCard(card_id=card_id), urgency=urgency, at=NOW)

        [outgoing] = await waiting(uow)

    assert (outgoing.message, outgoing.urgency) == (ShowCard(card_id=card_id), Urgency.PRESS)


async def test_a_card_that_changes_while_it_is_being_sent_is_drawn_again(
    database: SqlDatabase, team: Team
) -> None:
    card_id = await add_card(database, team)
    async with database.begin() as uow:
        await uow.outbox.add(team.chat_id, ShowCard(card_id=card_id), urgency=Urgency.CARD, at=NOW)
        [first] = await waiting(uow)
        await uow.outbox.begin([first.id], at=NOW)
        assert await waiting(uow) == []

        await uow.outbox.add(team.chat_id, ShowCard(card_id=card_id), urgency=Urgency.PRESS, at=NOW)
        [second] = await waiting(uow)
        await uow.outbox.later(first.id, until=NOW, unclear=False, error="429")

        assert [outgoing.id for outgoing in await waiting(uow)] == [second.id, first.id]


async def test_what_is_put_off_waits_until_then_and_knows_that_it_may_have_arrived(
    database: SqlDatabase, team: Team
) -> None:
    async with database.begin() as uow:
        await uow.outbox.add(team.chat_id, SendText(html="x"), urgency=Urgency.CARD, at=NOW)
        [outgoing] = await waiting(uow)
        await uow.outbox.begin([outgoing.id], at=NOW)
        await uow.outbox.later(outgoing.id, until=NOW + MINUTE, unclear=True, error="timed out")

        assert await waiting(uow, now=NOW + MINUTE - dt.timedelta(seconds=1)) == []
        assert await uow.outbox.next_at() == NOW + MINUTE
        [again] = await waiting(uow, now=NOW + MINUTE)
        assert (again.tries, again.unclear) == (1, True)

        await uow.outbox.begin([again.id], at=NOW)
        await uow.outbox.later(again.id, until=NOW, unclear=False, error="429")
        [third] = await waiting(uow)
        assert (third.tries, third.unclear) == (2, True)


async def test_what_arrived_or_was_given_up_waits_no_more(database: SqlDatabase, team: Team) -> None:
    async with database.begin() as uow:
        for html in ("arrives", "does not"):
            await uow.outbox.add(team.chat_id, SendText(html=html), urgency=Urgency.CARD, at=NOW)
        arrived, given_up = await waiting(uow)
        await uow.outbox.begin([arrived.id, given_up.id], at=NOW)
        await uow.outbox.sent(arrived.id, at=NOW)
        await uow.outbox.failed(given_up.id, at=NOW, error="chat not found")

        assert await waiting(uow) == []
        assert await uow.outbox.next_at() is None
        assert await uow.outbox.recover(until=NOW) == 0


async def test_what_a_dead_leader_was_sending_waits_again_as_unclear(
    database: SqlDatabase, team: Team
) -> None:
    async with database.begin() as uow:
        for html in ("begun", "untouched"):
            await uow.outbox.add(team.chat_id, SendText(html=html), urgency=Urgency.CARD, at=NOW)
        begun, _ = await waiting(uow)
        await uow.outbox.begin([begun.id], at=NOW)

        assert await uow.outbox.recover(until=NOW + MINUTE) == 1
        [untouched] = await waiting(uow)
        [recovered, _] = await waiting(uow, now=NOW + MINUTE)
    assert untouched.message == SendText(html="untouched")
    assert (recovered.id, recovered.tries, recovered.unclear) == (begun.id, 1, True)
