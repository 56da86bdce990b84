"""Store what somebody sent, so that it is fetched and answered whatever happens."""

import datetime as dt

from domain.contribution import CATEGORY, Wish
from services.ports import Clock
from services.repositories.contributions import SentFile
from services.unit_of_work import Database

QUIET = dt.timedelta(seconds=2)
"""How long no message of an album has come when it is taken to be complete."""


class ContributionIntake:
    """Takes messages with media."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def take(self, sent: SentFile, *, wish: Wish = Wish.PLAN, update_id: int) -> None:
        """Store one message, and that its update is handled. Repeating it changes nothing more."""
        now = self._clock.now()
        ready_at = now if sent.album is None else now + QUIET
        async with self._database.begin() as uow:
            if await uow.inbox.handled(update_id, at=now):
                await uow.contributions.add(sent, category=CATEGORY, wish=wish, at=now, ready_at=ready_at)
                await uow.commit()
