"""What the process says of itself at `/healthz` and `/readyz`."""

import datetime as dt

from app.bootstrap import Storyline
from app.leader import Leader
from app.worker import Worker
from web.health import Health

LONGEST_SILENCE = dt.timedelta(minutes=2)
"""The worker comes round at every tick, the bot's loops at least every minute; longer silence is a hang."""


class ProcessHealth:
    """Watches the loops of one process."""

    def __init__(self, *, storyline: Storyline, worker: Worker, leader: Leader) -> None:
        self._storyline = storyline
        self._worker = worker
        self._leader = leader

    def live(self) -> Health:
        """Whether the loops tick."""
        worker_silence = dt.timedelta(seconds=self._storyline.clock.monotonic() - self._worker.beat_at)
        silences = {"worker": worker_silence, **self._leader.ages()}
        return Health(
            is_well=all(silence < LONGEST_SILENCE for silence in silences.values()),
            details={
                "silent_seconds": {
                    name: round(silence.total_seconds(), 1) for name, silence in silences.items()
                },
                "in_hand": self._worker.in_hand,
                "leading": self._leader.is_leading,
            },
        )

    async def ready(self) -> Health:
        """Whether the database answers, with the state of each account's API."""
        try:
            async with self._storyline.database.read() as look:
                accounts = [
                    account
                    for workspace in await look.workspaces.all()
                    for account in await look.accounts.find(workspace.id)
                ]
        except Exception as error:  # noqa: BLE001  (whatever the driver raises, the answer is that it is not ready)
            return Health(is_well=False, details={"database": type(error).__name__})
        return Health(
            is_well=True,
            details={
                "database": "ok",
                "posting_enabled": self._storyline.settings.posting.posting_enabled,
                "accounts": [
                    {
                        "name": account.name,
                        "platform": account.platform,
                        "state": account.state,
                        "has_token": account.has_token,
                        "answered_at": account.checked_at.isoformat() if account.checked_at else None,
                    }
                    for account in accounts
                ],
            },
        )
