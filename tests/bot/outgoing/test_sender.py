"""The outbox against a Telegram that refuses, is slow, or does not answer."""

from collections.abc import Sequence

from domain.card import Action
from domain.ids import ChatId
from domain.media import Description
from domain.publication import State
from sandbox.faults import Effect, Fault
from sandbox.world import Call
from services.messages import SendNewLookalikes, SendText, Urgency
from services.repositories.media import SeenFile
from support.bot_world import BotWorld
from support.builders import image_facts
from support.telegram_api import ANNA, GROUP, TOKEN, until

OTHER_GROUP = -1001700000002
BOT = int(TOKEN.partition(":")[0])


async def put(team: BotWorld, *texts: str, chat: int = GROUP, urgency: Urgency = Urgency.CARD) -> None:
    """Put texts into the outbox, in one transaction."""
    async with team.database.begin() as uow:
        for text in texts:
            await uow.outbox.add(ChatId(chat), SendText(html=text), urgency=urgency, at=team.clock.now())
        await uow.commit()


def said(team: BotWorld, chat: int = GROUP) -> list[str]:
    """What the bot said in a chat, oldest first."""
    messages = team.telegram.messages(chat)
    return [message.content.get("text", "") for message in messages if message.sender.is_bot]


async def is_sent(team: BotWorld, count: int) -> bool:
    return len(said(team)) >= count and await team.outbox_is_empty()


def calls(team: BotWorld, operation: str) -> Sequence[Call]:
    return [call for call in team.world.calls if call.operation == operation]


async def test_a_chat_gets_its_messages_in_order_with_the_urgent_first(team: BotWorld) -> None:
    await put(team, "1", "2", "3")
    await put(team, "alert", urgency=Urgency.ALERT)
    await put(team, "press", urgency=Urgency.PRESS)

    async with team.running():
        await until(lambda: is_sent(team, 5))

    assert said(team) == ["press", "alert", "1", "2", "3"]


async def test_telegram_never_has_to_ask_for_patience(team: BotWorld) -> None:
    await put(team, *(str(n) for n in range(19)))

    async with team.running():
        await until(lambda: is_sent(team, 19), within_seconds=15)

    assert said(team) == [str(n) for n in range(19)]
    assert [call.status for call in calls(team, "sendMessage")] == [200] * 19


async def test_a_429_is_waited_out_and_nothing_overtakes(team: BotWorld) -> None:
    team.world.faults.add(
        Fault(
            service="telegram", operation="sendMessage", status=429, headers={"Retry-After": "3"}, remaining=1
        )
    )
    await put(team, "1", "2")

    async with team.running():
        await until(lambda: is_sent(team, 2))

    first, second, _ = calls(team, "sendMessage")
    assert said(team) == ["1", "2"]
    assert (second.at - first.at).total_seconds() >= 3


async def test_errors_of_telegrams_own_are_outwaited_without_a_double(team: BotWorld) -> None:
    team.world.faults.add(Fault(service="telegram", operation="sendMessage", status=502, remaining=3))
    await put(team, "1", "2")

    async with team.running():
        await until(lambda: is_sent(team, 2))

    assert said(team) == ["1", "2"]


async def test_a_message_whose_answer_was_lost_is_sent_once_more_and_no_third_time(team: BotWorld) -> None:
    team.world.faults.add(
        Fault(service="telegram", operation="sendMessage", effect=Effect.LOSE_ANSWER, remaining=2)
    )
    await put(team, "1", "2")

    async with team.running():
        await until(lambda: is_sent(team, 3))

    assert said(team) == ["1", "1", "2"]


async def test_a_card_that_stays_unclear_is_given_up_and_the_team_is_told(team: BotWorld) -> None:
    team.world.faults.add(Fault(service="telegram", operation="sendPhoto", effect=Effect.DROP, remaining=2))
    publication_id = await team.queued()
    await team.dispatch.claim(limit=1)

    async with team.running():
        await until(lambda: is_sent(team, 1))

    (alert,) = said(team)
    assert alert.startswith("❗ A card could not be shown here\nStory for harbour.lane")
    assert f"File: {team.folder / '1.jpg'}" in alert
    assert await team.state(publication_id) is State.WITH_TEAM


async def test_a_picture_that_telegram_refuses_comes_as_a_file_with_the_same_buttons(team: BotWorld) -> None:
    refusal = {"ok": False, "error_code": 400, "description": "Bad Request: PHOTO_INVALID_DIMENSIONS"}
    team.world.faults.add(
        Fault(service="telegram", operation="sendPhoto", status=400, body=refusal, remaining=1)
    )
    async with team.running():
        publication_id, message = await team.card()

        assert "document" in message.content
        await team.press(message, Action.POSTED)
        assert await team.state(publication_id) is State.PUBLISHED
        await until(lambda: is_captioned(team, "Posted by Anna"))


async def test_a_file_that_is_gone_leaves_a_card_that_says_where_it_was(team: BotWorld) -> None:
    publication_id = await team.queued()
    (team.folder / "1.jpg").unlink()
    await team.dispatch.claim(limit=1)

    async with team.running():
        await until(lambda: is_sent(team, 1))
        await team.press(team.shown()[0], Action.SKIP)
        await until(lambda: is_said(team, "Skipped by Anna"))

    assert str(team.folder / "1.jpg") in said(team)[0]
    assert await team.state(publication_id) is State.SKIPPED


async def test_a_card_that_somebody_deleted_is_sent_anew(team: BotWorld) -> None:
    async with team.running():
        _, message = await team.card()
        message.deleted = True

        await team.press(message, Action.LATER)
        await until(lambda: is_sent_again(team, message.id))


async def test_a_group_that_became_a_supergroup_is_followed(team: BotWorld) -> None:
    team.telegram.migrate(chat_id=GROUP, new_id=OTHER_GROUP)
    team.telegram.forget_updates(token=team.bot.token)
    await put(team, "1", "2")

    async with team.running():
        await until(lambda: is_in_other_group(team))

    async with team.database.begin() as uow:
        moved = await uow.workspaces.get(team.workspace.id)
    assert moved is not None
    assert moved.chat_id == OTHER_GROUP


async def test_a_message_that_a_dead_leader_was_sending_is_sent_after_a_pause(team: BotWorld) -> None:
    await put(team, "1")
    async with team.database.begin() as uow:
        (outgoing,) = await uow.outbox.waiting(now=team.clock.now(), limit=1)
        await uow.outbox.begin([outgoing.id], at=team.clock.now())
        await uow.commit()
    began_at = team.clock.now()

    async with team.running():
        await until(lambda: is_sent(team, 1))

    assert (team.clock.now() - began_at).total_seconds() >= 5


async def test_a_chat_that_threw_the_bot_out_does_not_hold_up_the_others(team: BotWorld) -> None:
    team.telegram.add_member(chat_id=GROUP, user_id=BOT, status="kicked")
    await put(team, "1", "2")
    await put(team, "hello", chat=ANNA)

    async with team.running():
        await until(team.outbox_is_empty)

    assert said(team) == []
    assert said(team, ANNA) == ["hello"]


async def test_what_looks_alike_comes_as_one_picture_while_nobody_has_said_that_both_stay(
    team: BotWorld,
) -> None:
    files = [
        SeenFile(
            path=f"/library/{number}.jpg",
            sha256=f"{number:064}",
            facts=image_facts(),
            description=Description(),
            fingerprint=42,
        )
        for number in range(3)
    ]
    async with team.database.begin() as uow:
        added = await uow.media.add_all(team.workspace.id, files, at=team.clock.now())
        _, *alike = sorted(added.values())
        await uow.media.mark_near(team.workspace.id, alike)
        await uow.media.keep(alike[:1])
        message = SendNewLookalikes(media_ids=tuple(alike), count=9)
        await uow.outbox.add(ChatId(GROUP), message, urgency=Urgency.CARD, at=team.clock.now())
        await uow.commit()

    async with team.running():
        await until(team.outbox_is_empty)

    [picture] = [message for message in team.telegram.messages(GROUP) if message.sender.is_bot]
    assert "These are 1 of 9" in picture.content["caption"]


async def test_stopping_lets_what_is_on_its_way_arrive(team: BotWorld) -> None:
    team.world.faults.add(
        Fault(service="telegram", operation="sendMessage", effect=Effect.DELAY, delay_seconds=0.3)
    )
    await put(team, "1")

    async with team.running():
        await until(lambda: is_called(team, "sendMessage"))

    assert said(team) == ["1"]
    assert await team.outbox_is_empty()


async def is_called(team: BotWorld, operation: str) -> bool:
    return bool(calls(team, operation))


async def is_captioned(team: BotWorld, words: str) -> bool:
    return words in team.shown()[-1].content.get("caption", "")


async def is_said(team: BotWorld, words: str) -> bool:
    return words in said(team)[-1]


async def is_sent_again(team: BotWorld, former_id: int) -> bool:
    return team.shown()[-1].id != former_id and team.shown()[-1].reply_markup is not None


async def is_in_other_group(team: BotWorld) -> bool:
    return said(team, OTHER_GROUP) == ["1", "2"]


async def test_a_group_that_moved_to_a_connected_one_holds_up_nobody(team: BotWorld) -> None:
    team.telegram.migrate(chat_id=GROUP, new_id=OTHER_GROUP)
    team.telegram.forget_updates(token=team.bot.token)
    async with team.database.begin() as uow:
        await uow.workspaces.add(name="Anew", chat_id=ChatId(OTHER_GROUP), at=team.clock.now())
        await uow.commit()
    await put(team, "1", "2")
    await put(team, "hello", chat=ANNA)

    async with team.running():
        await until(lambda: is_in_other_group(team))
        await until(team.outbox_is_empty)

    assert said(team, ANNA) == ["hello"]
