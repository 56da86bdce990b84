"""How much the database is asked: statements and commits, BEGIN and COMMIT not counted as statements."""

import contextlib
import dataclasses
import re
from collections.abc import Generator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from domain.card import Action
from domain.media import Need
from domain.publication import State
from domain.workspace import Person, Role
from services.posting.decide import OutcomeKind, Press
from support.fake_network import CONTAINER_WAIT
from support.posting_world import ANNA, CHAT, PostingWorld

OF_THE_OUTBOX = re.compile(r"INSERT INTO outbox|UPDATE outbox|pg_notify")
"""The wake-up of the sender is part of putting a message into the outbox."""
STATES = {
    Action.APPROVE: State.AWAITING_APPROVAL,
    Action.TAKE_OVER: State.SCHEDULED,
    Action.LIVE: State.UNCONFIRMED,
    Action.ABSENT: State.UNCONFIRMED,
    Action.LEAVE: State.UNCONFIRMED,
}
"""Where the buttons are that a card of the team does not have."""
OUTBOX_ROWS = {Action.TAKE_OVER: 3}
"""The wake-up, the old card's redraw and a new card."""
LOOKS = {"isolation_level", "without_begin"}
"""The options of a connection without transactions, on either database."""
OF_THE_INBOX = re.compile(r"UPDATE inbox")


@dataclasses.dataclass
class Counted:
    statements: list[str] = dataclasses.field(default_factory=list[str])
    commits: int = 0
    rollbacks: int = 0

    def of(self, kind: re.Pattern[str]) -> list[str]:
        return [statement for statement in self.statements if kind.search(statement)]

    @property
    def others(self) -> list[str]:
        apart = {*self.of(OF_THE_OUTBOX), *self.of(OF_THE_INBOX)}
        return [statement for statement in self.statements if statement not in apart]


@contextlib.contextmanager
def counted(world: PostingWorld) -> Generator[Counted]:
    found = Counted()
    engine = world.engine.sync_engine

    def statement(connection: Any, cursor: Any, text: str, *_: object) -> None:
        if not text.startswith("BEGIN"):
            found.statements.append(" ".join(text.split()))

    def commit(connection: sa.Connection) -> None:
        found.commits += 1

    def rollback(connection: sa.Connection) -> None:
        if not LOOKS & connection.get_execution_options().keys():
            found.rollbacks += 1

    listeners = (("before_cursor_execute", statement), ("commit", commit), ("rollback", rollback))
    for name, listener in listeners:
        event.listen(engine, name, listener)
    try:
        yield found
    finally:
        for name, listener in listeners:
            event.remove(engine, name, listener)


async def test_an_automatic_post_with_one_wait_takes_at_most_24_statements_and_9_commits(
    world: PostingWorld,
) -> None:
    world.publisher.waits = 1
    publication_id = await world.queued()

    with counted(world) as found:
        await world.work()
        world.clock.advance(CONTAINER_WAIT)
        await world.work()

    assert await world.state(publication_id) is State.PUBLISHED
    assert len(found.statements) <= 24, "\n".join(found.statements)
    assert found.commits <= 9


async def test_a_post_and_a_search_in_vain_roll_nothing_back_for_that_makes_the_driver_forget_its_statements(
    world: PostingWorld,
) -> None:
    world.publisher.waits = 1
    publication_id = await world.queued()

    with counted(world) as found:
        await world.work()
        world.clock.advance(CONTAINER_WAIT)
        await world.work()
        await world.work()
        await world.look_up()
        await world.reconcile.recover()
        await world.dispatch.next_due_at()

    assert await world.state(publication_id) is State.PUBLISHED
    assert found.rollbacks == 0


async def test_a_card_takes_at_most_6_statements_and_one_commit_until_it_is_to_be_sent(
    world: PostingWorld,
) -> None:
    publication_id = await world.queued(needs=frozenset({Need.STICKER}))

    with counted(world) as found:
        await world.work()

    assert await world.state(publication_id) is State.WITH_TEAM
    assert len(found.others) <= 6, "\n".join(found.statements)
    assert len(found.of(OF_THE_OUTBOX)) <= 2
    assert found.commits == 1


@pytest.mark.parametrize("action", Action)
async def test_a_press_takes_at_most_7_statements_and_one_commit_beside_the_one_that_admits_the_person(
    world: PostingWorld, action: Action
) -> None:
    shown = await world.in_state(STATES.get(action, State.WITH_TEAM))
    await world.stored(1)

    with counted(world) as found:
        outcome = await world.decisions.press(
            Press(
                chat_id=CHAT,
                card_id=shown.card_id,
                version=shown.publication.version,
                action=action,
                person=Person(id=ANNA, name="Anna"),
                role=Role.ADMIN,
                update_id=1,
            )
        )

    assert outcome.kind is not OutcomeKind.STALE
    assert len(found.others) <= 7, "\n".join(found.statements)
    assert len(found.of(OF_THE_INBOX)) == 1
    assert len(found.of(OF_THE_OUTBOX)) <= OUTBOX_ROWS.get(action, 2)
    assert found.commits == 1
