"""Follows the bucket that the library is fetched from, and tells when that cannot be done."""

import logging

from domain.ids import ChatId
from services.alerts import AlertService
from services.media.mirror import LibraryMirror
from services.messages import AlertKind, SendAlert
from services.unit_of_work import Database

logger = logging.getLogger(__name__)

PATIENCE = 3
"""Looks in a row that have to fail before anybody is told."""
TOLD_BY_NAME = 8
"""Failures that a message quotes; of the others it says how many they are."""


class LibrarySource:
    """A bucket as a source of one workspace's library. Only one process may follow it."""

    def __init__(
        self, *, database: Database, alerts: AlertService, mirror: LibraryMirror, chat_id: ChatId
    ) -> None:
        """Take the mirror, and the chat whose workspace it belongs to."""
        self._database = database
        self._alerts = alerts
        self._mirror = mirror
        self._chat_id = chat_id
        self._failed_looks = 0

    async def follow(self) -> None:
        """Look once; tell of failures that last, once, and when they are over."""
        mirrored = await self._mirror.refresh()
        if mirrored.fetched or mirrored.set_aside:
            counts = {"fetched": mirrored.fetched, "set_aside": mirrored.set_aside}
            logger.info("library_source.followed", extra=counts)
        for failure in mirrored.failures:
            logger.warning("library_source.failed", extra={"reason": failure})
        self._failed_looks = self._failed_looks + 1 if mirrored.failures else 0
        if not mirrored.failures or self._failed_looks >= PATIENCE:
            await self._tell(mirrored.failures)

    async def _tell(self, failures: tuple[str, ...]) -> None:
        more = len(failures) - TOLD_BY_NAME
        lines = [*failures[:TOLD_BY_NAME], *([f"and {more} more"] if more > 0 else [])]
        alert = SendAlert(kind=AlertKind.SOURCE, detail="\n".join(lines))
        async with self._database.begin() as uow:
            workspace = await uow.workspaces.by_chat(self._chat_id)
            if workspace is None:
                return
            tell = self._alerts.raise_ if failures else self._alerts.end
            if await tell(uow, workspace, alert):
                await uow.commit()
