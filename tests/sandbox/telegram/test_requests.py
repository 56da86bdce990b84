import json
from typing import Any

import pytest

from sandbox.faults import Effect, Fault
from sandbox.telegram.stand_in import TelegramStandIn
from sandbox.world import World
from support.media_files import image
from support.telegram_api import GROUP, BotClient

PICTURE = image(size=(108, 192))
ARGUMENTS: dict[str, Any] = {"chat_id": str(GROUP), "text": "Hello"}


async def test_a_call_may_come_in_the_query_of_a_request_without_body(bot: BotClient) -> None:
    response = await bot.http.get(f"/bot{bot.token}/sendMessage", params=ARGUMENTS)

    assert response.json()["result"]["text"] == "Hello"


async def test_a_call_may_come_urlencoded(bot: BotClient) -> None:
    response = await bot.http.post(f"/bot{bot.token}/sendMessage", data=ARGUMENTS)

    assert response.json()["result"]["text"] == "Hello"


async def test_a_call_may_come_as_json_with_numbers_and_nested_objects(bot: BotClient) -> None:
    arguments: dict[str, Any] = {"chat_id": GROUP, "text": "Hello", "reply_markup": {"inline_keyboard": []}}

    response = await bot.http.post(f"/bot{bot.token}/sendMessage", json=arguments)

    assert response.json()["result"]["chat"]["id"] == GROUP


async def test_a_file_may_come_under_the_name_of_its_argument(bot: BotClient) -> None:
    message = await bot.result("sendPhoto", chat_id=GROUP, files={"photo": ("a.jpg", PICTURE)})

    assert message["photo"][-1]["width"] == 108


async def test_a_file_may_come_under_any_name_that_its_argument_attaches(bot: BotClient) -> None:
    files = {"one": ("a.jpg", PICTURE)}

    message = await bot.result("sendPhoto", chat_id=GROUP, photo="attach://one", files=files)

    assert message["photo"][-1]["height"] == 192


async def test_method_names_match_whatever_their_case(bot: BotClient) -> None:
    assert (await bot.result("GETme"))["username"] == "test_bot"


async def test_an_unknown_method_is_not_found(bot: BotClient) -> None:
    assert await bot.refusal("sendSmoke") == (404, "Not Found")


@pytest.mark.parametrize(
    ("token", "description"),
    [("70001:wrong", "Unauthorized"), ("nonsense", "Unauthorized: invalid token specified")],
)
async def test_a_wrong_token_is_unauthorized(bot: BotClient, token: str, description: str) -> None:
    response = await bot.http.get(f"/bot{token}/getMe")

    assert response.status_code == 401
    assert response.json() == {"ok": False, "error_code": 401, "description": description}


async def test_a_body_that_is_no_json_is_refused(bot: BotClient) -> None:
    response = await bot.http.post(
        f"/bot{bot.token}/getMe", content=b"{", headers={"Content-Type": "application/json"}
    )

    assert response.json()["description"] == "Bad Request: can't parse JSON object"


async def test_an_upload_over_the_limit_is_too_large(bot: BotClient, telegram: TelegramStandIn) -> None:
    telegram.limits.file_bytes = 1000

    refusal = await bot.refusal("sendDocument", chat_id=GROUP, files={"document": ("a.bin", b"x" * 1001)})

    assert refusal == (413, "Request Entity Too Large")


async def test_calls_are_logged_without_the_token_and_without_file_contents(
    bot: BotClient, world: World
) -> None:
    await bot.result("sendPhoto", chat_id=GROUP, files={"photo": ("a.jpg", PICTURE)})

    call = world.calls[-1]
    assert (call.operation, call.subject, call.status) == ("sendPhoto", {"chat": str(GROUP)}, 200)
    assert call.path == "/bot70001:***/sendPhoto"
    assert call.params["photo"].startswith("<a.jpg, ")
    assert "AAE-test-token" not in json.dumps(call.as_json())


async def test_a_fault_answers_in_the_shape_of_the_bot_api(bot: BotClient, world: World) -> None:
    world.faults.add(Fault(service="telegram", operation="sendMessage", status=502, remaining=1))

    assert await bot.refusal("sendMessage", **ARGUMENTS) == (502, "Bad Gateway")
    assert (await bot.result("sendMessage", **ARGUMENTS))["message_id"] == 1


async def test_a_flood_fault_says_how_long_to_wait_in_the_body_and_the_header(
    bot: BotClient, world: World
) -> None:
    world.faults.add(
        Fault(service="telegram", operation="send*", status=429, headers={"Retry-After": "7"}, remaining=1)
    )

    response = await bot.call("sendMessage", **ARGUMENTS)

    assert response.headers["retry-after"] == "7"
    assert response.json()["parameters"] == {"retry_after": 7}


async def test_a_fault_may_hit_one_chat_only_and_after_the_effect(
    bot: BotClient, world: World, telegram: TelegramStandIn
) -> None:
    world.faults.add(
        Fault(service="telegram", effect=Effect.REFUSE_AFTER, status=500, subject={"chat": str(GROUP)})
    )

    assert (await bot.call("getMe")).status_code == 200
    assert (await bot.call("sendMessage", **ARGUMENTS)).status_code == 500
    assert [message.content["text"] for message in telegram.messages(GROUP)] == ["Hello"]
