"""Random histories of the posting flow, as a state machine for hypothesis, and what must hold in each.

Never twice: a publication is posted at most once, by the bot or by hand, and no card asks for what is out.
Never lost: each is final, waits for a stored time or lease, or has an open card that was sent.
"""

import asyncio
import contextlib
import dataclasses
import datetime as dt
import itertools
from collections.abc import Callable, Coroutine
from typing import Any, cast

import hypothesis
import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    get_state_machine_test,
    invariant,
    precondition,
    rule,
)

from domain.account import AccessToken, AccountState
from domain.card import Action, CardKind
from domain.errors import OutcomeUnknownError
from domain.ids import CardId, PublicationId
from domain.media import Need
from domain.publication import FINAL, TRANSITIONS, State
from domain.workspace import Person, Role
from services.ports import Job
from services.posting.decide import OutcomeKind, Press
from support.boundaries import Boundaries, ProcessDiedError
from support.fake_network import FAKE
from support.history_place import Place
from support.posting_world import ANNA, CHAT, GIVE_UP, GRACE, PostingWorld, posting_world
from support.unreliable_platform import Manner, UnreliablePlatform

LONGEST_FLOW = 50
"""A process that may pass more places than this lives through the flow."""
DEATHS = st.just(LONGEST_FLOW) | st.integers(0, LONGEST_FLOW)
UNCLEAR = [manner for manner in Manner if isinstance(manner.error, OutcomeUnknownError)]
MANNERS = st.just(Manner.WELL) | st.sampled_from(UNCLEAR) | st.sampled_from(Manner)
GAP = dt.timedelta(seconds=60)
CLOCK_ERROR = dt.timedelta(hours=2)
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
    """One team, two accounts, a platform that cannot be relied on, and processes that may die or freeze."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place
        self.books = place.books
        self.books.empty()
        self.world: PostingWorld = place.run(self._world())
        self.platform = cast("UnreliablePlatform", self.world.publisher)
        self.platform.on_publish = self._note_what_is_wrong
        self.in_hand = list[tuple[PostingWorld, Job]]()
        self.to_look_up = list[tuple[PostingWorld, Job]]()
        self.frozen = list[asyncio.Task[None]]()
        self.by_hand = list[PublicationId]()
        self.updates = itertools.count(1)
        self.versions = dict[PublicationId, int]()
        self.clock_is_right = True
        self.wrong = list[str]()
        self.somebody_queues(needs=frozenset(), approval=False, minutes=0)

    async def _world(self) -> PostingWorld:
        first = await posting_world(self._place.engine, self._place.folder)
        world = PostingWorld(
            first.engine,
            first.folder,
            outside=dataclasses.replace(first.outside, publisher=UnreliablePlatform(first.clock)),
            boundaries=Boundaries(),
            min_gap=GAP,
        )
        world.workspace, world.account = first.workspace, first.account
        await world.accounts.add(
            world.workspace.id,
            platform=FAKE,
            external_id="2",
            name="lighthouse",
            login=None,
            token=AccessToken("token-of-the-other-account"),
            by="test",
        )
        return world

    # What people and the world do.

    @rule(
        needs=st.sampled_from([frozenset[Need](), frozenset[Need](), frozenset({Need.STICKER})]),
        approval=st.sampled_from([False, False, True]),
        minutes=st.sampled_from([0, 0, 10, 120]),
    )
    def somebody_queues(self, *, needs: frozenset[Need], approval: bool, minutes: int) -> None:
        """On both accounts."""
        at = self.world.clock.now() + dt.timedelta(minutes=minutes)
        self._place.run(self.world.queued(needs=needs, approval=approval, at=at))

    @rule(
        waits=st.integers(0, 1),
        preparing=st.sampled_from([Manner.WELL, Manner.WELL, Manner.DOWN, Manner.TOO_FAST, Manner.REFUSED]),
        is_readable=st.sampled_from([True, True, False]),
    )
    def the_platform_changes(self, *, waits: int, preparing: Manner, is_readable: bool) -> None:
        self.platform.waits = waits
        self.platform.prepare_error = preparing.error
        self.platform.is_readable = is_readable

    @rule(seconds=st.sampled_from([2, 60, 90, 90, 600, 3600, 8 * 3600]))
    def time_passes(self, *, seconds: int) -> None:
        self.world.clock.advance(dt.timedelta(seconds=seconds))

    @precondition(lambda self: self.clock_is_right and not self.platform.is_on_the_way)
    @rule(error=st.sampled_from([-CLOCK_ERROR, CLOCK_ERROR]))
    def the_clock_is_put_wrong(self, *, error: dt.timedelta) -> None:
        self.clock_is_right = False
        self.world.clock.set(error)

    @rule(is_paused=st.booleans())
    def the_team_is_paused_or_resumed(self, *, is_paused: bool) -> None:
        workspaces, workspace_id = self.world.workspaces, self.world.workspace.id
        change = workspaces.pause if is_paused else workspaces.resume
        self._place.run(change(workspace_id, by="test"))

    @rule(state=st.sampled_from([AccountState.ACTIVE, AccountState.ACTIVE, AccountState.PAUSED]))
    def an_account_is_paused_or_reconnected(self, *, state: AccountState) -> None:
        self._place.run(self.world.accounts.set_state(self.world.account, state, reason="", by="test"))

    @rule(data=st.data(), command=st.sampled_from(["cancel", "retry", "now"]))
    def an_admin_commands(self, *, data: st.DataObject, command: str) -> None:
        chosen = data.draw(st.sampled_from([row.id for row in self.books.publications()]))
        change = getattr(self.world.queue, command)
        self._place.run(change(self.world.workspace.id, [chosen], by="test"))

    # What processes do, until they die.

    @rule(dies_at=DEATHS)
    def a_process_claims(self, *, dies_at: int) -> None:
        process = self._process(dies_at)

        async def claim() -> None:
            self.in_hand.extend((process, job) for job in await process.dispatch.claim(limit=10))

        self._place.run(self._until_death(claim()))

    @precondition(lambda self: self.in_hand)
    @rule(data=st.data(), manner=MANNERS, is_kept=st.booleans())
    def a_process_publishes_what_it_claimed(
        self, *, data: st.DataObject, manner: Manner, is_kept: bool
    ) -> None:
        process, job = self.in_hand.pop(data.draw(st.integers(0, len(self.in_hand) - 1)))
        self.platform.manner, self.platform.keeps_answers = manner, is_kept
        self._place.run(self._until_death_or_freeze(process.publishing.publish(job)))

    @rule(dies_at=DEATHS, manner=MANNERS, is_kept=st.booleans())
    def a_process_works(self, *, dies_at: int, manner: Manner, is_kept: bool) -> None:
        self.platform.manner, self.platform.keeps_answers = manner, is_kept
        self._place.run(self._until_death_or_freeze(_worked(self._process(dies_at))))

    @precondition(lambda self: self.frozen)
    @rule()
    def frozen_processes_go_on(self) -> None:
        self._place.run(self._thaw())

    @rule(dies_at=DEATHS)
    def a_process_leases_look_ups(self, *, dies_at: int) -> None:
        process = self._process(dies_at)

        async def lease() -> None:
            self.to_look_up.extend((process, job) for job in await process.reconcile.claim_look_ups())

        self._place.run(self._until_death(lease()))

    @precondition(lambda self: self.to_look_up)
    @rule(data=st.data())
    def a_process_looks_up(self, *, data: st.DataObject) -> None:
        process, job = self.to_look_up.pop(data.draw(st.integers(0, len(self.to_look_up) - 1)))
        self._place.run(self._until_death(process.reconcile.look_up(job)))

    @rule(dies_at=DEATHS, seconds=st.sampled_from([0, 2, 90, 90, 3600]))
    def time_passes_and_a_process_looks_up(self, *, dies_at: int, seconds: int) -> None:
        self.time_passes(seconds=seconds)
        self._place.run(self._until_death(self._process(dies_at).look_up()))

    @rule(dies_at=DEATHS)
    def leases_run_out(self, *, dies_at: int) -> None:
        self._place.run(self.world.leases_run_out())
        self._place.run(self._until_death(_recovered(self._process(dies_at))))

    # What the team does.

    @rule(data=st.data(), dies_at=DEATHS, is_repeated=st.booleans())
    def somebody_presses(self, *, data: st.DataObject, dies_at: int, is_repeated: bool) -> None:
        shown = self.books.cards()
        if not shown:
            return
        card = data.draw(st.sampled_from(shown))
        is_out = card.publication_id in self.platform.out
        lies = {Action.ABSENT if is_out else Action.LIVE}
        action = data.draw(st.sampled_from([known for known in HONEST[card.kind] if known not in lies]))
        version = self.books.publication(card.publication_id).version
        press = self._press(card.id, version, action)
        self._place.run(self.world.stored(press.update_id))
        self._place.run(self._until_death(_pressed(self._process(dies_at), press)))
        if is_repeated or not self._place.run(self.world.is_handled(press.update_id)):
            self._place.run(self.world.decisions.press(press))
        assert self._place.run(self.world.is_handled(press.update_id))
        if action is Action.POSTED:
            self.by_hand.append(card.publication_id)

    @rule(data=st.data(), older=st.integers(1, 8), action=st.sampled_from(Action))
    def somebody_presses_an_old_button(self, *, data: st.DataObject, older: int, action: Action) -> None:
        shown = self.books.cards(open_only=False)
        if not shown:
            return
        card = data.draw(st.sampled_from(shown))
        before = self.books.publication(card.publication_id)
        press = self._press(card.id, before.version - older, action)
        self._place.run(self.world.stored(press.update_id))

        outcome = self._place.run(self.world.decisions.press(press))

        assert outcome.kind in {OutcomeKind.STALE, OutcomeKind.SENT}
        assert self.books.publication(card.publication_id) == before

    # What must hold.

    def _note_what_is_wrong(self, job: Job) -> None:
        """Note what stands against a publish call: the product would catch what is raised here."""
        now = self.books.publication(job.publication.id)
        if now.intent_at is None:
            self.wrong.append(f"publication {now.id} is being published without a stored intent")
        same = [call.at for call in self.platform.calls if call.account_id == job.account.id]
        if self.clock_is_right and not all(self.platform.time - at >= GAP for at in same):
            self.wrong.append(f"publication {now.id} follows another one without a gap")

    @invariant()
    def no_call_was_wrong(self) -> None:
        assert self.wrong == []

    @invariant()
    def nothing_is_posted_twice(self) -> None:
        out = [*self.platform.out, *self.by_hand]
        assert len(out) == len(set(out)), f"{out} has one twice"

    @invariant()
    def every_publication_is_in_good_hands(self) -> None:
        rows = self.books.publications()
        carded = {card.publication_id for card in self.books.cards()}
        latest_look = self.world.clock.now() + max(GRACE, GIVE_UP) + CLOCK_ERROR
        for row in rows:
            is_looked_up = row.state is State.UNCONFIRMED and row.asked_at is None
            waits_for_a_time = row.state is State.SCHEDULED or (is_looked_up and row.due_at <= latest_look)
            has_a_worker = row.state is State.PUBLISHING and row.lease_until is not None
            is_held = row.state in FINAL or waits_for_a_time or has_a_worker or row.id in carded
            assert is_held, f"publication {row.id} is {row.state}, and nobody sees it"
            is_asked_for = row.state is State.WITH_TEAM and row.id in self.platform.out
            assert not is_asked_for, f"a card asks to post publication {row.id}, which is out"
            assert row.version >= self.versions.get(row.id, 0), f"publication {row.id} went back"
            self.versions[row.id] = row.version
        working = [row.account_id for row in rows if row.state is State.PUBLISHING]
        assert len(working) == len(set(working)), "an account has two in publishing"

    def teardown(self) -> None:
        """In the end the trouble ends, and so does everything that waited."""
        self._place.run(self._calm())
        self.no_call_was_wrong()
        self.nothing_is_posted_twice()
        self.every_publication_is_in_good_hands()
        assert self._still_waiting() == []
        for row in self.books.publications():
            if row.id in self.platform.out or row.id in self.by_hand:
                assert row.state in {State.PUBLISHED, State.CANCELLED, State.UNCONFIRMED}, row
            else:
                assert row.state is not State.PUBLISHED, f"publication {row.id} is said to be out and is not"
        for _, events in itertools.groupby(self.books.events(), key=lambda event: event.publication_id):
            _is_a_life(list(events))

    async def _calm(self) -> None:
        self.platform.manner, self.platform.is_readable = Manner.WELL, True
        self.platform.prepare_error, self.platform.keeps_answers = None, False
        await self._thaw()
        await self.world.workspaces.resume(self.world.workspace.id, by="test")
        await self.world.accounts.set_state(self.world.account, AccountState.ACTIVE, reason="", by="test")
        world = self.world.restarted()
        for _ in range(4 * len(self.books.publications()) + 4):
            if not self._still_waiting():
                return
            await world.until_quiet()
            world.clock.advance(dt.timedelta(hours=1))

    def _still_waiting(self) -> list[PublicationId]:
        by_itself = {State.SCHEDULED, State.PUBLISHING}
        return [
            row.id
            for row in self.books.publications()
            if row.state in by_itself or (row.state is State.UNCONFIRMED and row.asked_at is None)
        ]

    # How it is done.

    def _process(self, dies_at: int) -> PostingWorld:
        return self.world.restarted(Boundaries(dies_at=dies_at if dies_at < LONGEST_FLOW else None))

    def _press(self, card_id: CardId, version: int, action: Action) -> Press:
        return Press(
            chat_id=CHAT,
            card_id=card_id,
            version=version,
            action=action,
            person=Person(id=ANNA, name="Anna"),
            role=Role.ADMIN,
            update_id=next(self.updates),
        )

    async def _until_death(self, flow: Coroutine[Any, Any, None]) -> None:
        with contextlib.suppress(ProcessDiedError):
            await flow

    async def _until_death_or_freeze(self, flow: Coroutine[Any, Any, None]) -> None:
        """Return when the flow has ended, its process has died, or it hangs in a publish call."""
        self.platform.kept.clear()
        task = asyncio.create_task(self._until_death(flow))
        kept = asyncio.create_task(self.platform.kept.wait())
        await asyncio.wait({task, kept}, return_when=asyncio.FIRST_COMPLETED)
        kept.cancel()
        if task.done():
            task.result()
        else:
            self.frozen.append(task)

    async def _thaw(self) -> None:
        self.platform.keeps_answers = False
        frozen, self.frozen = self.frozen, []
        self.platform.answer()
        await asyncio.gather(*frozen)


async def _worked(process: PostingWorld) -> None:
    await process.work()


async def _recovered(process: PostingWorld) -> None:
    await process.reconcile.recover()


async def _pressed(process: PostingWorld, press: Press) -> None:
    await process.decisions.press(press)


def _is_a_life(events: list[sa.Row[Any]]) -> None:
    """Hold a publication's history against the state machine: every version once, every step allowed."""
    assert [event.version for event in events] == list(range(1, len(events) + 1))
    for before, event in itertools.pairwise(events):
        assert TRANSITIONS[before.state, event.event] is event.state


def told(place: Place, *, count: int, steps: int, seed: int | None = None) -> Callable[[], None]:
    """Return what tells so many histories, each of so many steps at most; it raises where one is broken."""
    telling = get_state_machine_test(
        lambda: Histories(place),  # type: ignore[arg-type]
        settings=hypothesis.settings(
            max_examples=count,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            phases=[phase for phase in hypothesis.Phase if phase is not hypothesis.Phase.explain],
            suppress_health_check=[hypothesis.HealthCheck.too_slow],
        ),
    )
    return telling if seed is None else hypothesis.seed(seed)(telling)
