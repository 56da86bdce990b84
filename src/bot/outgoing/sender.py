"""Drains the outbox: note that sending begins, send, note what came of it.

Only the leader sends: the limits have one keeper. A message that may have arrived is sent again once, after
a pause; when that stays unclear too, it is given up and the team is told. Edits may be repeated.
"""

import asyncio
import datetime as dt
from collections.abc import Callable, Sequence
from typing import assert_never

import structlog
import telegram
from telegram.error import TelegramError

from bot.outgoing.backlog import Backlog
from bot.outgoing.courier import Courier
from bot.outgoing.delivery import Delivery
from bot.outgoing.limiter import Limiter
from bot.outgoing.parcels import Content, load
from bot.outgoing.refusals import Down, Moved, Refused, TooFast, read_refusal
from bot.views.alerts import Told
from bot.views.card import Drawn
from bot.waiting import GrowingWait, first_of
from domain.card import Card
from domain.contribution import Contribution
from domain.ids import ChatId
from services.contributions.outlook import ContributionOutlook
from services.messages import AlertKind, SendAlert, Urgency
from services.ports import Clock, Networks
from services.repositories.chat import Outgoing
from services.unit_of_work import Database, UnitOfWork

MOST_WAITING = 5000
"""How many waiting messages are looked at; the later ones wait in the database."""
MOST_BEGUN = 10
"""How many messages wait in line for the overall pace; one more urgent comes after them."""
IDLE = dt.timedelta(seconds=30)
"""The longest time without a look into the outbox, should a wake-up be lost."""
UNCLEAR_PAUSE = dt.timedelta(seconds=5)
"""How long after an unclear sending it is tried once more."""
KEPT_BACK = dt.timedelta(milliseconds=100)
"""How much longer a chat waits than its first message, so that the outbox is looked into before."""
LONGEST_PAUSE = dt.timedelta(minutes=1)
MOST_TRIES = 100
"""After so many refusals that promised to pass, over an hour and more, a message is given up."""

_log = structlog.get_logger()


class Sender:
    """Sends what waits in the outbox."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        bot: telegram.Bot,
        courier: Courier,
        networks: Networks,
        added: asyncio.Event,
        beat: Callable[[], None],
    ) -> None:
        """Take the event that is set whenever a message was put into the outbox."""
        self._database = database
        self._clock = clock
        self._bot = bot
        self._courier = courier
        self._networks = networks
        self._added = added
        self._beat = beat
        self._limiter = Limiter()
        self._backlog = Backlog(self._limiter)
        self._busy = set[ChatId]()
        self._settled = asyncio.Event()
        self._line = asyncio.Lock()
        self._in_line = 0
        self._look_at = clock.now()
        self._put_off = list[dt.datetime]()
        self._trouble: str | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Send until `stop` is set; then finish what was begun."""
        await self._recover()
        async with asyncio.TaskGroup() as sends:
            while not stop.is_set():
                self._beat()
                self._settled.clear()
                if self._trouble is not None:
                    await self._wait_for_telegram(stop)
                if self._added.is_set() or self._clock.now() >= self._look_at:
                    await self._look()
                room = MOST_BEGUN - self._in_line
                chosen = self._backlog.take(self._clock.monotonic(), most=room, busy=self._busy)
                if chosen:
                    await self._begin(chosen, sends, stop)
                else:
                    await first_of(
                        self._added, self._settled, stop, clock=self._clock, within=self._until_next()
                    )

    async def _recover(self) -> None:
        self._busy.clear()
        self._in_line = 0
        self._look_at = self._clock.now()
        async with self._database.begin() as uow:
            found = await uow.outbox.recover(until=self._clock.now() + UNCLEAR_PAUSE)
            await uow.commit()
        if found:
            _log.warning("outbox.recovered", count=found)

    async def _look(self) -> None:
        self._added.clear()
        now = self._clock.now()
        # Before the reading: what is put off meanwhile must not be forgotten.
        self._put_off = [until for until in self._put_off if until > now]
        self._look_at = min([now + IDLE, *self._put_off])
        async with self._database.read() as look:
            waiting = await look.outbox.waiting(now=now, limit=MOST_WAITING)
            following = await look.outbox.next_at() if not waiting else None
        self._backlog.replace(waiting)
        if following is not None:
            self._look_at = min(self._look_at, following)

    def _until_next(self) -> dt.timedelta:
        if self._in_line >= MOST_BEGUN:
            return IDLE  # until one of them leaves
        ready_in = self._backlog.ready_at(busy=self._busy) - self._clock.monotonic()
        until_look = self._look_at - self._clock.now()
        return until_look if ready_in > until_look.total_seconds() else dt.timedelta(seconds=ready_in)

    async def _wait_for_telegram(self, stop: asyncio.Event) -> None:
        """Ask who the bot is, which may be repeated freely, until there is an answer."""
        _log.warning("telegram.down", why=self._trouble)
        waits = GrowingWait()
        while not stop.is_set():
            await first_of(stop, clock=self._clock, within=waits.grow())
            self._beat()
            try:
                await self._bot.get_me()
            except TelegramError as error:
                _log.debug("telegram.still_down", kind=type(error).__name__)
            else:
                _log.info("telegram.back")
                break
        self._trouble = None
        self._look_at = self._clock.now()

    async def _begin(self, chosen: Sequence[Outgoing], sends: asyncio.TaskGroup, stop: asyncio.Event) -> None:
        async with self._database.begin() as uow:
            await uow.outbox.begin([outgoing.id for outgoing in chosen], at=self._clock.now())
            contents = await load(uow, chosen, self._networks, now=self._clock.now())
            await uow.commit()
        for outgoing in chosen:
            self._busy.add(outgoing.chat_id)
            self._in_line += 1
            sends.create_task(self._send(outgoing, contents.get(outgoing.id), stop))

    async def _send(self, outgoing: Outgoing, content: Content | None, stop: asyncio.Event) -> None:
        try:
            if await self._turn_comes(outgoing.chat_id, stop):
                await self._deliver(outgoing, content)
            else:
                await self._send_later(outgoing, dt.timedelta(0), unclear=False, why="kept back")
        finally:
            self._busy.discard(outgoing.chat_id)
            self._settled.set()

    async def _turn_comes(self, chat_id: ChatId, stop: asyncio.Event) -> bool:
        """Wait in line for the overall pace; False: something came between before anything left."""
        async with self._line:
            self._in_line -= 1
            self._settled.set()
            while (wait := self._limiter.turn_at(now := self._clock.monotonic()) - now) > 0:
                if stop.is_set() or self._trouble is not None:
                    return False
                await first_of(stop, clock=self._clock, within=dt.timedelta(seconds=wait))
            self._limiter.leave(chat_id, self._clock.monotonic())
            return True

    async def _deliver(self, outgoing: Outgoing, content: Content | None) -> None:
        try:
            delivery = await self._call(outgoing.chat_id, content)
        except TelegramError as error:
            await self._settle_refusal(outgoing, content, error)
        except Exception:  # noqa: BLE001  (one message that cannot be drawn must not stop all others)
            _log.exception("message.failed", outbox_id=outgoing.id)
            await self._give_up(outgoing, content, why="it could not be drawn")
        else:
            await self._settle(outgoing, content, delivery)

    async def _call(self, chat_id: ChatId, content: Content | None) -> Delivery:
        messages = 1
        try:
            delivery = await self._courier.deliver(chat_id, content) if content else Delivery()
            messages = delivery.messages
        finally:
            self._limiter.arrive(chat_id, self._clock.monotonic(), messages=messages)
        return delivery

    async def _settle(self, outgoing: Outgoing, content: Content | None, delivery: Delivery) -> None:
        now = self._clock.now()
        async with self._database.begin() as uow:
            if isinstance(content, Drawn) and _has_moved(content.card, delivery):
                await uow.cards.delivered(
                    content.card.id,
                    message_id=delivery.message_id,
                    media_message_ids=delivery.media_message_ids,
                )
            if isinstance(content, ContributionOutlook):
                await uow.contributions.delivered(content.contribution.id, message_id=delivery.message_id)
            if delivery.is_complete:
                await uow.outbox.sent(outgoing.id, at=now)
            else:
                await uow.outbox.later(outgoing.id, until=now, unclear=False, error="")
            await uow.commit()
        if not delivery.is_complete:
            self._keep_back(outgoing.chat_id, now)

    async def _settle_refusal(
        self, outgoing: Outgoing, content: Content | None, error: TelegramError
    ) -> None:
        refusal = read_refusal(error)
        match refusal:
            case TooFast(after=after):
                now = self._clock.monotonic()
                self._limiter.told_to_wait(outgoing.chat_id, now, now + after.total_seconds())
                await self._send_later(outgoing, after, unclear=False, why="too fast")
            case Moved(to=to):
                await self._follow(outgoing, to)
            case Refused(why=why):
                await self._give_up(outgoing, content, why=why)
            case Down(why=why, unclear=unclear):
                self._trouble = why
                unclear = unclear and not _may_be_repeated(content)
                if (unclear and outgoing.unclear) or outgoing.tries >= MOST_TRIES:
                    await self._give_up(outgoing, content, why=f"Telegram did not answer: {why}")
                else:
                    pause = UNCLEAR_PAUSE if unclear else _pause_after(outgoing.tries)
                    await self._send_later(outgoing, pause, unclear=unclear, why=why)
            case _:
                assert_never(refusal)

    async def _send_later(self, outgoing: Outgoing, pause: dt.timedelta, *, unclear: bool, why: str) -> None:
        until = self._clock.now() + pause
        _log.info("message.put_off", outbox_id=outgoing.id, why=why, seconds=pause.total_seconds())
        async with self._database.begin() as uow:
            await uow.outbox.later(outgoing.id, until=until, unclear=unclear, error=why)
            await uow.commit()
        self._keep_back(outgoing.chat_id, until)

    def _keep_back(self, chat_id: ChatId, until: dt.datetime) -> None:
        """Look again then, and let the whole chat wait until it is done: nothing may overtake."""
        self._put_off.append(until)
        self._look_at = min(self._look_at, until)
        pause = until - self._clock.now() + KEPT_BACK
        self._limiter.hold(chat_id, self._clock.monotonic() + pause.total_seconds())

    async def _follow(self, outgoing: Outgoing, to: ChatId) -> None:
        _log.info("chat.moved", chat_id=outgoing.chat_id, to=to)
        now = self._clock.now()
        async with self._database.begin() as uow:
            workspace = await uow.workspaces.by_chat(outgoing.chat_id)
            if workspace is not None:
                await uow.workspaces.set_chat(workspace.id, to)
            if await uow.workspaces.by_chat(to) is not None:
                await uow.outbox.later(outgoing.id, until=now, unclear=False, error="the chat moved")
            else:
                await uow.outbox.failed(outgoing.id, at=now, error=f"the chat is {to} now")
            await uow.commit()
        self._look_at = now

    async def _give_up(self, outgoing: Outgoing, content: Content | None, *, why: str) -> None:
        # An admin who never wrote to the bot cannot be written to; the team's chat was told the same.
        is_extra = isinstance(content, Told) and content.is_private
        log = _log.info if is_extra else _log.error
        log("message.given_up", outbox_id=outgoing.id, chat_id=outgoing.chat_id, why=why)
        async with self._database.begin() as uow:
            await uow.outbox.failed(outgoing.id, at=self._clock.now(), error=why)
            if isinstance(content, Drawn) and content.card.is_open:
                await self._tell_of(uow, outgoing.chat_id, content, why)
            await uow.commit()

    async def _tell_of(self, uow: UnitOfWork, chat_id: ChatId, drawn: Drawn, why: str) -> None:
        alert = SendAlert(kind=AlertKind.CARD_FAILED, publication_id=drawn.card.publication_id, detail=why)
        await uow.outbox.add(chat_id, alert, urgency=Urgency.ALERT, at=self._clock.now())


def _has_moved(card: Card, delivery: Delivery) -> bool:
    return (delivery.message_id, delivery.media_message_ids) != (card.message_id or 0, card.media_message_ids)


def _may_be_repeated(content: Content | None) -> bool:
    match content:
        case Drawn(card=Card(message_id=message_id)) if message_id:
            return True
        case ContributionOutlook(contribution=Contribution(message_id=message_id)) if message_id:
            return True
        case _:
            return False


def _pause_after(tries: int) -> dt.timedelta:
    return min(dt.timedelta(seconds=2 ** min(tries, 10)), LONGEST_PAUSE)
