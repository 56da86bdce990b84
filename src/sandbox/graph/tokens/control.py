"""The controls over HTTP of tokens, of those who hold them, and of consents."""

import dataclasses
import datetime as dt
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.graph.control_values import read_object, refused
from sandbox.graph.stand_in import GraphStandIn
from sandbox.graph.tokens.deaths import PASSWORD_CHANGED
from sandbox.graph.tokens.token import Token, TokenKind

_AGES = {"issued_days_ago", "expires_in_days", "data_access_expires_in_days"}


class TokenControl:
    """The routes under `/sandbox/graph` that are about tokens."""

    def __init__(self, graph: GraphStandIn) -> None:
        self._graph = graph
        self._desk = graph.tokens

    def routes(self) -> list[BaseRoute]:
        """Return the routes, relative to `/sandbox/graph`."""
        return [
            Route("/tokens", self._tokens, methods=["GET"]),
            Route("/tokens", self._issue, methods=["POST"]),
            Route("/tokens/age", self._age, methods=["POST"]),
            Route("/tokens/end", self._end, methods=["POST"]),
            Route("/people", self._add_person, methods=["POST"]),
            Route("/codes", self._consent, methods=["POST"]),
        ]

    async def _tokens(self, _request: Request) -> Response:
        return JSONResponse({"tokens": [_token_json(token) for token in self._desk.tokens.values()]})

    async def _issue(self, request: Request) -> Response:
        """Take what `TokenDesk.issue` and `TokenDesk.age` take; `token` is the value."""
        try:
            values = await read_object(request)
            ages = {name: values.pop(name) for name in _AGES & values.keys()}
            if values.get("expires_at") is not None:
                values["expires_at"] = dt.datetime.fromisoformat(values["expires_at"])
            if "kind" in values:
                values["kind"] = TokenKind(values["kind"])
            token = self._desk.issue(values.pop("token", None), **values)
            self._desk.age(token.value, **ages)
        except (ValueError, TypeError) as error:
            return refused(error)
        return JSONResponse(_token_json(token))

    async def _age(self, request: Request) -> Response:
        """Move a token's times: `token`, and days as `TokenDesk.age` takes them."""
        try:
            values = await read_object(request)
            token = self._desk.age(values.pop("token"), **values)
        except (ValueError, TypeError, KeyError) as error:
            return refused(error)
        return JSONResponse(_token_json(token))

    async def _end(self, request: Request) -> Response:
        """End one `token`, or all of a `user_id`; `subcode` says why, 460 unless named."""
        try:
            values = await read_object(request)
            ended = self._desk.kill(
                value=values.get("token"),
                user_id=values.get("user_id"),
                subcode=int(values.get("subcode", PASSWORD_CHANGED)),
            )
        except (ValueError, TypeError) as error:
            return refused(error)
        return JSONResponse({"tokens": [_token_json(token) for token in ended]})

    async def _add_person(self, request: Request) -> Response:
        try:
            person = self._graph.add_person(**await read_object(request))
        except (ValueError, TypeError) as error:
            return refused(error)
        return JSONResponse(dataclasses.asdict(person))

    async def _consent(self, request: Request) -> Response:
        """Give the code that the dialog would give: `account_id`, `redirect_uri`."""
        try:
            code = self._desk.consent(**await read_object(request))
        except (ValueError, TypeError) as error:
            return refused(error)
        return JSONResponse({"code": code.value})


def _token_json(token: Token) -> dict[str, Any]:
    return {
        "token": token.value,
        "login": token.login,
        "kind": token.kind,
        "account_ids": token.account_ids,
        "page_ids": token.page_ids,
        "user_id": token.user_id,
        "scopes": token.granted(),
        "is_long_lived": token.is_long_lived,
        "issued_at": token.issued_at.isoformat(),
        "expires_at": token.expires_at.isoformat() if token.expires_at else None,
        "data_access_expires_at": token.data_access_until().isoformat(),
        "dead_subcode": token.dead_subcode,
    }
