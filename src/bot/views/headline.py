"""How a publication is named wherever it is shown in words."""

from bot.html import Html, bold, plain
from bot.texts import when
from services.ports import Job

SHORT_UNITS = 60
"""How much of a caption tells publications apart in a list."""


def headline(job: Job) -> Html:
    """Return what it is and where it goes, such as `Story for harbour.lane · Instagram`."""
    placement = job.publication.placement.capitalize()
    return bold(f"{placement} for {job.account.name}") + plain(f" · {job.publication.platform.capitalize()}")


def planned(job: Job) -> str:
    """Return when it is to go out, on the team's clock."""
    return when(job.publication.planned_at, job.workspace.settings.zone)
