"""Cards and their buttons, from the chat to the database and back."""

import asyncio
import dataclasses
import json
from collections.abc import Callable

from bot.callbacks import CardButton
from domain.card import Action
from domain.ids import CardId, PublicationId
from domain.publication import State
from sandbox.faults import Fault
from sandbox.json_values import Json
from support.bot_world import BotWorld, buttons
from support.telegram_api import ANNA, BEN, STRANGER, until


async def test_a_press_of_posted_is_told_on_the_card_with_who_and_when(team: BotWorld) -> None:
    async with team.running():
        publication_id, message = await team.card()

        answer = await team.press(message, Action.POSTED, by=BEN)

        assert answer.text == "Done: posted."
        assert await team.state(publication_id) is State.PUBLISHED
        await until(lambda: says(team, "Posted by Ben"))
        assert buttons(team.shown()[-1]) == []


async def test_fifty_presses_at_once_have_one_effect_and_fifty_answers(team: BotWorld) -> None:
    team.telegram.limits.callback_answer_seconds = 600
    async with team.running():
        publication_id, message = await team.card()

        answers = await asyncio.gather(
            *(
                team.press(message, Action.POSTED, by=ANNA if n % 2 else BEN, wait_seconds=30)
                for n in range(50)
            )
        )

        assert (await team.events(publication_id)).count("posted_by_hand") == 1
        assert [answer.text for answer in answers].count("Done: posted.") == 1
        assert all(answer.answered and answer.text for answer in answers)


async def test_a_press_that_was_stored_before_the_end_is_handled_after_the_next_start(team: BotWorld) -> None:
    async with team.running():
        publication_id, message = await team.card()
    update = {
        "update_id": 77,
        "callback_query": {
            "id": "5",
            "from": {"id": BEN, "is_bot": False, "first_name": "Ben"},
            "message": message.as_json(),
            "chat_instance": "1",
            "data": next(data for data in buttons(message) if data.startswith("v1:s:")),
        },
    }
    async with team.database.begin() as uow:
        await uow.inbox.add({77: json.dumps(update)}, at=team.clock.now())
        await uow.commit()

    async with team.running():
        await until(team.inbox_is_empty)

    assert await team.state(publication_id) is State.SKIPPED


async def test_later_shows_its_times_and_back_brings_the_buttons_back(team: BotWorld) -> None:
    async with team.running():
        _, message = await team.card()
        before = buttons(message)

        await team.press(message, Action.LATER)
        await until(lambda: offers(team, Action.LATER_TONIGHT))
        await team.press(team.shown()[-1], Action.BACK)
        await until(lambda: offers(team, Action.POSTED))

        assert buttons(team.shown()[-1]) == before


async def test_an_own_time_is_asked_for_and_understood(team: BotWorld) -> None:
    async with team.running():
        publication_id, message = await team.card()
        await team.press(message, Action.LATER)
        await until(lambda: offers(team, Action.LATER_OWN))
        await team.press(team.shown()[-1], Action.LATER_OWN)
        await until(lambda: says(team, "when should it come back?"))

        question = team.shown()[-1]
        team.telegram.say(
            chat_id=question.chat.id, user_id=ANNA, text="tomorrow 9:30", reply_to_message_id=question.id
        )

        await until(lambda: is_in(team, publication_id, State.SCHEDULED))
        assert f"{(await team.publication(publication_id)).planned_at:%H:%M}" == "09:30"


async def test_strangers_other_cards_and_nonsense_change_nothing(team: BotWorld) -> None:
    async with team.running():
        publication_id, message = await team.card()
        good = buttons(message)[0]
        posted = CardButton.parse(good)
        assert posted is not None
        unknown = dataclasses.replace(posted, card_id=CardId(10**6)).encode()
        older = dataclasses.replace(posted, version=posted.version - 1).encode()

        stranger = await team.forge(message, good, by=STRANGER, wait_seconds=0.3)
        nonsense = await team.forge(message, "v1:zz:\x00:💥")
        missing = await team.forge(message, unknown)
        replayed = await team.forge(message, older)

        assert not stranger.answered
        assert nonsense.text == "This button no longer works."
        assert missing.text == "This card is not known here any more."
        assert replayed.text == "This card was older than it looked: with the team."
        assert await team.state(publication_id) is State.WITH_TEAM
        await until(team.inbox_is_empty)


async def test_a_first_press_counts_also_when_telegram_does_not_say_at_once_who_pressed(
    team: BotWorld,
) -> None:
    team.world.faults.add(Fault(service="telegram", operation="getChatMember", status=502, remaining=1))
    async with team.running():
        publication_id, message = await team.card()

        await team.press(message, Action.POSTED)

        assert await team.state(publication_id) is State.PUBLISHED


async def test_an_album_has_its_buttons_on_a_message_of_their_own(team: BotWorld) -> None:
    async with team.running():
        publication_id, message = await team.card(files=2)

        assert [("photo" in shown.content) for shown in team.shown()] == [True, True, False]
        await team.press(message, Action.POSTED)
        assert await team.state(publication_id) is State.PUBLISHED


async def test_the_original_and_the_whole_caption_come_on_request(team: BotWorld) -> None:
    async with team.running():
        _, message = await team.card(caption="Long " * 400)

        assert (await team.press(message, Action.ORIGINAL)).text == "On its way."
        await until(lambda: has(team, lambda shown: "document" in shown))
        await team.press(message, Action.CAPTION)
        await until(lambda: has(team, lambda shown: shown.get("text", "").startswith("Long Long")))

        document = next(shown for shown in team.shown() if "document" in shown.content)
        assert document.content["document"]["file_name"] == "1.jpg"


async def says(team: BotWorld, words: str) -> bool:
    return any(words in (m.content.get("text") or m.content.get("caption") or "") for m in team.shown())


async def offers(team: BotWorld, action: Action) -> bool:
    pressed = [CardButton.parse(data) for data in buttons(team.shown()[-1])]
    return any(button is not None and button.action is action for button in pressed)


async def has(team: BotWorld, fits: Callable[[Json], bool]) -> bool:
    return any(fits(message.content) for message in team.shown())


async def is_in(team: BotWorld, publication_id: PublicationId, state: State) -> bool:
    return await team.state(publication_id) is state
