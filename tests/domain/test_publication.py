import dataclasses
import datetime as dt
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import Failure, FailureKind
from domain.ids import AccountId, PlatformName, PostId, PublicationId, UserId, WorkspaceId
from domain.publication import FINAL, TRANSITIONS, Event, Publication, State, TransitionRefusedError, person

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
EVERY_PAIR = list(itertools.product(State, Event))
WHAT_A_PERSON_MAY_REVIVE = {Event.RETRIED, Event.UNDONE}


def publication(state: State = State.SCHEDULED) -> Publication:
    return Publication(
        id=PublicationId(1),
        workspace_id=WorkspaceId(1),
        post_id=PostId(1),
        account_id=AccountId(1),
        platform=PlatformName("instagram"),
        placement="story",
        state=state,
        version=7,
        planned_at=NOON,
        due_at=NOON,
        intent_at=NOON,
        asked_at=NOON,
        failure=Failure(kind=FailureKind.TRANSIENT, message="Instagram was busy."),
    )


@pytest.mark.parametrize(("state", "event"), EVERY_PAIR)
def test_every_pair_of_state_and_event_is_in_the_table_or_refused(state: State, event: Event) -> None:
    before = publication(state)

    if (state, event) in TRANSITIONS:
        assert before.after(event, at=NOON).state is TRANSITIONS[state, event]
    else:
        with pytest.raises(TransitionRefusedError, match=f"{state} cannot be {event}") as refusal:
            before.after(event, at=NOON)
        assert (refusal.value.state, refusal.value.event) == (state, event)


def test_every_state_can_be_reached_from_a_draft() -> None:
    reached = {State.DRAFT}
    for _ in State:
        reached |= {after for (before, _), after in TRANSITIONS.items() if before in reached}

    assert reached == set(State)


def test_every_event_happens_somewhere() -> None:
    assert {event for _, event in TRANSITIONS} == set(Event)


def test_every_state_that_is_not_final_leads_to_a_final_one() -> None:
    ends = set(FINAL)
    for _ in State:
        ends |= {before for (before, _), after in TRANSITIONS.items() if after in ends}

    assert ends == set(State)


@pytest.mark.parametrize("state", State)
def test_the_final_states_are_those_that_retried_and_undone_alone_leave(state: State) -> None:
    leaving = {event for before, event in TRANSITIONS if before is state}

    assert state.is_final == (leaving <= WHAT_A_PERSON_MAY_REVIVE)


def test_what_is_out_stays_out() -> None:
    assert not [event for before, event in TRANSITIONS if before is State.PUBLISHED]


def test_a_publication_closed_without_knowing_how_it_ended_can_not_be_retried() -> None:
    closed = publication(State.UNCONFIRMED).after(Event.CANCELLED, at=NOON)

    with pytest.raises(TransitionRefusedError):
        closed.after(Event.RETRIED, at=NOON)


def test_only_a_worker_that_claimed_it_can_say_that_the_bot_posted_it() -> None:
    assert [before for before, event in TRANSITIONS if event is Event.SUCCEEDED] == [State.PUBLISHING]
    assert [before for before, event in TRANSITIONS if event is Event.CLAIMED] == [State.SCHEDULED]


def test_an_unconfirmed_one_is_never_claimed_or_given_to_the_team_before_it_is_found_absent() -> None:
    ways_out = {after for (before, _), after in TRANSITIONS.items() if before is State.UNCONFIRMED}

    assert TRANSITIONS[State.UNCONFIRMED, Event.FOUND_ABSENT] is State.SCHEDULED
    assert ways_out == {State.UNCONFIRMED, State.PUBLISHED, State.SCHEDULED, State.CANCELLED}


def test_changes_come_along_with_the_event() -> None:
    posted = publication(State.WITH_TEAM).after(Event.POSTED_BY_HAND, at=NOON, posted_by=UserId(7))

    assert posted.posted_by == 7
    assert posted.posted_at == NOON
    assert posted.failure is None


def test_a_deferred_one_is_due_when_the_worker_says() -> None:
    later = publication(State.PUBLISHING).after(Event.DEFERRED, at=NOON, due_at=NOON + 5 * MINUTE)

    assert later.due_at == NOON + 5 * MINUTE
    assert later.planned_at == NOON


@pytest.mark.parametrize("event", [Event.RELEASED, Event.DEFERRED])
def test_a_worker_that_gives_it_back_leaves_its_checkpoint(event: Event) -> None:
    claimed = publication(State.PUBLISHING).after(Event.DEFERRED, at=NOON, checkpoint={"container": "1"})

    released = claimed.after(Event.CLAIMED, at=NOON).after(event, at=NOON)

    assert released.checkpoint == {"container": "1"}


def test_a_retried_one_is_due_at_once_when_its_time_is_over() -> None:
    retried = publication(State.FAILED).after(Event.RETRIED, at=NOON + MINUTE)

    assert retried.due_at == NOON + MINUTE


def test_one_that_is_given_back_before_its_planned_time_waits_for_it() -> None:
    given_back = publication(State.WITH_TEAM).after(Event.GIVEN_BACK, at=NOON - MINUTE)

    assert given_back.due_at == NOON


def test_a_deferral_without_a_time_leaves_the_due_time_alone() -> None:
    late = dataclasses.replace(publication(State.PUBLISHING), due_at=NOON + 5 * MINUTE)

    assert late.after(Event.DEFERRED, at=NOON).due_at == NOON + 5 * MINUTE


def test_a_publication_is_never_changed_in_place() -> None:
    before = publication(State.SCHEDULED)

    before.after(Event.CLAIMED, at=NOON)

    assert before == publication(State.SCHEDULED)


@settings(deadline=None)
@given(data=st.data())
def test_whatever_happens_in_whatever_order_the_invariants_hold(data: st.DataObject) -> None:
    one = publication(State.DRAFT)
    for minutes in range(data.draw(st.integers(1, 30))):
        at = NOON + minutes * MINUTE
        possible = sorted(event for before, event in TRANSITIONS if before is one.state)
        if not possible:
            break
        event = data.draw(st.sampled_from(possible))

        after = one.after(event, at=at)

        assert after.version == one.version + 1
        assert not one.state.is_final or event in WHAT_A_PERSON_MAY_REVIVE
        if after.state is State.PUBLISHED:
            assert (after.posted_at, after.failure) == (at, None)
        if after.state in {State.SCHEDULED, State.WITH_TEAM}:
            assert (after.intent_at, after.asked_at) == (None, None)
        if after.state is State.SCHEDULED and event is not Event.DEFERRED:
            assert after.due_at == max(at, after.planned_at)
        one = after


def test_the_actor_of_a_person_names_the_telegram_user() -> None:
    assert person(UserId(7001)) == "user:7001"
