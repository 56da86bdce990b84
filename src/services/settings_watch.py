"""Pause a team whose stored settings cannot be read on this machine, and tell it; others go on."""

from domain.publication import BOT
from domain.workspace import Workspace
from services.alerts import AlertService
from services.messages import AlertKind, SendAlert
from services.ports import Clock
from services.repositories.records import AuditEntry
from services.unit_of_work import Database, UnitOfWork


class SettingsWatch:
    """Looks whether all settings can be read. One that cannot stays as it is stored."""

    def __init__(self, *, database: Database, clock: Clock, alerts: AlertService) -> None:
        self._database = database
        self._clock = clock
        self._alerts = alerts

    async def watch(self) -> None:
        """Pause and tell the teams whose settings cannot be read, also one that was resumed meanwhile."""
        async with self._database.read() as look:
            workspaces = await look.workspaces.all()
            told = await look.alerts.subjects(AlertKind.SETTINGS)
        if not told and not any(workspace.settings.unusable for workspace in workspaces):
            return
        async with self._database.begin() as uow:
            for workspace in workspaces:
                if workspace.settings.unusable:
                    await self._pause(uow, workspace)
                else:
                    await self._alerts.end(uow, workspace, SendAlert(kind=AlertKind.SETTINGS))
            await uow.commit()

    async def _pause(self, uow: UnitOfWork, workspace: Workspace) -> None:
        now = self._clock.now()
        alert = SendAlert(kind=AlertKind.SETTINGS, detail="\n".join(workspace.settings.unusable))
        if await uow.workspaces.set_paused(workspace.id, now):
            # Whoever resumed it is told anew.
            await self._alerts.end(uow, workspace, alert, quietly=True)
            await uow.audit.add(
                AuditEntry(at=now, actor=BOT, action="workspace_paused", workspace_id=workspace.id)
            )
        await self._alerts.raise_(uow, workspace, alert)
