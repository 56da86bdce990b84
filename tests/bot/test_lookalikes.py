"""Whether both of two pictures that look alike stay is decided below them, in the chat."""

import pytest

from bot.callbacks import LookalikeButton
from domain.ids import ChatId, MediaId
from domain.media import Description, MediaItem
from services.messages import SendNewLookalikes, Urgency
from services.repositories.media import SeenFile
from support.bot_world import BotWorld, buttons
from support.builders import image_facts
from support.telegram_api import ANNA, GROUP, STRANGER, until


async def shown_alike(team: BotWorld, *, count: int = 1) -> list[MediaId]:
    """Let the team be shown so many new pictures, each beside the older one that it looks like."""
    files = [
        SeenFile(
            path=f"/library/{number}.jpg",
            sha256=f"{number:064}",
            facts=image_facts(),
            description=Description(),
            fingerprint=42,
        )
        for number in range(count + 1)
    ]
    async with team.database.begin() as uow:
        _, *alike = sorted((await uow.media.add_all(team.workspace.id, files, at=team.clock.now())).values())
        await uow.media.mark_near(team.workspace.id, alike)
        message = SendNewLookalikes(media_ids=tuple(alike), count=count)
        await uow.outbox.add(ChatId(GROUP), message, urgency=Urgency.CARD, at=team.clock.now())
        await uow.commit()
    return alike


async def press(team: BotWorld, data: str, *, user_id: int = ANNA) -> str:
    """Press below the picture, and return what the toast says."""
    answer = await team.telegram.press(
        chat_id=GROUP, message_id=team.shown()[0].id, user_id=user_id, data=data
    )
    return answer.text or ""


async def until_said(team: BotWorld, count: int) -> None:
    async def is_said() -> bool:
        return len(team.shown()) >= count

    await until(is_said)


async def item(team: BotWorld, media_id: MediaId) -> MediaItem:
    async with team.database.read() as look:
        [found] = await look.media.get([media_id])
        return found


@pytest.mark.parametrize("is_kept", [True, False])
async def test_what_is_pressed_holds_and_is_told(team: BotWorld, *, is_kept: bool) -> None:
    [media_id] = await shown_alike(team)

    async with team.running():
        await until_said(team, 1)
        keep, retire = buttons(team.shown()[0])
        await press(team, keep if is_kept else retire)
        await until_said(team, 2)
        again = await press(team, retire)

    after = await item(team, media_id)
    said = team.shown()[1].content["text"]
    assert (after.is_retired, after.near_of is None) == (not is_kept, is_kept)
    assert f"No. {media_id} stays" in said if is_kept else f"retired no. {media_id}" in said
    assert again == "This was decided already."


async def test_each_of_several_pairs_has_buttons_of_its_own(team: BotWorld) -> None:
    first, second = await shown_alike(team, count=2)

    async with team.running():
        await until_said(team, 1)
        await press(team, LookalikeButton(media_id=second, is_kept=False).encode())
        await until_said(team, 2)

    assert len(buttons(team.shown()[0])) == 4
    assert [(await item(team, media_id)).is_retired for media_id in (first, second)] == [False, True]


async def test_a_stranger_decides_nothing(team: BotWorld) -> None:
    [media_id] = await shown_alike(team)

    async with team.running():
        await until_said(team, 1)
        await team.telegram.press(
            chat_id=GROUP,
            message_id=team.shown()[0].id,
            user_id=STRANGER,
            data=LookalikeButton(media_id=media_id, is_kept=False).encode(),
            wait_seconds=0.3,
        )

    assert not (await item(team, media_id)).is_retired
    assert len(team.shown()) == 1
