"""What Instagram's answers say of limits and versions, heard where every answer passes."""

import dataclasses
import datetime as dt
from collections.abc import AsyncGenerator

import pytest

from domain.account import AccessToken
from domain.errors import RateLimitedError, UnavailableError
from domain.ids import PlatformName
from domain.quota import Quota
from domain.throttle import LimitUse
from platforms._shared.http import shared_client
from platforms._shared.usage import UsageMeter
from platforms._shared.versions import VersionWatch
from platforms.instagram.publisher import InstagramPublisher
from services.ports import Job
from support.instagram import Instagram, instagram_job, publisher_at
from support.meta import PAGE_ACCOUNT

INSTAGRAM = PlatformName("instagram")
TODAY = dt.date(2026, 11, 21)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Watched:
    """A publisher whose answers are watched."""

    publisher: InstagramPublisher
    meter: UsageMeter
    versions: VersionWatch
    job: Job

    @property
    def token(self) -> AccessToken:
        assert self.job.token is not None
        return self.job.token

    async def quota(self) -> Quota:
        return await self.publisher.quota(self.job.account, self.token)


@pytest.fixture
async def watched(instagram: Instagram) -> AsyncGenerator[Watched]:
    meter, versions = UsageMeter(), VersionWatch()
    async with shared_client(timeout=dt.timedelta(seconds=5), watches=(meter.watch, versions.watch)) as http:
        yield Watched(
            publisher=publisher_at(instagram.meta, http),
            meter=meter,
            versions=versions,
            job=instagram_job(),
        )


async def test_the_quota_is_the_account_s_own(instagram: Instagram, watched: Watched) -> None:
    instagram.meta.graph.settings.quota_total = 25

    assert await watched.quota() == Quota(used=0, total=25)


async def test_what_every_answer_says_of_the_account_s_limit_is_heard(
    instagram: Instagram, watched: Watched
) -> None:
    instagram.meta.misbehave("usage", subject={"account": PAGE_ACCOUNT}, body={"total_time": 91})

    await watched.quota()

    assert watched.meter.take(watched.token) == LimitUse(account_percent=91)


async def test_a_refusal_names_the_time_and_so_do_its_headers(instagram: Instagram, watched: Watched) -> None:
    body = {"call_count": 100, "estimated_time_to_regain_access": 12}
    instagram.meta.misbehave("usage", remaining=1, body=body)

    with pytest.raises(RateLimitedError) as refused:
        await watched.quota()

    minutes = dt.timedelta(minutes=12)
    assert (refused.value.code, refused.value.retry_after) == (80002, minutes)
    assert watched.meter.take(watched.token) == LimitUse(account_percent=100, regain_after=minutes)


async def test_the_account_s_refusal_is_told_from_the_app_s(instagram: Instagram, watched: Watched) -> None:
    instagram.meta.misbehave("usage", remaining=1, body={"call_count": 100})

    with pytest.raises(RateLimitedError) as refused:
        await watched.quota()

    assert not refused.value.is_app_wide


async def test_a_version_that_is_served_as_another_is_noticed(instagram: Instagram, watched: Watched) -> None:
    instagram.meta.graph.settings.served_version = "v24.0"

    await watched.quota()

    assert "answers by v24.0" in watched.versions.concerns(TODAY)[INSTAGRAM]


async def test_a_version_that_is_refused_is_gone(instagram: Instagram, watched: Watched) -> None:
    instagram.meta.graph.settings.oldest_version = 26
    instagram.meta.graph.settings.refuse_retired = True

    with pytest.raises(UnavailableError) as refused:
        await watched.quota()

    assert refused.value.code == 2635
