"""Looks at the keys that seal access tokens: whether they are there, are ours alone, and fit."""

import stat

from app.doctor.bounded import apart
from app.doctor.installation import Installation, NotCheckedError
from app.encryption_key import found_keys, key_file
from domain.errors import StorylineError
from domain.finding import Finding, fail, ok, warn
from repositories.vault import TokenVault

NAME = "keys"


async def look(installation: Installation) -> list[Finding]:
    """Look at the keys in the settings or in their file; none is made."""
    data = installation.settings.data
    try:
        keys = await apart(lambda: found_keys(data))
        lost = await _lost(installation)
        if not keys and data.encryption_keys is None:
            return [_without_file(installation, lost)]
        TokenVault(keys)
    except StorylineError as error:
        return [fail(NAME, str(error), "correct it; storyline keys new prints a new one")]
    if lost:
        says = f"they do not open the access of {', '.join(lost)}"
        return [fail(NAME, says, "add the key that sealed it to ENCRYPTION_KEYS, or connect them again")]
    where = f"{len(keys)} in ENCRYPTION_KEYS" if data.encryption_keys is not None else str(key_file(data))
    if data.encryption_keys is None:
        mode = await apart(lambda: stat.S_IMODE(key_file(data).stat().st_mode))
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            return [warn(NAME, f"{where} can be read by others (mode {mode:o})", f"chmod 600 {where}")]
    return [ok(NAME, where)]


def _without_file(installation: Installation, lost: list[str]) -> Finding:
    file = key_file(installation.settings.data)
    if not installation.settings.data.url.startswith("sqlite"):
        return fail(NAME, "ENCRYPTION_KEYS is not set", "storyline keys new prints one")
    if lost:
        to_do = "put the file back from a backup; without it, connect the accounts again"
        return fail(NAME, f"{file} is gone, which seals the access of {', '.join(lost)}", to_do)
    return ok(NAME, f"none yet; the first start makes {file}")


async def _lost(installation: Installation) -> list[str]:
    """Return the names of accounts whose access no key opens."""
    try:
        records = await installation.records()
    except NotCheckedError:
        return []
    return [
        account.name for account in records.accounts if account.has_token and account.id not in records.held
    ]
