"""Shows cards: sends a new one with its media, or edits the message that stands there.

An album carries no buttons: the message with them is a delivery of its own, so that the limits hold.
"""

import dataclasses
from collections.abc import Sequence

import telegram
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from bot import texts
from bot.html import EMPTY, MAX_CAPTION_UNITS, MAX_TEXT_UNITS, code, cut, joined, plain
from bot.outgoing.delivery import Delivery
from bot.outgoing.files import Carrier, carriers
from bot.outgoing.media import MediaSender
from bot.outgoing.refusals import Refused, has_other_text, is_gone, is_not_modified, read_refusal
from bot.views.card import Drawn, card
from bot.views.view import View
from domain.ids import ChatId
from domain.media import MediaItem

MAX_PATH_UNITS = 200
NO_PREVIEW = telegram.LinkPreviewOptions(is_disabled=True)


class CardCourier:
    """Shows one card in its chat."""

    def __init__(self, *, bot: telegram.Bot, media: MediaSender) -> None:
        self._bot = bot
        self._media = media

    async def show(self, chat_id: ChatId, drawn: Drawn) -> Delivery:
        """Send the card, or redraw it where it stands.

        Raises:
            TelegramError: it was refused, or not answered.
        """
        if drawn.card.message_id:
            return await self._redraw(chat_id, drawn)
        if not drawn.card.is_open:
            return Delivery(messages=0)  # it was decided before anybody saw it
        if drawn.card.kind.is_prompt:
            return await self._ask(chat_id, drawn)
        if drawn.card.media_message_ids:
            return await self._text(chat_id, drawn, lacks_media=False)
        return await self._send(chat_id, drawn)

    async def _redraw(self, chat_id: ChatId, drawn: Drawn) -> Delivery:
        """Edit the message; whether it has a caption or a text is best known to Telegram."""
        is_captioned = len(drawn.job.post.media) == 1 and not drawn.card.media_message_ids
        try:
            try:
                await self._edit(chat_id, drawn, is_captioned=is_captioned)
            except BadRequest as error:
                if not has_other_text(error):
                    raise
                await self._edit(chat_id, drawn, is_captioned=not is_captioned)
        except BadRequest as error:
            if is_gone(error):
                lost = dataclasses.replace(drawn.card, message_id=None, media_message_ids=())
                return await self.show(chat_id, dataclasses.replace(drawn, card=lost))
            if not is_not_modified(error):
                raise
        return Delivery(message_id=drawn.card.message_id or 0, media_message_ids=drawn.card.media_message_ids)

    async def _edit(self, chat_id: ChatId, drawn: Drawn, *, is_captioned: bool) -> None:
        if is_captioned:
            view = _view(drawn, room=MAX_CAPTION_UNITS)
            await self._bot.edit_message_caption(
                chat_id,
                drawn.card.message_id,
                caption=view.text.source,
                parse_mode=ParseMode.HTML,
                reply_markup=view.keyboard,
            )
        else:
            lacks_media = not drawn.card.media_message_ids
            view = _view(drawn, room=MAX_TEXT_UNITS, lacks_media=lacks_media)
            await self._bot.edit_message_text(
                view.text.source,
                chat_id,
                drawn.card.message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=view.keyboard,
                link_preview_options=NO_PREVIEW,
            )

    async def _ask(self, chat_id: ChatId, drawn: Drawn) -> Delivery:
        sent = await self._bot.send_message(
            chat_id,
            _view(drawn, room=MAX_TEXT_UNITS).text.source,
            parse_mode=ParseMode.HTML,
            reply_markup=telegram.ForceReply(selective=True),
        )
        return Delivery(message_id=sent.message_id)

    async def _send(self, chat_id: ChatId, drawn: Drawn) -> Delivery:
        """Send the media as well as Telegram takes them; without any, the text says where they are."""
        taken = [(item, choices) for item in drawn.job.post.media if (choices := carriers(item.facts))]
        best = [(item, choices[0]) for item, choices in taken]
        plainest = [(item, choices[-1]) for item, choices in taken]
        for files in (best, plainest):
            if not files or (files is plainest and plainest == best):
                continue
            try:
                return await self._send_with(chat_id, drawn, files)
            except OSError:
                break
            except TelegramError as error:
                if not isinstance(read_refusal(error), Refused):
                    raise
        return await self._text(chat_id, drawn, lacks_media=True)

    async def _send_with(
        self, chat_id: ChatId, drawn: Drawn, files: Sequence[tuple[MediaItem, Carrier]]
    ) -> Delivery:
        if len(drawn.job.post.media) > 1:
            album = await self._media.send_all(chat_id, files)
            return _buttons_to_follow(tuple(sent.message_id for sent in album))
        view = _view(drawn, room=MAX_CAPTION_UNITS)
        item, carrier = files[0]
        sent = await self._media.send(chat_id, item, carrier, caption=view.text, keyboard=view.keyboard)
        if sent.message_id == 0:
            # Telegram will show it later by itself; until then nothing on it can be changed.
            return _buttons_to_follow((0,))
        return Delivery(message_id=sent.message_id)

    async def _text(self, chat_id: ChatId, drawn: Drawn, *, lacks_media: bool) -> Delivery:
        view = _view(drawn, room=MAX_TEXT_UNITS, lacks_media=lacks_media)
        sent = await self._bot.send_message(
            chat_id,
            view.text.source,
            parse_mode=ParseMode.HTML,
            reply_markup=view.keyboard,
            link_preview_options=NO_PREVIEW,
        )
        return Delivery(message_id=sent.message_id, media_message_ids=drawn.card.media_message_ids)


def _buttons_to_follow(media_message_ids: tuple[int, ...]) -> Delivery:
    return Delivery(media_message_ids=media_message_ids, messages=len(media_message_ids), is_complete=False)


def _view(drawn: Drawn, *, room: int, lacks_media: bool = False) -> View:
    """Return the card's view, with the way to the files that are not in the chat."""
    absent = [
        code(cut(item.path, MAX_PATH_UNITS))
        for item in drawn.job.post.media
        if lacks_media or not carriers(item.facts)
    ]
    note = joined([plain(texts.FILE_ELSEWHERE), *absent])
    return card(drawn, room=room, note=note if absent else EMPTY)
