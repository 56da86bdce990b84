"""The plan of a week, in words."""

from bot import html
from bot.html import EMPTY, Html, bold, joined, plain
from domain.lane import Lane
from services.posting.week import Week

TITLE = "the next days"


def summary(week: Week, *, link: str = "") -> Html:
    """Return how much is planned, by whom it goes out, what is empty, and where its page is if it has one."""
    slots = [slot for day in week.days for slot in day.slots]
    planned = [slot.job.publication for slot in slots if slot.job is not None]
    by_bot = sum(publication.lane is Lane.AUTO for publication in planned)
    empty = len(slots) - len(planned)
    is_paused = week.workspace.paused_at is not None
    return joined(
        [
            bold(f"🗓 {len(planned)} planned for the next {len(week.days)} days"),
            plain("⏸ Posting is paused; what gets too late meanwhile is missed." if is_paused else ""),
            plain(f"{by_bot} by the bot, {len(planned) - by_bot} by hand or not decided" if planned else ""),
            plain(f"{empty} {'slot is' if empty == 1 else 'slots are'} empty: add media." if empty else ""),
            html.link("Open as a page", link) + plain(" (for a day)") if link else EMPTY,
        ]
    )
