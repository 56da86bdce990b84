"""Looks at what is set: whether it can be used, and whether it lets anything be posted."""

from app.doctor.installation import Installation, NotCheckedError
from domain.finding import Finding, fail, ok, warn
from domain.switch import DRY_RUN, POSTING_OFF, platform_off, platform_unavailable

SETTINGS, POSTING = "settings", "posting"


async def look(installation: Installation) -> list[Finding]:
    """Look for settings that cannot be used; everything else is looked at with the defaults instead."""
    if not installation.problems:
        return [ok(SETTINGS, "all can be used")]
    to_do = "correct it in .env or the environment; .env.example explains each"
    return [fail(SETTINGS, problem, to_do) for problem in installation.problems]


async def look_at_posting(installation: Installation) -> list[Finding]:
    """Look for what keeps everything from going out by API, be it as it should or not."""
    found = [*_by_settings(installation)]
    try:
        records = await installation.records()
    except NotCheckedError:
        return found or [ok(POSTING, "nothing in the settings stands against it")]
    switches = records.switches
    if POSTING_OFF in switches:
        found.append(warn(POSTING, "it is switched off: nothing goes out", "storyline posting on"))
    if DRY_RUN in switches:
        found.append(warn(POSTING, "a dry run: nothing really goes out", "storyline posting dry-run off"))
    for name in installation.settings.platforms:
        if platform_off(name) in switches:
            found.append(warn(POSTING, f"{name} is switched off", f"storyline platforms on {name}"))
        elif platform_unavailable(name) in switches:
            to_do = "look at the version of its API; it is tried again every 15 minutes"
            found.append(warn(POSTING, f"{name} cannot be used for now", to_do))
    for workspace in records.workspaces:
        if workspace.paused_at is not None:
            found.append(warn(POSTING, "it is paused", "/resume in the chat", subject=workspace.name))
        elif not workspace.settings.api_enabled:
            says = "everything comes as a card, as posting by API is off"
            found.append(warn(POSTING, says, "storyline settings set api on", subject=workspace.name))
    return found or [ok(POSTING, "it is on")]


def _by_settings(installation: Installation) -> list[Finding]:
    posting, found = installation.settings.posting, list[Finding]()
    if not posting.posting_enabled:
        says = "POSTING_ENABLED is off: this process lets nothing out"
        found.append(warn(POSTING, says, "POSTING_ENABLED=true"))
    if posting.dry_run:
        found.append(warn(POSTING, "DRY_RUN is on: nothing really goes out", "DRY_RUN=false"))
    return found
