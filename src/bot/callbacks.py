"""What a button carries.

On a card it is `v1:<action>:<card>:<version>`, on the answer to media that somebody sent
`m1:<action>:<contribution>:<version>:<argument>`, below pictures that look alike `l1:<choice>:<media item>`,
with numbers in base 36.

The data comes back from a client and proves nothing: it names what to look up, and the database decides.
"""

import dataclasses
import re
from typing import Self

from domain.card import Action
from domain.contribution import ContributionAction
from domain.ids import CardId, ContributionId, MediaId

MAX_BYTES = 64
"""Longest callback data Telegram takes. Source: Bot API schema 10.3, read 2026-11-20."""
LARGEST_NUMBER = 2**63 - 1
"""What a database row can be numbered or versioned with."""

# Buttons live as long as the messages that carry them: a code is never changed and never used again.
_CODES = {
    Action.POSTED: "p",
    Action.SKIP: "s",
    Action.LATER: "l",
    Action.LATER_HOUR: "lh",
    Action.LATER_TONIGHT: "ln",
    Action.LATER_TOMORROW: "lt",
    Action.LATER_OWN: "lo",
    Action.REJECT: "r",
    Action.REJECT_SURELY: "rs",
    Action.BACK: "b",
    Action.APPROVE: "a",
    Action.LET_BOT: "lb",
    Action.TAKE_OVER: "to",
    Action.ORIGINAL: "o",
    Action.CAPTION: "c",
    Action.LIVE: "v",
    Action.LIVE_LINK: "vl",
    Action.ABSENT: "x",
    Action.LEAVE: "q",
}
_ACTIONS = {code: action for action, code in _CODES.items()}
_SHAPE = re.compile(r"v1:([a-z]{1,2}):([0-9a-z]{1,13}):([0-9a-z]{1,13})")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CardButton:
    """A press of one button of one card, as the card was when it was drawn."""

    action: Action
    card_id: CardId
    version: int
    """The publication's, which the card showed."""

    def encode(self) -> str:
        """Return the callback data."""
        return f"v1:{_CODES[self.action]}:{_base36(self.card_id)}:{_base36(self.version)}"

    @classmethod
    def parse(cls, data: str) -> Self | None:
        """Read callback data; None when `encode` could not have written it."""
        found = _SHAPE.fullmatch(data)
        if found is None:
            return None
        code, card_id, version = found[1], int(found[2], 36), int(found[3], 36)
        if code not in _ACTIONS or max(card_id, version) > LARGEST_NUMBER:
            return None
        button = cls(action=_ACTIONS[code], card_id=CardId(card_id), version=version)
        return button if button.encode() == data else None


_CONTRIBUTION_CODES = {
    ContributionAction.CATEGORY: "c",
    ContributionAction.CATEGORY_IS: "ci",
    ContributionAction.NEEDS: "n",
    ContributionAction.NEED: "ni",
    ContributionAction.WHEN: "w",
    ContributionAction.WHEN_NEXT: "wn",
    ContributionAction.WHEN_ON: "wo",
    ContributionAction.CAROUSEL: "o",
    ContributionAction.LIBRARY: "l",
    ContributionAction.PLAN: "p",
    ContributionAction.DISCARD: "d",
    ContributionAction.BACK: "b",
}
_CONTRIBUTION_ACTIONS = {code: action for action, code in _CONTRIBUTION_CODES.items()}
_CONTRIBUTION_SHAPE = re.compile(r"m1:([a-z]{1,2}):([0-9a-z]{1,13}):([0-9a-z]{1,13}):([0-9a-z-]{0,16})")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ContributionButton:
    """A press of one button of the answer to what somebody sent, as the answer was when it was drawn."""

    action: ContributionAction
    contribution_id: ContributionId
    version: int
    argument: str = ""
    """Lower-case letters, digits and hyphens, at most 16."""

    def encode(self) -> str:
        """Return the callback data."""
        code = _CONTRIBUTION_CODES[self.action]
        return f"m1:{code}:{_base36(self.contribution_id)}:{_base36(self.version)}:{self.argument}"

    @classmethod
    def parse(cls, data: str) -> Self | None:
        """Read callback data; None when `encode` could not have written it."""
        found = _CONTRIBUTION_SHAPE.fullmatch(data)
        if found is None:
            return None
        code, number, version = found[1], int(found[2], 36), int(found[3], 36)
        if code not in _CONTRIBUTION_ACTIONS or max(number, version) > LARGEST_NUMBER:
            return None
        button = cls(
            action=_CONTRIBUTION_ACTIONS[code],
            contribution_id=ContributionId(number),
            version=version,
            argument=found[4],
        )
        return button if button.encode() == data else None


_LOOKALIKE_SHAPE = re.compile(r"l1:([kr]):([0-9a-z]{1,13})")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class LookalikeButton:
    """A press of what is to become of an item that looks like an older one."""

    media_id: MediaId
    is_kept: bool
    """Both stay; otherwise the item is retired."""

    def encode(self) -> str:
        """Return the callback data."""
        return f"l1:{'k' if self.is_kept else 'r'}:{_base36(self.media_id)}"

    @classmethod
    def parse(cls, data: str) -> Self | None:
        """Read callback data; None when `encode` could not have written it."""
        found = _LOOKALIKE_SHAPE.fullmatch(data)
        if found is None or int(found[2], 36) > LARGEST_NUMBER:
            return None
        button = cls(media_id=MediaId(int(found[2], 36)), is_kept=found[1] == "k")
        return button if button.encode() == data else None


def _base36(number: int) -> str:
    digits = ""
    while True:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
        if number == 0:
            return digits
