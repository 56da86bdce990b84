"""`POST /{page}/photos` and `/photo_stories`: photos by URL or as a file, for now or for later."""

import asyncio
from typing import Any

from sandbox.graph.accounts import Media
from sandbox.graph.errors import GraphError, bad_parameter
from sandbox.graph.fetching import Fetcher, FetchFailedError, FetchTooLargeError
from sandbox.graph.kept_files import KeptFiles
from sandbox.graph.pages.feed import Feed
from sandbox.graph.pages.memory import PageMemory
from sandbox.graph.pages.records import Page, PagePhoto, PageStory
from sandbox.graph.pages.refusals import PHOTO_MISSING, PHOTO_POSTED, PHOTO_UNFIT
from sandbox.graph.pages.schedule import flag, goes_live_at
from sandbox.graph.settings import GraphSettings
from sandbox.graph.store import GraphStore
from sandbox.graph.wire import GraphRequest
from sandbox.media_facts import UnreadableMediaError, read_image
from sandbox.world import World

_FORMATS = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "BMP": "image/bmp",
    "GIF": "image/gif",
    "TIFF": "image/tiff",
}
"""Pillow's name to media type. Source: Page photos reference, as recorded 2026-11-20."""


class Photos:
    """Takes photos and makes posts and stories of them."""

    def __init__(
        self, *, world: World, store: GraphStore, settings: GraphSettings, fetcher: Fetcher, feed: Feed
    ) -> None:
        self._world = world
        self._store = store
        self._pages: PageMemory = store.pages
        self._files: KeptFiles = store.files
        self._settings = settings
        self._fetcher = fetcher
        self._feed = feed

    async def upload(self, page: Page, request: GraphRequest) -> dict[str, Any]:
        """Take a photo; unless it is for later, post it."""
        now = self._world.clock.now()
        at = goes_live_at(request, now, self._settings)
        caption = next(
            (request.params[name] for name in ("caption", "message", "name") if name in request.params), ""
        )
        data = await self._bytes(request)
        photo = PagePhoto(
            id=self._store.new_id(),
            page_id=page.id,
            media=await self._looked_into(data),
            caption=caption,
            alt_text=request.params.get("alt_text_custom", ""),
            created_at=self._world.clock.now(),
            is_published=at == now,
        )
        self._pages.photos[photo.id] = photo
        if at is None or flag(request, "no_story", default=False):
            return {"id": photo.id}
        post = self._feed.add(page, at, message=caption, photos=[photo])
        return {"id": photo.id, "post_id": post.id} if at == now else {"id": photo.id}

    async def story(self, page: Page, request: GraphRequest) -> dict[str, Any]:
        """Show an unpublished photo as a story for a day."""
        now = self._world.clock.now()
        photo = self._pages.photos.get(request.required("photo_id"))
        if photo is None or photo.page_id != page.id or photo.is_gone(now):
            raise bad_parameter("(#100) Param photo_id must be the id of a photo of this Page")
        if photo.is_published or photo.post_id is not None:
            raise GraphError(PHOTO_POSTED)
        story = PageStory(
            id=self._store.new_id(), page_id=page.id, is_video=False, media_id=photo.id, published_at=now
        )
        photo.post_id = story.id
        self._pages.stories[story.id] = story
        self._world.announce("phone", {"account": page.id})
        return {"success": True, "post_id": story.id}

    async def _bytes(self, request: GraphRequest) -> bytes:
        most = self._settings.page_photo_bytes
        if source := request.files.get("source"):
            if len(source) > most:
                raise GraphError(PHOTO_UNFIT)
            return source
        if "url" not in request.params:
            raise GraphError(PHOTO_MISSING)
        try:
            fetched = await self._fetcher.fetch(
                request.params["url"], most_bytes=most, seconds=self._settings.fetch_timeout_seconds
            )
        except FetchTooLargeError:
            raise GraphError(PHOTO_UNFIT) from None
        except FetchFailedError:
            raise GraphError(PHOTO_MISSING) from None
        return fetched.data

    async def _looked_into(self, data: bytes) -> Media:
        if not self._settings.decode:
            return Media(is_video=False, file=self._files.keep(data, "image/jpeg"))
        try:
            facts = await asyncio.to_thread(read_image, data)
        except UnreadableMediaError:
            raise GraphError(PHOTO_MISSING) from None
        if facts.format not in _FORMATS:
            raise GraphError(PHOTO_UNFIT)
        file = self._files.keep(data, _FORMATS[facts.format])
        return Media(is_video=False, file=file, width=facts.width, height=facts.height)
