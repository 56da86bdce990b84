"""Let a publication begin only where its account has a place for it: the platform's quota and the own cap."""

import datetime as dt

from domain.quota import DAY, HOUR, Quota, QuotaLevel, Reading, Standing, next_place_at
from services.ports import Clock, Job, Networks
from services.posting.throttle import NoPlaceError, in_minutes
from services.quotas import QuotaService
from services.unit_of_work import Database

FRESH = dt.timedelta(seconds=60)
"""How long a reading holds, whichever replica took it. Ours that went out since are counted on top of it."""
LONGEST_WAIT = HOUR
"""A used-up quota is asked again after this at the latest: nobody says when others' posts leave it."""
SHORTEST_WAIT = dt.timedelta(minutes=1)


class QuotaGate:
    """Stands before the automatic lane: whoever passes holds a place until it is out or has failed."""

    def __init__(self, *, database: Database, clock: Clock, networks: Networks, quotas: QuotaService) -> None:
        self._database = database
        self._clock = clock
        self._networks = networks
        self._quotas = quotas

    async def enter(self, job: Job) -> Reading | None:
        """Let a publication begin or go on; one that was begun before holds its place already.

        Costs one call to the platform when the last reading is older than `FRESH`.

        Returns:
            The reading that was taken for it, to be stored with its first step; None: none was needed.

        Raises:
            NoPlaceError: there is no place now; it tells when to come again.
            PublishingError: the platform could not be asked.
        """
        standing = job.standing
        if standing is None:
            return None
        cap = self._networks[job.publication.platform].posts_per_hour
        if cap is not None and standing.begun_in_hour + standing.on_their_way >= cap:
            raise await self._hour_is_full(job, standing, cap)
        return await self._place_in_quota(job, standing)

    async def _place_in_quota(self, job: Job, standing: Standing) -> Reading | None:
        stored = standing.reading
        if stored is not None and abs(self._clock.now() - stored.at) < FRESH:
            if not standing.is_full(stored):
                return None
            if stored.quota.used >= stored.quota.total:
                raise await self._quota_is_used_up(job, stored.quota)
        reading = await self._read(job)
        if reading is None:
            return None
        is_full, level = standing.is_full(reading), stored.quota.level if stored else QuotaLevel.FREE
        if is_full or reading.quota.level is not level:
            await self._quotas.learned(job.account, job.workspace, reading)
        if is_full:
            raise await self._quota_is_used_up(job, reading.quota)
        return reading

    async def _read(self, job: Job) -> Reading | None:
        if job.token is None:
            return None
        now = self._clock.now()
        quota = await self._networks[job.publication.platform].publisher.quota(job.account, job.token)
        return None if quota is None else Reading(quota=quota, at=now)

    async def _hour_is_full(self, job: Job, standing: Standing, cap: int) -> NoPlaceError:
        now = self._clock.now()
        async with self._database.read() as look:
            begun = await look.quotas.begun(job.publication, since=now - HOUR)
            ahead = await look.quotas.waiting(job.publication, now=now)
        taken = [*begun, *[now] * standing.on_their_way]
        at = next_place_at(taken, cap=cap, window=HOUR, ahead=max(0, ahead - standing.on_their_way))
        wait = max(SHORTEST_WAIT, (at or now) - now)
        return NoPlaceError(
            f"{job.account.name} makes at most {cap} posts an hour; a place is free in {in_minutes(wait)}.",
            retry_after=wait,
            platform=job.publication.platform,
        )

    async def _quota_is_used_up(self, job: Job, quota: Quota) -> NoPlaceError:
        now = self._clock.now()
        async with self._database.read() as look:
            begun = await look.quotas.begun(job.publication, since=now - DAY)
        leaves = min(begun, default=now) + DAY
        wait = max(SHORTEST_WAIT, min(LONGEST_WAIT, leaves - now))
        platform = job.publication.platform
        return NoPlaceError(
            f"{platform.capitalize()} lets {job.account.name} make {quota.total} posts in 24 hours, and they "
            f"are used up; it is asked again in {in_minutes(wait)}.",
            retry_after=wait,
            is_quota=True,
            platform=platform,
        )
