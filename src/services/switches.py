"""Stop posting for a whole installation, or on one platform, or only rehearse it; and let it go on."""

from domain.errors import StorylineError
from domain.ids import PlatformName
from domain.switch import DRY_RUN, POSTING_OFF, Switch, platform_off
from services.ports import Clock, Networks
from services.repositories.records import AuditEntry
from services.unit_of_work import Database


class SwitchService:
    """Sets and takes back what every process obeys at its next claim. Every change is in the audit log."""

    def __init__(self, *, database: Database, clock: Clock, networks: Networks) -> None:
        self._database = database
        self._clock = clock
        self._networks = networks

    async def all(self) -> dict[str, Switch]:
        """Return the switches that are set, by name."""
        async with self._database.read() as look:
            return await look.switches.all()

    async def stop_posting(self, *, by: str, reason: str = "") -> bool:
        """Let nothing be claimed any more, in no process; False: that was so already.

        What is being published at that moment is brought to its end.
        """
        return await self._set(POSTING_OFF, "kill_switch_triggered", by=by, reason=reason)

    async def go_on_posting(self, *, by: str) -> bool:
        """Take the kill switch back; False: it was not set."""
        return await self._clear(POSTING_OFF, "kill_switch_released", by=by)

    async def begin_dry_run(self, *, by: str, reason: str = "") -> bool:
        """Let what is claimed from now on go the whole way but for its last call; False: it did already.

        What is in hand at that moment is brought to its end as it was begun.
        """
        return await self._set(DRY_RUN, "dry_run_begun", by=by, reason=reason)

    async def end_dry_run(self, *, by: str) -> bool:
        """Post for real again; False: there was no dry run."""
        return await self._clear(DRY_RUN, "dry_run_ended", by=by)

    async def switch_platform_off(self, platform: str, *, by: str, reason: str = "") -> bool:
        """Let nothing be claimed that goes to this platform; False: that was so already.

        Raises:
            StorylineError: there is no such platform.
        """
        return await self._set(platform_off(self._known(platform)), "platform_off", by=by, reason=reason)

    async def switch_platform_on(self, platform: str, *, by: str) -> bool:
        """Take that back; False: the platform was not switched off.

        Raises:
            StorylineError: there is no such platform.
        """
        return await self._clear(platform_off(self._known(platform)), "platform_on", by=by)

    async def _set(self, name: str, action: str, *, by: str, reason: str) -> bool:
        now = self._clock.now()
        async with self._database.begin() as uow:
            is_new = await uow.switches.set(Switch(name=name, actor=by, at=now, reason=reason))
            if is_new:
                await uow.audit.add(
                    AuditEntry(at=now, actor=by, action=action, detail={"switch": name, "reason": reason})
                )
            await uow.commit()
        return is_new

    async def _clear(self, name: str, action: str, *, by: str) -> bool:
        async with self._database.begin() as uow:
            was_set = await uow.switches.clear(name)
            if was_set:
                await uow.audit.add(
                    AuditEntry(at=self._clock.now(), actor=by, action=action, detail={"switch": name})
                )
            await uow.commit()
        return was_set

    def _known(self, name: str) -> PlatformName:
        platform = PlatformName(name)
        if platform not in self._networks:
            raise StorylineError(f"There is no platform “{name}”. There are: {', '.join(self._networks)}.")
        return platform
