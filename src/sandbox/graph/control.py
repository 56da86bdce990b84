"""The Graph API's controls over HTTP: accounts and what is on them, Pages, tokens, containers, settings."""

import dataclasses
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.graph.accounts import Account, Post
from sandbox.graph.control_values import read_object, refused
from sandbox.graph.delivery import THUMBNAIL, delivered
from sandbox.graph.pages.control import PageControl
from sandbox.graph.places import PLACES
from sandbox.graph.stand_in import GraphStandIn
from sandbox.graph.tokens.control import TokenControl
from sandbox.world import World


class GraphControl:
    """The routes under `/sandbox/graph`."""

    def __init__(self, graph: GraphStandIn, world: World) -> None:
        self._graph = graph
        self._world = world
        self._store = graph.store

    def routes(self) -> list[BaseRoute]:
        """Return the routes, relative to `/sandbox/graph`."""
        return [
            Route("/accounts", self._accounts, methods=["GET"]),
            Route("/accounts", self._add_account, methods=["POST"]),
            Route("/containers", self._containers, methods=["GET"]),
            Route("/settings", self._settings, methods=["GET"]),
            Route("/settings", self._change_settings, methods=["POST"]),
            Route("/media/{post_id}", self._media, methods=["GET"]),
            Route("/media/{post_id}/{part}", self._media, methods=["GET"]),
            *PageControl(self._graph, self._world).routes(),
            *TokenControl(self._graph).routes(),
        ]

    async def _accounts(self, request: Request) -> Response:
        text = request.query_params.get("limit", "")
        limit = int(text) if text.isdecimal() else None
        media = request.url.replace(path=f"{request.scope.get('root_path', '')}/media", query="")
        accounts = [self._account_json(account, str(media), limit) for account in self._graph.accounts()]
        return JSONResponse({"accounts": accounts})

    async def _add_account(self, request: Request) -> Response:
        try:
            account = self._graph.add_account(**await read_object(request))
        except (ValueError, TypeError) as error:
            return refused(error)
        return JSONResponse(dataclasses.asdict(account))

    async def _containers(self, request: Request) -> Response:
        now = self._world.clock.now()
        wanted = request.query_params.get("account")
        containers = [
            {
                "id": container.id,
                "account": container.account_id,
                "kind": container.surface,
                "created_at": container.created_at.isoformat(),
                "status_code": container.status(now),
                "status": container.sentence(now),
                "posts": container.post_ids,
            }
            for account in self._graph.accounts()
            if wanted in {None, account.id}
            for container in self._graph.containers(account.id)
        ]
        return JSONResponse({"containers": containers})

    async def _settings(self, request: Request) -> Response:
        return JSONResponse(dataclasses.asdict(self._graph.settings))

    async def _change_settings(self, request: Request) -> Response:
        try:
            self._graph.settings.change(await read_object(request))
        except ValueError as error:
            return refused(error)
        return await self._settings(request)

    async def _media(self, request: Request) -> Response:
        return delivered(self._store, **request.path_params)

    def _account_json(self, account: Account, media: str, limit: int | None) -> dict[str, Any]:
        return {
            "id": account.id,
            "username": account.username,
            "name": account.name,
            "login": account.login,
            "profile_picture_url": account.profile_picture_url,
            "quota_usage": self._graph.quota_usage(account.id),
            "quota_total": self._graph.settings.quota_total,
            "posts": [_post_json(post, media) for post in self._graph.posts(account.id)[:limit]],
        }


def _post_json(post: Post, media: str) -> dict[str, Any]:
    return {
        "id": post.id,
        "kind": post.surface,
        "caption": post.caption,
        "permalink": post.permalink,
        "timestamp": post.published_at.isoformat(),
        "expires_at": post.expires_at.isoformat() if post.expires_at else None,
        "container_id": post.container_id,
        "children": [_media_json(child, media) for child in post.children],
        **_media_json(post, media),
    }


def _media_json(post: Post, media: str) -> dict[str, Any]:
    place = post.details.location_id
    return {
        "id": post.id,
        "media_type": post.media_type,
        "media_url": f"{media}/{post.id}",
        "thumbnail_url": f"{media}/{post.id}/{THUMBNAIL}" if post.media.thumbnail else None,
        "width": post.media.width,
        "height": post.media.height,
        "seconds": post.media.seconds,
        "sha256": post.media.file.sha256,
        "details": dataclasses.asdict(post.details) | {"location_name": PLACES.get(place)},
    }
