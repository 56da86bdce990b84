"""The mix: what share of its posts a workspace wishes each category to have, and what it has."""

import dataclasses
from collections.abc import Mapping, Sequence

from domain.errors import StorylineError
from domain.ids import WorkspaceId
from domain.mix import WHOLE, WINDOW, Mix, scaled
from services.ports import Clock, Networks
from services.repositories.records import AuditEntry
from services.runway import LIBRARY, Runway, runways
from services.unit_of_work import Database
from services.workspaces import workspace_of


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CategoryView:
    """One category: wish and reality."""

    category: str
    wish: int | None
    """Percent; None: nobody wished for anything."""
    real: float | None
    """Percent of what was posted in the last 30 days; None: nothing was."""
    posted: int
    runway: Runway | None
    """None: it is not planned, or without a mix, where the library lasts as a whole."""

    @property
    def deviation(self) -> float | None:
        """Percentage points that the real share is above the wish."""
        return None if self.wish is None or self.real is None else self.real - self.wish


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MixView:
    """The mix of a workspace."""

    mix: Mix | None
    categories: Sequence[CategoryView]
    library: Runway | None
    """How long the library lasts, where there is no mix."""


class MixService:
    """Changes and shows what shares are wished. Every change is in the audit log."""

    def __init__(self, *, database: Database, clock: Clock, networks: Networks) -> None:
        self._database = database
        self._clock = clock
        self._networks = networks

    async def set(self, workspace_id: WorkspaceId, shares: Mapping[str, int], *, by: str) -> Mix:
        """Wish these shares from now on; those that do not add up to 100 are scaled.

        Raises:
            StorylineError: a share is negative, or all are nothing.
        """
        now = self._clock.now()
        try:
            mix = Mix(shares=scaled(shares), valid_from=now, actor=by)
        except ValueError as error:
            raise StorylineError(
                f"{str(error).capitalize()}, and one of them at least is above 0."
            ) from error
        async with self._database.begin() as uow:
            await workspace_of(uow, workspace_id)
            await uow.mixes.wish(workspace_id, mix)
            await uow.audit.add(
                AuditEntry(
                    at=now,
                    actor=by,
                    action="mix_changed",
                    workspace_id=workspace_id,
                    detail={"shares": dict(mix.shares)},
                )
            )
            await uow.commit()
        return mix

    async def history(self, workspace_id: WorkspaceId) -> list[Mix]:
        """Return the wishes of a workspace, the one that stands first."""
        async with self._database.read() as look:
            return await look.mixes.history(workspace_id)

    async def show(self, workspace_id: WorkspaceId) -> MixView:
        """Return wish, real share of the last 30 days and runway of each category."""
        now = self._clock.now()
        async with self._database.read() as look:
            workspace = await workspace_of(look, workspace_id)
            accounts = await look.accounts.find(workspace_id)
            mix = (await look.mixes.current()).get(workspace_id)
            posted = await look.selection.posted([account.id for account in accounts], since=now - WINDOW)
            lasting = {
                each.category: each
                for each in await runways(look, workspace, accounts, mix, self._networks, now=now)
            }
        total = sum(posted.values())
        wished: Mapping[str, int] = mix.shares if mix else {}
        return MixView(
            mix=mix,
            categories=[
                CategoryView(
                    category=category,
                    wish=wished.get(category, 0) if mix else None,
                    real=posted.get(category, 0) * WHOLE / total if total else None,
                    posted=posted.get(category, 0),
                    runway=lasting.get(category) if mix else None,
                )
                for category in [*wished, *sorted(set(posted) - set(wished))]
            ],
            library=None if mix else lasting.get(LIBRARY),
        )
