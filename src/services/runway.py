"""How long what may be posted lasts, by category, and who is told when that is short."""

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence

from domain.account import Account, AccountState
from domain.ids import AccountId, WorkspaceId
from domain.mix import WHOLE, Mix
from domain.schedule import slots_a_week
from domain.season import DateSpan
from domain.workspace import Workspace
from services.alerts import AlertService
from services.messages import AlertKind, SendAlert
from services.ports import Clock, Networks
from services.posting.agenda import placements_of
from services.posting.select import kinds_of, most_items
from services.unit_of_work import Database, Repositories

SHORT_DAYS = 7
"""The team is told when a category lasts less than this, but not in the first so many days of an account."""
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

    @property
    def lasting(self) -> str:
        """How long that is, in words."""
        days = f"{self.days:.0f}"
        return f"{days} day" if days == "1" else f"{days} days"


async def runways(
    look: Repositories,
    workspace: Workspace,
    accounts: Sequence[Account],
    mix: Mix | None,
    networks: Networks,
    *,
    now: dt.datetime,
) -> list[Runway]:
    """Return how long each category of the mix lasts, or the library where there is no mix.

    Categories that are out of season, and accounts whose slots are not planned, play no part.
    """
    shortest: dict[str, Runway] = {}
    for account in accounts:
        settings = workspace.settings.of(account.id)
        placements = placements_of(account, networks)
        a_week = {
            name: slots * most_items(placements[name], settings)
            for name, slots in slots_a_week(settings).items()
            if slots and name in placements
        }
        if not a_week or account.state is AccountState.PAUSED:
            continue
        a_day = sum(a_week.values()) / 7
        kinds = {kind for name in a_week for kind in kinds_of(placements[name])}
        today = now.astimezone(settings.zone).date()
        counts = await look.selection.eligible(
            account.id, at=now, local_date=today, kinds=kinds, most=MOST_COUNTED
        )
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
        """Look at all workspaces; tell once of what is short, and once that it is over.

        In the first week of an account a library is still being brought together: the week's picture and
        `/status` say what is missing, and nothing alarms.
        """
        now = self._clock.now()
        async with self._database.read() as look:
            workspaces = await look.workspaces.all()
            accounts = await look.accounts.all()
            mixes = await look.mixes.current()
            found: dict[WorkspaceId, list[Runway]] = {}
            for workspace in workspaces:
                planned = [account for account in accounts if account.workspace_id == workspace.id]
                mix = mixes.get(workspace.id)
                found[workspace.id] = await runways(look, workspace, planned, mix, self._networks, now=now)
            dates = await look.plan.dates()
            open_alerts = await self._alerts.categories_with(look, AlertKind.RUNWAY)
        self._latest = found
        for workspace in workspaces:
            today = now.astimezone(workspace.settings.zone).date()
            short = {runway.category: runway for runway in found[workspace.id] if runway.is_short}
            over = open_alerts.get(workspace.id, frozenset()) - set(short)
            short = {
                name: each for name, each in short.items() if _is_settled(dates.get(each.account_id), today)
            }
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


def _is_settled(dates: DateSpan | None, today: dt.date) -> bool:
    """Whether an account is beyond its first week, in which a library is still being brought together."""
    return dates is not None and (today - dates.first).days >= SHORT_DAYS


def _left(runway: Runway) -> str:
    items = "item is" if runway.eligible == 1 else "items are"
    return f"{runway.eligible} {items} left beyond what is planned: {runway.lasting}."
