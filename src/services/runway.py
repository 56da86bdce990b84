"""How long what may be posted lasts, by category, and who is told when that is short."""

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence

from domain.account import Account, AccountState
from domain.ids import AccountId, WorkspaceId
from domain.mix import WHOLE, Mix
from domain.schedule import slots_a_week
from domain.workspace import Workspace
from services.alerts import AlertService
from services.messages import AlertKind, SendAlert
from services.ports import Clock, Networks
from services.unit_of_work import Database, Repositories

SHORT_DAYS = 7
"""The team is told when a category lasts less than this."""
MOST_COUNTED = 1000
"""Items of a category and an account that are counted; where there are more, it lasts longer than is said."""
LIBRARY = ""
"""Stands for all categories together, where no shares are wished."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Runway:
    """How long a category lasts on the account where it ends first."""

    category: str
    """`LIBRARY`: all of them."""
    account_id: AccountId
    eligible: int
    """Items that may be posted on the account now and are not planned yet."""
    days: float
    """At the planned rate, without what comes back when its locks are over."""

    @property
    def is_short(self) -> bool:
        """Whether the team should look for more."""
        return self.days < SHORT_DAYS


async def runways(
    look: Repositories,
    workspace: Workspace,
    accounts: Sequence[Account],
    mix: Mix | None,
    *,
    now: dt.datetime,
) -> list[Runway]:
    """Return how long each category of the mix lasts, or the library where there is no mix.

    Categories that are out of season, and accounts whose slots are not planned, play no part.
    """
    shortest: dict[str, Runway] = {}
    for account in accounts:
        settings = workspace.settings.of(account.id)
        a_day = slots_a_week(settings) / 7
        if not a_day or account.state not in {AccountState.ACTIVE, AccountState.NEEDS_RECONNECT}:
            continue
        today = now.astimezone(settings.zone).date()
        counts = await look.selection.eligible(account.id, at=now, local_date=today, most=MOST_COUNTED)
        for category, share in (mix.shares if mix else {LIBRARY: WHOLE}).items():
            if not share or not settings.is_in_season(category, today):
                continue
            eligible = counts.get(category, 0) if mix else sum(counts.values())
            days = eligible / (a_day * share / WHOLE)
            known = shortest.get(category)
            if known is None or days < known.days:
                shortest[category] = Runway(
                    category=category, account_id=account.id, eligible=eligible, days=days
                )
    return list(shortest.values())


class RunwayService:
    """Watches how long the libraries last."""

    def __init__(self, *, database: Database, clock: Clock, networks: Networks, alerts: AlertService) -> None:
        self._database = database
        self._clock = clock
        self._networks = networks
        self._alerts = alerts
        self._latest: Mapping[WorkspaceId, Sequence[Runway]] = {}

    @property
    def latest(self) -> Mapping[WorkspaceId, Sequence[Runway]]:
        """What the last look found; empty before the first."""
        return self._latest

    async def watch(self) -> None:
        """Look at all workspaces; tell once of what is short, and once that it is over."""
        now = self._clock.now()
        async with self._database.read() as look:
            workspaces = await look.workspaces.all()
            accounts = await look.accounts.all()
            mixes = await look.mixes.current()
            found: dict[WorkspaceId, list[Runway]] = {}
            for workspace in workspaces:
                planned = [
                    account
                    for account in accounts
                    if account.workspace_id == workspace.id and account.platform in self._networks
                ]
                mix = mixes.get(workspace.id)
                found[workspace.id] = await runways(look, workspace, planned, mix, now=now)
            open_alerts = await self._alerts.categories_with(look, AlertKind.RUNWAY)
        self._latest = found
        for workspace in workspaces:
            short = {runway.category: runway for runway in found[workspace.id] if runway.is_short}
            over = open_alerts.get(workspace.id, frozenset()) - set(short)
            if short or over:
                await self._tell(workspace, list(short.values()), sorted(over))

    async def _tell(self, workspace: Workspace, short: Sequence[Runway], over: Sequence[str]) -> None:
        async with self._database.begin() as uow:
            for runway in short:
                await self._alerts.raise_(
                    uow,
                    workspace,
                    SendAlert(
                        kind=AlertKind.RUNWAY,
                        account_id=runway.account_id,
                        category=runway.category,
                        detail=_left(runway),
                    ),
                )
            for category in over:
                await self._alerts.end(uow, workspace, SendAlert(kind=AlertKind.RUNWAY, category=category))
            await uow.commit()


def _left(runway: Runway) -> str:
    items = "item is" if runway.eligible == 1 else "items are"
    return f"{runway.eligible} {items} left beyond what is planned: {runway.days:.0f} days."
