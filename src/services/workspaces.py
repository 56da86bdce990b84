"""Teams: connect a chat, pause and resume, set what can be set."""

from collections.abc import Mapping

from domain.errors import StorylineError
from domain.ids import AccountId, ChatId, WorkspaceId
from domain.workspace import Workspace
from services import settings
from services.ports import Clock
from services.repositories.records import AuditEntry
from services.unit_of_work import Database, Repositories


class WorkspaceService:
    """Adds workspaces and changes how they work. Every change is in the audit log."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def add(
        self, *, name: str, chat_id: ChatId, by: str, first_settings: Mapping[str, str] | None = None
    ) -> Workspace:
        """Connect a chat as a workspace, with these settings where they differ from the defaults.

        Raises:
            StorylineError: the chat is connected already, the name is empty, or a setting is refused.
        """
        if not name.strip():
            raise StorylineError("A workspace needs a name.")
        now = self._clock.now()
        texts = {key: settings.checked(key, value) for key, value in (first_settings or {}).items()}
        async with self._database.begin() as uow:
            workspace_id = await uow.workspaces.add(name=name, chat_id=chat_id, at=now)
            for key, value in texts.items():
                await uow.workspaces.set_setting(workspace_id, key, value, at=now)
            await uow.audit.add(
                AuditEntry(
                    at=now,
                    actor=by,
                    action="workspace_added",
                    workspace_id=workspace_id,
                    detail={"name": name, "chat_id": chat_id},
                )
            )
            workspace = await uow.workspaces.get(workspace_id)
            await uow.commit()
        if workspace is None:
            raise StorylineError("The workspace is gone again.")
        return workspace

    async def ensure(self, *, name: str, chat_id: ChatId, first_settings: Mapping[str, str]) -> Workspace:
        """Return the workspace of a chat; connect it first, with these settings, where there is none."""
        known = await self._of_chat(chat_id)
        if known is not None:
            return known
        try:
            return await self.add(name=name, chat_id=chat_id, by="start", first_settings=first_settings)
        except StorylineError:
            known = await self._of_chat(chat_id)  # of two processes that start at once one is faster
            if known is None:
                raise
            return known

    async def all(self) -> list[Workspace]:
        """Return all workspaces."""
        async with self._database.read() as look:
            return await look.workspaces.all()

    async def pause(self, workspace_id: WorkspaceId, *, by: str) -> bool:
        """Claim nothing of this workspace any more; False: it was paused already."""
        return await self._set_paused(workspace_id, paused=True, by=by)

    async def resume(self, workspace_id: WorkspaceId, *, by: str) -> bool:
        """Work on this workspace again; False: it was not paused."""
        return await self._set_paused(workspace_id, paused=False, by=by)

    async def posting_is_off(self, *, by: str) -> None:
        """Put into the audit log of every workspace that the kill switch is on."""
        now = self._clock.now()
        async with self._database.begin() as uow:
            await uow.audit.add(
                *(
                    AuditEntry(at=now, actor=by, action="kill_switch_triggered", workspace_id=workspace.id)
                    for workspace in await uow.workspaces.all()
                )
            )
            await uow.commit()

    async def set(
        self,
        workspace_id: WorkspaceId,
        key: str,
        value: str,
        *,
        account_id: AccountId | None = None,
        by: str,
    ) -> str:
        """Change one setting, of all or of one account alone, and return its text as stored.

        Raises:
            StorylineError: there is no such setting, the value is not one it can have, or the setting is not
                one that an account can have for itself.
        """
        now = self._clock.now()
        text = settings.checked(key, value)
        if account_id is not None:
            key = settings.key_for(key, account_id)
        async with self._database.begin() as uow:
            await uow.workspaces.set_setting(workspace_id, key, text, at=now)
            await uow.audit.add(
                AuditEntry(
                    at=now,
                    actor=by,
                    action="setting_changed",
                    workspace_id=workspace_id,
                    detail={"key": key, "value": text},
                )
            )
            await uow.commit()
        return text

    async def _of_chat(self, chat_id: ChatId) -> Workspace | None:
        async with self._database.read() as look:
            return await look.workspaces.by_chat(chat_id)

    async def _set_paused(self, workspace_id: WorkspaceId, *, paused: bool, by: str) -> bool:
        now = self._clock.now()
        async with self._database.begin() as uow:
            changed = await uow.workspaces.set_paused(workspace_id, now if paused else None)
            if changed:
                await uow.audit.add(
                    AuditEntry(
                        at=now,
                        actor=by,
                        action="workspace_paused" if paused else "workspace_resumed",
                        workspace_id=workspace_id,
                    )
                )
            await uow.commit()
        return changed


async def workspace_of(look: Repositories, workspace_id: WorkspaceId) -> Workspace:
    """Return a workspace that must exist.

    Raises:
        StorylineError: it does not.
    """
    workspace = await look.workspaces.get(workspace_id)
    if workspace is None:
        raise StorylineError(f"There is no workspace {workspace_id}.")
    return workspace
