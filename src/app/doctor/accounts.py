"""Looks at each account as its platform sees it."""

import asyncio
import datetime as dt
from typing import Any

from app.doctor.installation import Installation
from app.doctor.records import Records
from app.settings import Settings
from domain.account import Account, AccountState
from domain.errors import AuthorizationError, PublishingError
from domain.finding import Finding, fail, ok, skipped, warn
from domain.quota import Quota, QuotaLevel
from domain.token import HeldToken
from platforms.base import Platform
from platforms.registry import discover
from services.ports import AccountFacts

ACCOUNTS, ACCESS, QUOTA = "accounts", "access", "quota"
AT_ONCE = 8
"""Accounts that are asked for side by side."""
LONGEST = dt.timedelta(seconds=30)
"""How long all calls for one account may take."""
ENDS_SOON = dt.timedelta(days=7)


async def look(installation: Installation) -> list[Finding]:
    """Ask every platform about every account."""
    records = await installation.records()
    if not records.accounts:
        return [_none(installation.settings)]
    places, platforms = asyncio.Semaphore(AT_ONCE), discover()

    async def one(account: Account) -> list[Finding]:
        try:
            async with places, asyncio.timeout(LONGEST.total_seconds()):
                return await _account(installation, records, platforms.get(account.platform), account)
        except TimeoutError:
            says = f"{account.platform} gave no answer within {LONGEST.total_seconds():g} s"
            return [fail(ACCESS, says, "try again later", subject=account.name)]

    found = await asyncio.gather(*(one(account) for account in records.accounts))
    return [finding for findings in found for finding in findings]


def _none(settings: Settings) -> Finding:
    if settings.first_account.instagram_account_id is not None:
        return ok(ACCOUNTS, "the first start connects INSTAGRAM_ACCOUNT_ID")
    return warn(
        ACCOUNTS, "none is connected: everything comes as a card", "storyline accounts add instagram …"
    )


async def _account(
    installation: Installation, records: Records, platform: Platform[Any] | None, account: Account
) -> list[Finding]:
    name, reconnect = account.name, f"storyline accounts add {account.platform} … --token -"
    found: list[Finding] = []
    if account.state is AccountState.PAUSED:
        found.append(warn(ACCOUNTS, "it is paused", f"storyline accounts resume {name}", subject=name))
    if account.state is AccountState.NEEDS_RECONNECT:
        says = f"it needs to be connected again: {account.state_reason}"
        found.append(fail(ACCOUNTS, says, reconnect, subject=name))
    held = records.held.get(account.id)
    if platform is None:
        return [*found, fail(ACCESS, f"there is no platform {account.platform}", "remove it", subject=name)]
    if held is None:
        if account.has_token:
            return [*found, skipped(ACCESS, "the keys do not open it", subject=name)]
        return [
            *found,
            warn(ACCESS, "it has none: everything of it comes as a card", reconnect, subject=name),
        ]
    settings = installation.settings.platforms[account.platform]
    network = platform.network(settings=settings, http=installation.http, clock=installation.clock)
    try:
        facts = await network.publisher.check(account, held.grant.token)
    except AuthorizationError as error:
        return [*found, fail(ACCESS, f"by {account.login} login: {error}", reconnect, subject=name)]
    except PublishingError as error:
        return [*found, fail(ACCESS, f"by {account.login} login: {error}", "try again later", subject=name)]
    found.append(_access(held, facts, now=installation.clock.now(), to_do=reconnect))
    if platform.create_examiner is not None:
        examiner = platform.create_examiner(settings=settings, http=installation.http)
        found += await examiner.examine(account, held.grant)
    if facts.quota is not None:
        found.append(_quota(name, facts.quota))
    return found


def _access(held: HeldToken, facts: AccountFacts, *, now: dt.datetime, to_do: str) -> Finding:
    """Say that it works, and until when."""
    account, grant = held.account, held.grant
    says = f"answers as {facts.name} by {account.login} login"
    if held.refresh_tries:
        says += f"; renewing it failed {held.refresh_tries} times"
        return warn(ACCESS, says, to_do, subject=account.name)
    consent = grant.data_access_expires_at
    if consent is not None and consent - now < ENDS_SOON:
        says += f"; the consent to it ends on {consent:%Y-%m-%d}"
        return warn(ACCESS, says, to_do, subject=account.name)
    if grant.ends_at is None:
        return ok(ACCESS, says, subject=account.name)
    says += f" until {grant.ends_at:%Y-%m-%d}"
    if held.refresh_after is None and grant.ends_at - now < ENDS_SOON:
        return warn(ACCESS, f"{says}, and is not renewed by itself", to_do, subject=account.name)
    return ok(ACCESS, says, subject=account.name)


def _quota(name: str, quota: Quota) -> Finding:
    says = f"{quota.used} of {quota.total} posts of 24 hours are used"
    match quota.level:
        case QuotaLevel.FREE:
            return ok(QUOTA, says, subject=name)
        case QuotaLevel.SCARCE | QuotaLevel.USED_UP:
            return warn(QUOTA, says, "plan fewer, or storyline settings set quota team", subject=name)
