"""Malformed updates and forged presses: all are handled, and nothing changes."""

import asyncio

from bot.callbacks import CardButton
from domain.card import Action
from domain.publication import State
from support.bot_world import BotWorld, buttons
from support.malformed import forged_presses, malformed_updates
from support.telegram_api import TOKEN, until

SEED = 20260301


async def test_malformed_updates_change_nothing_and_hold_nobody_up(team: BotWorld) -> None:
    team.telegram.limits.callback_answer_seconds = 600
    async with team.running():
        publication_id, message = await team.card()
        before = await team.publication(publication_id)
        for update in malformed_updates(300, seed=SEED):
            team.telegram.inject(token=TOKEN, update=update)

        answer = await team.press(message, Action.LATER, wait_seconds=30)
        await until(team.inbox_is_empty, within_seconds=30)

        assert answer.answered
        assert await team.publication(publication_id) == before
        assert not (await team.paused())


async def test_forged_presses_have_no_effect(team: BotWorld) -> None:
    team.telegram.limits.callback_answer_seconds = 600
    async with team.running():
        publication_id, message = await team.card()
        button = CardButton.parse(buttons(message)[0])
        assert button is not None
        before = await team.publication(publication_id)
        presses = forged_presses(100, seed=SEED, card=button.card_id, version=button.version)

        await asyncio.gather(*(team.forge(message, data, by=by, wait_seconds=0.1) for by, data in presses))
        honest = await team.press(message, Action.LATER, wait_seconds=30)
        await until(team.inbox_is_empty, within_seconds=30)

        assert honest.answered
        assert await team.publication(publication_id) == before
        assert before.state is State.WITH_TEAM
