"""What the buttons of the cards do, and what they do not do."""

import asyncio
import datetime as dt
import itertools
from collections.abc import Mapping

import pytest

from domain.card import Action, CardKind, CardPanel
from domain.ids import CardId, ChatId, MediaId, UserId
from domain.lane import Lane, LaneReason
from domain.publication import Event, Publication, State
from domain.workspace import Person, Role
from repositories.tables import cards, inbox, outbox, publications
from services.messages import SendCaption, SendOriginal, ShowCard, Urgency
from services.posting.decide import (
    EVENTS,
    NEEDED_ROLE,
    PANELS,
    PROMPTS,
    Outcome,
    OutcomeKind,
    Press,
    Reply,
    ReplyKind,
    ReplyOutcome,
)
from services.unit_of_work import AuditEntry
from support.boundaries import Boundaries, ProcessDiedError
from support.posting_world import ANNA, CHAT, PostingWorld, Shown

BEN = UserId(2)
NAMES = {ANNA: "Anna", BEN: "Ben"}
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
updates = itertools.count(1)


async def pressed(
    world: PostingWorld,
    shown: Shown,
    action: Action,
    *,
    by: UserId = ANNA,
    role: Role = Role.ADMIN,
    chat_id: ChatId = CHAT,
    version: int | None = None,
) -> Outcome:
    press = a_press(shown, action, by=by, role=role, chat_id=chat_id, version=version)
    await world.stored(press.update_id)
    return await world.decisions.press(press)


def a_press(
    shown: Shown,
    action: Action,
    *,
    by: UserId = ANNA,
    role: Role = Role.ADMIN,
    chat_id: ChatId = CHAT,
    version: int | None = None,
) -> Press:
    return Press(
        chat_id=chat_id,
        card_id=shown.card_id,
        version=shown.publication.version if version is None else version,
        action=action,
        person=Person(id=by, name=NAMES[by]),
        role=role,
        update_id=next(updates),
    )


async def now_of(world: PostingWorld, shown: Shown) -> Publication:
    return await world.publication(shown.publication.id)


async def messages(world: PostingWorld) -> list[object]:
    return [outgoing.message for outgoing in await world.sent()]


async def locks(world: PostingWorld, publication: Publication) -> dict[MediaId, dt.datetime | None]:
    async with world.database.begin() as uow:
        job = (await uow.publications.jobs([publication.id]))[publication.id]
        return await uow.media.locked(
            [item.id for item in job.post.media], world.account.id, now=world.clock.now()
        )


async def newest_audit(world: PostingWorld) -> AuditEntry:
    async with world.database.begin() as uow:
        return (await uow.audit.find(world.workspace.id, limit=1))[0]


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


# When it is.


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


# At once.


@pytest.mark.parametrize("people", [2, 50])
async def test_of_many_who_press_at_once_exactly_one_posts(world: PostingWorld, people: int) -> None:
    shown = await world.in_state(State.WITH_TEAM)
    presses = [a_press(shown, Action.POSTED, by=BEN if number % 2 else ANNA) for number in range(people)]
    await world.stored(*(press.update_id for press in presses))

    outcomes = await asyncio.gather(*(world.decisions.press(press) for press in presses))

    kinds = [outcome.kind for outcome in outcomes]
    assert (kinds.count(OutcomeKind.DONE), kinds.count(OutcomeKind.STALE)) == (1, people - 1)
    assert (await world.history(shown.publication.id)).count(Event.POSTED_BY_HAND) == 1
    assert not any([not await world.is_handled(press.update_id) for press in presses])
    assert await messages(world) == [ShowCard(card_id=shown.card_id)]


async def test_two_people_who_decide_differently_leave_one_decision(world: PostingWorld) -> None:
    shown = await world.in_state(State.WITH_TEAM)
    presses = [a_press(shown, Action.POSTED, by=ANNA), a_press(shown, Action.LET_BOT, by=BEN)]
    await world.stored(*(press.update_id for press in presses))

    outcomes = await asyncio.gather(*(world.decisions.press(press) for press in presses))
    await world.work()

    by_hand, by_bot = [outcome.kind is OutcomeKind.DONE for outcome in outcomes]
    assert by_hand != by_bot
    assert world.publisher.posts == ([shown.publication.id] if by_bot else [])


async def test_the_same_update_handled_by_two_processes_at_once_counts_once(world: PostingWorld) -> None:
    shown = await world.in_state(State.WITH_TEAM)
    press = a_press(shown, Action.LATER_OWN)
    await world.stored(press.update_id)
    processes = [world, world.restarted()]

    outcomes = await asyncio.gather(*(process.decisions.press(press) for process in processes))

    assert {outcome.kind for outcome in outcomes} == {OutcomeKind.PROMPTED, OutcomeKind.REPEATED}
    assert len(await messages(world)) == 1


async def test_the_bot_and_a_person_at_once_post_it_once(world: PostingWorld) -> None:
    shown = await world.in_state(State.SCHEDULED)

    outcome, _ = await asyncio.gather(pressed(world, shown, Action.TAKE_OVER), world.work())

    taken = outcome.kind is OutcomeKind.DONE
    assert world.publisher.posts == ([] if taken else [shown.publication.id])
    assert (await now_of(world, shown)).state is (State.WITH_TEAM if taken else State.PUBLISHED)


async def test_what_is_claimed_can_not_be_taken_over(world: PostingWorld) -> None:
    shown = await world.in_state(State.SCHEDULED)
    await world.dispatch.claim(limit=1)

    outcome = await pressed(world, shown, Action.TAKE_OVER)

    assert (outcome.kind, outcome.state) == (OutcomeKind.STALE, State.PUBLISHING)


async def test_who_comes_too_late_hears_who_was_faster_and_gets_the_card_anew(world: PostingWorld) -> None:
    shown = await world.in_state(State.WITH_TEAM)
    async with world.database.begin() as uow:
        ben = Person(id=BEN, name="Ben")
        await uow.workspaces.remember(world.workspace.id, ben, Role.POSTER, at=world.clock.now())
        await uow.commit()
    await pressed(world, shown, Action.SKIP, by=BEN)

    outcome = await pressed(world, shown, Action.POSTED, by=ANNA)

    assert outcome == Outcome(kind=OutcomeKind.STALE, state=State.SKIPPED, by="Ben")
    assert await messages(world) == [ShowCard(card_id=shown.card_id)]


async def test_who_comes_after_the_bot_hears_no_name(sqlite_world: PostingWorld) -> None:
    shown = await sqlite_world.in_state(State.SCHEDULED)
    await sqlite_world.work()

    outcome = await pressed(sqlite_world, shown, Action.TAKE_OVER)

    assert outcome == Outcome(kind=OutcomeKind.STALE, state=State.PUBLISHED, by=None)


async def test_a_press_that_dies_before_its_commit_leaves_no_trace(world: PostingWorld) -> None:
    shown = await world.in_state(State.WITH_TEAM)
    press = a_press(shown, Action.POSTED)
    await world.stored(press.update_id)
    before = await world.rows()

    def die(place: str) -> None:
        if place == "before uow.commit":
            raise ProcessDiedError(place)

    with pytest.raises(ProcessDiedError):
        await world.restarted(Boundaries(visit=die)).decisions.press(press)

    assert await world.rows() == before
    assert (await world.decisions.press(press)).kind is OutcomeKind.DONE


# Answers.


async def prompted(
    world: PostingWorld, action: Action = Action.LATER_OWN, *, state: State = State.WITH_TEAM
) -> tuple[Shown, int]:
    """Let Anna ask for her own time or link; return what for, and the message that she is to answer."""
    shown = await world.in_state(state)
    await pressed(world, shown, action)
    async with world.database.begin() as uow:
        sent = [outgoing.message for outgoing in await uow.outbox.waiting(now=world.clock.now(), limit=9)]
        (prompt,) = [message for message in sent if isinstance(message, ShowCard)]
        await uow.cards.delivered(prompt.card_id, message_id=77)
        await uow.commit()
    return shown, 77


async def replied(
    world: PostingWorld,
    text: str,
    *,
    to: int = 77,
    by: UserId = ANNA,
    role: Role = Role.POSTER,
    chat_id: ChatId = CHAT,
) -> ReplyOutcome:
    reply = Reply(
        chat_id=chat_id,
        prompt_message_id=to,
        text=text,
        person=Person(id=by, name=NAMES[by]),
        role=role,
        update_id=next(updates),
    )
    await world.stored(reply.update_id)
    outcome = await world.decisions.reply(reply)
    assert await world.is_handled(reply.update_id)
    return outcome


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
    assert len(await world.rows(inbox)) >= 2
