"""Methods about the bot itself: who it is, its commands, its texts."""

import json
import re
from typing import Any

from sandbox.json_values import Json, is_array
from sandbox.telegram.calls import Answer, Method, MethodCall
from sandbox.telegram.errors import bad_request

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_MOST_COMMANDS = 100
_DESCRIPTION_CHARS = 256
_ABILITIES: Json = {
    "can_join_groups": True,
    "supports_inline_queries": False,
    "can_connect_to_business": False,
    "has_main_web_app": False,
}


async def get_me(call: MethodCall) -> Answer:
    """Say who the bot is."""
    privacy = {"can_read_all_group_messages": call.bot.reads_all_messages}
    return Answer(call.bot.person.as_json() | _ABILITIES | privacy)


async def set_my_commands(call: MethodCall) -> Answer:
    """Set the command menu for a scope and a language."""
    given = call.arguments.json("commands", refusal="can't parse commands JSON object")
    if not is_array(given):
        raise bad_request("expected an Array of BotCommand")
    commands = [_checked(command) for command in given]
    if len(commands) > _MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    call.bot.commands[_scope(call)] = commands
    return Answer(result=True)


async def get_my_commands(call: MethodCall) -> Answer:
    """Return the command menu of a scope and a language."""
    return Answer(call.bot.commands.get(_scope(call), []))


async def delete_my_commands(call: MethodCall) -> Answer:
    """Remove the command menu of a scope and a language."""
    call.bot.commands.pop(_scope(call), None)
    return Answer(result=True)


def text_setter(name: str) -> Method:
    """Return the method that sets one of the bot's texts, such as its `description`."""

    async def set_text(call: MethodCall) -> Answer:
        call.bot.profile[name] = call.arguments.text(name)
        return Answer(result=True)

    return set_text


def text_getter(name: str) -> Method:
    """Return the method that says one of the bot's texts."""

    async def get_text(call: MethodCall) -> Answer:
        return Answer({name: call.bot.profile.get(name, "")})

    return get_text


async def set_chat_menu_button(call: MethodCall) -> Answer:
    """Set what the button beside the text field opens."""
    button = call.arguments.json("menu_button", refusal="can't parse menu button JSON object")
    call.bot.profile["menu_button"] = button or {"type": "default"}
    return Answer(result=True)


async def get_chat_menu_button(call: MethodCall) -> Answer:
    """Return what the button beside the text field opens."""
    return Answer(call.bot.profile.get("menu_button", {"type": "commands"}))


def _checked(given: Any) -> Json:
    match given:
        case {"command": str(command), "description": str(description)}:
            name = command.removeprefix("/")
        case _:
            raise bad_request("can't parse BotCommand: expected an Object with command and description")
    if not _COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= _DESCRIPTION_CHARS:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


def _scope(call: MethodCall) -> str:
    scope = call.arguments.json("scope", refusal="can't parse BotCommandScope JSON object")
    return json.dumps([scope or {"type": "default"}, call.arguments.text("language_code")], sort_keys=True)
