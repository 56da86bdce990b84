"""Looks at the database: whether it answers, and whether its tables are those of this version."""

from app.doctor.installation import Installation, NotCheckedError
from domain.errors import StorylineError
from domain.finding import Finding, fail, ok
from repositories.migrate import Schema

NAME = "database"


async def look(installation: Installation) -> list[Finding]:
    """Compare its tables with what the migrations make."""
    kind = "SQLite" if installation.settings.data.url.startswith("sqlite") else "PostgreSQL"
    try:
        stands = await installation.schema()
    except StorylineError as error:
        return [fail(NAME, str(error), "check DATABASE_URL, and that the server runs")]
    match stands:
        case Schema.CURRENT:
            return [await _read(installation, kind)]
        case Schema.NONE:
            return [fail(NAME, f"{kind}, it has no tables yet", "storyline migrate")]
        case Schema.OLDER:
            return [fail(NAME, f"{kind}, migrations are missing", "storyline migrate")]
        case Schema.LATER:
            to_do = "install that version again, or restore a backup of before"
            return [fail(NAME, f"{kind}, a later version of Storyline has changed its tables", to_do)]


async def _read(installation: Installation, kind: str) -> Finding:
    try:
        records = await installation.records()
    except NotCheckedError as error:
        return fail(NAME, f"{kind}, up to date, but {error}", "see that nothing locks it")
    unusable = [says for workspace in records.workspaces for says in workspace.settings.unusable]
    if unusable:
        to_do = "storyline settings set …; install tzdata, or the version of Storyline that wrote it"
        return fail(NAME, f"{kind}, up to date, but a setting cannot be read: {' '.join(unusable)}", to_do)
    return ok(NAME, f"{kind}, up to date")
