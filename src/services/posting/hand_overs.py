"""Look whether what a platform was given to post by its own schedule appeared at its time."""

import datetime as dt

from domain.publication import BOT
from services.alerts import AlertService
from services.messages import AlertKind, SendAlert
from services.ports import Clock, Job, Networks
from services.repositories.records import AuditEntry
from services.unit_of_work import Database

PATIENCE = dt.timedelta(minutes=15)
"""How late the platform may be before the team is told."""
WATCHED_FOR = dt.timedelta(hours=24)
"""How long after its time one is looked for; the team knows since long before."""


class HandOverService:
    """Tells the team of posts that their platform was to make by itself, and did not."""

    def __init__(self, *, database: Database, clock: Clock, networks: Networks, alerts: AlertService) -> None:
        self._database = database
        self._clock = clock
        self._networks = networks
        self._alerts = alerts

    async def look(self) -> None:
        """Look for each whose time came and that was not seen yet: one call to its platform for each."""
        now = self._clock.now()
        async with self._database.read() as look:
            jobs = await look.publications.posted_without_address(since=now - WATCHED_FOR, until=now)
        for job in jobs:
            if job.post.details.native_schedule:
                await self._look_for(job, now)

    async def _look_for(self, job: Job, now: dt.datetime) -> None:
        publication = job.publication
        publisher = self._networks[publication.platform].publisher
        permalink = await publisher.permalink(job, publication.platform_post_id or "")
        alert = SendAlert(kind=AlertKind.NOT_SEEN, publication_id=publication.id)
        if permalink is None and now < publication.planned_at + PATIENCE:
            return
        async with self._database.begin() as uow:
            if permalink is not None:
                await uow.publications.set_permalink(publication.id, permalink)
                await self._alerts.end(uow, job.workspace, alert)
            elif await self._alerts.raise_(uow, job.workspace, alert):
                await uow.audit.add(
                    AuditEntry(
                        at=now,
                        actor=BOT,
                        action="post_not_seen",
                        workspace_id=job.workspace.id,
                        publication_id=publication.id,
                    )
                )
            await uow.commit()
