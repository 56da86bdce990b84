"""The controls over HTTP of Facebook Pages: what is on them, as followers see it."""

import dataclasses
import datetime as dt
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.graph.control_values import read_object, refused
from sandbox.graph.pages.records import Page, PagePost, PageStory, PageVideo, VideoUse
from sandbox.graph.stand_in import GraphStandIn
from sandbox.world import World


class PageControl:
    """The routes under `/sandbox/graph` that are about Pages."""

    def __init__(self, graph: GraphStandIn, world: World) -> None:
        self._graph = graph
        self._world = world
        self._memory = graph.store.pages

    def routes(self) -> list[BaseRoute]:
        """Return the routes, relative to `/sandbox/graph`."""
        return [
            Route("/pages", self._pages, methods=["GET"]),
            Route("/pages", self._add_page, methods=["POST"]),
        ]

    async def _pages(self, request: Request) -> Response:
        text = request.query_params.get("limit", "")
        limit = int(text) if text.isdecimal() else None
        media = str(request.url.replace(path=f"{request.scope.get('root_path', '')}/media", query=""))
        now = self._world.clock.now()
        changes_at = self._memory.changes_at(now)
        return JSONResponse(
            {
                "pages": [self._json(page, media, limit, now) for page in self._graph.pages()],
                "changes_at": changes_at.isoformat() if changes_at else None,
            }
        )

    async def _add_page(self, request: Request) -> Response:
        try:
            page = self._graph.add_page(**await read_object(request))
        except (ValueError, TypeError) as error:
            return refused(error)
        return JSONResponse(dataclasses.asdict(page))

    def _json(self, page: Page, media: str, limit: int | None, now: dt.datetime) -> dict[str, Any]:
        stories = [
            self._story_json(story, since, media)
            for story in self._memory.stories.of(page.id)
            if (since := self._memory.story_live_since(story, now))
        ]
        return {
            "id": page.id,
            "name": page.name,
            "category": page.category,
            "instagram_id": page.instagram_id,
            "profile_picture_url": page.profile_picture_url,
            "posts": [
                self._post_json(post, media, now) for post in self._memory.timeline(page.id, now)[:limit]
            ],
            "stories": stories[::-1][:limit],
            "scheduled": [
                self._post_json(post, media, now)
                for post in self._memory.posts.of(page.id)
                if post.goes_live_at is not None and post.goes_live_at > now
            ],
        }

    def _post_json(self, post: PagePost, media: str, now: dt.datetime) -> dict[str, Any]:
        video = self._memory.videos.get(post.video_id)
        photos = [self._memory.photos[each] for each in post.photo_ids]
        return {
            "id": post.id,
            "kind": _kind(post, video),
            "message": post.message,
            "link": post.link,
            "title": video.title if video else "",
            "timestamp": (self._memory.live_since(post, now) or post.goes_live_at or now).isoformat(),
            "photos": [
                {
                    "id": photo.id,
                    "media_url": f"{media}/{photo.id}",
                    "alt_text": photo.alt_text,
                    "width": photo.media.width,
                    "height": photo.media.height,
                    "sha256": photo.media.file.sha256,
                }
                for photo in photos
            ],
            "video": _video_json(video, media) if video else None,
        }

    def _story_json(self, story: PageStory, since: dt.datetime, media: str) -> dict[str, Any]:
        shown = self._memory.media_of(story.media_id)
        return {
            "id": story.id,
            "kind": "story",
            "media_type": "VIDEO" if story.is_video else "IMAGE",
            "media_url": f"{media}/{story.media_id}",
            "timestamp": since.isoformat(),
            "expires_at": story.expires_at.isoformat(),
            "sha256": shown.file.sha256 if shown else None,
        }


def _kind(post: PagePost, video: PageVideo | None) -> str:
    if video is not None:
        return "reel" if video.use is VideoUse.REEL else "video"
    if post.photo_ids:
        return "photo" if len(post.photo_ids) == 1 else "album"
    return "link" if post.link else "text"


def _video_json(video: PageVideo, media: str) -> dict[str, Any]:
    shown = video.media
    return {
        "id": video.id,
        "media_url": f"{media}/{video.id}",
        "thumbnail_url": f"{media}/{video.id}/thumbnail" if shown and shown.thumbnail else None,
        "width": shown.width if shown else None,
        "height": shown.height if shown else None,
        "sha256": shown.file.sha256 if shown else None,
    }
