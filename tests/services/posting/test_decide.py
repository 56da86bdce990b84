"""What the buttons of the cards do, and what they do not do."""

import datetime as dt
from collections.abc import Mapping

import pytest

from domain.card import Action, CardKind, CardPanel
from domain.ids import CardId, ChatId
from domain.lane import Lane, LaneReason
from domain.publication import State
from domain.workspace import Role
from repositories.tables import cards, outbox, publications
from services.messages import SendCaption, SendOriginal, ShowCard, Urgency
from services.posting.decide import (
    EVENTS,
    NEEDED_ROLE,
    PANELS,
    PROMPTS,
    Outcome,
    OutcomeKind,
)
from support.people_pressing import BEN, a_press, locks, messages, newest_audit, now_of, pressed
from support.posting_world import ANNA, PostingWorld, Shown

HOUR = dt.timedelta(hours=1)
LATER = (Action.LATER_HOUR, Action.LATER_TONIGHT, Action.LATER_TOMORROW)
SENDS = {Action.ORIGINAL: SendOriginal, Action.CAPTION: SendCaption}
DECIDES: Mapping[State, Mapping[Action, State]] = {
    State.DRAFT: {Action.LEAVE: State.CANCELLED},
    State.AWAITING_APPROVAL: {
        Action.APPROVE: State.SCHEDULED,
        Action.SKIP: State.SKIPPED,
        Action.REJECT_SURELY: State.REJECTED,
        Action.LEAVE: State.CANCELLED,
        **dict.fromkeys(LATER, State.AWAITING_APPROVAL),
    },
    State.SCHEDULED: {
        Action.TAKE_OVER: State.WITH_TEAM,
        Action.SKIP: State.SKIPPED,
        Action.REJECT_SURELY: State.REJECTED,
        Action.LEAVE: State.CANCELLED,
        Action.LIVE: State.PUBLISHED,
        **dict.fromkeys(LATER, State.SCHEDULED),
    },
    State.UNCONFIRMED: {
        Action.LIVE: State.PUBLISHED,
        Action.ABSENT: State.SCHEDULED,
        Action.LEAVE: State.CANCELLED,
    },
    State.WITH_TEAM: {
        Action.POSTED: State.PUBLISHED,
        Action.SKIP: State.SKIPPED,
        Action.REJECT_SURELY: State.REJECTED,
        Action.LET_BOT: State.SCHEDULED,
        Action.LEAVE: State.CANCELLED,
        Action.LIVE: State.PUBLISHED,
        **dict.fromkeys(LATER, State.SCHEDULED),
    },
}
"""Where each button that decides leads. What is not here is refused."""
# Every button in every state.


@pytest.mark.parametrize("state", State)
async def test_every_button_in_every_state_does_what_the_table_says_or_nothing(
    sqlite_world: PostingWorld, state: State
) -> None:
    world = sqlite_world
    shown = await world.in_state(state)
    for action in EVENTS:
        before = await world.rows(publications)
        leads_to = DECIDES.get(state, {}).get(action)

        outcome = await pressed(world, shown, action)

        after = await now_of(world, shown)
        if leads_to is None:
            assert (action, outcome.kind, outcome.state) == (action, OutcomeKind.STALE, state)
            assert await world.rows(publications) == before
        else:
            assert (action, outcome.kind, outcome.state) == (action, OutcomeKind.DONE, leads_to)
            assert (after.state, after.version) == (leads_to, shown.publication.version + 1)
            assert (await world.history(after.id))[-1] is EVENTS[action]
            audited = await newest_audit(world)
            assert (audited.action, audited.actor) == ("press", f"user:{ANNA}")
            assert audited.publication_id == after.id
            assert audited.detail == {"button": action, "state": leads_to}
            shown = await world.in_state(state)


@pytest.mark.parametrize("action", Action)
async def test_every_button_of_a_closed_card_or_an_old_version_is_stale(
    sqlite_world: PostingWorld, action: Action
) -> None:
    world = sqlite_world
    shown = await world.in_state(State.WITH_TEAM)
    before = await world.rows(publications, cards)
    expected = OutcomeKind.SENT if action in SENDS else OutcomeKind.STALE

    old = await pressed(world, shown, action, version=shown.publication.version - 1)
    assert (old.kind, await world.rows(publications, cards)) == (expected, before)

    async with world.database.begin() as uow:
        await uow.cards.close_for(shown.publication.id)
        await uow.commit()
    before = await world.rows(publications, cards)
    closed = await pressed(world, shown, action)

    assert (closed.kind, await world.rows(publications, cards)) == (expected, before)


@pytest.mark.parametrize("action", Action)
async def test_the_same_press_handled_twice_changes_nothing_more(
    sqlite_world: PostingWorld, action: Action
) -> None:
    world = sqlite_world
    state = next((state for state, decides in DECIDES.items() if action in decides), State.WITH_TEAM)
    shown = await world.in_state(state)
    press = a_press(shown, action)
    await world.stored(press.update_id)
    first = await world.decisions.press(press)
    before = await world.rows()

    second = await world.decisions.press(press)

    assert first.kind not in {OutcomeKind.STALE, OutcomeKind.REPEATED}
    assert second == Outcome(kind=OutcomeKind.REPEATED)
    assert await world.rows() == before


def test_every_button_decides_or_shows_or_sends() -> None:
    assert {*EVENTS, *PANELS, *PROMPTS, *SENDS} == set(Action)


# Who may.


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("role", Role)
async def test_nobody_presses_beyond_their_role(
    sqlite_world: PostingWorld, action: Action, role: Role
) -> None:
    needed = Role.APPROVER if action is Action.APPROVE else Role.POSTER
    if role.may(needed):
        assert role.may(NEEDED_ROLE[action])
        return
    world = sqlite_world
    shown = await world.in_state(State.AWAITING_APPROVAL, kind=CardKind.APPROVAL)
    before = await world.rows(publications, cards, outbox)

    outcome = await pressed(world, shown, action, role=role)

    assert outcome == Outcome(kind=OutcomeKind.FORBIDDEN)
    assert await world.rows(publications, cards, outbox) == before


async def test_a_card_of_another_chat_is_not_known_here(sqlite_world: PostingWorld) -> None:
    shown = await sqlite_world.in_state(State.WITH_TEAM)
    before = await sqlite_world.rows(publications, cards, outbox)

    outcome = await pressed(sqlite_world, shown, Action.POSTED, chat_id=ChatId(-7))

    assert outcome == Outcome(kind=OutcomeKind.UNKNOWN_CARD)
    assert await sqlite_world.rows(publications, cards, outbox) == before


async def test_a_card_that_never_was_is_not_known(sqlite_world: PostingWorld) -> None:
    shown = await sqlite_world.in_state(State.WITH_TEAM)
    invented = Shown(publication=shown.publication, card_id=CardId(99_999))

    assert (await pressed(sqlite_world, invented, Action.POSTED)).kind is OutcomeKind.UNKNOWN_CARD


# What each decision does.


async def test_posted_records_who_and_when_lets_the_media_rest_and_closes_the_card(
    world: PostingWorld,
) -> None:
    shown = await world.in_state(State.WITH_TEAM)

    await pressed(world, shown, Action.POSTED, by=BEN)

    publication = await now_of(world, shown)
    assert (publication.posted_by, publication.posted_at) == (BEN, world.clock.now())
    assert publication.lane is Lane.MANUAL
    assert list((await locks(world, publication)).values()) == [world.clock.now() + dt.timedelta(days=30)]
    async with world.database.begin() as uow:
        card = await uow.cards.get(shown.card_id)
    assert card is not None
    assert not card.is_open
    (redraw,) = await world.sent()
    assert (redraw.message, redraw.urgency) == (ShowCard(card_id=shown.card_id), Urgency.PRESS)


async def test_what_is_skipped_rests_as_long_as_the_team_set(sqlite_world: PostingWorld) -> None:
    await sqlite_world.workspaces.set(sqlite_world.workspace.id, "skip_lock_days", "3", by="test")
    shown = await sqlite_world.in_state(State.WITH_TEAM)

    await pressed(sqlite_world, shown, Action.SKIP)

    until = sqlite_world.clock.now() + dt.timedelta(days=3)
    assert list((await locks(sqlite_world, shown.publication)).values()) == [until]


async def test_what_is_rejected_never_returns(sqlite_world: PostingWorld) -> None:
    shown = await sqlite_world.in_state(State.WITH_TEAM)

    await pressed(sqlite_world, shown, Action.REJECT_SURELY)

    assert list((await locks(sqlite_world, shown.publication)).values()) == [None]


async def test_a_postponed_card_comes_back_as_a_card_with_its_reason(sqlite_world: PostingWorld) -> None:
    world = sqlite_world
    shown = await world.in_state(State.WITH_TEAM)

    outcome = await pressed(world, shown, Action.LATER_HOUR)
    await world.work()
    waiting = await now_of(world, shown)
    world.clock.advance(HOUR)
    await world.work()

    assert outcome.until == waiting.planned_at == waiting.due_at
    assert waiting.lane_wish is Lane.MANUAL
    assert (await now_of(world, shown)).state is State.WITH_TEAM
    assert (await now_of(world, shown)).lane_reason is LaneReason.ASKED_FOR
    assert world.publisher.posts == []


async def test_a_postponed_approval_is_asked_for_again_at_once(world: PostingWorld) -> None:
    shown = await world.in_state(State.AWAITING_APPROVAL, kind=CardKind.APPROVAL)

    await pressed(world, shown, Action.LATER_HOUR)

    after = await now_of(world, shown)
    open_cards = [card for card in await world.cards(after.id, CardKind.APPROVAL) if card.is_open]
    assert after.planned_at == world.clock.now() + HOUR
    assert len(open_cards) == 1
    assert open_cards[0].id != shown.card_id


async def test_the_bot_posts_what_it_is_let(world: PostingWorld) -> None:
    shown = await world.in_state(State.WITH_TEAM)

    await pressed(world, shown, Action.LET_BOT)
    await world.work()

    publication = await now_of(world, shown)
    assert world.publisher.posts == [publication.id]
    assert (publication.state, publication.lane, publication.posted_by) == (State.PUBLISHED, Lane.AUTO, None)


async def test_what_the_bot_is_let_begins_anew(sqlite_world: PostingWorld) -> None:
    world = sqlite_world
    shown = await world.in_state(State.WITH_TEAM)
    world.clock.advance(dt.timedelta(days=3))

    await pressed(world, shown, Action.LET_BOT)

    publication = await now_of(world, shown)
    assert publication.planned_at == publication.due_at == world.clock.now()
    assert (publication.attempts, publication.checkpoint) == (0, {})


async def test_an_approval_after_its_time_goes_out_now_and_is_not_missed(sqlite_world: PostingWorld) -> None:
    world = sqlite_world
    shown = await world.in_state(State.AWAITING_APPROVAL, kind=CardKind.APPROVAL)
    world.clock.advance(dt.timedelta(days=3))

    await pressed(world, shown, Action.APPROVE)
    await world.work()

    assert world.publisher.posts == [shown.publication.id]


async def test_taking_one_over_brings_a_card(sqlite_world: PostingWorld) -> None:
    world = sqlite_world
    shown = await world.in_state(State.SCHEDULED)

    await pressed(world, shown, Action.TAKE_OVER)
    await world.work()

    publication = await now_of(world, shown)
    assert (publication.lane, publication.lane_reason) == (Lane.MANUAL, LaneReason.ASKED_FOR)
    assert [card.is_open for card in await world.cards(publication.id)] == [False, True]
    assert world.publisher.posts == []


async def test_it_is_live_says_who_and_lets_the_media_rest(sqlite_world: PostingWorld) -> None:
    shown = await sqlite_world.in_state(State.UNCONFIRMED, kind=CardKind.QUESTION)

    await pressed(sqlite_world, shown, Action.LIVE, by=BEN)

    publication = await now_of(sqlite_world, shown)
    assert (publication.posted_by, publication.posted_at) == (BEN, sqlite_world.clock.now())
    assert len(await locks(sqlite_world, publication)) == 1


async def test_what_a_person_did_not_find_goes_out_once_more(sqlite_world: PostingWorld) -> None:
    world = sqlite_world
    shown = await world.in_state(State.UNCONFIRMED, kind=CardKind.QUESTION)
    world.clock.advance(dt.timedelta(days=1))

    await pressed(world, shown, Action.ABSENT)
    await world.work()

    assert world.publisher.posts == [shown.publication.id]


async def test_what_is_left_may_be_out_and_so_its_media_rests(sqlite_world: PostingWorld) -> None:
    shown = await sqlite_world.in_state(State.UNCONFIRMED, kind=CardKind.QUESTION)

    await pressed(sqlite_world, shown, Action.LEAVE)

    assert (await now_of(sqlite_world, shown)).state is State.CANCELLED
    assert len(await locks(sqlite_world, shown.publication)) == 1


@pytest.mark.parametrize(
    ("action", "panel"),
    [
        (Action.LATER, CardPanel.LATER),
        (Action.REJECT, CardPanel.CONFIRM_REJECT),
        (Action.BACK, CardPanel.MAIN),
    ],
)
async def test_some_buttons_only_show_others(
    sqlite_world: PostingWorld, action: Action, panel: CardPanel
) -> None:
    shown = await sqlite_world.in_state(State.WITH_TEAM)
    before = await sqlite_world.rows(publications)

    outcome = await pressed(sqlite_world, shown, action)

    async with sqlite_world.database.begin() as uow:
        card = await uow.cards.get(shown.card_id)
    assert card is not None
    assert (outcome.kind, card.panel) == (OutcomeKind.PANEL, panel)
    assert await messages(sqlite_world) == [ShowCard(card_id=shown.card_id)]
    assert await sqlite_world.rows(publications) == before


@pytest.mark.parametrize(("action", "form"), SENDS.items())
async def test_the_file_and_the_caption_come_as_answers_to_the_card(
    sqlite_world: PostingWorld, action: Action, form: type[SendOriginal | SendCaption]
) -> None:
    shown = await sqlite_world.in_state(State.WITH_TEAM)

    outcome = await pressed(sqlite_world, shown, action)

    assert outcome.kind is OutcomeKind.SENT
    assert await messages(sqlite_world) == [
        form(publication_id=shown.publication.id, reply_to=1000 + shown.card_id)
    ]


# When it comes back.


@pytest.mark.parametrize(
    ("zone", "now", "action", "until"),
    [
        ("Europe/Berlin", "2026-01-05T12:00", Action.LATER_HOUR, "2026-01-05T13:00"),
        ("Europe/Berlin", "2026-01-05T12:00", Action.LATER_TONIGHT, "2026-01-05T19:00"),
        ("Europe/Berlin", "2026-01-05T18:59", Action.LATER_TONIGHT, "2026-01-05T19:00"),
        ("Europe/Berlin", "2026-01-05T19:00", Action.LATER_TONIGHT, "2026-01-05T20:00"),
        ("Europe/Berlin", "2026-01-05T22:59", Action.LATER_TOMORROW, "2026-01-06T08:00"),
        ("Europe/Berlin", "2026-01-05T23:00", Action.LATER_TOMORROW, "2026-01-07T08:00"),
        ("Europe/Berlin", "2026-03-28T12:00", Action.LATER_TOMORROW, "2026-03-29T07:00"),
        ("Europe/Berlin", "2026-03-29T00:30", Action.LATER_HOUR, "2026-03-29T01:30"),
        ("Europe/Berlin", "2026-10-24T12:00", Action.LATER_TOMORROW, "2026-10-25T08:00"),
        ("Pacific/Kiritimati", "2026-01-05T11:00", Action.LATER_TONIGHT, "2026-01-06T06:00"),
    ],
)
async def test_later_is_by_the_clock_on_the_teams_wall(
    sqlite_world: PostingWorld, zone: str, now: str, action: Action, until: str
) -> None:
    world = sqlite_world
    await world.workspaces.set(world.workspace.id, "zone", zone, by="test")
    world.clock.advance(dt.datetime.fromisoformat(f"{now}+00:00") - world.clock.now())
    shown = await world.in_state(State.WITH_TEAM)

    outcome = await pressed(world, shown, action)

    assert outcome.until == dt.datetime.fromisoformat(f"{until}+00:00")
    assert (await now_of(world, shown)).due_at == outcome.until
