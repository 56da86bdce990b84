"""Commands in the team's chat, and at the bot's front door."""

import pytest

from domain.ids import UserId
from domain.publication import State
from support.bot_world import BotWorld
from support.said import answer, texts
from support.telegram_api import ANNA, BEN, GROUP, STRANGER, until


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("/start", "I keep this team's channels going"),
        ("/help", "Buttons of a card"),
        ("/status", "Harbour Lane\n▶️ Posting is on, by hand.\nFake harbour.lane · 🟢 connected"),
        ("/status@test_bot", "1 in the queue"),
        ("/next", "Next\n1 "),
        ("/history", "Nothing has ended yet."),
        ("/stats", "Nothing has ended yet."),
    ],
)
async def test_everybody_in_the_team_gets_answers(team: BotWorld, command: str, words: str) -> None:
    await team.queued()

    async with team.running():
        assert words in await answer(team, command, by=BEN)


async def test_the_queue_is_shown_as_a_picture_with_a_list(team: BotWorld) -> None:
    await team.queued(caption="Morning light")

    async with team.running():
        listed = await answer(team, "/queue")

    assert "photo" in team.shown()[-1].content
    assert listed.startswith("What comes next\n1 ")
    assert listed.endswith("Story for harbour.lane · by hand · Morning light")


async def test_an_admin_pauses_and_resumes_and_others_may_not(team: BotWorld) -> None:
    async with team.running():
        assert await answer(team, "/pause", by=BEN) == "Only administrators of this chat can do that."
        assert not await team.paused()

        assert (await answer(team, "/pause")).startswith("⏸ Posting is paused.")
        assert await team.paused()

        assert (await answer(team, "/resume")).startswith("▶️ Posting is on.")
        assert not await team.paused()


async def test_an_admin_cancels_by_number(team: BotWorld) -> None:
    publication_id = await team.queued()

    async with team.running():
        assert await answer(team, f"/cancel {publication_id} 999") == (
            f"🗑 {publication_id} is out of the queue.\n999 stays: there is no such publication."
        )
        assert await team.state(publication_id) is State.CANCELLED
        assert (await answer(team, "/cancel that one")).startswith("Which one?")


async def test_an_admin_puts_back_what_was_missed(team: BotWorld) -> None:
    publication_id = await team.queued()
    await team.missed(publication_id)

    async with team.running():
        listed = await answer(team, "/failed", by=BEN)
        assert listed.startswith(f"What did not go out\n{publication_id} ")
        assert "missed" in listed
        assert await answer(team, f"/retry {publication_id}", by=BEN) == (
            "Only administrators of this chat can do that."
        )
        assert (await answer(team, "/retry it")).startswith("Which one?")
        assert await answer(team, "/retry all") == (
            "Nothing failed for good. What was missed is put back by its number."
        )
        assert await answer(team, f"/retry {publication_id} 999") == (
            f"🔁 {publication_id} is in the queue again.\n999 stays: there is no such publication."
        )
        assert await team.state(publication_id) is State.SCHEDULED
        assert await answer(team, "/failed") == "Nothing failed, and nothing was missed."


async def test_a_member_is_greeted_at_the_front_door_and_a_stranger_meets_silence(team: BotWorld) -> None:
    async with team.running():
        team.telegram.say(chat_id=STRANGER, user_id=STRANGER, text="/start")
        team.telegram.say(chat_id=STRANGER, user_id=STRANGER, text="/status")
        greeting = await answer(team, "/start", chat=ANNA)
        await until(team.inbox_is_empty)

    assert greeting.startswith("I keep your team's channels going.")
    assert texts(team, STRANGER) == []


async def test_somebody_who_left_is_a_stranger_at_once(team: BotWorld) -> None:
    async def is_forgotten() -> bool:
        async with team.database.begin() as uow:
            known = await uow.workspaces.membership(team.workspace.chat_id, UserId(BEN))
        return known is not None and known.found_at is not None and known.role is None

    async with team.running():
        await answer(team, "/help", by=BEN)
        assert not await is_forgotten()

        team.telegram.add_member(chat_id=GROUP, user_id=BEN, status="left")

        await until(is_forgotten)


async def test_talk_among_people_is_none_of_the_bots_business(team: BotWorld) -> None:
    async with team.running():
        team.telegram.say(chat_id=GROUP, user_id=BEN, text="/status@another_bot")
        team.telegram.say(chat_id=GROUP, user_id=BEN, text="/dance")
        await answer(team, "/help")
        await until(team.inbox_is_empty)

    assert len(texts(team)) == 1
