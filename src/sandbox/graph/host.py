"""One host of the Graph API: finds out what a call asks for, who may ask, and lets it be answered."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sandbox.faults import Fault
from sandbox.graph.accounts import Login
from sandbox.graph.creation import Creation
from sandbox.graph.delivery import delivered
from sandbox.graph.drafts import surface_of
from sandbox.graph.errors import (
    SESSION_RESET,
    THROTTLED,
    UNAVAILABLE,
    UNKNOWN_PATH,
    GraphError,
    Refusal,
    no_such_object,
)
from sandbox.graph.known_refusals import known_refusal
from sandbox.graph.pages.calls import PageCalls
from sandbox.graph.publishing import Publishing
from sandbox.graph.reading import Reading
from sandbox.graph.settings import GraphSettings
from sandbox.graph.store import GraphStore
from sandbox.graph.target import UNSUPPORTED, Target
from sandbox.graph.tokens.admission import Admission
from sandbox.graph.tokens.calls import TokenCalls
from sandbox.graph.usage import Usage, usage_of
from sandbox.graph.versions import served_version
from sandbox.graph.wire import Answers, GraphRequest, read_request, without_secrets
from sandbox.serving import serve
from sandbox.world import Call, World

_EDGES = {
    ("POST", "media"): "media_create",
    ("GET", "media"): "media_list",
    ("GET", "stories"): "stories_list",
    ("POST", "media_publish"): "media_publish",
    ("GET", "content_publishing_limit"): "publishing_limit",
}
_READS = {
    "container_status",
    "media_node",
    "account_node",
    "media_list",
    "children_list",
    "stories_list",
    "publishing_limit",
}


class GraphHost:
    """The ASGI application of graph.facebook.com or graph.instagram.com."""

    def __init__(
        self,
        login: Login,
        *,
        world: World,
        store: GraphStore,
        settings: GraphSettings,
        creation: Creation,
        publishing: Publishing,
        reading: Reading,
        pages: PageCalls,
        admission: Admission,
        tokens: TokenCalls,
        answers: Answers,
    ) -> None:
        self._login = login
        self._world = world
        self._store = store
        self._settings = settings
        self._creation = creation
        self._publishing = publishing
        self._reading = reading
        self._pages = pages
        self._admission = admission
        self._tokens = tokens
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        request = Request(scope, receive)
        if request.url.path.startswith("/_media/"):
            post_id, _, part = request.url.path.removeprefix("/_media/").partition("/")
            response = delivered(self._store, post_id, part)
        else:
            response = await self._answer(request)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        try:
            asked = await read_request(request, self._login, self._settings)
        except GraphError as error:
            version = served_version("", self._settings)
            return self._answers.refusal(error.refusal, self._login, version=version, usage={})
        target = self._target(asked)
        usage = self._usage(asked, target)
        call = self._world.open_call(
            service="graph",
            operation=target.operation,
            method=request.method,
            path=request.url.path,
            subject=target.subject(),
            params=asked.loggable(),
        )

        def server_error(fault: Fault) -> Response:
            return self._refused(_refusal_of(fault), asked, usage, call)

        async def handle() -> Response:
            try:
                body = await self._handled(asked, target, usage)
            except GraphError as error:
                return self._refused(error.refusal, asked, usage, call)
            call.answer = without_secrets(body)
            return self._answers.success(body, version=asked.version, usage=usage.headers)

        return await serve(self._world, call, handle, server_error=server_error)

    def _target(self, asked: GraphRequest) -> Target:
        token = self._store.tokens.get(asked.token or "")
        own = self._store.accounts[token.account_ids[0]] if token and token.account_ids else None
        if target := self._tokens.target(asked):
            return target
        if self._login is Login.FACEBOOK and (target := self._pages.target(asked, token)):
            return target
        match asked.path:
            case ["me"] if asked.method == "GET":
                return Target(operation="me", object_id="me", account=own)
            case [object_id] if asked.method == "GET":
                return self._node(object_id)
            case [object_id, edge] if (asked.method, edge) in _EDGES:
                operation = _EDGES[asked.method, edge]
                is_me = object_id == "me" and asked.method == "GET" and self._login is Login.INSTAGRAM
                account = own if is_me else self._store.accounts.get(object_id)
                named = asked.params.get("creation_id", "") if operation == "media_publish" else object_id
                return Target(
                    operation=operation, object_id=named, account=account, kind=self._kind(operation, asked)
                )
            case [object_id, "children"] if asked.method == "GET" and (post := self._store.find(object_id)):
                owner = self._store.accounts[post.account_id]
                return Target(operation="children_list", object_id=object_id, account=owner)
            case [object_id, *_]:
                return Target(operation=UNSUPPORTED, object_id=object_id)
            case _:
                return Target(operation=UNSUPPORTED)

    def _kind(self, operation: str, asked: GraphRequest) -> str:
        if operation == "media_publish":
            container = self._store.containers.get(asked.params.get("creation_id", ""))
            return container.surface if container else ""
        try:
            return surface_of(asked.params) if operation == "media_create" else ""
        except GraphError:
            return ""

    def _node(self, object_id: str) -> Target:
        accounts = self._store.accounts
        if container := self._store.containers.get(object_id):
            owner = accounts[container.account_id]
            kind = container.surface
            return Target(operation="container_status", object_id=object_id, account=owner, kind=kind)
        if post := self._store.find(object_id):
            return Target(operation="media_node", object_id=object_id, account=accounts[post.account_id])
        if account := accounts.get(object_id):
            return Target(operation="account_node", object_id=object_id, account=account)
        return Target(operation=UNSUPPORTED, object_id=object_id)

    async def _handled(self, asked: GraphRequest, target: Target, usage: Usage) -> Mapping[str, Any]:
        self._refuse_if_told("refused", target)
        body = await self._done(asked, target, usage)
        self._refuse_if_told("refused_after", target)
        return body

    async def _done(self, asked: GraphRequest, target: Target, usage: Usage) -> Mapping[str, Any]:
        if (answer := self._tokens.answer(asked, target)) is not None:
            return answer
        token = self._admission.admitted(asked, target.subject())
        if usage.refusal:
            raise GraphError(usage.refusal)
        if target.page is not None:
            return await self._pages.answer(asked, target, target.page, token)
        if target.operation == UNSUPPORTED and not target.object_id:
            raise GraphError(UNKNOWN_PATH)
        account = target.account
        if account is None or account.id not in token.account_ids:
            raise no_such_object(asked.path[0], asked.method)
        self._admission.check_scopes(token, writes=asked.method == "POST")
        account.calls += 1
        if target.operation in _READS and self._behaves("read_outage", target):
            raise no_such_object(asked.path[0], asked.method)
        match target.operation:
            case "media_create":
                return await self._creation.create(account, asked)
            case "container_status":
                return self._publishing.status(self._store.containers[target.object_id], asked)
            case "media_publish":
                return self._publishing.publish(account, asked)
            case "publishing_limit":
                return self._publishing.limit(account, asked)
            case "media_list":
                return self._reading.media(account, asked)
            case "stories_list":
                return self._reading.stories(account, asked)
            case "media_node":
                return self._reading.post(target.object_id, asked)
            case "children_list":
                return self._reading.children(target.object_id, asked)
            case "me":
                return self._reading.me(account, asked)
            case _:
                return self._reading.account(account, asked)

    def _refused(self, refusal: Refusal, asked: GraphRequest, usage: Usage, call: Call) -> Response:
        call.answer = refusal.envelope(self._login, "")
        return self._answers.refusal(refusal, self._login, version=asked.version, usage=usage.headers)

    def _usage(self, asked: GraphRequest, target: Target) -> Usage:
        fault = self._behaves("usage", target)
        given: dict[str, int] = fault.body if fault else {}
        token = self._store.tokens.get(asked.token or "")
        is_by_app = token is None or token.counts_by_app
        usage = usage_of(*(None, None) if is_by_app else (target.account, target.page), given)
        is_told = self._settings.usage_headers and not self._behaves("no_usage_headers", target)
        return usage if is_told else dataclasses.replace(usage, headers={})

    def _refuse_if_told(self, behaviour: str, target: Target) -> None:
        subject, operation = target.subject(), target.operation
        if fault := self._world.faults.behaves("graph", behaviour, subject, operation=operation):
            raise GraphError(known_refusal(fault.body))

    def _behaves(self, behaviour: str, target: Target) -> Fault | None:
        return self._world.faults.behaves("graph", behaviour, target.subject())


def _refusal_of(fault: Fault) -> Refusal:
    match fault.status:
        case 401:
            return SESSION_RESET
        case 403 | 429:
            return dataclasses.replace(THROTTLED, status=fault.status)
        case status if status < 500:  # noqa: PLR2004 - server errors begin there
            return Refusal(code=100, status=status, message="(#100) Invalid parameter")
        case status:
            return dataclasses.replace(UNAVAILABLE, status=status)
