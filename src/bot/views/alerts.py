"""What the team hears of without having asked."""

from bot.html import Html, bold, cut, joined, plain
from bot.views.headline import headline, planned
from domain.account import Account
from services.messages import AlertKind
from services.ports import Job

MAX_DETAIL_UNITS = 600


def alert(kind: AlertKind, *, job: Job | None, account: Account | None, detail: str) -> Html:
    """Return an alert; what it speaks of may be gone."""
    match kind:
        case AlertKind.RECONNECT:
            name = account.name if account else "An account"
            first = bold(f"🔌 {name} needs to be connected again")
            then = plain("Until then its publications come here as cards.")
            detail = detail or (account.state_reason if account else "")
        case AlertKind.MISSED:
            first = bold("⏰ Missed: it was too late to go out")
            then = plain(f"It was planned for {planned(job)}.") if job else plain("")
        case AlertKind.FAILED:
            first = bold("❗ Failed for good")
            then = plain("An administrator can put it back into the queue.")
        case AlertKind.CARD_FAILED:
            first = bold("❗ A card could not be shown here")
            then = plain("It waits for you all the same; /status counts it.")
    if job and kind is not AlertKind.RECONNECT and job.publication.failure:
        detail = detail or job.publication.failure.message
    about = headline(job) if job else plain("")
    files = plain(_files(job)) if job and kind is AlertKind.CARD_FAILED else plain("")
    return joined([first, about, then, files, plain(cut(detail, MAX_DETAIL_UNITS))])


def _files(job: Job) -> str:
    return cut("\n".join(f"File: {item.path}" for item in job.post.media), MAX_DETAIL_UNITS)
