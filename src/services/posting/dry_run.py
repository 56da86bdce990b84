"""The whole path without its last call."""

import logging

from domain.account import AccessToken, Account
from domain.quota import Quota
from services.ports import (
    Absent,
    AccountFacts,
    Files,
    Job,
    Live,
    Progress,
    Publisher,
    Ready,
    Receipt,
    Surroundings,
    Unknown,
    Wait,
)

logger = logging.getLogger(__name__)

PREFIX = "dry-run-"
"""Begins the platform id of everything that would have been posted."""


class DryRunPublisher:
    """Does all that a publisher does but the irreversible call, which is recorded instead."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher

    async def prepare(self, job: Job, files: Files) -> Progress | Wait | Ready:
        """Prepare for real: uploads and containers are harmless."""
        return await self._publisher.prepare(job, files)

    async def publish(self, job: Job) -> Receipt:
        """Record the call that would have been made."""
        logger.info("publication.would_be_published", extra={"publication": job.publication.id})
        return Receipt(platform_post_id=f"{PREFIX}{job.publication.id}")

    async def permalink(self, job: Job, platform_post_id: str) -> str | None:
        """Return None: there is nothing to link to."""
        return None

    async def look_up(self, job: Job, surroundings: Surroundings) -> Live | Absent | Unknown:
        """Look for real: what is unclear was left by a run that was not dry."""
        return await self._publisher.look_up(job, surroundings)

    async def check(self, account: Account, token: AccessToken) -> AccountFacts:
        """Check for real."""
        return await self._publisher.check(account, token)

    async def quota(self, account: Account, token: AccessToken) -> Quota | None:
        """Ask for real."""
        return await self._publisher.quota(account, token)
