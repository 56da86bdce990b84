"""What is on a Page, read back: its listings, its objects, itself."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sandbox.graph.pages.memory import PageMemory
from sandbox.graph.pages.nodes import Nodes
from sandbox.graph.pages.records import Page, PagePost
from sandbox.graph.paging import T, page_of, window
from sandbox.graph.settings import GraphSettings
from sandbox.graph.store import GraphStore
from sandbox.graph.wire import GraphRequest, only_fields, parse_fields
from sandbox.world import World

LAG_SECONDS = 60.0
"""How long `listing_lag` hides something new when the fault names no delay."""


class Listings:
    """The calls that change nothing."""

    def __init__(self, *, world: World, store: GraphStore, settings: GraphSettings) -> None:
        self._world = world
        self._pages: PageMemory = store.pages
        self._settings = settings
        self._nodes = Nodes(store.pages, store.accounts)

    async def page(self, page: Page, request: GraphRequest) -> dict[str, Any]:
        """`GET /{page}`."""
        asked = parse_fields(request.params.get("fields", "id,name"))
        for name, subtree in asked.items():
            if subtree is None and name.endswith("_account"):
                asked[name] = {"id": None}
        return only_fields(self._nodes.page(page), asked, kind="Page")

    async def post(self, _page: Page, request: GraphRequest) -> dict[str, Any]:
        """`GET /{page}_{post}`."""
        return self.post_node(self._pages.posts[request.path[0]], request)

    async def photo(self, _page: Page, request: GraphRequest) -> dict[str, Any]:
        """`GET /{photo}`."""
        node = self._nodes.photo(self._pages.photos[request.path[0]], _media(request))
        return only_fields(node, _fields(request, "id"), kind="Photo")

    async def published_posts(self, page: Page, request: GraphRequest) -> dict[str, Any]:
        """`GET /{page}/published_posts`: what can be seen, newest first."""
        now = self._world.clock.now()
        posts = self._seen(
            page, self._pages.timeline(page.id, now), lambda post: self._live(post, now), request
        )
        return self._listing(posts, request, lambda post: self.post_node(post, request))

    def post_node(self, post: PagePost, request: GraphRequest) -> dict[str, Any]:
        """Return the fields of a post that were asked for."""
        node = self._nodes.post(post, self._world.clock.now(), _media(request))
        return only_fields(node, _fields(request, "id,message,created_time"), kind="Post")

    def _live(self, post: PagePost, now: dt.datetime) -> dt.datetime:
        return self._pages.live_since(post, now) or post.created_at

    def _seen(
        self, page: Page, items: Sequence[T], when: Callable[[T], dt.datetime], request: GraphRequest
    ) -> list[T]:
        """Return what lies between `since` and `until` and does not lag behind."""
        lag = self._settings.listing_lag_seconds
        subject = {"account": page.id, "page": page.id}
        if fault := self._world.faults.behaves("graph", "listing_lag", subject):
            lag = max(lag, fault.delay_seconds or LAG_SECONDS)
        newest = self._world.clock.now() - dt.timedelta(seconds=lag)
        since, until = window(request.params)
        return [item for item in items if since <= when(item) <= min(until, newest)]

    def _listing(
        self, items: Sequence[T], request: GraphRequest, node: Callable[[T], Mapping[str, Any]]
    ) -> dict[str, Any]:
        page, paging = page_of(items, request)
        answer: dict[str, Any] = {"data": [node(item) for item in page]}
        return answer | ({"paging": paging} if paging else {})


def _fields(request: GraphRequest, default: str) -> dict[str, Any]:
    return parse_fields(request.params.get("fields") or default)


def _media(request: GraphRequest) -> str:
    return f"{request.base_url}/_media"
