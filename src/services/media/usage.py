"""How full the media storage is, and telling the teams before it has no room left."""

import dataclasses
import logging

from domain.errors import PublishingError
from services.alerts import AlertService
from services.messages import AlertKind, SendAlert
from services.ports import MediaStore
from services.unit_of_work import Database

logger = logging.getLogger(__name__)

TOLD_AT = (80, 100)
"""The percentages at which the teams are told, once each."""
_MEGABYTE = 1_000_000


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What is stored, and what may be."""

    used_bytes: int
    limit_bytes: int | None
    """None: as much as one likes."""

    @property
    def level(self) -> int:
        """The highest of the percentages of `TOLD_AT` that is reached; 0: none is."""
        if self.limit_bytes is None:
            return 0
        percent = 100 * self.used_bytes / self.limit_bytes
        return max((level for level in TOLD_AT if percent >= level), default=0)

    def __str__(self) -> str:
        """How much of how much, for people."""
        used = f"{self.used_bytes / _MEGABYTE:.1f}"
        return f"{used} MB" if self.limit_bytes is None else f"{used} of {self.limit_bytes / _MEGABYTE:g} MB"


class StorageWatch:
    """Measures the storage from time to time, and tells every team when it is nearly full."""

    def __init__(
        self, *, database: Database, store: MediaStore, alerts: AlertService, limit_bytes: int | None
    ) -> None:
        self._database = database
        self._store = store
        self._alerts = alerts
        self._limit_bytes = limit_bytes
        self.latest: Usage | None = None
        """What was measured last by this process; None: it has not measured."""

    async def watch(self) -> None:
        """Measure, and tell what is news. A storage that cannot be asked is asked again next time."""
        try:
            used_bytes = await self._store.usage()
        except PublishingError as error:
            logger.warning("storage.not_measured", extra={"reason": str(error)})
            return
        self.latest = Usage(used_bytes=used_bytes, limit_bytes=self._limit_bytes)
        await self._tell(self.latest)

    async def _tell(self, usage: Usage) -> None:
        alert = SendAlert(kind=AlertKind.STORAGE, level=usage.level, detail=f"{usage} are used.")
        async with self._database.begin() as uow:
            for workspace in await uow.workspaces.all():
                if usage.level:
                    await self._alerts.raise_(uow, workspace, alert)
                else:
                    await self._alerts.end(uow, workspace, alert)
            await uow.commit()
