"""Several people, processes and the bot at once: exactly one effect, and a polite answer to the others."""

import asyncio

import pytest

from domain.card import Action
from domain.publication import Event, State
from domain.workspace import Person, Role
from services.messages import ShowCard
from services.posting.decide import Outcome, OutcomeKind
from support.boundaries import Boundaries, ProcessDiedError
from support.people_pressing import BEN, a_press, messages, now_of, pressed
from support.posting_world import ANNA, PostingWorld


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
