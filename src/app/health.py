"""What the process says of itself at `/healthz` and `/readyz`."""

import datetime as dt

from app.bootstrap import Storyline
from app.worker import Worker
from repositories.leadership import Leadership
from services.ports import Clock
from web.health import Health

WORKER_SILENCE = dt.timedelta(seconds=30)
"""The worker's loop comes round at every tick; longer silence means that it hangs."""


class ProcessHealth:
    """Watches the loops of one process."""

    def __init__(self, *, storyline: Storyline, worker: Worker, leadership: Leadership, clock: Clock) -> None:
        self._storyline = storyline
        self._worker = worker
        self._leadership = leadership
        self._clock = clock

    def live(self) -> Health:
        """Whether the loops tick."""
        silence = dt.timedelta(seconds=self._clock.monotonic() - self._worker.beat_at)
        return Health(
            is_well=silence < WORKER_SILENCE,
            details={
                "worker_silent_seconds": round(silence.total_seconds(), 1),
                "in_hand": self._worker.in_hand,
                "leader": self._leadership.is_leader,
            },
        )

    async def ready(self) -> Health:
        """Whether the database answers, with the state of each account's API."""
        try:
            async with self._storyline.database.begin() as uow:
                accounts = [
                    account
                    for workspace in await uow.workspaces.all()
                    for account in await uow.accounts.find(workspace.id)
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
