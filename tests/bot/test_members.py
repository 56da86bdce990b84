import pytest

from bot.members import TelegramChatMembers
from domain.ids import ChatId, UserId
from sandbox.faults import Fault
from services.people import Standing
from support.bot_world import BotWorld
from support.telegram_api import ANNA, BEN, GROUP


def refusal(description: str) -> Fault:
    return Fault(
        service="telegram",
        operation="getChatMember",
        status=400,
        body={"ok": False, "error_code": 400, "description": description},
        remaining=1,
    )


@pytest.mark.parametrize(
    ("user_id", "standing"),
    [(ANNA, Standing.ADMINISTRATOR), (BEN, Standing.MEMBER), (123_456, Standing.NONE)],
)
async def test_the_chat_says_who_somebody_is(team: BotWorld, user_id: int, standing: Standing) -> None:
    async with team.running():
        assert await TelegramChatMembers(team.bot).standing(ChatId(GROUP), UserId(user_id)) is standing


async def test_a_refusal_to_say_shuts_nobody_out(team: BotWorld) -> None:
    team.world.faults.add(refusal("Bad Request: member list is inaccessible"))

    async with team.running():
        assert await TelegramChatMembers(team.bot).standing(ChatId(GROUP), UserId(BEN)) is None
