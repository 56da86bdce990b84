"""Leave an account alone as long as its platform wants, whichever publication is in hand."""

import datetime as dt
import math

from domain.errors import PublishingError, RateLimitedError
from domain.throttle import pause_at
from services.ports import Clock, Job, LimitMeter
from services.posting.policy import RATE_LIMIT_PAUSE
from services.unit_of_work import Database

NO_PAUSE = dt.timedelta(0)
LONGEST_QUEUE = dt.timedelta(hours=1)
"""What waits is spread over this time at most, for by then the platform may say something else."""


class NoPlaceError(RateLimitedError):
    """Storyline itself holds a publication back; the platform was not called for it."""


class Throttle:
    """Closes accounts to the automatic lane, and keeps the door.

    An account whose platform refuses calls is closed for the time the platform names. One whose platform says
    that more than 75 % of a limit is used is closed for a pause after each publication that grows to 15
    minutes at 100 %; when it is the app's limit, all accounts of the same login are. What would begin
    meanwhile waits, each behind the one before it; cards are not affected.
    """

    def __init__(self, *, database: Database, clock: Clock, meter: LimitMeter) -> None:
        self._database = database
        self._clock = clock
        self._meter = meter

    async def enter(self, job: Job) -> None:
        """Let a publication pass whose account is open. Costs nothing but where it is not.

        Raises:
            NoPlaceError: its account is closed; it tells when to come again.
        """
        now = self._clock.now()
        until = job.account.closed_until
        if until is None or until <= now:
            return
        async with self._database.read() as look:
            ahead = await look.quotas.waiting(job.publication, now=now)
        wait = until - now + min(ahead * pause_at(job.account.usage_percent), LONGEST_QUEUE)
        platform = job.publication.platform
        raise NoPlaceError(
            f"{platform.capitalize()} limits how often it may be called for {job.account.name}; the next try "
            f"is in {in_minutes(wait)}.",
            retry_after=wait,
            platform=platform,
        )

    async def refused(self, job: Job, error: PublishingError) -> None:
        """Close the account of a publication that its platform refused for too many calls."""
        if not isinstance(error, RateLimitedError) or isinstance(error, NoPlaceError):
            return
        if error.is_quota or error.platform != job.publication.platform:
            return
        until = self._clock.now() + (error.retry_after or RATE_LIMIT_PAUSE)
        async with self._database.begin() as uow:
            if error.is_app_wide:
                await uow.quotas.close_login(job.account, until=until)
            else:
                await uow.quotas.close_account(job.account, until=until)
            await uow.commit()

    async def heed(self, job: Job, *, is_done: bool) -> None:
        """Do what the platform's answers said since the last time.

        Args:
            job: whose calls they answered.
            is_done: whether the publication's last call was made; only then a pause follows, for one that
                was begun is brought to its end.
        """
        heard = self._meter.take(job.token) if job.token else None
        if heard is None:
            return
        now = self._clock.now()
        app = pause_at(heard.app_percent) if is_done else NO_PAUSE
        account = max(pause_at(heard.account_percent) if is_done else NO_PAUSE, heard.regain_after)
        if not (app or account or pause_at(job.account.usage_percent)):
            return
        percent = max(heard.account_percent, heard.app_percent)
        async with self._database.begin() as uow:
            if app:
                await uow.quotas.close_login(job.account, until=now + app, usage_percent=heard.app_percent)
            await uow.quotas.close_account(job.account, until=now + account, usage_percent=percent)
            await uow.commit()


def in_minutes(wait: dt.timedelta) -> str:
    """Return a duration in words, such as `12 minutes`."""
    minutes = math.ceil(wait / dt.timedelta(minutes=1))
    return "a minute" if minutes <= 1 else f"{minutes} minutes"
