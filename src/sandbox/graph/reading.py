"""Everything that can be read back: accounts, posts and their listings."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sandbox.graph.accounts import Account, Login, Post, Surface
from sandbox.graph.errors import no_such_object
from sandbox.graph.media_nodes import children_edge, media_node
from sandbox.graph.paging import page_of, within
from sandbox.graph.settings import GraphSettings
from sandbox.graph.store import GraphStore
from sandbox.graph.wire import GraphRequest, only_fields, parse_fields
from sandbox.world import World

LAG_SECONDS = 60.0
"""How long `listing_lag` hides a new post when the fault names no delay."""


class Reading:
    """The calls that change nothing."""

    def __init__(self, *, world: World, store: GraphStore, settings: GraphSettings) -> None:
        self._world = world
        self._store = store
        self._settings = settings

    def me(self, account: Account, request: GraphRequest) -> dict[str, Any]:
        """`GET /me` on graph.instagram.com: the professional account."""
        node = self.account(account, request)
        return {"data": [node]} if self._settings.me_in_data else node

    def account(self, account: Account, request: GraphRequest) -> dict[str, Any]:
        """`GET /{ig}`: the Instagram account."""
        is_own = account.login is Login.INSTAGRAM
        node: dict[str, Any] = {
            "id": account.app_scoped_id if is_own else account.id,
            "username": account.username,
            "name": account.name,
            "profile_picture_url": account.profile_picture_url,
            "biography": None,
            "website": None,
            "followers_count": 1000,
            "follows_count": 100,
            "media_count": len(self._feed(account)),
        }
        node |= (
            {"user_id": account.id, "account_type": "BUSINESS"}
            if is_own
            else {"ig_id": int(account.id[-11:])}
        )
        return only_fields(node, parse_fields(request.params.get("fields", "id")), kind="IGUser")

    def media(self, account: Account, request: GraphRequest) -> dict[str, Any]:
        """`GET /{ig}/media`: what stays, newest first, without stories."""
        return self._listing(within(self._visible(account, self._feed(account)), request.params), request)

    def stories(self, account: Account, request: GraphRequest) -> dict[str, Any]:
        """`GET /{ig}/stories`: the stories alive now."""
        now = self._world.clock.now()
        stories = [
            post
            for post in self._store.posts_of(account.id)
            if post.surface is Surface.STORY and post.is_alive(now)
        ]
        return self._listing(self._visible(account, stories), request)

    def post(self, post_id: str, request: GraphRequest) -> dict[str, Any]:
        """`GET /{media}`: one post or part of a carousel. A story that is over cannot be loaded any more."""
        return self._node(self._alive(post_id, request), request)

    def children(self, post_id: str, request: GraphRequest) -> dict[str, Any]:
        """`GET /{media}/children`: the parts of a carousel."""
        post = self._alive(post_id, request)
        asked = parse_fields(request.params.get("fields", "id"))
        return children_edge(post, self._store.accounts[post.account_id], asked, request.base_url)

    def _alive(self, post_id: str, request: GraphRequest) -> Post:
        post = self._store.find(post_id)
        if post is None or not post.is_alive(self._world.clock.now()):
            raise no_such_object(post_id, request.method)
        return post

    def _listing(self, posts: Sequence[Post], request: GraphRequest) -> dict[str, Any]:
        page, paging = page_of(posts, request)
        answer: dict[str, Any] = {"data": [self._node(post, request) for post in page]}
        return answer | ({"paging": paging} if paging else {})

    def _feed(self, account: Account) -> list[Post]:
        return [post for post in self._store.posts_of(account.id) if post.surface is not Surface.STORY]

    def _visible(self, account: Account, posts: Sequence[Post]) -> list[Post]:
        lag = self._settings.listing_lag_seconds
        if fault := self._world.faults.behaves("graph", "listing_lag", {"account": account.id}):
            lag = max(lag, fault.delay_seconds or LAG_SECONDS)
        newest = self._world.clock.now() - dt.timedelta(seconds=lag)
        return [post for post in posts if post.published_at <= newest]

    def _node(self, post: Post, request: GraphRequest) -> dict[str, Any]:
        asked = parse_fields(request.params.get("fields", "id"))
        return media_node(post, self._store.accounts[post.account_id], asked, request.base_url)
