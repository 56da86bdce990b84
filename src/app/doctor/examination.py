"""Runs all checks side by side; none that breaks, or takes too long, hides another one."""

import asyncio
import dataclasses
import datetime as dt
from collections.abc import Awaitable, Callable, Sequence

from app.doctor import accounts, database, folders, keys, settings, storage, telegram, times
from app.doctor.installation import Installation, NotCheckedError, visited
from app.settings import Reading
from domain.errors import StorylineError
from domain.finding import Finding, fail, skipped

CHECK_WITHIN = dt.timedelta(seconds=30)
STORAGE_WITHIN = dt.timedelta(seconds=60)
"""A picture goes there and back, with as many calls as that takes."""

ACCOUNTS_WITHIN = dt.timedelta(minutes=10)
"""There may be a thousand; each has a limit of its own."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One subject; it may find several things."""

    name: str
    """As its findings are called, or the first of them."""
    look: Callable[[Installation], Awaitable[Sequence[Finding]]]
    within: dt.timedelta = CHECK_WITHIN
    is_last: bool = False
    """Whether it looks at what the others were answered."""


CHECKS = (
    Check(name="settings", look=settings.look),
    Check(name="database", look=database.look),
    Check(name="keys", look=keys.look),
    Check(name="posting", look=settings.look_at_posting),
    Check(name="clock", look=times.look_at_clocks, is_last=True),
    Check(name="zones", look=times.look_at_zones),
    Check(name="user", look=folders.look_at_user),
    Check(name="disk", look=folders.look_at_disk),
    Check(name="library", look=folders.look_at_library),
    Check(name="bucket", look=folders.look_at_bucket),
    Check(name="bot", look=telegram.look),
    Check(name="storage", look=storage.look, within=STORAGE_WITHIN),
    Check(name="accounts", look=accounts.look, within=ACCOUNTS_WITHIN),
)
"""In the order in which people read them."""


async def examine(reading: Reading, *, on_done: Callable[[str], object] = lambda _: None) -> list[Finding]:
    """Return what all checks found, in their order; `on_done` hears the name of each that has ended."""
    found = dict[str, Sequence[Finding]]()

    async def run(check: Check) -> None:
        found[check.name] = await _findings(check, installation)
        on_done(check.name)

    async with visited(reading) as installation:
        await asyncio.gather(*(run(check) for check in CHECKS if not check.is_last))
        await asyncio.gather(*(run(check) for check in CHECKS if check.is_last))
    return [finding for check in CHECKS for finding in found[check.name]]


async def _findings(check: Check, installation: Installation) -> Sequence[Finding]:
    try:
        async with asyncio.timeout(check.within.total_seconds()):
            return await check.look(installation)
    except NotCheckedError as reason:
        return [skipped(check.name, str(reason))]
    except StorylineError as error:
        return [fail(check.name, str(error), "put that right")]
    except TimeoutError:
        waited = f"{check.within.total_seconds():g} s"
        return [fail(check.name, f"gives no answer within {waited}", "see what it waits for")]
    except Exception as error:  # noqa: BLE001  (one check that breaks must not keep the others from being told)
        return [
            fail(
                check.name,
                f"looking at it broke ({type(error).__name__})",
                "report it, for it is a mistake of Storyline's",
            )
        ]
