"""The real sandbox, a bot beside it, and its page in a real browser."""

import contextlib
import dataclasses
from collections.abc import AsyncGenerator
from typing import Any

import httpx
from playwright.async_api import Browser, Locator, Page

from sandbox import demo
from sandbox.server import Sandbox, running
from sandbox.serving import listening
from support.made_media import MediaHost
from support.telegram_api import BotClient

LANE, KIDS = demo.ACCOUNTS


@dataclasses.dataclass(frozen=True, kw_only=True)
class Stage:
    """A test's world: what it can do as the bot and as Instagram's client, and what it sees on the page."""

    sandbox: Sandbox
    page: Page
    bot: BotClient
    media: MediaHost
    media_url: str

    def find(self, selector: str, *, text: str | None = None) -> Locator:
        return self.page.locator(selector, has_text=text)

    async def open(self) -> None:
        await self.page.goto(self.sandbox.urls.page)
        await self.page.locator("#connection[data-state=live]").wait_for()
        await self.page.locator(".person").first.wait_for()
        await self.page.locator(".ring").wait_for()

    async def send(self, text: str, **more: Any) -> Any:
        return await self.bot.result("sendMessage", chat_id=demo.CHAT_ID, text=text, **more)

    async def publish(
        self, data: bytes, *, account: demo.DemoAccount = LANE, kind: str = "story", **more: str
    ) -> str:
        kinds = {"story": {"media_type": "STORIES"}, "reel": {"media_type": "REELS"}, "feed": {}}
        return await self._published(account, self._put(data) | kinds[kind] | more)

    async def publish_carousel(self, *parts: bytes, **more: str) -> str:
        children: list[str] = []
        for data in parts:
            kind = {"media_type": "VIDEO"} if _is_film(data) else {}
            part = self._put(data) | kind | {"is_carousel_item": "true"}
            children.append(await self._graph(LANE, "media", part))
        await self.sandbox.graph.settle()
        return await self._published(LANE, {"media_type": "CAROUSEL", "children": ",".join(children)} | more)

    def _put(self, data: bytes) -> dict[str, str]:
        name = f"{len(self.media.files)}.{'mp4' if _is_film(data) else 'jpg'}"
        self.media.files[f"/{name}"] = (data, "video/mp4" if _is_film(data) else "image/jpeg")
        return {"video_url" if _is_film(data) else "image_url": f"{self.media_url}/{name}"}

    async def _published(self, account: demo.DemoAccount, what: dict[str, str]) -> str:
        container = await self._graph(account, "media", what)
        await self.sandbox.graph.settle()
        return await self._graph(account, "media_publish", {"creation_id": container})

    async def _graph(self, account: demo.DemoAccount, edge: str, data: dict[str, str]) -> str:
        urls = self.sandbox.urls
        base = urls.facebook_graph if account.login == "facebook" else urls.instagram_graph
        url = f"{base}/v25.0/{account.id}/{edge}"
        response = await self.bot.http.post(url, data={**data, "access_token": account.token})
        assert response.status_code == 200, response.text
        return str(response.json()["id"])


def _is_film(data: bytes) -> bool:
    return data[4:8] == b"ftyp"


async def plays(video: Locator) -> bool:
    """Whether a video has got beyond its first picture."""
    return float(await video.evaluate("(video) => video.currentTime")) > 0


@contextlib.asynccontextmanager
async def page_running(browser: Browser) -> AsyncGenerator[Stage]:
    """Run a sandbox and open its page, desktop wide; an error in the page's scripts fails the test."""
    media = MediaHost()
    async with (
        running() as sandbox,
        listening({"media": (media, 0)}) as urls,
        httpx.AsyncClient(base_url=sandbox.urls.telegram, timeout=10) as http,
    ):
        sandbox.graph.settings.change({"image_processing_seconds": 0, "video_processing_seconds": 0})
        context = await browser.new_context(
            viewport={"width": 1440, "height": 900}, permissions=["clipboard-read", "clipboard-write"]
        )
        page = await context.new_page()
        page.set_default_timeout(10_000)
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        bot = BotClient(http, demo.BOT_TOKEN)
        stage = Stage(sandbox=sandbox, page=page, bot=bot, media=media, media_url=urls["media"])
        await stage.open()
        yield stage
        await context.close()
        assert problems == []
