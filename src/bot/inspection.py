"""Asks the Bot API who the bot is and what it may do where; nothing is sent to anybody."""

import dataclasses
from collections.abc import Mapping
from typing import Any, cast

import httpx


class TelegramRefusalError(Exception):
    """Telegram says no; the message is in its words."""

    def __init__(self, message: str, *, code: int, migrated_to: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        """As HTTP has it; 401 and 404 both mean that the token is none."""
        self.migrated_to = migrated_to
        """The chat's new id, when it has one."""


class TelegramSilenceError(Exception):
    """No answer came that can be read; the message has no address in it, for the token would be there."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class BotFacts:
    """Who the bot is."""

    id: int
    username: str
    reads_all_messages: bool
    """Whether its group privacy is off."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ChatFacts:
    """A chat, as the bot sees it."""

    name: str
    kind: str
    """`private`, `group`, `supergroup` or `channel`."""
    permissions: Mapping[str, Any]
    """What its plain members may do; what is not in it is not restricted."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What the bot is in a chat."""

    status: str
    """`creator`, `administrator`, `member`, `restricted`, `left` or `kicked`."""
    rights: Mapping[str, Any]


class TelegramInspector:
    """Reads through the Bot API. Every method raises `TelegramRefusalError` or `TelegramSilenceError`."""

    def __init__(self, http: httpx.AsyncClient, *, token: str, api_base_url: str) -> None:
        self._http = http
        self._root = f"{api_base_url.rstrip('/')}/bot{token}"

    async def me(self) -> BotFacts:
        """Ask who the bot is."""
        found = await self._call("getMe")
        return BotFacts(
            id=int(found.get("id", 0)),
            username=str(found.get("username", "")),
            reads_all_messages=bool(found.get("can_read_all_group_messages")),
        )

    async def has_webhook(self) -> bool:
        """Ask whether updates are delivered to an address, in which case nobody can fetch them."""
        return bool((await self._call("getWebhookInfo")).get("url"))

    async def chat(self, chat_id: int) -> ChatFacts:
        """Ask for a chat; of a person, for the private one, which there is once they wrote to the bot."""
        found = await self._call("getChat", chat_id=chat_id)
        names = (found.get(name) for name in ("title", "first_name", "username"))
        return ChatFacts(
            name=str(next(filter(None, names), chat_id)),
            kind=str(found.get("type", "")),
            permissions=_object(found.get("permissions")),
        )

    async def place(self, chat_id: int, user_id: int) -> Place:
        """Ask what somebody is in a chat."""
        found = await self._call("getChatMember", chat_id=chat_id, user_id=user_id)
        return Place(status=str(found.get("status", "")), rights=found)

    async def _call(self, method: str, **arguments: int) -> Mapping[str, Any]:
        try:
            response = await self._http.post(f"{self._root}/{method}", json=arguments)
            answer = _object(response.json())
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise TelegramSilenceError(type(error).__name__) from None
        if answer.get("ok"):
            return _object(answer.get("result"))
        migrated_to = _object(answer.get("parameters")).get("migrate_to_chat_id")
        raise TelegramRefusalError(
            str(answer.get("description", "it does not say why")),
            code=response.status_code,
            migrated_to=migrated_to if isinstance(migrated_to, int) else None,
        )


def _object(value: object) -> Mapping[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
