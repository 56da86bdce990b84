"""`POST /{page}/photos` and `/photo_stories`: photos by URL or as a file, for now or for later."""

import datetime as dt
from typing import Any

from sandbox.graph.accounts import Media
from sandbox.graph.errors import GraphError, bad_parameter
from sandbox.graph.pages.feed import Feed
from sandbox.graph.pages.intake import Intake
from sandbox.graph.pages.memory import PageMemory
from sandbox.graph.pages.records import Page, PagePhoto
from sandbox.graph.pages.refusals import PHOTO_MISSING, PHOTO_POSTED
from sandbox.graph.pages.schedule import flag, goes_live_at
from sandbox.graph.settings import GraphSettings
from sandbox.graph.store import GraphStore
from sandbox.graph.wire import GraphRequest
from sandbox.world import World


class Photos:
    """Takes photos, and makes posts and stories of them."""

    def __init__(
        self, *, world: World, store: GraphStore, settings: GraphSettings, intake: Intake, feed: Feed
    ) -> None:
        self._world = world
        self._store = store
        self._pages: PageMemory = store.pages
        self._settings = settings
        self._intake = intake
        self._feed = feed

    async def upload(self, page: Page, request: GraphRequest) -> dict[str, Any]:
        """Take a photo; unless it is for later, post it."""
        now = self._world.clock.now()
        at = goes_live_at(request, now, self._settings)
        photo = PagePhoto(
            id=self._store.new_id(),
            page_id=page.id,
            media=await self._media(page, request),
            caption=_caption(request),
            alt_text=request.params.get("alt_text_custom", ""),
            created_at=self._world.clock.now(),
            is_published=at == now,
        )
        self._pages.photos.add(photo)
        if at is None or flag(request, "no_story", default=False):
            return {"id": photo.id}
        post = self._feed.add(page, at, message=photo.caption, photos=[photo])
        return {"id": photo.id, "post_id": post.id} if photo.is_published else {"id": photo.id}

    async def story(self, page: Page, request: GraphRequest) -> dict[str, Any]:
        """Show an unpublished photo for a day."""
        photo = self._unused(page, request.required("photo_id"), self._world.clock.now())
        story = self._feed.add_story(page, photo.id, is_video=False)
        photo.post_id = story.id
        return {"success": True, "post_id": story.id}

    def _unused(self, page: Page, photo_id: str, now: dt.datetime) -> PagePhoto:
        photo = self._pages.photos.get(photo_id)
        if photo is None or photo.page_id != page.id or photo.is_gone(now):
            raise bad_parameter("(#100) Param photo_id must be the id of a photo of this Page")
        if photo.is_published or photo.post_id is not None:
            raise GraphError(PHOTO_POSTED)
        return photo

    async def _media(self, page: Page, request: GraphRequest) -> Media:
        if source := request.files.get("source"):
            return await self._intake.photo(source)
        if "url" not in request.params:
            raise GraphError(PHOTO_MISSING)
        return await self._intake.photo_behind(page, request.params["url"])


def _caption(request: GraphRequest) -> str:
    # `message` and `name` are the older names of the same.
    named = (request.params[name] for name in ("caption", "message", "name") if name in request.params)
    return next(named, "")
