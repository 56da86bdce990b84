"""Which Page call a request is, who may make it, and who does it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sandbox.graph.errors import GraphError, bad_parameter, no_such_object
from sandbox.graph.pages.feed import Feed
from sandbox.graph.pages.intake import Intake
from sandbox.graph.pages.listings import Listings
from sandbox.graph.pages.memory import PageMemory
from sandbox.graph.pages.nodes import Nodes
from sandbox.graph.pages.photos import Photos
from sandbox.graph.pages.records import Page, PagePhoto
from sandbox.graph.pages.reels import Reels
from sandbox.graph.pages.refusals import NEEDS_PAGE_TOKEN, NEEDS_POSTING, NEEDS_READING
from sandbox.graph.pages.video_uploads import VideoUploads
from sandbox.graph.pages.videos import Videos
from sandbox.graph.partial_files import PartialFiles
from sandbox.graph.settings import GraphSettings
from sandbox.graph.store import GraphStore
from sandbox.graph.target import Target
from sandbox.graph.tokens.token import Token, TokenKind
from sandbox.graph.wire import GraphRequest
from sandbox.world import World

_EDGES = {
    ("POST", "feed"): "page_post",
    ("POST", "photos"): "page_photo",
    ("POST", "photo_stories"): "page_photo_story",
    ("POST", "videos"): "page_video",
    ("POST", "video_reels"): "page_reel",
    ("POST", "video_stories"): "page_video_story",
    ("GET", "feed"): "page_feed",
    ("GET", "published_posts"): "page_published_posts",
    ("GET", "scheduled_posts"): "page_scheduled_posts",
    ("GET", "photos"): "page_photos",
    ("GET", "videos"): "page_videos",
    ("GET", "video_reels"): "page_reels",
    ("GET", "stories"): "page_stories",
}
"""By method and edge; an `upload_phase` is added to the name: `page_reel_start`."""

Handler = Callable[[Page, GraphRequest], Awaitable[dict[str, Any]]]


class PageCalls:
    """The part of graph.facebook.com that is about Pages."""

    def __init__(self, *, world: World, store: GraphStore, settings: GraphSettings) -> None:
        self._world = world
        self._pages: PageMemory = store.pages
        uploads = PartialFiles(world)
        self._intake = intake = Intake(world=world, store=store, settings=settings)
        feed = Feed(world=world, store=store, settings=settings)
        photos = Photos(world=world, store=store, settings=settings, intake=intake, feed=feed)
        videos = Videos(
            world=world, store=store, settings=settings, intake=intake, uploads=uploads, feed=feed
        )
        reels = Reels(world=world, store=store, settings=settings, intake=intake, uploads=uploads, feed=feed)
        nodes = Nodes(
            pages=store.pages, accounts=store.accounts, desk=store.desk, uploads=uploads, settings=settings
        )
        self._listings = listings = Listings(world=world, pages=store.pages, nodes=nodes, settings=settings)
        self.video_uploads = VideoUploads(pages=store.pages, uploads=uploads, intake=intake)
        self._handlers: Mapping[str, Handler] = {
            "me": listings.page,
            "page_node": listings.page,
            "page_post_node": listings.post,
            "page_photo_node": listings.photo,
            "page_video_node": listings.video,
            "page_feed": listings.feed,
            "page_published_posts": listings.published_posts,
            "page_scheduled_posts": listings.scheduled_posts,
            "page_photos": listings.photos,
            "page_videos": listings.videos,
            "page_reels": listings.reels,
            "page_stories": listings.stories,
            "page_post": feed.post,
            "page_post_delete": feed.delete,
            "page_photo": photos.upload,
            "page_photo_story": photos.story,
            "page_video": videos.upload,
            "page_video_start": videos.start,
            "page_video_transfer": videos.transfer,
            "page_video_finish": videos.finish,
            "page_video_cancel": videos.cancel,
            "page_reel_start": reels.start_reel,
            "page_reel_finish": reels.finish_reel,
            "page_video_story_start": reels.start_story,
            "page_video_story_finish": reels.finish_story,
        }

    async def close(self) -> None:
        """Close the connections."""
        await self._intake.close()

    def target(self, asked: GraphRequest, token: Token | None) -> Target | None:
        """Return what a call is about if it is about a Page, else None."""
        own = token.page_ids[0] if token and token.kind is TokenKind.PAGE and token.page_ids else ""
        match asked.path:
            case [object_id] if asked.method == "DELETE" and (post := self._pages.posts.get(object_id)):
                owner = self._pages.pages[post.page_id]
                return Target(operation="page_post_delete", object_id=object_id, page=owner)
            case [object_id] if asked.method == "GET":
                return self._node(own if object_id == "me" else object_id, is_me=object_id == "me")
            case [object_id, edge] if (asked.method, edge) in _EDGES:
                page = self._pages.pages.get(own if object_id == "me" else object_id)
                operation = _EDGES[asked.method, edge]
                if phase := asked.params.get("upload_phase"):
                    operation = f"{operation}_{phase.lower()}"  # Meta's SDK writes some of them in capitals
                return Target(operation=operation, page=page) if page else None
            case _:
                return None

    def _node(self, object_id: str, *, is_me: bool) -> Target | None:
        pages = self._pages
        if page := pages.pages.get(object_id):
            return Target(operation="me" if is_me else "page_node", page=page)
        for operation, found in (
            ("page_post_node", pages.posts.get(object_id)),
            ("page_photo_node", pages.photos.get(object_id)),
            ("page_video_node", pages.videos.get(object_id)),
        ):
            is_gone = isinstance(found, PagePhoto) and found.is_gone(self._world.clock.now())
            if found is not None and not is_gone:
                return Target(operation=operation, object_id=object_id, page=pages.pages[found.page_id])
        return None

    async def answer(
        self, asked: GraphRequest, target: Target, page: Page, token: Token
    ) -> Mapping[str, Any]:
        """Do what is asked; raises `GraphError`."""
        if page.id not in token.page_ids:
            raise no_such_object(asked.path[0], asked.method)
        _check_right(asked, target, token)
        page.calls += 1
        if asked.method == "GET" and self._world.faults.behaves("graph", "read_outage", target.subject()):
            raise no_such_object(asked.path[0], asked.method)
        handler = self._handlers.get(target.operation)
        if handler is None:
            raise bad_parameter("(#100) Param upload_phase is not one that this edge has")
        answer = await handler(page, asked)
        made = self._pages.posts.get(answer.get("id", "")) if asked.method == "POST" else None
        # What is asked for along with a new post is read at once, even where listings lag.
        return self._listings.node(made, asked) if made and "fields" in asked.params else answer


def _check_right(asked: GraphRequest, target: Target, token: Token) -> None:
    if target.operation in {"me", "page_node"}:
        return
    if token.kind is not TokenKind.PAGE:
        raise GraphError(NEEDS_PAGE_TOKEN)
    if not token.may("pages_read_engagement"):
        raise GraphError(NEEDS_READING)
    if asked.method != "GET" and not token.may("pages_manage_posts"):
        raise GraphError(NEEDS_POSTING)
