"""What waits to be sent, by chat, and what of it goes next."""

import collections
import math
from collections.abc import Collection, Sequence

from bot.outgoing.limiter import Limiter
from domain.ids import ChatId
from services.repositories.chat import Outgoing


class Backlog:
    """Picks the next messages: the most urgent, then those of the chat that waited longest.

    Within a chat they keep their order.
    """

    def __init__(self, limiter: Limiter) -> None:
        self._limiter = limiter
        self._waiting = dict[ChatId, collections.deque[Outgoing]]()
        self._served_at = dict[ChatId, float]()

    def replace(self, messages: Sequence[Outgoing]) -> None:
        """Forget what waited and take these, which come most urgent first, then oldest."""
        self._waiting.clear()
        for outgoing in messages:
            self._waiting.setdefault(outgoing.chat_id, collections.deque()).append(outgoing)

    def take(self, now: float, *, most: int, busy: Collection[ChatId]) -> list[Outgoing]:
        """Take out what its chat may have now, at most one message per chat and none for busy ones."""
        taken: list[Outgoing] = []
        for chat_id in sorted(self._waiting.keys() - set(busy), key=self._turn):
            if len(taken) == most:
                break
            head = self._waiting[chat_id][0]
            if self._limiter.ready_at(chat_id, head.urgency) > now:
                continue
            self._served_at[chat_id] = now
            self._waiting[chat_id].popleft()
            if not self._waiting[chat_id]:
                del self._waiting[chat_id]
            taken.append(head)
        return taken

    def ready_at(self, *, busy: Collection[ChatId]) -> float:
        """Return when the next chat may have a message; infinity: nothing waits for its time."""
        return min(
            (
                self._limiter.ready_at(chat_id, waiting[0].urgency)
                for chat_id, waiting in self._waiting.items()
                if chat_id not in busy
            ),
            default=math.inf,
        )

    def _turn(self, chat_id: ChatId) -> tuple[int, float, int]:
        head = self._waiting[chat_id][0]
        return (head.urgency, self._served_at.get(chat_id, -math.inf), head.id)
