"""The sandbox's general controls over HTTP: the log of calls, the faults, the clock, the news."""

import asyncio
import dataclasses
import datetime as dt
import itertools
import json
from collections.abc import AsyncGenerator
from typing import Annotated, Any

import pydantic
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from sandbox.faults import Fault
from sandbox.json_values import is_object
from sandbox.world import World

PING_EVERY_SECONDS = 15.0
_SERVICES = ("telegram", "graph", "cloudinary")


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class ClockMove:
    """What can be done to the clock."""

    advance_seconds: float = 0.0
    """How far to jump; back when negative."""
    speed: Annotated[float, pydantic.Field(gt=0)] | None = None
    """Sandbox seconds per real second from now on."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class NamedWeek:
    """Where the product under trial shows its plan."""

    url: Annotated[str, pydantic.Field(pattern=r"^(http://(127\.0\.0\.1|localhost)(:\d+)?/\S*)?$")]


_WEEK = pydantic.TypeAdapter(NamedWeek)
_CLOCK_MOVE = pydantic.TypeAdapter(ClockMove)
_FAULT = pydantic.TypeAdapter(Fault)
_FAULT_FIELDS = {field.name for field in dataclasses.fields(Fault)} - {"id", "hits"}


class Control:
    """The routes under `/sandbox` that belong to no single stand-in."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._is_closing = False

    def close(self) -> None:
        """End the open event streams, so that the server can stop."""
        self._is_closing = True
        self._world.announce("closing", {})

    def routes(self) -> list[BaseRoute]:
        """Return the routes, relative to `/sandbox`."""
        return [
            Route("/calls", self._calls, methods=["GET"]),
            Route("/faults", self._list_faults, methods=["GET"]),
            Route("/faults", self._add_fault, methods=["POST"]),
            Route("/faults", self._clear_faults, methods=["DELETE"]),
            Route("/faults/{id:int}", self._remove_fault, methods=["DELETE"]),
            Route("/clock", self._clock, methods=["GET"]),
            Route("/clock", self._move_clock, methods=["POST"]),
            Route("/week", self._week, methods=["GET"]),
            Route("/week", self._name_week, methods=["POST"]),
            Route("/events", self._events, methods=["GET"]),
        ]

    async def _calls(self, request: Request) -> Response:
        query = request.query_params
        try:
            after, limit = int(query.get("after", "0")), int(query.get("limit", "200"))
        except ValueError:
            return _refused("after and limit are whole numbers")
        wanted = {key: query[key] for key in ("service", "operation") if query.get(key)}
        newest_first = (
            call
            for call in reversed(self._world.calls)
            if call.id > after and all(getattr(call, key) == value for key, value in wanted.items())
        )
        newest = list(itertools.islice(newest_first, max(limit, 0)))
        return JSONResponse({"calls": [call.as_json() for call in reversed(newest)]})

    async def _list_faults(self, request: Request) -> Response:
        return JSONResponse({"faults": [fault.as_json() for fault in self._world.faults.active()]})

    async def _add_fault(self, request: Request) -> Response:
        try:
            fault = fault_from(await request.json())
        except ValueError as error:
            return _refused(str(error))
        self._world.faults.add(fault)
        self._world.announce("fault", {"id": fault.id, "change": "added"})
        return JSONResponse(fault.as_json())

    async def _clear_faults(self, request: Request) -> Response:
        self._world.faults.clear()
        self._world.announce("fault", {"id": None, "change": "cleared"})
        return JSONResponse({"faults": []})

    async def _remove_fault(self, request: Request) -> Response:
        fault_id: int = request.path_params["id"]
        if not self._world.faults.remove(fault_id):
            return _refused(f"there is no fault {fault_id}", status=404)
        self._world.announce("fault", {"id": fault_id, "change": "removed"})
        return JSONResponse({"removed": fault_id})

    async def _clock(self, request: Request) -> Response:
        now = self._world.clock.now()
        return JSONResponse({"now": now.isoformat(), "speed": self._world.clock.speed})

    async def _move_clock(self, request: Request) -> Response:
        try:
            move = _CLOCK_MOVE.validate_json(await request.body())
        except pydantic.ValidationError:
            return _refused("advance_seconds is a number, speed one above 0, both in a JSON object")
        self._world.clock.advance(dt.timedelta(seconds=move.advance_seconds))
        if move.speed is not None:
            self._world.clock.run_at(move.speed)
        return await self._clock(request)

    async def _week(self, request: Request) -> Response:
        return JSONResponse({"url": self._world.week_url})

    async def _name_week(self, request: Request) -> Response:
        try:
            named = _WEEK.validate_json(await request.body())
        except pydantic.ValidationError:
            return _refused("url is an address on this machine, such as http://127.0.0.1:8080/week, or empty")
        self._world.week_url = named.url
        self._world.announce("week", {})
        return await self._week(request)

    async def _events(self, request: Request) -> Response:
        return StreamingResponse(
            self._news(), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
        )

    async def _news(self) -> AsyncGenerator[str]:
        with self._world.listening() as queue:
            yield ": hello\n\n"
            while not self._is_closing:
                try:
                    change = await asyncio.wait_for(queue.get(), PING_EVERY_SECONDS)
                except TimeoutError:
                    yield ": ping\n\n"
                else:
                    yield f"data: {json.dumps(change, default=str)}\n\n"


def fault_from(body: Any) -> Fault:
    """Return the fault that a JSON object describes.

    Raises:
        ValueError: it describes none; the message is a sentence that says why.
    """
    if not is_object(body):
        raise ValueError("a fault is a JSON object")
    if unknown := sorted(body.keys() - _FAULT_FIELDS):
        raise ValueError(f"a fault has no {', '.join(unknown)}; it has {', '.join(sorted(_FAULT_FIELDS))}")
    if body.get("service") not in _SERVICES:
        raise ValueError(f"service is one of {', '.join(_SERVICES)}")
    try:
        return _FAULT.validate_python(body)
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def _refused(sentence: str, *, status: int = 400) -> Response:
    return JSONResponse({"error": sentence}, status_code=status)
