"""Fetches the files that people sent, from Telegram to the disk."""

import asyncio
import contextlib
import shutil
import tempfile
from pathlib import Path

import httpx
import telegram
from telegram.error import BadRequest, TelegramError

from bot.sent_files import too_large
from services.contributions.fetch import ChatFileDelayedError, ChatFileRefusedError

CHUNK_BYTES = 1 << 18
TIMEOUT = httpx.Timeout(30)


class TelegramChatFiles:
    """`ChatFiles` by getFile. The address of a file holds the bot's token and is never logged or told."""

    def __init__(self, *, bot: telegram.Bot, client: httpx.AsyncClient, most_bytes: int) -> None:
        """Take the size up to which files are fetched."""
        self._bot = bot
        self._client = client
        self._most_bytes = most_bytes

    async def fetch(self, file_id: str, to: Path) -> None:
        """Write a file to a path, whole or not at all; see `ChatFiles`."""
        address = await self._address(file_id)
        part = Path(await asyncio.to_thread(_new_part, to))
        try:
            if address.startswith("/"):
                # A Bot API server of one's own keeps the files on its disk and gives their paths.
                await asyncio.to_thread(shutil.copyfile, address, part)
            else:
                await self._download(address, part)
            await asyncio.to_thread(part.replace, to)
        finally:
            with contextlib.suppress(OSError):
                await asyncio.to_thread(part.unlink, missing_ok=True)

    async def _address(self, file_id: str) -> str:
        try:
            file = await self._bot.get_file(file_id)
        except BadRequest as error:
            # It has no code of its own for that.
            if "too big" in error.message.lower():
                raise ChatFileRefusedError(too_large(self._most_bytes)) from None
            raise ChatFileRefusedError("Telegram has it no more; send it again") from None
        except TelegramError as error:
            raise ChatFileDelayedError(type(error).__name__) from None
        if file.file_path is None:
            raise ChatFileDelayedError("no path")
        if file.file_size is not None and file.file_size > self._most_bytes:
            raise ChatFileRefusedError(too_large(self._most_bytes, size_bytes=file.file_size))
        return file.file_path

    async def _download(self, address: str, part: Path) -> None:
        written = 0
        try:
            async with self._client.stream("GET", address, timeout=TIMEOUT) as response:
                if not response.is_success:
                    raise ChatFileDelayedError(f"HTTP {response.status_code}")
                with part.open("wb") as file:
                    async for chunk in response.aiter_bytes(CHUNK_BYTES):
                        written += len(chunk)
                        if written > self._most_bytes:
                            raise ChatFileRefusedError(too_large(self._most_bytes))
                        await asyncio.to_thread(file.write, chunk)
        except httpx.HTTPError as error:
            raise ChatFileDelayedError(type(error).__name__) from None


def _new_part(to: Path) -> str:
    with tempfile.NamedTemporaryFile(dir=to.parent, prefix=".", suffix=".part", delete=False) as file:
        return file.name
