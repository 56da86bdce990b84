"""What follows when an account's access is found to be dead."""

import datetime as dt

from domain.account import Account, AccountState
from domain.errors import Failure, FailureKind
from domain.ids import PublicationId
from domain.publication import BOT
from domain.token import HeldToken
from domain.workspace import Workspace
from services.alerts import AlertService
from services.messages import AlertKind, SendAlert
from services.ports import Clock
from services.repositories.records import AuditEntry
from services.unit_of_work import Database, UnitOfWork
from services.workspaces import workspace_of


def why_over(held: HeldToken, *, now: dt.datetime) -> Failure | None:
    """Return the failure of access whose end has passed; None: it has not, as far as is known."""
    end = held.grant.expires_at
    if end is None or end > now:
        return None
    return Failure(
        kind=FailureKind.AUTHORIZATION,
        message=f"The access ended on {end:%Y-%m-%d}. Connect the account again.",
        platform=held.account.platform,
    )


async def access_is_dead(
    uow: UnitOfWork,
    account: Account,
    failure: Failure,
    *,
    workspace: Workspace,
    clock: Clock,
    alerts: AlertService,
    publication_id: PublicationId | None = None,
) -> None:
    """Mark an account as in need of a new login, and tell it, unless that was done before."""
    if not await uow.accounts.set_state(account.id, AccountState.NEEDS_RECONNECT, reason=failure.message):
        return
    await uow.audit.add(
        AuditEntry(
            at=clock.now(),
            actor=BOT,
            action="token_health_alert",
            workspace_id=workspace.id,
            publication_id=publication_id,
            detail={"account": account.name, "code": failure.code, "subcode": failure.subcode},
        )
    )
    for kind in (AlertKind.RUNNING_OUT, AlertKind.CONSENT_ENDING, AlertKind.REFRESH_FAILED):
        over = SendAlert(kind=kind, account_id=account.id)
        await alerts.end(uow, workspace, over, quietly=True)
    await alerts.raise_(
        uow,
        workspace,
        SendAlert(
            kind=AlertKind.RECONNECT,
            account_id=account.id,
            publication_id=publication_id,
            detail=failure.message,
        ),
    )


async def held_access_is_dead(
    database: Database, held: HeldToken, failure: Failure, *, clock: Clock, alerts: AlertService
) -> None:
    """Do that for access as it was held when it was asked; newer access stands."""
    async with database.begin() as uow:
        if not await uow.accounts.put_off_refresh(held, until=None):
            return  # connected again meanwhile
        workspace = await workspace_of(uow, held.account.workspace_id)
        await access_is_dead(uow, held.account, failure, workspace=workspace, clock=clock, alerts=alerts)
        await uow.commit()
