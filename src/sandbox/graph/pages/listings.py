"""What is on a Page, read back: its listings, its objects, itself."""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sandbox.graph.errors import bad_parameter
from sandbox.graph.pages.memory import PageMemory
from sandbox.graph.pages.nodes import Nodes
from sandbox.graph.pages.records import Page, PagePost, PageVideo, VideoUse
from sandbox.graph.paging import T, page_of, window
from sandbox.graph.settings import GraphSettings
from sandbox.graph.wire import GraphRequest, only_fields, parse_fields
from sandbox.world import World

LAG_SECONDS = 60.0
"""How long `listing_lag` hides something new when the fault names no delay."""
_POST_FIELDS = "id,message,created_time"


class Listings:
    """The calls that change nothing."""

    def __init__(self, *, world: World, pages: PageMemory, nodes: Nodes, settings: GraphSettings) -> None:
        self._world = world
        self._pages = pages
        self._nodes = nodes
        self._settings = settings

    async def page(self, page: Page, request: GraphRequest) -> dict[str, Any]:
        """`GET /{page}`."""
        asked = _fields(request, "id,name")
        for name, subtree in asked.items():
            if subtree is None and name.endswith("_account"):
                asked[name] = {"id": None}
        return only_fields(self._nodes.page(page, request.token), asked, kind="Page")

    async def post(self, _page: Page, request: GraphRequest) -> dict[str, Any]:
        """`GET /{page}_{post}`."""
        return self.node(self._pages.posts[request.path[0]], request)

    async def photo(self, _page: Page, request: GraphRequest) -> dict[str, Any]:
        """`GET /{photo}`."""
        node = self._nodes.photo(self._pages.photos[request.path[0]], _media(request))
        return only_fields(node, _fields(request, "id,name,created_time"), kind="Photo")

    async def video(self, _page: Page, request: GraphRequest) -> dict[str, Any]:
        """`GET /{video}`."""
        return self._video(self._pages.videos[request.path[0]], request)

    async def published_posts(self, page: Page, request: GraphRequest) -> dict[str, Any]:
        """`GET /{page}/published_posts`: what can be seen."""
        now = self._now()
        live = ((self._pages.live_since(post, now), post) for post in self._pages.posts.of(page.id))
        posts = self._seen(page, ((since, post) for since, post in live if since), request)
        return _listing(posts, request, lambda post: self.node(post, request))

    async def feed(self, page: Page, request: GraphRequest) -> dict[str, Any]:
        """`GET /{page}/feed`: what can be seen and, as for a Page's own people, what cannot yet."""
        now = self._now()
        hides = not self._settings.feed_shows_unpublished
        dated = (
            (self._pages.live_since(post, now) or (None if hides else post.created_at), post)
            for post in self._pages.posts.of(page.id)
        )
        posts = self._seen(page, ((at, post) for at, post in dated if at), request)
        return _listing(posts, request, lambda post: self.node(post, request))

    async def scheduled_posts(self, page: Page, request: GraphRequest) -> dict[str, Any]:
        """`GET /{page}/scheduled_posts`."""
        now = self._now()
        waiting = [
            post
            for post in self._pages.posts.of(page.id)
            if post.goes_live_at is not None and post.goes_live_at > now
        ]
        return _listing(waiting[::-1], request, lambda post: self.node(post, request))

    async def photos(self, page: Page, request: GraphRequest) -> dict[str, Any]:
        """`GET /{page}/photos`: with `type=uploaded` the Page's own; without, those it is tagged in."""
        kind = request.params.get("type", "profile")
        if kind not in {"uploaded", "profile", "tagged"}:
            raise bad_parameter("(#100) Param type must be one of {profile, tagged, uploaded}")
        now = self._now()
        photos = self._pages.photos.of(page.id) if kind == "uploaded" else []
        shown = [(since, photo) for photo in photos if (since := self._pages.photo_live_since(photo, now))]
        fields = _fields(request, "id,name,created_time")
        return _listing(
            self._seen(page, shown, request),
            request,
            lambda photo: only_fields(self._nodes.photo(photo, _media(request)), fields, kind="Photo"),
        )

    async def videos(self, page: Page, request: GraphRequest) -> dict[str, Any]:
        """`GET /{page}/videos`: reels are listed elsewhere."""
        return self._videos(page, VideoUse.VIDEO, request)

    async def reels(self, page: Page, request: GraphRequest) -> dict[str, Any]:
        """`GET /{page}/video_reels`."""
        return self._videos(page, VideoUse.REEL, request)

    async def stories(self, page: Page, request: GraphRequest) -> dict[str, Any]:
        """`GET /{page}/stories`: those that can be seen and those in the archive."""
        now = self._now()
        wanted = _statuses(request)
        dated = (
            (self._pages.story_live_since(story, now), story) for story in self._pages.stories.of(page.id)
        )
        stories = [
            story
            for story in self._seen(page, ((at, story) for at, story in dated if at), request)
            if not wanted or self._nodes.story(story, now)["status"] in wanted
        ]
        fields = _fields(request, "post_id,status,creation_time,media_type,media_id,url")
        return _listing(
            stories, request, lambda story: only_fields(self._nodes.story(story, now), fields, kind="Story")
        )

    def _videos(self, page: Page, use: VideoUse, request: GraphRequest) -> dict[str, Any]:
        now = self._now()
        shown = [
            (since, video)
            for video in self._pages.videos.of(page.id)
            if video.use is use and (since := self._pages.video_live_since(video, now))
        ]
        videos = self._seen(page, shown, request)
        return _listing(videos, request, lambda video: self._video(video, request))

    def node(self, post: PagePost, request: GraphRequest) -> dict[str, Any]:
        """Return the fields of a post that were asked for."""
        node = self._nodes.post(post, self._now(), _media(request))
        return only_fields(node, _fields(request, _POST_FIELDS), kind="Post")

    def _video(self, video: PageVideo, request: GraphRequest) -> dict[str, Any]:
        node = self._nodes.video(video, self._now(), _media(request))
        return only_fields(node, _fields(request, "id,description,updated_time"), kind="Video")

    def _now(self) -> dt.datetime:
        return self._world.clock.now()

    def _seen(self, page: Page, items: Iterable[tuple[dt.datetime, T]], request: GraphRequest) -> list[T]:
        """Return what lies between `since` and `until` and does not lag behind, newest first."""
        lag = self._settings.listing_lag_seconds
        subject = {"account": page.id, "page": page.id}
        if fault := self._world.faults.behaves("graph", "listing_lag", subject):
            lag = max(lag, fault.delay_seconds or LAG_SECONDS)
        since, until = window(request.params)
        newest = min(until, self._now() - dt.timedelta(seconds=lag))
        seen = [(at, item) for at, item in items if since <= at <= newest]
        return [item for _, item in sorted(seen, key=lambda each: each[0], reverse=True)]


def _listing(
    items: Sequence[T], request: GraphRequest, node: Callable[[T], Mapping[str, Any]]
) -> dict[str, Any]:
    page, paging = page_of(items, request)
    answer: dict[str, Any] = {"data": [node(item) for item in page]}
    return answer | ({"paging": paging} if paging else {})


def _statuses(request: GraphRequest) -> set[str]:
    """Return the states of stories that are asked for, none for all: one name, or a JSON array of them."""
    text = request.params.get("status", "")
    try:
        named: Any = json.loads(text) if text.startswith("[") else [text] if text else []
    except ValueError:
        named = [text]
    wanted = {str(name).lower() for name in named}
    if wanted - {"published", "archived"}:
        raise bad_parameter("(#100) Param status must be one of {ARCHIVED, PUBLISHED}")
    return wanted


def _fields(request: GraphRequest, default: str) -> dict[str, Any]:
    return parse_fields(request.params.get("fields") or default)


def _media(request: GraphRequest) -> str:
    return f"{request.base_url}/_media"
