"""Renew access before it ends: each account by exactly one replica, and never at the cost of the old one."""

import datetime as dt
import logging

from domain.errors import AuthorizationError, Failure, PublishingError
from domain.publication import BOT
from domain.token import Grant, HeldToken, pause_after
from services.accounts.access import held_access_is_dead, why_over
from services.alerts import AlertService
from services.messages import AlertKind, SendAlert
from services.ports import Clock, Networks, Randomness, TokenClient
from services.repositories.records import AuditEntry
from services.unit_of_work import Database
from services.workspaces import workspace_of

logger = logging.getLogger(__name__)

AT_ONCE = 20
"""How many are renewed in one round; the rest comes in the next."""
CLAIM = dt.timedelta(minutes=10)
"""How long a round has an account for itself: longer than its few calls can take."""
TRIES_BEFORE_ALERT = 3
"""A renewal has weeks; that a platform was down for an hour is nobody's business."""


class TokenRefreshService:
    """Renews what is due. The database says what that is, so a round with nothing to do is one statement.

    A round claims what it renews, so no two replicas renew the same. Should they all the same, the version
    that each replaces lets the first answer stand; and until a new token has been seen to work, the old one
    stays.
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

    async def refresh_due(self) -> int:
        """Renew what is due; return how many were tried."""
        now = self._clock.now()
        async with self._database.begin() as uow:
            due = await uow.accounts.claim_refreshes(now=now, until=now + CLAIM, limit=AT_ONCE)
            await uow.commit()
        for held in due:
            try:
                await self._refresh(held)
            except Exception:  # an account that breaks must not keep the others from being renewed
                logger.exception("token.refresh_broke", extra={"account": held.account.id})
        return len(due)

    async def _refresh(self, held: HeldToken) -> None:
        network = self._networks.get(held.account.platform)
        if network is None:
            return
        try:
            renewed = await network.tokens.refresh(held.account, held.grant)
            renewed = await network.tokens.inspect(held.account, renewed)
        except AuthorizationError as refusal:
            dead = await self._why_dead(network.tokens, held)
            if dead is None:
                await self._failed(held, refusal, is_refusal=True)
            else:
                await self._dead(held, dead.failure)
        except PublishingError as failure:
            await self._failed(held, failure, is_refusal=False)
        else:
            await self._renewed(held, renewed)

    async def _why_dead(self, tokens: TokenClient, held: HeldToken) -> AuthorizationError | None:
        """Return how the access held is refused; None: it works, or nobody can tell."""
        try:
            await tokens.inspect(held.account, held.grant)
        except AuthorizationError as refusal:
            return refusal
        except PublishingError:
            return None
        return None

    async def _renewed(self, held: HeldToken, grant: Grant) -> None:
        now = self._clock.now()
        account = held.account
        until = grant.ends_at
        async with self._database.begin() as uow:
            replaced = await uow.accounts.replace_token(
                held,
                grant,
                refresh_after=grant.renewal(now=now, chance=self._randomness.uniform(0, 1)),
                at=now,
            )
            if not replaced:
                logger.info("token.superseded", extra={"account": account.id})
                return
            await uow.audit.add(
                AuditEntry(
                    at=now,
                    actor=BOT,
                    action="token_refreshed",
                    workspace_id=account.workspace_id,
                    detail={"account": account.name, "until": until.isoformat() if until else None},
                )
            )
            workspace = await workspace_of(uow, account.workspace_id)
            told = SendAlert(
                kind=AlertKind.REFRESHED,
                account_id=account.id,
                until=until,
            )
            for kind in (AlertKind.REFRESH_FAILED, AlertKind.RUNNING_OUT):
                over = SendAlert(kind=kind, account_id=account.id)
                await self._alerts.end(uow, workspace, over, quietly=True)
            await self._alerts.raise_(uow, workspace, told)
            await uow.commit()

    async def _failed(self, held: HeldToken, failure: PublishingError, *, is_refusal: bool) -> None:
        now = self._clock.now()
        if over := why_over(held, now=now):
            await self._dead(held, over)
            return
        tries = held.refresh_tries + 1
        until = now + pause_after(tries)
        if held.grant.expires_at is not None:
            until = min(until, held.grant.expires_at)
        account = held.account
        logger.warning("token.refresh_failed", extra={"account": account.id, "reason": str(failure)})
        async with self._database.begin() as uow:
            if not await uow.accounts.put_off_refresh(held, until=until):
                return
            if is_refusal or tries >= TRIES_BEFORE_ALERT:
                await self._alerts.raise_(
                    uow,
                    await workspace_of(uow, account.workspace_id),
                    SendAlert(
                        kind=AlertKind.REFRESH_FAILED,
                        account_id=account.id,
                        until=held.grant.expires_at,
                        detail=str(failure),
                    ),
                )
            await uow.commit()

    async def _dead(self, held: HeldToken, failure: Failure) -> None:
        await held_access_is_dead(self._database, held, failure, clock=self._clock, alerts=self._alerts)
