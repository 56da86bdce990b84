"""A person sends media to the bot and decides about it with the buttons of the answer."""

import base64
from typing import Literal

import pytest

from bot.callbacks import ContributionButton
from domain.contribution import ContributionAction
from domain.ids import ChatId
from domain.publication import State
from sandbox.telegram.actors import Message
from sandbox.telegram.sharing import SharedFile
from services.ports import Job
from support.bot_world import BotWorld, buttons
from support.media_files import image
from support.telegram_api import ANNA, BEN, GROUP, STRANGER, TOKEN, until


def picked(shade: int, *, kind: Literal["photo", "document"] = "photo", name: str = "") -> SharedFile:
    content = image(size=(400, 300), shade=shade)
    return SharedFile(name=name or f"pier {shade}.jpg", content=base64.b64encode(content).decode(), kind=kind)


@pytest.fixture
def group(team: BotWorld) -> BotWorld:
    """The team's chat with the bot as an administrator, which sees all that is said."""
    team.telegram.add_member(chat_id=GROUP, user_id=int(TOKEN.split(":")[0]), status="administrator")
    return team


def said(message: Message) -> str:
    return str(message.content.get("text") or message.content.get("caption") or "")


async def answer(team: BotWorld, *, chat: int = GROUP, containing: str = "📥") -> Message:
    """Wait for the newest message of the bot with these words."""

    def found() -> list[Message]:
        messages = team.telegram.messages(chat)
        return [message for message in messages if message.sender.is_bot and containing in said(message)]

    async def is_there() -> bool:
        return bool(found())

    await until(is_there)
    return found()[-1]


async def planned(team: BotWorld) -> list[Job]:
    async with team.database.read() as look:
        return await look.publications.find(team.workspace.id, states=(State.SCHEDULED,))


async def press(team: BotWorld, message: Message, action: ContributionAction, argument: str = "") -> None:
    """Press a button of the answer as it stands there, and wait until it is redrawn."""
    before = said(message), buttons(message)
    data = next(
        data
        for data in buttons(message)
        if (button := ContributionButton.parse(data)) is not None
        and button.action is action
        and button.argument.startswith(argument)
    )
    pressed = await team.telegram.press(chat_id=GROUP, message_id=message.id, user_id=ANNA, data=data)
    assert pressed.answered

    async def is_redrawn() -> bool:
        return (said(message), buttons(message)) != before

    await until(is_redrawn)


async def test_an_album_of_five_that_is_forwarded_is_five_planned_posts_in_the_week(group: BotWorld) -> None:
    sent = await group.telegram.share(
        chat_id=ANNA, user_id=ANNA, files=[picked(shade) for shade in range(1, 6)], caption="Harbour at dawn"
    )
    group.telegram.forget_updates(token=TOKEN)

    async with group.running():
        group.telegram.forward(
            chat_id=GROUP, user_id=ANNA, from_chat_id=ANNA, message_ids=[message.id for message in sent]
        )
        told = said(await answer(group))
        group.telegram.say(chat_id=GROUP, user_id=ANNA, text="/week")
        week = said(await answer(group, containing="planned for the next 7 days"))

    assert told.startswith("📥 5 photos, ")
    assert "Caption: “Harbour at dawn”" in told
    assert "Telegram made photos smaller." in told
    assert week.startswith("🗓 5 planned")
    assert [job.post.caption for job in await planned(group)] == ["Harbour at dawn"] * 5


async def test_every_button_does_what_it_says(group: BotWorld) -> None:
    async with group.running():
        await group.telegram.share(
            chat_id=GROUP, user_id=BEN, files=[picked(1, kind="document"), picked(2, kind="document")]
        )
        message = await answer(group)

        await press(group, message, ContributionAction.NEEDS)
        await press(group, message, ContributionAction.NEED, "music")
        assert all(job.post.needs == {"music"} for job in await planned(group))
        await press(group, message, ContributionAction.BACK)

        await press(group, message, ContributionAction.CATEGORY)
        await press(group, message, ContributionAction.BACK)

        first = [job.publication.planned_at for job in await planned(group)]
        await press(group, message, ContributionAction.WHEN)
        days = [data for data in buttons(message) if ":wo:" in data]
        await press(group, message, ContributionAction.WHEN_ON, days[3].rpartition(":")[2])
        later = [job.publication.planned_at for job in await planned(group)]
        assert len(later) == 2
        assert {at.date().isoformat() for at in later} == {days[3].rpartition(":")[2]}
        await press(group, message, ContributionAction.WHEN)
        await press(group, message, ContributionAction.WHEN_NEXT)
        assert [job.publication.planned_at for job in await planned(group)] == first

        group.telegram.say(chat_id=GROUP, user_id=BEN, text="Low tide", reply_to_message_id=message.id)
        await answer(group, containing="Low tide")
        assert [job.post.caption for job in await planned(group)] == ["Low tide"] * 2

        await press(group, message, ContributionAction.LIBRARY)
        assert await planned(group) == []
        await press(group, message, ContributionAction.PLAN)
        assert len(await planned(group)) == 2

        await press(group, message, ContributionAction.DISCARD)
        assert await planned(group) == []
        await press(group, message, ContributionAction.PLAN)
        assert len(await planned(group)) == 2


async def test_an_older_answer_s_button_does_nothing_but_say_so(group: BotWorld) -> None:
    async with group.running():
        await group.telegram.share(chat_id=GROUP, user_id=ANNA, files=[picked(1, kind="document")])
        message = await answer(group)
        discard = next(data for data in buttons(message) if ":d:" in data)
        await press(group, message, ContributionAction.NEEDS)

        pressed = await group.telegram.press(chat_id=GROUP, message_id=message.id, user_id=BEN, data=discard)

    assert pressed.text == "This was changed meanwhile; see how it is now."
    assert len(await planned(group)) == 1


async def test_a_member_may_send_in_private_and_is_answered_there(team: BotWorld) -> None:
    async with team.running():
        await team.telegram.share(chat_id=ANNA, user_id=ANNA, files=[picked(1)], caption="Mine")
        told = said(await answer(team, chat=ANNA))

    assert told.startswith("📥 1 photo, 400 × 300")
    assert [job.post.caption for job in await planned(team)] == ["Mine"]


async def test_a_team_can_keep_its_chat_for_talking(group: BotWorld) -> None:
    await group.set("sent_media", "private")

    async with group.running():
        await group.telegram.share(chat_id=GROUP, user_id=ANNA, files=[picked(1, kind="document")])
        await group.telegram.share(chat_id=ANNA, user_id=ANNA, files=[picked(2, kind="document")])
        await answer(group, chat=ANNA)

    assert [len(job.post.media) for job in await planned(group)] == [1]
    assert not any("📥" in said(message) for message in group.telegram.messages(GROUP))


async def test_a_team_can_have_what_is_sent_only_kept(group: BotWorld) -> None:
    await group.set("sent_media", "library")

    async with group.running():
        await group.telegram.share(chat_id=GROUP, user_id=ANNA, files=[picked(1, kind="document")])
        message = await answer(group)
        before = await planned(group)
        await press(group, message, ContributionAction.PLAN)

    assert (before, len(await planned(group))) == ([], 1)


async def test_nothing_is_taken_from_strangers(team: BotWorld) -> None:
    team.telegram.open_private_chat(bot_id=int(TOKEN.split(":")[0]), user_id=STRANGER)

    async with team.running():
        await team.telegram.share(chat_id=STRANGER, user_id=STRANGER, files=[picked(1)])
        await until(team.inbox_is_empty)

    async with team.database.read() as look:
        assert await look.media.find(team.workspace.id) == []
    assert [message.sender.id for message in team.telegram.messages(STRANGER)] == [STRANGER]


async def test_what_is_too_large_or_no_media_is_told_in_private(team: BotWorld) -> None:
    team.telegram.limits.download_bytes = 1000
    large = SharedFile(name="large.jpg", content=base64.b64encode(bytes(400_000)).decode(), kind="document")
    words = SharedFile(name="words.pdf", content=base64.b64encode(b"words").decode(), kind="document")

    async with team.running():
        await team.telegram.share(chat_id=ANNA, user_id=ANNA, files=[words])
        await answer(team, chat=ANNA, containing="I take photos and videos")
        await team.telegram.share(chat_id=ANNA, user_id=ANNA, files=[large])
        by_size = said(await answer(team, chat=ANNA, containing="large.jpg"))
        await team.telegram.share(chat_id=ANNA, user_id=ANNA, files=[picked(1, kind="document")])
        by_telegram = said(await answer(team, chat=ANNA, containing="pier 1.jpg"))

    assert by_size.startswith("✋ large.jpg cannot be used: it has 0 MB, and Telegram gives bots at most")
    assert by_telegram.startswith("✋ pier 1.jpg cannot be used: Telegram gives bots at most")


async def test_who_belongs_to_several_teams_is_asked_to_send_to_one(team: BotWorld) -> None:
    other = GROUP - 1
    team.telegram.add_chat(id=other, type="supergroup", title="Others")
    team.telegram.add_member(chat_id=other, user_id=int(TOKEN.split(":")[0]))
    team.telegram.add_member(chat_id=other, user_id=ANNA)
    await team.workspaces.ensure(name="Others", chat_id=ChatId(other), first_settings={})

    async with team.running():
        await team.telegram.share(chat_id=ANNA, user_id=ANNA, files=[picked(1)])
        await answer(team, chat=ANNA, containing="You belong to several teams")

    assert await planned(team) == []
