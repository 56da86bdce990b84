"""The Telegram part of the sandbox's controls over HTTP: see chats, press, write, add."""

import dataclasses
import inspect
from collections.abc import Callable
from typing import Any

import pydantic
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.json_values import Json
from sandbox.telegram.actors import PRESENT, Bot, Chat, Message, Person
from sandbox.telegram.stand_in import TelegramStandIn

_DEFAULT_MESSAGES = 100


class TelegramControl:
    """The routes under `/sandbox/telegram`.

    What is posted is an object with the arguments of the stand-in's method of that name.
    """

    def __init__(self, stand_in: TelegramStandIn) -> None:
        self._stand_in = stand_in
        self._state = stand_in.state

    def routes(self) -> list[BaseRoute]:
        """Return the routes, relative to `/sandbox/telegram`."""
        stand_in = self._stand_in
        return [
            Route("/chats", self._chats, methods=["GET"]),
            Route("/bots", self._bots, methods=["GET"]),
            Route("/chats/{id}/messages", self._messages, methods=["GET"]),
            Route("/files/{id}", self._file, methods=["GET"]),
            _posted("/press", stand_in.press),
            _posted("/say", stand_in.say),
            _posted("/media", stand_in.share),
            _posted("/forwards", stand_in.forward),
            _posted("/updates", stand_in.inject),
            _posted("/bots", stand_in.add_bot),
            _posted("/chats", stand_in.add_chat),
            _posted("/people", stand_in.add_person),
            _posted("/members", stand_in.add_member),
            _posted("/private_chats", stand_in.open_private_chat),
            _posted("/blocks", stand_in.block_bot),
            _posted("/migrations", stand_in.migrate),
        ]

    async def _chats(self, request: Request) -> Response:
        people = [person for person in self._state.people.values() if not person.is_bot]
        chats = [self._chat_json(chat) for chat in self._state.chats.values() if chat.migrated_to is None]
        return JSONResponse({"chats": chats, "people": [person.as_json() for person in people]})

    async def _bots(self, request: Request) -> Response:
        bots = [
            {**bot.person.as_json(), "unheard_seconds": self._state.queues[bot.id].unheard_seconds()}
            for bot in self._state.bots.values()
        ]
        return JSONResponse({"bots": bots})

    async def _messages(self, request: Request) -> Response:
        try:
            chat = self._state.chats[int(request.path_params["id"])]
            limit = int(request.query_params.get("limit", _DEFAULT_MESSAGES))
        except (KeyError, ValueError):
            return _refused("there is no such chat, or limit is no number", status=404)
        newest = list(chat.messages.values())[-max(limit, 1) :]
        return JSONResponse({"messages": [_message_json(message) for message in newest]})

    async def _file(self, request: Request) -> Response:
        file = self._state.files.get(request.path_params["id"])
        if file is None:
            return _refused("there is no such file", status=404)
        return FileResponse(file.content_path, media_type=file.mime_type)

    def _chat_json(self, chat: Chat) -> Json:
        members = [
            {**self._state.people[user_id].as_json(), "status": status}
            for user_id, status in chat.members.items()
            if status in PRESENT
        ]
        return chat.as_json() | {"members": members}


def _posted(path: str, action: Callable[..., Any]) -> Route:
    checked = pydantic.validate_call(action)

    async def endpoint(request: Request) -> Response:
        try:
            body = await request.json()
            result = checked(**body)
            return JSONResponse(_shown(await result if inspect.isawaitable(result) else result))
        except pydantic.ValidationError as error:
            first = error.errors()[0]
            return _refused(f"{'.'.join(map(str, first['loc']))}: {first['msg']}")
        except (TypeError, ValueError) as error:
            return _refused(str(error))

    return Route(path, endpoint, methods=["POST"])


def _shown(result: Any) -> Any:
    match result:
        case Message():
            return _message_json(result)
        case [*messages]:
            return {"messages": [_message_json(message) for message in messages]}
        case Person() | Chat():
            return result.as_json()
        case Bot():
            return result.person.as_json()
        case int():
            return {"update_id": result}
        case None:
            return {"update_id": None}
        case _:
            return dataclasses.asdict(result)


def _message_json(message: Message) -> Json:
    shown = message.as_json() | {"deleted": message.deleted}
    content = message.content
    file = next((content[kind] for kind in ("video", "animation", "document") if kind in content), None)
    if "photo" in content:
        file = content["photo"][-1]
    if file is None:
        return shown
    shown["media_url"] = _url(file)
    if "thumbnail" in file:
        shown["thumbnail_url"] = _url(file["thumbnail"])
    return shown


def _url(file: Json) -> str:
    return f"/sandbox/telegram/files/{file['file_id']}"


def _refused(sentence: str, *, status: int = 400) -> Response:
    return JSONResponse({"error": sentence}, status_code=status)
