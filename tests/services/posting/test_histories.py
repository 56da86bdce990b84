"""Random histories: whatever answers come or stay away, whoever presses and whatever dies, two promises hold.

Never twice: a publication is posted at most once, by the bot or by hand. Never lost: each is final, waits for
a stored time or lease, or has an open card that was sent.
"""

import asyncio
import datetime as dt
import itertools
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import hypothesis
import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from domain.card import Action, Card, CardKind
from domain.errors import (
    OutcomeUnknownError,
    PublishingError,
    RateLimitedError,
    RejectedError,
    TransientError,
)
from domain.ids import PublicationId
from domain.media import Need
from domain.publication import FINAL, State
from domain.workspace import Person, Role
from repositories.engine import create_engine
from repositories.tables import publications
from services.ports import Unknown
from services.posting.decide import OutcomeKind, Press
from support.boundaries import Boundaries, ProcessDiedError
from support.databases import TestDatabases
from support.posting_world import ANNA, CHAT, GIVE_UP, GRACE, PostingWorld, posting_world

LONGEST_FLOW = 60
"""A process that may pass more places than this lives through the flow."""
PREPARE_FAILURES: list[PublishingError | None] = [
    None,
    TransientError("down"),
    RateLimitedError("slow down", retry_after=dt.timedelta(minutes=20)),
    RejectedError("refused"),
]
PUBLISH_FAILURES: list[PublishingError | None] = [
    None,
    OutcomeUnknownError("no answer"),
    TransientError("surely not out"),
    RejectedError("refused"),
]
HONEST: dict[CardKind, list[Action]] = {
    CardKind.POST: [
        Action.POSTED,
        Action.SKIP,
        Action.LATER,
        Action.LATER_HOUR,
        Action.LATER_OWN,
        Action.REJECT_SURELY,
        Action.LET_BOT,
        Action.ORIGINAL,
    ],
    CardKind.APPROVAL: [Action.APPROVE, Action.LATER_HOUR, Action.SKIP],
    CardKind.QUESTION: [Action.LIVE, Action.ABSENT, Action.LEAVE],
}
"""What people press on a card; of LIVE and ABSENT only what is true."""


class Histories(RuleBasedStateMachine):
    """One team, one account, one platform, and a process that may die."""

    def __init__(self, databases: TestDatabases, folder: Path) -> None:
        super().__init__()
        self._loop = asyncio.Runner()
        folder.mkdir()
        self._engine = create_engine(databases.sqlite(folder / "storyline.db"))
        self.world = self._run(posting_world(self._engine, folder))
        self.world.publisher.waits = 1
        self.queued = list[PublicationId]()
        self.by_hand = list[PublicationId]()
        self.updates = itertools.count(1)

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self._loop.run(work)

    @rule(
        needs=st.sampled_from([frozenset[Need](), frozenset({Need.STICKER})]),
        approval=st.booleans(),
        minutes=st.sampled_from([0, 0, 10, 120]),
    )
    def somebody_queues(self, *, needs: frozenset[Need], approval: bool, minutes: int) -> None:
        at = self.world.clock.now() + dt.timedelta(minutes=minutes)
        self.queued.append(self._run(self.world.queued(needs=needs, approval=approval, at=at)))

    @rule(
        prepare=st.sampled_from(PREPARE_FAILURES),
        publish=st.sampled_from(PUBLISH_FAILURES),
        is_out=st.booleans(),
        can_be_read=st.booleans(),
    )
    def the_platform_changes(
        self,
        *,
        prepare: PublishingError | None,
        publish: PublishingError | None,
        is_out: bool,
        can_be_read: bool,
    ) -> None:
        publisher = self.world.publisher
        publisher.prepare_error = prepare
        publisher.publish_error = publish
        publisher.posts_despite_error = is_out and isinstance(publish, OutcomeUnknownError)
        publisher.look_up_answers = [] if can_be_read else [Unknown(checkpoint={}, why="outage")] * 1000

    @rule(seconds=st.sampled_from([2, 90, 600, 3600, 8 * 3600]))
    def time_passes(self, *, seconds: int) -> None:
        self.world.clock.advance(dt.timedelta(seconds=seconds))

    @rule(dies_at=st.integers(0, LONGEST_FLOW))
    def a_worker_works(self, *, dies_at: int) -> None:
        self._until_death(lambda process: process.work(), dies_at)

    @rule(dies_at=st.integers(0, LONGEST_FLOW))
    def somebody_looks_up(self, *, dies_at: int) -> None:
        self._until_death(lambda process: process.look_up(), dies_at)

    @rule(dies_at=st.integers(0, LONGEST_FLOW))
    def leases_of_the_dead_run_out(self, *, dies_at: int) -> None:
        self._run(self.world.leases_run_out())
        self._until_death(lambda process: process.reconcile.recover(), dies_at)

    @precondition(lambda self: self.queued)
    @rule(data=st.data(), dies_at=st.integers(0, LONGEST_FLOW), is_repeated=st.booleans())
    def somebody_presses(self, *, data: st.DataObject, dies_at: int, is_repeated: bool) -> None:
        cards = self._run(self._open_cards())
        if not cards:
            return
        card = data.draw(st.sampled_from(cards))
        publication = self._run(self.world.publication(card.publication_id))
        is_out = self.world.publisher.posts.count(publication.id) > 0
        lies = {Action.ABSENT if is_out else Action.LIVE}
        action = data.draw(st.sampled_from([known for known in HONEST[card.kind] if known not in lies]))
        press = Press(
            chat_id=CHAT,
            card_id=card.id,
            version=publication.version,
            action=action,
            person=Person(id=ANNA, name="Anna"),
            role=Role.ADMIN,
            update_id=next(self.updates),
        )
        self._run(self.world.stored(press.update_id))
        self._until_death(lambda process: process.decisions.press(press), dies_at)
        if is_repeated or not self._run(self.world.is_handled(press.update_id)):
            self._run(self.world.decisions.press(press))
        if action is Action.POSTED:
            self.by_hand.append(publication.id)
        assert self._run(self.world.is_handled(press.update_id))

    @precondition(lambda self: self.queued)
    @rule(data=st.data(), version=st.integers(1, 9), action=st.sampled_from(Action))
    def somebody_presses_an_old_button(self, *, data: st.DataObject, version: int, action: Action) -> None:
        publication = self._run(self.world.publication(data.draw(st.sampled_from(self.queued))))
        cards = self._run(self._cards())
        mine = [card for card in cards if card.publication_id == publication.id]
        if not mine or version >= publication.version:
            return
        press = Press(
            chat_id=CHAT,
            card_id=data.draw(st.sampled_from(mine)).id,
            version=version,
            action=action,
            person=Person(id=ANNA, name="Anna"),
            role=Role.ADMIN,
            update_id=next(self.updates),
        )
        self._run(self.world.stored(press.update_id))
        outcome = self._run(self.world.decisions.press(press))
        assert outcome.kind in {OutcomeKind.STALE, OutcomeKind.SENT}
        assert self._run(self.world.publication(publication.id)) == publication

    @invariant()
    def nothing_is_posted_twice(self) -> None:
        out = [*self.world.publisher.posts, *self.by_hand]
        assert len(out) == len(set(out)), f"{out} has one twice"

    @invariant()
    def nothing_waits_unseen(self) -> None:
        carded = {card.publication_id for card in self._run(self._open_cards())}
        for row in self._run(self._rows()):
            waits_for_a_time = row.state is State.SCHEDULED or (
                row.state is State.UNCONFIRMED
                and row.asked_at is None
                and row.due_at <= self.world.clock.now() + max(GRACE, GIVE_UP)
            )
            has_a_worker = row.state is State.PUBLISHING and row.lease_until is not None
            is_held = row.state in FINAL or waits_for_a_time or has_a_worker or row.id in carded
            assert is_held, f"publication {row.id} is {row.state}, and nobody sees it"

    def teardown(self) -> None:
        """In the end the trouble ends, and so does everything that waited."""
        try:
            self._run(self._calm())
            self.nothing_is_posted_twice()
            self.nothing_waits_unseen()
            assert self._run(self._still_waiting()) == []
            for row in self._run(self._rows()):
                is_out = row.id in self.world.publisher.posts or row.id in self.by_hand
                if is_out:
                    assert row.state in {State.PUBLISHED, State.CANCELLED, State.UNCONFIRMED}
                elif row.state is State.PUBLISHED:
                    raise AssertionError(f"publication {row.id} is said to be out and is not")
        finally:
            self._run(self._engine.dispose())
            self._loop.close()

    async def _calm(self) -> None:
        publisher = self.world.publisher
        publisher.prepare_error = publisher.publish_error = None
        publisher.look_up_answers = []
        world = self.world.restarted()
        for _ in range(4 * len(self.queued) + 4):
            if not await self._still_waiting():
                return
            await world.until_quiet()
            world.clock.advance(dt.timedelta(hours=1))

    async def _still_waiting(self) -> list[PublicationId]:
        by_itself = {State.SCHEDULED, State.PUBLISHING}
        return [
            row.id
            for row in await self._rows()
            if row.state in by_itself or (row.state is State.UNCONFIRMED and row.asked_at is None)
        ]

    def _until_death(self, flow: Callable[[PostingWorld], Coroutine[Any, Any, Any]], dies_at: int) -> None:
        process = self.world.restarted(Boundaries(dies_at=dies_at if dies_at < LONGEST_FLOW else None))
        try:
            self._run(flow(process))
        except ProcessDiedError:
            assert process.boundaries.is_dead

    async def _cards(self) -> list[Card]:
        return [
            card
            for publication_id in self.queued
            for kind in HONEST
            for card in await self.world.cards(publication_id, kind)
        ]

    async def _open_cards(self) -> list[Card]:
        return [card for card in await self._cards() if card.is_open]

    async def _rows(self) -> list[sa.Row[Any]]:
        async with self._engine.connect() as connection:
            return list(await connection.execute(sa.select(publications)))


def test_every_history_posts_nothing_twice_and_loses_nothing(
    databases: TestDatabases, tmp_path: Path
) -> None:
    numbers = itertools.count()

    class HistoriesHere(Histories):
        def __init__(self) -> None:
            super().__init__(databases, tmp_path / str(next(numbers)))

    run_state_machine_as_test(
        HistoriesHere,
        settings=hypothesis.settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            phases=[phase for phase in hypothesis.Phase if phase is not hypothesis.Phase.explain],
            suppress_health_check=[hypothesis.HealthCheck.too_slow],
        ),
    )
