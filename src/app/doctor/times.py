"""Looks at the clocks, this machine's and others', and at the time zones of the teams."""

import datetime as dt
import zoneinfo

from app.clock import SystemClock
from app.doctor.installation import Installation, NotCheckedError
from domain.finding import Finding, fail, ok, skipped, warn

CLOCK, ZONES = "clock", "zones"
ODD = dt.timedelta(seconds=5)
"""Headers tell whole seconds, and an answer takes its time."""
WRONG = dt.timedelta(minutes=1)
"""Links and signatures end by other people's clocks."""
SET_RIGHT = "let the machine set its clock by NTP (timedatectl set-ntp true)"


async def look_at_clocks(installation: Installation) -> list[Finding]:
    """Compare this machine's clock with the database's, and with the services' that answered the others."""
    clock = installation.settings.clock
    if clock.clock_offset_seconds or clock.clock_speed != 1:
        return [warn(CLOCK, "it is a simulated one", "unset CLOCK_OFFSET_SECONDS and CLOCK_SPEED")]
    ahead = dict(installation.ahead)
    if not installation.settings.data.url.startswith("sqlite"):
        try:
            records = await installation.records()
        except NotCheckedError:
            pass
        else:
            ahead["the database"] = records.now - records.asked_at
    if not ahead:
        return [skipped(CLOCK, "nobody was there to compare it with")]
    whose, most = max(ahead.items(), key=lambda each: abs(each[1]))
    seconds = abs(most).total_seconds()
    says = f"{seconds:.0f} s {'behind' if most > dt.timedelta() else 'ahead of'} {whose}"
    if abs(most) > WRONG:
        return [fail(CLOCK, says, SET_RIGHT)]
    if abs(most) > ODD:
        return [warn(CLOCK, says, SET_RIGHT)]
    now = SystemClock().now()
    return [ok(CLOCK, f"{now:%Y-%m-%d %H:%M} UTC, as {' and '.join(sorted(ahead))} has it")]


async def look_at_zones(installation: Installation) -> list[Finding]:
    """Look whether this machine knows the zone of each team, and say what time it is there."""
    try:
        records = await installation.records()
        zones = [(workspace.name, workspace.settings.timezone) for workspace in records.workspaces]
    except NotCheckedError:
        zones = []
    zones = zones or [("", installation.settings.first_workspace.workspace_timezone)]
    return [_zone(name, zone, installation) for name, zone in zones]


def _zone(subject: str, name: str, installation: Installation) -> Finding:
    try:
        zone = zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        known = len(zoneinfo.available_timezones())
        to_do = "storyline settings set zone NAME" if known else "install the package tzdata"
        return fail(ZONES, f"nobody here knows the zone {name}", to_do, subject=subject)
    return ok(
        ZONES, f"{name}, where it is {installation.clock.now().astimezone(zone):%H:%M}", subject=subject
    )
