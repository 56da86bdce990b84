"""Tell when a platform's API is gone, leave it alone meanwhile, and notice when it is back."""

import logging

from domain.account import AccessToken, Account, AccountState
from domain.errors import OutcomeUnknownError, PublishingError, TransientError
from domain.ids import PlatformName
from domain.publication import BOT
from domain.switch import Switch, platform_unavailable
from domain.workspace import Workspace
from services.alerts import AlertService
from services.messages import AlertKind, SendAlert
from services.ports import ApiVersions, Clock, Networks
from services.repositories.records import AuditEntry
from services.unit_of_work import Database, UnitOfWork

logger = logging.getLogger(__name__)

STILL_GONE = (TransientError, OutcomeUnknownError)
"""What tells nothing new of a platform that is gone. Any other refusal shows that its API answers again."""


class AvailabilityService:
    """Marks a platform as unavailable and takes the mark back; nothing is claimed for it in between."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        networks: Networks,
        alerts: AlertService,
        versions: ApiVersions,
    ) -> None:
        self._database = database
        self._clock = clock
        self._networks = networks
        self._alerts = alerts
        self._versions = versions

    async def lost(self, platform: PlatformName, reason: str) -> None:
        """Mark a platform whose API is not there any more, and tell the teams that use it."""
        now = self._clock.now()
        async with self._database.begin() as uow:
            switch = Switch(name=platform_unavailable(platform), actor=BOT, at=now, reason=reason)
            if await uow.switches.set(switch):
                await self._audit(uow, platform, "platform_lost", reason)
                for workspace in await _users_of(uow, platform):
                    await self._alerts.raise_(uow, workspace, _gone(platform, reason))
            await uow.commit()

    async def probe(self) -> None:
        """Ask each platform that is gone for an account, and take it up again when it answers."""
        async with self._database.read() as look:
            switches = await look.switches.all()
            gone = [name for name in self._networks if platform_unavailable(name) in switches]
            accounts = await look.accounts.all() if gone else []
            asked = [
                (account, token)
                for account in accounts
                if account.platform in gone and account.state is AccountState.ACTIVE
                if (token := await look.accounts.token(account.id)) is not None
            ]
        for platform in gone:
            of_it = [(account, token) for account, token in asked if account.platform == platform]
            if not of_it or await self._answers(platform, *of_it[0]):
                await self._back(platform)

    async def watch_versions(self) -> None:
        """Tell of API versions that are served as others or end soon, and when that is over."""
        concerns = self._versions.concerns(self._clock.now().date())
        async with self._database.begin() as uow:
            told = await self._alerts.platforms_with(uow, AlertKind.VERSION)
            for platform in told - set(concerns):
                for workspace in await _users_of(uow, platform):
                    await self._alerts.end(uow, workspace, _version(platform))
            for platform, concern in concerns.items():
                for workspace in await _users_of(uow, platform):
                    await self._alerts.raise_(uow, workspace, _version(platform, concern))
            await uow.commit()

    async def _answers(self, platform: PlatformName, account: Account, token: AccessToken) -> bool:
        try:
            await self._networks[platform].publisher.check(account, token)
        except STILL_GONE as error:
            logger.info("platform.still_gone", extra={"platform": platform, "reason": str(error)})
            return False
        except PublishingError:
            pass
        return True

    async def _back(self, platform: PlatformName) -> None:
        async with self._database.begin() as uow:
            if await uow.switches.clear(platform_unavailable(platform)):
                await self._audit(uow, platform, "platform_back", "")
                for workspace in await _users_of(uow, platform):
                    await self._alerts.end(uow, workspace, _gone(platform))
            await uow.commit()

    async def _audit(self, uow: UnitOfWork, platform: PlatformName, action: str, reason: str) -> None:
        await uow.audit.add(
            AuditEntry(
                at=self._clock.now(),
                actor=BOT,
                action=action,
                detail={"platform": platform, "reason": reason},
            )
        )


async def _users_of(uow: UnitOfWork, platform: PlatformName) -> list[Workspace]:
    using = {account.workspace_id for account in await uow.accounts.all() if account.platform == platform}
    return [workspace for workspace in await uow.workspaces.all() if workspace.id in using]


def _gone(platform: PlatformName, reason: str = "") -> SendAlert:
    return SendAlert(kind=AlertKind.PLATFORM, platform=platform, detail=reason)


def _version(platform: PlatformName, concern: str = "") -> SendAlert:
    return SendAlert(kind=AlertKind.VERSION, platform=platform, detail=concern)
