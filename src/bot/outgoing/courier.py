"""Makes the calls that deliver a message, whatever it is."""

import functools
from pathlib import Path
from typing import assert_never

import structlog
import telegram
from telegram.constants import ParseMode

from bot import texts
from bot.html import MAX_TEXT_UNITS, chunks, code, joined, plain, preformatted
from bot.outgoing.cards import NO_PREVIEW, CardCourier
from bot.outgoing.contributions import ContributionCourier
from bot.outgoing.delivery import Delivery
from bot.outgoing.files import Carrier, carriers
from bot.outgoing.media import MediaSender
from bot.outgoing.parcels import Content, Lookalikes, Originals, Queue, Text, WeekPlan, WholeCaption
from bot.views import lists, weeks
from bot.views.alerts import Told, alert
from bot.views.card import Drawn
from domain.ids import ChatId
from services.contact_sheet import SheetPainter, Tile
from services.contributions.outlook import ContributionOutlook
from services.ports import Job, UnreadableMediaError
from services.posting.week_picture import days_of

_log = structlog.get_logger()


class Courier:
    """Delivers loaded messages. Refusals come out as `TelegramError`."""

    def __init__(
        self, *, bot: telegram.Bot, cards: CardCourier, media: MediaSender, painter: SheetPainter
    ) -> None:
        self._bot = bot
        self._cards = cards
        self._media = media
        self._painter = painter
        self._contributions = ContributionCourier(bot=bot, painter=painter)

    async def deliver(self, chat_id: ChatId, content: Content) -> Delivery:
        """Deliver one message to a chat."""
        match content:
            case Drawn():
                return await self._cards.show(chat_id, content)
            case Text(html=html, reply_to=reply_to):
                await self._say(chat_id, html, reply_to)
                return Delivery()
            case Told():
                await self._say(chat_id, alert(content).source, None)
                return Delivery()
            case WholeCaption(job=job, reply_to=reply_to):
                pieces = chunks(job.post.caption, MAX_TEXT_UNITS)
                for piece in pieces:
                    await self._say(chat_id, preformatted(piece).source, reply_to)
                return Delivery(messages=len(pieces))
            case Originals(job=job, reply_to=reply_to):
                return await self._originals(chat_id, job, reply_to)
            case Queue():
                return await self._queue(chat_id, content)
            case WeekPlan():
                return await self._week(chat_id, content)
            case ContributionOutlook():
                return await self._contributions.show(chat_id, content)
            case Lookalikes():
                return await self._contributions.show_alike(chat_id, content)
            case _:
                assert_never(content)

    async def _say(self, chat_id: ChatId, html: str, reply_to: int | None) -> None:
        await self._bot.send_message(
            chat_id,
            html,
            parse_mode=ParseMode.HTML,
            reply_parameters=_reply(reply_to),
            link_preview_options=NO_PREVIEW,
        )

    async def _originals(self, chat_id: ChatId, job: Job, reply_to: int | None) -> Delivery:
        """Send the files as they are; where that cannot be, say where they lie."""
        items = [item for item in job.post.media if carriers(item.facts)]
        absent = [item for item in job.post.media if item not in items]
        try:
            sent = await self._media.send_all(
                chat_id, [(item, Carrier.DOCUMENT) for item in items], reply=_reply(reply_to)
            )
        except OSError as error:
            _log.warning("original.unreadable", publication_id=job.publication.id, why=error.strerror)
            sent, absent = [], list(job.post.media)
        if absent:
            paths = joined([plain(texts.FILE_ELSEWHERE), *(code(item.path) for item in absent)])
            await self._say(chat_id, paths.source, reply_to)
        return Delivery(messages=len(sent) + bool(absent))

    async def _queue(self, chat_id: ChatId, queue: Queue) -> Delivery:
        text = lists.queue(queue.jobs, has_more=queue.has_more).source
        send_text = functools.partial(self._say, chat_id, text, queue.reply_to)
        tiles = [_tile(job) for job in queue.jobs if job.post.media]
        if not tiles:
            await send_text()
            return Delivery()
        try:
            sheet = await self._painter.paint(tiles, title=f"{queue.workspace.name} · {lists.QUEUE_TITLE}")
        except UnreadableMediaError as error:
            _log.warning("contact_sheet.failed", why=str(error))
            await send_text()
        else:
            await self._bot.send_photo(
                chat_id,
                sheet,
                caption=text,
                parse_mode=ParseMode.HTML,
                reply_parameters=_reply(queue.reply_to),
                filename="queue.jpg",
            )
        return Delivery()

    async def _week(self, chat_id: ChatId, plan: WeekPlan) -> Delivery:
        text = weeks.summary(plan.week, link=plan.link).source
        try:
            picture = await self._painter.paint_week(
                days_of(plan.week), title=f"{plan.week.workspace.name} · {weeks.TITLE}"
            )
        except UnreadableMediaError as error:
            _log.warning("week_picture.failed", why=str(error))
            await self._say(chat_id, text, plan.reply_to)
        else:
            await self._bot.send_photo(
                chat_id,
                picture,
                caption=text,
                parse_mode=ParseMode.HTML,
                reply_parameters=_reply(plan.reply_to),
                filename="week.jpg",
            )
        return Delivery()


def _reply(message_id: int | None) -> telegram.ReplyParameters | None:
    if not message_id:
        return None
    return telegram.ReplyParameters(message_id, allow_sending_without_reply=True)


def _tile(job: Job) -> Tile:
    item = job.post.media[0]
    return Tile(
        path=Path(item.path),
        sha256=item.sha256,
        kind=item.facts.kind,
        when=texts.when(job.publication.planned_at, job.workspace.settings.zone),
        lane=texts.LANE_WORDS[job.publication.lane],
        account=job.account.name,
    )
