"""What people ask to see: the queue, the next one, the history."""

from collections.abc import Sequence

from bot import texts
from bot.html import MAX_CAPTION_UNITS, MAX_TEXT_UNITS, Html, bold, code, cut, italic, joined, link, plain
from bot.views.headline import SHORT_UNITS, planned
from domain.publication import State
from services.ports import Job

QUEUE_TITLE = "What comes next"
MORE = "\n… and more: /week"


def queue(jobs: Sequence[Job], *, has_more: bool = False) -> Html:
    """Return the list below the picture of what comes next; `has_more`: these are not all."""
    if not jobs:
        return plain(texts.EMPTY_QUEUE)
    return _listed(
        bold(QUEUE_TITLE), [_queued(job) for job in jobs], room=MAX_CAPTION_UNITS, has_more=has_more
    )


def following(jobs: Sequence[Job]) -> Html:
    """Return the very next one."""
    if not jobs:
        return plain(texts.EMPTY_QUEUE)
    return _listed(bold("Next"), [_queued(jobs[0])], room=MAX_TEXT_UNITS)


def history(jobs: Sequence[Job]) -> Html:
    """Return what ended last, newest first."""
    if not jobs:
        return plain(texts.NO_HISTORY)
    return _listed(bold("What ended last"), [_ended(job) for job in jobs], room=MAX_TEXT_UNITS)


def failed(jobs: Sequence[Job]) -> Html:
    """Return what did not go out, newest first, with the numbers that /retry takes."""
    if not jobs:
        return plain(texts.NOTHING_FAILED)
    lines = [code(f"{job.publication.id}") + plain(" ") + _ended(job) for job in jobs]
    return _listed(bold("What did not go out"), lines, room=MAX_TEXT_UNITS)


def _queued(job: Job) -> Html:
    publication = job.publication
    how = texts.LANE_WORDS[publication.lane]
    if publication.state is not State.SCHEDULED:
        how = texts.STATE_WORDS[publication.state]
    what = f" {publication.placement.capitalize()} for {job.account.name} · {how}{_told_apart(job)}"
    return code(f"{publication.id}") + plain(" ") + bold(planned(job)) + plain(what)


def _ended(job: Job) -> Html:
    publication = job.publication
    zone = job.workspace.settings.zone
    at = texts.when(publication.posted_at or publication.due_at, zone)
    line = plain(f"{at} {publication.placement.capitalize()} for {job.account.name} · ")
    if publication.permalink:
        line = line + link(texts.STATE_WORDS[publication.state], publication.permalink)
    else:
        line = line + plain(texts.STATE_WORDS[publication.state])
    if publication.state is State.PUBLISHED:
        line = line + plain(f" {texts.LANE_WORDS[publication.lane]}" if publication.lane else "")
    if publication.failure:
        line = line + italic(f" ({cut(publication.failure.message.rstrip('.'), 2 * SHORT_UNITS)})")
    return line + plain(_told_apart(job))


def _told_apart(job: Job) -> str:
    words = " ".join(job.post.caption.split())
    return f" · {cut(words, SHORT_UNITS)}" if words else ""


def _listed(title: Html, lines: Sequence[Html], *, room: int, has_more: bool = False) -> Html:
    """Return as many whole lines as fit; `has_more`: these are not all there are."""
    shown = title
    for position, line in enumerate(lines):
        rest = plain(MORE if has_more else f"\n… and {len(lines) - position} more")
        if shown.units + 1 + line.units + rest.units > room:
            return shown + rest
        shown = joined([shown, line])
    return shown + plain(MORE) if has_more else shown
