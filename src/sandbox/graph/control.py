"""The Graph API's controls over HTTP: accounts and what is on them, tokens, containers, settings."""

import dataclasses
import datetime as dt
from typing import Any, cast

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.graph.accounts import Account, Post
from sandbox.graph.delivery import THUMBNAIL, delivered
from sandbox.graph.places import PLACES
from sandbox.graph.stand_in import GraphStandIn
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
            Route("/tokens", self._add_token, methods=["POST"]),
            Route("/containers", self._containers, methods=["GET"]),
            Route("/settings", self._settings, methods=["GET"]),
            Route("/settings", self._change_settings, methods=["POST"]),
            Route("/media/{post_id}", self._media, methods=["GET"]),
            Route("/media/{post_id}/{part}", self._media, methods=["GET"]),
        ]

    async def _accounts(self, request: Request) -> Response:
        text = request.query_params.get("limit", "")
        limit = int(text) if text.isdecimal() else None
        media = request.url.replace(path=f"{request.scope.get('root_path', '')}/media", query="")
        accounts = [self._account_json(account, str(media), limit) for account in self._graph.accounts()]
        return JSONResponse({"accounts": accounts})

    async def _add_account(self, request: Request) -> Response:
        try:
            account = self._graph.add_account(**await _object(request))
        except (ValueError, TypeError) as error:
            return _refused(error)
        return JSONResponse(dataclasses.asdict(account))

    async def _add_token(self, request: Request) -> Response:
        try:
            values = await _object(request)
            if "expires_at" in values:
                values["expires_at"] = dt.datetime.fromisoformat(values["expires_at"])
            token = self._graph.add_token(**values)
        except (ValueError, TypeError) as error:
            return _refused(error)
        return JSONResponse({"account_ids": token.account_ids})

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
            self._graph.settings.change(await _object(request))
        except ValueError as error:
            return _refused(error)
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


async def _object(request: Request) -> dict[str, Any]:
    body = await request.json()
    if not isinstance(body, dict):
        raise TypeError("the body is a JSON object")
    return cast("dict[str, Any]", body)


def _refused(error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, status_code=400)
