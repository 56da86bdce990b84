"""The people of the teams: they press buttons while the product is being killed."""

import random
from typing import Any

from chaos.asking import Asked
from support.product import StandIns, buttons, words
from support.teams import ANNA, BEN

SHARE_PRESSED = 0.6
"""Of the cards; the others stay as they are."""


class Team:
    """Presses "Posted" on cards, sometimes by two people at once, and remembers on which."""

    def __init__(self, outside: StandIns, asked: list[Asked], chance: random.Random) -> None:
        self._outside = outside
        self._chats = {each.chat_id for each in asked}
        self._by_hand = {each.label for each in asked if each.by_hand}
        self._chance = chance
        self._passed_over = set[str]()
        self.pressed = set[str]()
        """Labels of the publications that somebody said to have posted."""

    def look_and_press(self, *, chats: int | None = None) -> None:
        """Press on some of the cards that came since the last look, in so many of the chats or in all."""
        chosen = sorted(self._chats)
        if chats is not None and chats < len(chosen):
            chosen = self._chance.sample(chosen, chats)
        for chat_id in chosen:
            for message in self._outside.messages(chat_id):
                label = label_of(message)
                data = posted_button(message)
                known = self.pressed | self._passed_over
                if data is None or label not in self._by_hand - known:
                    continue
                if self._chance.random() > SHARE_PRESSED:
                    self._passed_over.add(label)
                    continue
                self.pressed.add(label)
                for person in (ANNA, BEN)[: self._chance.choice((1, 2))]:
                    self._outside.forge(message, data, by=person, wait_seconds=0)


def label_of(message: dict[str, Any]) -> str:
    """Return the label of the publication a message stands for, empty when it stands for none."""
    return next((line for line in words(message).splitlines() if line.startswith("chaos-")), "")


def posted_button(message: dict[str, Any]) -> str | None:
    """Return the data of the button "Posted", which a card has as long as it waits for a person."""
    return next((data for text, data in buttons(message).items() if text.endswith("Posted")), None)
