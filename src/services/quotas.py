"""Watch the accounts' quotas: what is used, when it runs out with what is planned, and who must know."""

import dataclasses
import datetime as dt
import logging
from collections.abc import Collection

from domain.account import Account, AccountState
from domain.errors import PublishingError
from domain.ids import AccountId
from domain.quota import DAY, Posts, Quota, QuotaLevel, Reading, runs_out_at
from domain.workspace import Workspace
from services.alerts import AlertService
from services.messages import AlertKind, SendAlert
from services.ports import Clock, Networks
from services.unit_of_work import Database, Repositories, UnitOfWork

logger = logging.getLogger(__name__)

TOLD_AT = {QuotaLevel.SCARCE: 80, QuotaLevel.USED_UP: 100}
"""The percentages at which the team is told, once each."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class QuotaOutlook:
    """How an account's quota stands, and how it will."""

    quota: Quota
    """With ours that went out since it was read."""
    read_at: dt.datetime
    """When the platform said so."""
    runs_out_at: dt.datetime | None
    """When the first post that is planned for the next 24 hours finds no place; None: none does."""


class QuotaService:
    """Reads quotas where somebody must know of them, and tells."""

    def __init__(self, *, database: Database, clock: Clock, networks: Networks, alerts: AlertService) -> None:
        self._database = database
        self._clock = clock
        self._networks = networks
        self._alerts = alerts

    async def outlook(self, accounts: Collection[Account]) -> dict[AccountId, QuotaOutlook]:
        """Return how the quotas of these accounts stand; those that never had to be read are left out."""
        async with self._database.read() as look:
            return await outlook(look, [account.id for account in accounts], now=self._clock.now())

    async def watch(self) -> None:
        """Ask the platforms for the quotas that are nearly used, and tell what is news.

        An account whose quota has much left is not asked: each post that begins reads it anyway.
        """
        async with self._database.read() as look:
            told = await self._alerts.accounts_with(look, AlertKind.QUOTA)
            found = await look.quotas.readings()
            outlooks = await outlook(look, found, now=self._clock.now())
            due = [
                account_id
                for account_id, each in outlooks.items()
                if account_id in told or each.quota.level is not QuotaLevel.FREE
            ]
            if not due:
                return
            accounts = {account.id: account for account in await look.accounts.all()}
            workspaces = {workspace.id: workspace for workspace in await look.workspaces.all()}
        for account_id in due:
            if account := accounts.get(account_id):
                reading = await self._read(account)
                await self.learned(account, workspaces[account.workspace_id], reading)

    async def learned(self, account: Account, workspace: Workspace, reading: Reading | None) -> None:
        """Store a reading, if there is one, and tell what is news about the account's quota."""
        now = self._clock.now()
        async with self._database.begin() as uow:
            if reading is not None:
                await uow.quotas.store(account.id, reading)
            stands = (await outlook(uow, [account.id], now=now)).get(account.id)
            if stands is not None:
                await self._tell(uow, account, workspace, stands)
            await uow.commit()

    async def _read(self, account: Account) -> Reading | None:
        async with self._database.read() as look:
            token = await look.accounts.token(account.id)
        network = self._networks.get(account.platform)
        now = self._clock.now()
        is_closed = account.closed_until is not None and account.closed_until > now
        if network is None or token is None or is_closed or account.state is not AccountState.ACTIVE:
            return None
        try:
            quota = await network.publisher.quota(account, token)
        except PublishingError as error:
            logger.warning("quota.not_read", extra={"account": account.id, "reason": str(error)})
            return None
        return None if quota is None else Reading(quota=quota, at=now)

    async def _tell(
        self, uow: UnitOfWork, account: Account, workspace: Workspace, stands: QuotaOutlook
    ) -> None:
        alert = SendAlert(
            kind=AlertKind.QUOTA,
            account_id=account.id,
            level=TOLD_AT.get(stands.quota.level, 0),
            detail=_in_words(stands, workspace),
        )
        if stands.quota.level is QuotaLevel.FREE:
            await self._alerts.end(uow, workspace, alert)
        else:
            await self._alerts.raise_(uow, workspace, alert)


async def outlook(
    look: Repositories, account_ids: Collection[AccountId], *, now: dt.datetime
) -> dict[AccountId, QuotaOutlook]:
    """Return how the quotas of these accounts stand, in two statements."""
    readings = await look.quotas.readings(account_ids)
    posts = await look.quotas.posts(readings, now=now) if readings else {}
    return {
        account_id: _stands(reading, posts.get(account_id, Posts()), now)
        for account_id, reading in readings.items()
    }


def _stands(reading: Reading, posts: Posts, now: dt.datetime) -> QuotaOutlook:
    since = sum(moment >= reading.at for moment in posts.posted)
    used = Quota(used=reading.quota.used + since, total=reading.quota.total)
    if now - reading.at > DAY:  # nothing of it is in the platform's window any more
        used = dataclasses.replace(used, used=len(posts.posted))
    return QuotaOutlook(
        quota=used,
        read_at=reading.at,
        runs_out_at=runs_out_at(
            Reading(quota=used, at=now),
            posted=posts.posted,
            planned=[max(moment, now) for moment in posts.planned],
        ),
    )


def _in_words(stands: QuotaOutlook, workspace: Workspace) -> str:
    words = f"{stands.quota.used} of {stands.quota.total} posts of 24 hours are used."
    if stands.runs_out_at is None:
        return words
    runs_out = stands.runs_out_at.astimezone(workspace.settings.zone)
    return f"{words} With what is planned none is left from {runs_out:%Y-%m-%d %H:%M} on."
