"""Answers what people sent, keeps the answers up to date, and shows what looks alike."""

from pathlib import Path

import structlog
import telegram
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.outgoing.cards import NO_PREVIEW
from bot.outgoing.delivery import Delivery
from bot.outgoing.parcels import Lookalikes
from bot.outgoing.refusals import is_gone, is_not_modified
from bot.views.contribution import contribution
from bot.views.lookalikes import keyboard
from domain.ids import ChatId
from services.contact_sheet import PairedPicture, SheetPainter
from services.contributions.outlook import ContributionOutlook
from services.ports import UnreadableMediaError

_log = structlog.get_logger()


class ContributionCourier:
    """Delivers what is said about contributions. Refusals come out as `TelegramError`."""

    def __init__(self, *, bot: telegram.Bot, painter: SheetPainter) -> None:
        self._bot = bot
        self._painter = painter

    async def show(self, chat_id: ChatId, outlook: ContributionOutlook) -> Delivery:
        """Answer a contribution, or redraw the answer; one that is no longer there is sent anew."""
        message_id = outlook.contribution.message_id
        if message_id is None:
            return await self._send(chat_id, outlook)
        view = contribution(outlook)
        try:
            await self._bot.edit_message_text(
                view.text.source,
                chat_id,
                message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=view.keyboard,
                link_preview_options=NO_PREVIEW,
            )
        except BadRequest as error:
            if is_gone(error):
                return await self._send(chat_id, outlook)
            if not is_not_modified(error):
                raise
        return Delivery(message_id=message_id)

    async def show_alike(self, chat_id: ChatId, alike: Lookalikes) -> Delivery:
        """Send a sheet with each pair side by side; without it, the answer names them all the same."""
        captioned = [
            [
                PairedPicture(
                    path=Path(item.path),
                    sha256=item.sha256,
                    caption=f"No. {item.id} · {Path(item.path).name}",
                )
                for item in pair
            ]
            for pair in alike.pairs
        ]
        try:
            picture = await self._painter.paint_pairs(captioned)
        except UnreadableMediaError as error:
            _log.warning("pairs.failed", why=str(error))
            return Delivery(messages=0)
        await self._bot.send_photo(
            chat_id,
            picture,
            caption=alike.caption,
            reply_parameters=_reply(alike.reply_to),
            reply_markup=keyboard(alike.pairs) if alike.is_asked else None,
            filename="pairs.jpg",
        )
        return Delivery()

    async def _send(self, chat_id: ChatId, outlook: ContributionOutlook) -> Delivery:
        view = contribution(outlook)
        sent = await self._bot.send_message(
            chat_id,
            view.text.source,
            parse_mode=ParseMode.HTML,
            reply_markup=view.keyboard,
            reply_parameters=_reply(outlook.contribution.first_message_id),
            link_preview_options=NO_PREVIEW,
        )
        return Delivery(message_id=sent.message_id)


def _reply(message_id: int | None) -> telegram.ReplyParameters | None:
    if not message_id:
        return None
    return telegram.ReplyParameters(message_id, allow_sending_without_reply=True)
