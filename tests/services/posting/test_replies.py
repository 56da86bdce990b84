"""What people answer to what the bot asked."""

import asyncio
import datetime as dt

import pytest

from domain.card import Action, CardKind
from domain.ids import ChatId
from domain.lane import Lane
from domain.publication import State
from domain.workspace import Person, Role
from services.posting.decide import OutcomeKind, Reply, ReplyKind, ReplyOutcome
from support.people_pressing import BEN, newest_audit, now_of, pressed, prompted, replied, updates
from support.posting_world import ANNA, CHAT, PostingWorld


async def test_an_own_time_is_asked_for_and_taken(world: PostingWorld) -> None:
    shown, _ = await prompted(world)

    outcome = await replied(world, "tomorrow 9:15")

    publication = await now_of(world, shown)
    until = dt.datetime(2026, 1, 6, 9, 15, tzinfo=dt.UTC)
    assert outcome == ReplyOutcome(kind=ReplyKind.DONE, prompt=CardKind.PROMPT_TIME, until=until)
    assert (publication.state, publication.due_at) == (State.SCHEDULED, until)
    assert publication.lane_wish is Lane.MANUAL
    audited = await newest_audit(world)
    assert (audited.action, audited.detail["to"]) == ("reply", CardKind.PROMPT_TIME)


async def test_a_link_makes_it_live(sqlite_world: PostingWorld) -> None:
    shown, _ = await prompted(sqlite_world, Action.LIVE_LINK, state=State.UNCONFIRMED)

    outcome = await replied(sqlite_world, " https://fake.example/p/9 ")

    publication = await now_of(sqlite_world, shown)
    assert outcome == ReplyOutcome(kind=ReplyKind.DONE, prompt=CardKind.PROMPT_LINK)
    assert (publication.state, publication.permalink) == (State.PUBLISHED, "https://fake.example/p/9")
    assert publication.posted_by == ANNA


@pytest.mark.parametrize("garbage", ["", "soon", "25:00", "2020-01-01 10:00", "https://fake.example"])
async def test_what_is_no_time_is_not_understood_and_may_be_tried_again(
    sqlite_world: PostingWorld, garbage: str
) -> None:
    shown, _ = await prompted(sqlite_world)

    outcome = await replied(sqlite_world, garbage)

    assert outcome == ReplyOutcome(kind=ReplyKind.NOT_UNDERSTOOD, prompt=CardKind.PROMPT_TIME)
    assert await now_of(sqlite_world, shown) == shown.publication
    assert (await replied(sqlite_world, "18:30")).kind is ReplyKind.DONE


async def test_nobody_else_answers_and_nobody_who_may_no_longer(sqlite_world: PostingWorld) -> None:
    shown, _ = await prompted(sqlite_world)

    outcomes = [
        await replied(sqlite_world, "18:30", by=BEN),
        await replied(sqlite_world, "18:30", role=Role.VIEWER),
        await replied(sqlite_world, "18:30", chat_id=ChatId(-7)),
        await replied(sqlite_world, "18:30", to=1000 + shown.card_id),
    ]

    assert {outcome.kind for outcome in outcomes} == {ReplyKind.NO_PROMPT}
    assert await now_of(sqlite_world, shown) == shown.publication


async def test_an_answer_after_the_decision_is_stale(world: PostingWorld) -> None:
    shown, _ = await prompted(world)
    await pressed(world, shown, Action.POSTED, by=BEN)

    outcome = await replied(world, "18:30")

    assert outcome == ReplyOutcome(kind=ReplyKind.STALE, prompt=CardKind.PROMPT_TIME)
    assert (await now_of(world, shown)).state is State.PUBLISHED


async def test_the_same_answer_handled_twice_changes_nothing_more(world: PostingWorld) -> None:
    await prompted(world)
    reply = Reply(
        chat_id=CHAT,
        prompt_message_id=77,
        text="18:30",
        person=Person(id=ANNA, name="Anna"),
        role=Role.POSTER,
        update_id=next(updates),
    )
    await world.stored(reply.update_id)
    await world.decisions.reply(reply)
    before = await world.rows()

    assert await world.decisions.reply(reply) == ReplyOutcome(kind=ReplyKind.REPEATED)
    assert await world.rows() == before


async def test_an_answer_and_a_press_at_once_leave_one_decision(world: PostingWorld) -> None:
    shown, _ = await prompted(world)

    answer, outcome = await asyncio.gather(
        replied(world, "18:30"), pressed(world, shown, Action.POSTED, by=BEN)
    )

    postponed = answer.kind is ReplyKind.DONE
    assert outcome.kind is (OutcomeKind.STALE if postponed else OutcomeKind.DONE)
    assert (await now_of(world, shown)).state is (State.SCHEDULED if postponed else State.PUBLISHED)
