"""See every night whether each account's access still works, and warn before it ends."""

import datetime as dt
import logging

from domain.errors import AuthorizationError, Failure, PublishingError
from domain.ids import AccountId
from domain.publication import BOT
from domain.token import Grant, HeldToken, step_reached
from services.accounts.access import held_access_is_dead, why_over
from services.alerts import AlertService
from services.messages import AlertKind, SendAlert
from services.ports import Clock, Networks, Randomness
from services.repositories.records import AuditEntry
from services.unit_of_work import Database, UnitOfWork
from services.workspaces import workspace_of

logger = logging.getLogger(__name__)

AT = dt.time(2, tzinfo=dt.UTC)
"""When the night's check begins."""
PAUSE = dt.timedelta(seconds=1)
"""Between two accounts, so that a thousand do not ask at once."""
AGAIN_AFTER = dt.timedelta(hours=1)
"""When an account is asked again whose platform did not answer."""
RECORDED_AT_ONCE = 50


class HealthCheckService:
    """Asks each account's platform once a night whether its access works.

    Which accounts the night still lacks, the database knows: after a night without Storyline the check comes
    with its start, and a second leader goes on where the first one stopped.
    """

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        randomness: Randomness,
        networks: Networks,
        alerts: AlertService,
    ) -> None:
        self._database = database
        self._clock = clock
        self._randomness = randomness
        self._networks = networks
        self._alerts = alerts
        self._not_before: dict[AccountId, dt.datetime] = {}

    async def check_due(self) -> int:
        """Check what was not checked since the last two o'clock, UTC; return how many answered.

        With nothing to do it is one statement; besides, one call for each account, and statements for those
        alone about which there is something to say.
        """
        async with self._database.read() as look:
            due = await look.accounts.unchecked_tokens(since=_last_night(self._clock.now()))
        worked: list[AccountId] = []
        answered = 0
        for held in due:
            if self._not_before.get(held.account.id, self._clock.now()) > self._clock.now():
                continue
            if await self._is_seen_to_work(held):
                worked.append(held.account.id)
                answered += 1
            if len(worked) >= RECORDED_AT_ONCE:
                await self._record(worked)
            await self._clock.sleep(PAUSE)
        await self._record(worked)
        return answered

    async def _is_seen_to_work(self, held: HeldToken) -> bool:
        try:
            return await self._works(held)
        except Exception:  # an account that breaks must not keep the others from being checked
            self._not_before[held.account.id] = self._clock.now() + AGAIN_AFTER
            logger.exception("account.check_broke", extra={"account": held.account.id})
            return False

    async def _works(self, held: HeldToken) -> bool:
        network = self._networks.get(held.account.platform)
        if network is None:
            return False
        if over := why_over(held, now=self._clock.now()):
            await self._dead(held, over)
            return False
        try:
            found = await network.tokens.inspect(held.account, held.grant)
        except AuthorizationError as refusal:
            await self._dead(held, refusal.failure)
            return False
        except PublishingError as error:
            self._not_before[held.account.id] = self._clock.now() + AGAIN_AFTER
            logger.warning("account.unchecked", extra={"account": held.account.id, "reason": str(error)})
            return False
        self._not_before.pop(held.account.id, None)
        await self._watch(held, found)
        return True

    async def _watch(self, held: HeldToken, found: Grant) -> None:
        """Store what is new of the access's ends, and warn of those that come near."""
        now = self._clock.now()
        ends = (
            (AlertKind.RUNNING_OUT, held.grant.expires_at, found.expires_at),
            (AlertKind.CONSENT_ENDING, held.grant.data_access_expires_at, found.data_access_expires_at),
        )
        async with self._database.begin() as uow:
            if found != held.grant:
                renewal = found.renewal(now=now, chance=self._randomness.uniform(0, 1))
                if not await uow.accounts.replace_token(held, found, refresh_after=renewal, at=now):
                    return  # renewed or connected meanwhile
            for kind, known, end in ends:
                step = step_reached(end, now=now) if end else None
                if end is not None and step is not None:
                    await self._warn(uow, held, kind, end, step)
                elif end != known:
                    workspace = await workspace_of(uow, held.account.workspace_id)
                    await self._alerts.end(
                        uow, workspace, SendAlert(kind=kind, account_id=held.account.id, until=end)
                    )
            await uow.commit()

    async def _warn(
        self, uow: UnitOfWork, held: HeldToken, kind: AlertKind, end: dt.datetime, step: dt.timedelta
    ) -> None:
        account = held.account
        is_news = await self._alerts.raise_(
            uow,
            await workspace_of(uow, account.workspace_id),
            SendAlert(kind=kind, account_id=account.id, level=-step.days, until=end),
        )
        if is_news:
            await uow.audit.add(
                AuditEntry(
                    at=self._clock.now(),
                    actor=BOT,
                    action="token_health_alert",
                    workspace_id=account.workspace_id,
                    detail={"account": account.name, "ends": kind, "at": end.isoformat()},
                )
            )

    async def _dead(self, held: HeldToken, failure: Failure) -> None:
        await held_access_is_dead(self._database, held, failure, clock=self._clock, alerts=self._alerts)

    async def _record(self, worked: list[AccountId]) -> None:
        if worked:
            async with self._database.begin() as uow:
                await uow.accounts.worked(worked, at=self._clock.now())
                await uow.commit()
            worked.clear()


def _last_night(now: dt.datetime) -> dt.datetime:
    tonight = dt.datetime.combine(now.date(), AT)
    return tonight if tonight <= now else tonight - dt.timedelta(days=1)
