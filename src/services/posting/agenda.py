"""What a round of planning has to do for an account: a comparison of its schedule with what is planned."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from domain.account import Account, AccountState
from domain.capabilities import Placement
from domain.schedule import Slot, slots_of
from domain.season import DateSpan
from domain.workspace import Workspace, WorkspaceSettings
from services.ports import Networks
from services.repositories.planning import FilledSlot

_DAY = dt.timedelta(days=1)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """What a round has to do for one account."""

    workspace: Workspace
    account: Account
    settings: WorkspaceSettings
    """As they are for the account."""
    placements: Mapping[str, Placement]
    """What its platform takes."""
    free: Sequence[Slot]
    """To be filled, earliest first; none that nothing could be posted at any more."""
    outdated: Sequence[FilledSlot]
    """Filled as an earlier schedule wanted it or with what is locked by now, and not touched since."""
    gone: Sequence[Slot]
    """Over without anybody having planned for them, and too late to be posted."""
    dates: DateSpan
    """Whose slots are accounted for once all this is done."""
    is_new_date: bool
    """Whether they end later than before."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.free or self.outdated or self.gone or self.is_new_date)

    @property
    def is_paused(self) -> bool:
        """Whether a person holds back what is planned."""
        return self.workspace.paused_at is not None or self.account.state is AccountState.PAUSED

    @property
    def last_chance(self) -> dt.timedelta:
        """How late something may still go out."""
        return dt.timedelta(hours=self.settings.misfire_hours)


def agenda(
    workspace: Workspace,
    account: Account,
    networks: Networks,
    filled: Iterable[FilledSlot],
    *,
    known: DateSpan | None,
    now: dt.datetime,
) -> Agenda:
    """Return what is to be done for an account.

    Args:
        workspace: of the account.
        account: whose slots these are. That it or its workspace is paused makes no difference.
        networks: what the platforms take.
        filled: the filled slots of the account, of yesterday and later.
        known: the dates whose slots were accounted for so far; None: it is new.
        now: slots before it are to be accounted for where nobody was there to plan for them in time.
    """
    settings = workspace.settings.of(account.id)
    today = now.astimezone(settings.zone).date()
    # Yesterday's window may reach beyond midnight.
    dates = {today + _DAY * number for number in range(-1, settings.horizon_days)}
    if known is not None:
        dates |= {known.last + _DAY * number for number in range(1, (today - known.last).days)}
    filled = list(filled)
    placements = placements_of(account, networks)
    wanted = {
        (slot.local_date, slot.number): slot
        for date in dates | {slot.local_date for slot in filled}
        for slot in slots_of(date, settings, seed=account.id)
        if slot.placement in placements
    }
    kept: set[tuple[dt.date, int]] = set()
    outdated: list[FilledSlot] = []
    for slot in filled:
        place = (slot.local_date, slot.number)
        may_go = slot.is_untouched and slot.planned_at > now
        if may_go and (slot.is_locked or _is_otherwise(slot, wanted.get(place))):
            outdated.append(slot)
        else:
            kept.add(place)
    missing = [
        slot
        for place, slot in sorted(wanted.items(), key=lambda each: each[1].at)
        if slot.local_date in dates
        and place not in kept
        and (slot.at > now or (known is not None and slot.local_date > known.last))
    ]
    latest = now - dt.timedelta(hours=settings.misfire_hours)
    until = today + _DAY * (settings.horizon_days - 1)
    return Agenda(
        workspace=workspace,
        account=account,
        settings=settings,
        placements=placements,
        free=[slot for slot in missing if slot.at >= latest],
        outdated=outdated,
        gone=[slot for slot in missing if slot.at < latest],
        dates=DateSpan(first=known.first if known else today, last=until),
        is_new_date=known is None or until > known.last,
    )


def placements_of(account: Account, networks: Networks) -> Mapping[str, Placement]:
    """Return what an account's platform takes; empty for one that is not there."""
    network = networks.get(account.platform)
    return network.capabilities.placements if network else {}


def _is_otherwise(filled: FilledSlot, wanted: Slot | None) -> bool:
    return wanted is None or (wanted.at, wanted.placement) != (filled.planned_at, filled.placement)
