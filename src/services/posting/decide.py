"""What the team decides: the buttons of a card, and the answers to what the bot asked.

Every press is one transaction: the update is marked as handled in it, the publication changes by
compare-and-set on its state and version, and the cards are redrawn through the outbox. Of two people who
press at once exactly one wins; the other hears how it stands.
"""

import dataclasses
import datetime as dt
import enum
from collections.abc import Mapping
from typing import Any

from domain.card import Action, Card, CardKind, CardPanel
from domain.ids import CardId, ChatId, UserId
from domain.lane import Lane, LaneReason
from domain.media import LockReason
from domain.publication import TRANSITIONS, Event, Publication, State, person
from domain.workspace import Person, Role
from services.alerts import AlertService
from services.messages import AlertKind, SendAlert, SendCaption, SendOriginal, ShowCard, Urgency
from services.ports import Clock, Job, Receipt
from services.posting.answers import later_choice, link_in, time_in
from services.posting.cards import close_cards, show_card
from services.posting.settle import live, lock_after_post
from services.repositories.records import AuditEntry
from services.unit_of_work import Database, UnitOfWork


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """Somebody pressed a button of a card."""

    chat_id: ChatId
    """Where; a card of another chat is not theirs to press."""
    card_id: CardId
    version: int
    """The publication's version that the card showed."""
    action: Action
    person: Person
    role: Role
    update_id: int
    message_id: int = 0
    """The message that carries the button; 0: not known."""


class OutcomeKind(enum.StrEnum):
    """What came of a press."""

    DONE = "done"
    PANEL = "panel"
    """The card shows other buttons."""
    SENT = "sent"
    """The file or the caption is on its way."""
    PROMPTED = "prompted"
    """The bot asks back."""
    STALE = "stale"
    """The card was older than what it stands for; it is redrawn."""
    FORBIDDEN = "forbidden"
    """The person may not do this."""
    UNKNOWN_CARD = "unknown_card"
    """There is no such card in this chat."""
    REPEATED = "repeated"
    """This very press was carried out before."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a press, for a short toast."""

    kind: OutcomeKind
    state: State | None = None
    """Where the publication is now."""
    by: str | None = None
    """For stale presses: the name of who decided; None: the bot, or the same person's older press."""
    until: dt.datetime | None = None
    """For postponed ones: when it comes back."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Somebody answered a message of the bot."""

    chat_id: ChatId
    prompt_message_id: int
    text: str
    person: Person
    role: Role
    update_id: int


class ReplyKind(enum.StrEnum):
    """What came of an answer."""

    DONE = "done"
    NOT_UNDERSTOOD = "not_understood"
    STALE = "stale"
    """It was decided meanwhile."""
    NO_PROMPT = "no_prompt"
    """The message that was answered asked nothing, or asked somebody else."""
    REPEATED = "repeated"
    """This very answer was carried out before."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ReplyOutcome:
    """What came of an answer."""

    kind: ReplyKind
    prompt: CardKind | None = None
    until: dt.datetime | None = None


NEEDED_ROLE: Mapping[Action, Role] = {
    **dict.fromkeys(Action, Role.POSTER),
    Action.APPROVE: Role.APPROVER,
}
"""What somebody must be to press a button."""

PANELS: Mapping[Action, CardPanel] = {
    Action.LATER: CardPanel.LATER,
    Action.REJECT: CardPanel.CONFIRM_REJECT,
    Action.BACK: CardPanel.MAIN,
}
PROMPTS: Mapping[Action, CardKind] = {
    Action.LATER_OWN: CardKind.PROMPT_TIME,
    Action.LIVE_LINK: CardKind.PROMPT_LINK,
}
EVENTS: Mapping[Action, Event] = {
    Action.POSTED: Event.POSTED_BY_HAND,
    Action.SKIP: Event.SKIPPED,
    Action.REJECT_SURELY: Event.REJECTED,
    Action.LATER_HOUR: Event.POSTPONED,
    Action.LATER_TONIGHT: Event.POSTPONED,
    Action.LATER_TOMORROW: Event.POSTPONED,
    Action.APPROVE: Event.APPROVED,
    Action.LET_BOT: Event.GIVEN_BACK,
    Action.TAKE_OVER: Event.TAKEN_OVER,
    Action.LIVE: Event.FOUND_LIVE,
    Action.ABSENT: Event.FOUND_ABSENT,
    Action.LEAVE: Event.CANCELLED,
}
"""Buttons that decide; the others only change what is shown."""


class DecisionService:
    """Carries out what people press and answer."""

    def __init__(self, *, database: Database, clock: Clock, alerts: AlertService) -> None:
        self._database = database
        self._clock = clock
        self._alerts = alerts

    async def press(self, press: Press) -> Outcome:
        """Carry out one press. Repeating it changes nothing more."""
        async with self._database.begin() as uow:
            if not await uow.inbox.handled(press.update_id, at=self._clock.now()):
                return Outcome(kind=OutcomeKind.REPEATED)
            outcome = await self._pressed(uow, press)
            await uow.commit()
        return outcome

    async def reply(self, reply: Reply) -> ReplyOutcome:
        """Carry out one answer. Repeating it changes nothing more."""
        async with self._database.begin() as uow:
            if not await uow.inbox.handled(reply.update_id, at=self._clock.now()):
                return ReplyOutcome(kind=ReplyKind.REPEATED)
            outcome = await self._replied(uow, reply)
            await uow.commit()
        return outcome

    async def _pressed(self, uow: UnitOfWork, press: Press) -> Outcome:
        found = (await uow.publications.of_cards([press.card_id])).get(press.card_id)
        if found is None or found[0].chat_id != press.chat_id:
            return Outcome(kind=OutcomeKind.UNKNOWN_CARD)
        card, job = found
        if card.message_id is None and press.message_id:
            # It arrived, and the process died before that was stored: the press tells where it stands.
            await uow.cards.delivered(
                card.id, message_id=press.message_id, media_message_ids=card.media_message_ids
            )
        if not press.role.may(NEEDED_ROLE[press.action]):
            return Outcome(kind=OutcomeKind.FORBIDDEN)
        if press.action in {Action.ORIGINAL, Action.CAPTION}:
            await self._send(uow, card, press.action)
            return Outcome(kind=OutcomeKind.SENT, state=job.publication.state)
        event = EVENTS.get(press.action)
        is_current = card.is_open and press.version == job.publication.version
        if not is_current or (event and (job.publication.state, event) not in TRANSITIONS):
            return await self._stale(uow, card, job)
        if event is None:
            return await self._shown(uow, card, job, press)
        return await self._decided(uow, card, job, press, event)

    async def _shown(self, uow: UnitOfWork, card: Card, job: Job, press: Press) -> Outcome:
        if panel := PANELS.get(press.action):
            await uow.cards.set_panel(card.id, panel)
            await self._redraw(uow, card)
            return Outcome(kind=OutcomeKind.PANEL, state=job.publication.state)
        prompt_id = await uow.cards.add(
            card.publication_id,
            PROMPTS[press.action],
            card.chat_id,
            at=self._clock.now(),
            asked_of=press.person.id,
        )
        await uow.outbox.add(
            card.chat_id, ShowCard(card_id=prompt_id), urgency=Urgency.PRESS, at=self._clock.now()
        )
        return Outcome(kind=OutcomeKind.PROMPTED, state=job.publication.state)

    async def _decided(self, uow: UnitOfWork, card: Card, job: Job, press: Press, event: Event) -> Outcome:
        now = self._clock.now()
        until = later_choice(press.action, now, job.workspace.settings.zone)
        settled = await self._applied(uow, job, event, press.person.id, until=until)
        if settled is None:
            return await self._stale(uow, card, job)
        await self._after(uow, job, settled, event)
        await uow.audit.add(
            AuditEntry(
                at=now,
                actor=person(press.person.id),
                action="press",
                workspace_id=job.workspace.id,
                publication_id=settled.id,
                detail={"button": press.action, "state": settled.state},
            )
        )
        return Outcome(kind=OutcomeKind.DONE, state=settled.state, until=until)

    async def _applied(
        self,
        uow: UnitOfWork,
        job: Job,
        event: Event,
        user_id: UserId,
        *,
        until: dt.datetime | None = None,
        permalink: str | None = None,
    ) -> Publication | None:
        now = self._clock.now()
        if event is Event.FOUND_LIVE:
            receipt = Receipt(platform_post_id=None, permalink=permalink)
            return await live(uow, job, receipt, at=now, actor=person(user_id), posted_by=user_id)
        return await uow.publications.apply(
            job.publication, event, at=now, actor=person(user_id), **_changes(job, event, now, user_id, until)
        )

    async def _after(self, uow: UnitOfWork, job: Job, settled: Publication, event: Event) -> None:
        """Lock the media as the decision wants, and bring alerts and cards up to date."""
        now = self._clock.now()
        if job.publication.state is State.UNCONFIRMED:
            await self._alerts.end(
                uow, job.workspace, SendAlert(kind=AlertKind.UNCONFIRMED, publication_id=settled.id)
            )
        if event is Event.POSTED_BY_HAND or (event is Event.CANCELLED and job.publication.intent_at):
            await lock_after_post(uow, job, at=now)
        elif event is Event.SKIPPED and job.post.media:
            await uow.media.lock(
                [item.id for item in job.post.media],
                job.account.id,
                until=now + dt.timedelta(days=job.workspace.settings.skip_lock_days),
                reason=LockReason.SKIPPED,
                at=now,
            )
        elif event is Event.REJECTED and job.post.media:
            await uow.media.lock(
                [item.id for item in job.post.media],
                job.account.id,
                until=None,
                reason=LockReason.REJECTED,
                at=now,
            )
        match settled.state:
            case State.WITH_TEAM:
                await show_card(uow, settled, job.workspace, CardKind.POST, self._clock)
            case State.AWAITING_APPROVAL:
                await show_card(uow, settled, job.workspace, CardKind.APPROVAL, self._clock)
            case _:
                await close_cards(uow, settled, job.workspace, self._clock, urgency=Urgency.PRESS)

    async def _stale(self, uow: UnitOfWork, card: Card, job: Job) -> Outcome:
        """Tell how it stands now, and redraw the card from the database."""
        await self._redraw(uow, card)
        current = await uow.publications.get(card.publication_id)
        history = await uow.publications.history(card.publication_id)
        actor = history[-1].actor if history else ""
        name = None
        if actor.startswith("user:"):
            user_id = UserId(int(actor.removeprefix("user:")))
            name = (await uow.workspaces.names([user_id])).get(user_id)
        return Outcome(
            kind=OutcomeKind.STALE,
            state=current.state if current else job.publication.state,
            by=name,
        )

    async def _send(self, uow: UnitOfWork, card: Card, action: Action) -> None:
        message = (
            SendOriginal(publication_id=card.publication_id, reply_to=card.message_id)
            if action is Action.ORIGINAL
            else SendCaption(publication_id=card.publication_id, reply_to=card.message_id)
        )
        await uow.outbox.add(card.chat_id, message, urgency=Urgency.PRESS, at=self._clock.now())

    async def _redraw(self, uow: UnitOfWork, card: Card) -> None:
        await uow.outbox.add(
            card.chat_id, ShowCard(card_id=card.id), urgency=Urgency.PRESS, at=self._clock.now()
        )

    async def _replied(self, uow: UnitOfWork, reply: Reply) -> ReplyOutcome:
        prompt = await uow.cards.prompt(reply.chat_id, reply.prompt_message_id)
        if prompt is None or prompt.asked_of != reply.person.id or not reply.role.may(Role.POSTER):
            return ReplyOutcome(kind=ReplyKind.NO_PROMPT)
        if not prompt.is_open:
            return ReplyOutcome(kind=ReplyKind.STALE, prompt=prompt.kind)
        job = (await uow.publications.jobs([prompt.publication_id]))[prompt.publication_id]
        now = self._clock.now()
        until: dt.datetime | None = None
        permalink: str | None = None
        if prompt.kind is CardKind.PROMPT_TIME:
            event = Event.POSTPONED
            until = time_in(reply.text, now, job.workspace.settings.zone)
        else:
            event = Event.FOUND_LIVE
            permalink = link_in(reply.text)
        if until is None and permalink is None:
            return ReplyOutcome(kind=ReplyKind.NOT_UNDERSTOOD, prompt=prompt.kind)
        if (job.publication.state, event) not in TRANSITIONS:
            return ReplyOutcome(kind=ReplyKind.STALE, prompt=prompt.kind)
        settled = await self._applied(uow, job, event, reply.person.id, until=until, permalink=permalink)
        if settled is None:
            return ReplyOutcome(kind=ReplyKind.STALE, prompt=prompt.kind)
        await self._after(uow, job, settled, event)
        await uow.audit.add(
            AuditEntry(
                at=now,
                actor=person(reply.person.id),
                action="reply",
                workspace_id=job.workspace.id,
                publication_id=settled.id,
                detail={"to": prompt.kind, "state": settled.state},
            )
        )
        return ReplyOutcome(kind=ReplyKind.DONE, prompt=prompt.kind, until=until)


def _changes(
    job: Job, event: Event, now: dt.datetime, user_id: UserId, until: dt.datetime | None
) -> dict[str, Any]:
    match event:
        case Event.POSTED_BY_HAND:
            return {"posted_by": user_id, "lane": Lane.MANUAL}
        case Event.POSTPONED:
            wish = Lane.MANUAL if job.publication.state is State.WITH_TEAM else job.publication.lane_wish
            return {"planned_at": until, "due_at": until, "lane_wish": wish}
        case Event.GIVEN_BACK:
            return {
                "planned_at": now,
                "lane_wish": Lane.AUTO,
                "attempts": 0,
                "checkpoint": {},
                "is_forced": True,
            }
        case Event.TAKEN_OVER:
            return {
                "lane": Lane.MANUAL,
                "lane_wish": Lane.MANUAL,
                "lane_reason": LaneReason.ASKED_FOR,
                "lane_detail": "",
            }
        case Event.FOUND_ABSENT | Event.APPROVED:
            return {"planned_at": max(now, job.publication.planned_at)}
        case _:
            return {}
