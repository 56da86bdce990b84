"""The timeline that all posts go to, and `POST /{page}/feed`: words, a link, or photos uploaded before."""

import datetime as dt
import json
import re
from typing import Any
from urllib.parse import urlsplit

from sandbox.graph.errors import GraphError, bad_parameter
from sandbox.graph.pages.memory import PageMemory
from sandbox.graph.pages.records import Page, PagePhoto, PagePost, PageStory, PageVideo
from sandbox.graph.pages.refusals import BAD_LINK, DUPLICATE, NOTHING_TO_POST, OWN_LINK, PHOTO_POSTED
from sandbox.graph.pages.schedule import goes_live_at
from sandbox.graph.settings import GraphSettings
from sandbox.graph.store import GraphStore
from sandbox.graph.wire import GraphRequest
from sandbox.json_values import is_array, is_object
from sandbox.world import World

MOST_MESSAGE_CHARS = 63_206
"""Source: the cap that a large client uses, as recorded 2026-11-20."""
_INDEXED = re.compile(r"attached_media\[\d+\]")


class Feed:
    """Makes posts of the timeline."""

    def __init__(self, *, world: World, store: GraphStore, settings: GraphSettings) -> None:
        self._world = world
        self._store = store
        self._pages: PageMemory = store.pages
        self._settings = settings

    async def post(self, page: Page, request: GraphRequest) -> dict[str, Any]:
        """Post at once, at a time, or as a draft; answer the post's id."""
        now = self._world.clock.now()
        message, link = request.params.get("message", ""), request.params.get("link")
        photos = [self._photo(page, each, now) for each in _attached(request)]
        if not message and not link and not photos:
            raise GraphError(NOTHING_TO_POST)
        if len(message) > MOST_MESSAGE_CHARS:
            raise bad_parameter(f"(#100) Param message must be at most {MOST_MESSAGE_CHARS} characters long")
        if link:
            _check_link(link)
        at = goes_live_at(request, now, self._settings)
        if at == now and not photos:
            self._refuse_duplicate(page, message, link, now)
        return {"id": self.add(page, at, message=message, link=link, photos=photos).id}

    async def delete(self, page: Page, request: GraphRequest) -> dict[str, Any]:
        """`DELETE /{page}_{post}`: take a post off the Page, seen or scheduled, with what it shows."""
        post = self._pages.posts.remove(request.path[0])
        for photo_id in post.photo_ids:
            self._pages.photos.remove(photo_id)
        is_shown_again = any(other.video_id == post.video_id for other in self._pages.posts.of(page.id))
        if post.video_id is not None and not is_shown_again:
            self._pages.videos.remove(post.video_id)
        self._world.announce("phone", {"account": page.id})
        return {"success": True}

    def add(
        self,
        page: Page,
        at: dt.datetime | None,
        *,
        message: str,
        link: str | None = None,
        photos: list[PagePhoto] | None = None,
        video_id: str | None = None,
    ) -> PagePost:
        """Put a post on a Page, to go live at a time or, with None, not by itself."""
        post = PagePost(
            id=f"{page.id}_{self._store.new_id()}",
            page_id=page.id,
            message=message,
            created_at=self._world.clock.now(),
            goes_live_at=at,
            link=link,
            photo_ids=[photo.id for photo in photos or []],
            video_id=video_id,
        )
        for photo in photos or []:
            photo.post_id = post.id
        self._pages.posts.add(post)
        self._world.announce("phone", {"account": page.id})
        return post

    def add_video(self, page: Page, video: PageVideo, at: dt.datetime | None) -> PagePost:
        """Put a video on a Page; it shows once it is processed too."""
        video.goes_live_at = at
        post = self.add(page, at, message=video.description, video_id=video.id)
        video.post_id = post.id
        return post

    def add_story(self, page: Page, media_id: str, *, is_video: bool) -> PageStory:
        """Put a story on a Page."""
        story = PageStory(
            id=self._store.new_id(),
            page_id=page.id,
            is_video=is_video,
            media_id=media_id,
            published_at=self._world.clock.now(),
        )
        self._pages.stories.add(story)
        self._world.announce("phone", {"account": page.id})
        return story

    def _photo(self, page: Page, photo_id: str, now: dt.datetime) -> PagePhoto:
        photo = self._pages.photos.get(photo_id)
        if photo is None or photo.page_id != page.id or photo.is_gone(now):
            raise bad_parameter(f"(#100) attached_media: there is no photo {photo_id}")
        if photo.is_published or photo.post_id is not None:
            raise GraphError(PHOTO_POSTED)
        return photo

    def _refuse_duplicate(self, page: Page, message: str, link: str | None, now: dt.datetime) -> None:
        # Words and links alone: photos and reels posted again and again are seen to go live each time.
        newest = next(iter(self._pages.timeline(page.id, now)), None)
        is_bare = newest is not None and not newest.photo_ids and newest.video_id is None
        if newest is not None and is_bare and (newest.message, newest.link) == (message, link):
            raise GraphError(DUPLICATE)


def _attached(request: GraphRequest) -> list[str]:
    # Clients send one JSON array, or one parameter for each photo: attached_media[0], attached_media[1] …
    texts = [text for name, text in request.params.items() if _INDEXED.fullmatch(name)]
    try:
        values: Any = json.loads(request.params.get("attached_media") or "[]")
        media = [*values, *(json.loads(text) for text in texts)] if is_array(values) else None
    except ValueError:
        media = None
    if media is None or not all(is_object(each) and each.get("media_fbid") for each in media):
        raise bad_parameter("(#100) Param attached_media must be an array of objects with media_fbid")
    ids = [str(each["media_fbid"]) for each in media]
    if len(set(ids)) < len(ids):
        raise GraphError(PHOTO_POSTED)
    return ids


def _check_link(link: str) -> None:
    parts = urlsplit(link)
    host = parts.hostname or ""
    if parts.scheme not in {"http", "https"} or not host:
        raise GraphError(BAD_LINK)
    if host == "facebook.com" or host.endswith(".facebook.com"):
        raise GraphError(OWN_LINK)
