"""Sends media files, alone or as albums."""

import contextlib
from collections.abc import Sequence

import telegram
from telegram.constants import ParseMode

from bot.html import Html
from bot.outgoing.files import Carrier, opened
from domain.ids import ChatId
from domain.media import MediaItem
from services.media.thumbnails import ThumbnailSource
from services.ports import UnreadableMediaError

LARGEST_ALBUM = 10
"""Source: Bot API schema 10.3, read 2026-11-20."""


class MediaSender:
    """Sends media files. A file that cannot be opened raises `OSError`, a refusal `TelegramError`."""

    def __init__(self, *, bot: telegram.Bot, thumbnails: ThumbnailSource) -> None:
        self._bot = bot
        self._thumbnails = thumbnails

    async def send(
        self,
        chat_id: ChatId,
        item: MediaItem,
        carrier: Carrier,
        *,
        caption: Html | None = None,
        keyboard: telegram.InlineKeyboardMarkup | None = None,
        reply: telegram.ReplyParameters | None = None,
    ) -> telegram.Message:
        """Send one file, with a caption and buttons."""
        text = caption.source if caption else None
        with opened(item) as file:
            match carrier:
                case Carrier.PHOTO:
                    return await self._bot.send_photo(
                        chat_id,
                        file,
                        caption=text,
                        parse_mode=ParseMode.HTML,
                        reply_markup=keyboard,
                        reply_parameters=reply,
                    )
                case Carrier.VIDEO:
                    return await self._bot.send_video(
                        chat_id,
                        file,
                        caption=text,
                        parse_mode=ParseMode.HTML,
                        reply_markup=keyboard,
                        reply_parameters=reply,
                        width=item.facts.width,
                        height=item.facts.height,
                        duration=_seconds(item),
                        supports_streaming=item.facts.is_streamable,
                        thumbnail=await self._thumbnail(item),
                    )
                case Carrier.DOCUMENT:
                    return await self._bot.send_document(
                        chat_id,
                        file,
                        caption=text,
                        parse_mode=ParseMode.HTML,
                        reply_markup=keyboard,
                        reply_parameters=reply,
                        disable_content_type_detection=True,
                    )

    async def send_all(
        self,
        chat_id: ChatId,
        files: Sequence[tuple[MediaItem, Carrier]],
        *,
        reply: telegram.ReplyParameters | None = None,
    ) -> list[telegram.Message]:
        """Send several files, as few albums as possible; documents go in albums of their own."""
        looked_at = [(item, carrier) for item, carrier in files if carrier is not Carrier.DOCUMENT]
        documents = [(item, carrier) for item, carrier in files if carrier is Carrier.DOCUMENT]
        sent: list[telegram.Message] = []
        for kind in (looked_at, documents):
            for start in range(0, len(kind), LARGEST_ALBUM):
                sent.extend(await self._album(chat_id, kind[start : start + LARGEST_ALBUM], reply=reply))
        return sent

    async def _album(
        self,
        chat_id: ChatId,
        files: Sequence[tuple[MediaItem, Carrier]],
        *,
        reply: telegram.ReplyParameters | None,
    ) -> Sequence[telegram.Message]:
        if len(files) == 1:
            item, carrier = files[0]
            return [await self.send(chat_id, item, carrier, reply=reply)]
        with contextlib.ExitStack() as handles:
            media = [
                await self._part(item, carrier, handles.enter_context(opened(item, attach=True)))
                for item, carrier in files
            ]
            return await self._bot.send_media_group(chat_id, media, reply_parameters=reply)

    async def _part(
        self, item: MediaItem, carrier: Carrier, file: telegram.InputFile
    ) -> telegram.InputMediaPhoto | telegram.InputMediaVideo | telegram.InputMediaDocument:
        match carrier:
            case Carrier.PHOTO:
                return telegram.InputMediaPhoto(file)
            case Carrier.VIDEO:
                return telegram.InputMediaVideo(
                    file,
                    width=item.facts.width,
                    height=item.facts.height,
                    duration=_seconds(item),
                    supports_streaming=item.facts.is_streamable,
                    thumbnail=await self._thumbnail(item),
                )
            case Carrier.DOCUMENT:
                return telegram.InputMediaDocument(file, disable_content_type_detection=True)

    async def _thumbnail(self, item: MediaItem) -> bytes | None:
        try:
            return await self._thumbnails.thumbnail(item)
        except UnreadableMediaError:
            return None


def _seconds(item: MediaItem) -> int | None:
    return round(item.facts.duration.total_seconds()) if item.facts.duration else None
